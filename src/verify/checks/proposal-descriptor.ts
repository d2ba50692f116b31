import { canonicalBytes } from '../../base/canonical-json.ts';
import { CeremonyError } from '../../base/errors.ts';
import { readDescriptor } from '../../quorum/operation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalDescriptor = defineCheck({
  id: 'PROPOSAL-DESCRIPTOR',
  title: 'every proposed operation has a descriptor of its type',
  needs: ['events'],
  run({ events }, { report }) {
    for (const event of events) {
      if (event.type !== 'proposed') continue;
      try {
        readDescriptor(canonicalBytes(event.descriptor));
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        report(at(event), error.message);
      }
    }
  },
});
