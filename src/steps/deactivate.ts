import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { openApprovals, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import { seen } from './paper-parts.ts';
import { observationIn } from './recorded-facts.ts';

/** Logs out, ends the token process, and shows by a refused use that the HSM is locked. */
export const deactivate = defineStep({
  name: 'deactivate',
  version: 1,
  summary: 'Lock the HSM and show that it is locked.',
  irreversible: false,
  needs: ['guard'],
  schema: z.strictObject({ token: name }),
  simulate(params, world, { step, find, report }) {
    const token = world.tokens.get(params.token);
    if (!token) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return world;
    }
    if (token.labels.size === 0)
      report('PLAN_ORDER', ['step'], `no key is on "${params.token}" before this: no use of one could be tried`);
    for (const [id] of openApprovals(world)) {
      if (find(id)?.act === step.act)
        report(
          'PLAN_ORDER',
          ['step'],
          `"${id}" is approved and not done yet: the shares opened for it are forgotten here`,
        );
    }
    return { ...world, tokens: withEntry(world.tokens, params.token, { ...token, active: false }) };
  },
  describe: (params) => [`Log out of "${params.token}"; a use is tried and must be refused.`],
  paper: () => [seen('the use that was tried was refused')],
  async *run(params, step, { guard }) {
    yield { type: 'observation', step: step.key, subject: 'deactivation', facts: await guard.deactivate(params.token) };
  },
  verify(params, step, own) {
    const facts = observationIn(own, 'deactivation')?.facts;
    const refused = facts?.['usesRefused'];
    const tried = typeof refused === 'number' && Number.isInteger(refused) && refused >= 1;
    if (facts?.['hsm'] === params.token && facts['privateObjectsVisible'] === 0 && tried) return [];
    return [
      {
        check: 'STEP-DEACTIVATE',
        message: `step ${step.number} "${step.key}": the HSM was not shown to be locked`,
        where: 'events.jsonl',
      },
    ];
  },
});
