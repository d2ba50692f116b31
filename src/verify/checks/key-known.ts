import { defineCheck } from '../check.ts';
import { signedItems } from '../signed-items.ts';
import { at } from '../where.ts';

export const keyKnown = defineCheck({
  id: 'KEY-KNOWN',
  title: 'every signature was approved for a key that was there before, on the same HSM',
  needs: ['done', 'knownKeys'],
  run({ done, knownKeys }, { report }) {
    for (const { index, done: signed } of signedItems(done)) {
      // All of a list are signed by one key.
      if (index > 0) continue;
      const { operation, proposal } = signed;
      const key = knownKeys.find((candidate) => candidate.digest === operation.key);
      if (!key || key.since > proposal.seq)
        report(
          at(proposal.event),
          `the key ${operation.key} was neither generated before nor is it one that the plan uses`,
        );
      else if (key.hsm !== operation.hsm.name) {
        report(at(proposal.event), `the key lies on "${key.hsm}"; the operation is for "${operation.hsm.name}"`);
      }
    }
  },
});
