import { defineCheck } from '../check.ts';
import { operationsOf } from '../signed-items.ts';
import { at } from '../where.ts';

export const authorizationHsm = defineCheck({
  id: 'AUTHORIZATION-HSM',
  title:
    'every operation is for an HSM that the authorization names by model and serial, or as blank until it is prepared',
  needs: ['authorization', 'proposals', 'done'],
  run({ authorization, proposals, done }, { report }) {
    const preparations = operationsOf(done, 'prepare-token');
    for (const { event, descriptor } of proposals) {
      const { name, model, serial } = descriptor.operation.hsm;
      const named = authorization.hsms.find((hsm) => hsm.name === name);
      if (!named || named.model !== model) {
        report(at(event), `the operation is for "${name}", model "${model}", which the authorization does not name`);
        continue;
      }
      const prepared = preparations.find(
        ({ operation, result }) => operation.hsm.name === name && result.seq < event.seq,
      );
      const expected = named.serial ?? prepared?.result.facts['serial'] ?? null;
      if (serial !== expected) {
        report(
          at(event),
          `the operation is for "${name}", serial ${serial ?? 'none'}; expected ${String(expected ?? 'none')}`,
        );
      }
    }
  },
});
