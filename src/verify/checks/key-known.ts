import { defineCheck } from '../check.ts';
import { operationsOf } from '../products.ts';
import { at } from '../where.ts';

export const keyKnown = defineCheck({
  id: 'KEY-KNOWN',
  title: 'every signature was approved for a key that was generated before, on the same HSM',
  needs: ['done', 'keys'],
  run({ done, keys }, { report }) {
    for (const { operation, proposal } of operationsOf(done, 'sign')) {
      const key = keys.find((candidate) => candidate.digest === operation.key);
      if (!key || key.done.result.seq > proposal.seq)
        report(at(proposal.event), `the key ${operation.key} was not generated before`);
      else if (key.done.operation.hsm.name !== operation.hsm.name) {
        report(
          at(proposal.event),
          `the key lies on "${key.done.operation.hsm.name}"; the operation is for "${operation.hsm.name}"`,
        );
      }
    }
  },
});
