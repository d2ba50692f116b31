import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { custodyAfter } from '../ledger/custody.ts';
import { defineStep } from '../plan/step-type.ts';
import { answerersFaults, answersIn } from './answers.ts';
import { custodyBefore, unitLine } from './custody.ts';

const AS_LISTED = 'as listed';

/** Everything that the list names lies on the table, in the bags with the numbers of the list. */
export const checkMaterials = defineStep({
  name: 'check-materials',
  version: 1,
  summary: 'Compare everything on the table, and every bag, with the list.',
  irreversible: false,
  needs: ['terminal'],
  schema: z.strictObject({}),
  simulate(_params, world, { step, plan, report }) {
    if (plan.materials.length === 0)
      report('PLAN_CUSTODY', [], 'the script has no materials: there is nothing to compare with a list');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody compares the list', 'add "by:"');
    return world;
  },
  describe: (_params, _step, plan) => [
    'Compare each thing with the list: make, serial, and the number on its bag.',
    `Bags on the table: ${plan.bags.needed} to be used, ${plan.bags.spare} to spare.`,
  ],
  paper: (_params, step, plan) => {
    const custody = custodyBefore(plan, step);
    const lines = plan.materials.flatMap(({ units }) => units.map((unit) => unitLine(unit, custody.get(unit.unit))));
    return [{ kind: 'ticks', says: 'here, and as it is on the list:', of: lines }];
  },
  async *run(_params, step, { terminal, ceremony }) {
    const { plan } = ceremony;
    const seat = step.by[0] as string;
    const custody = custodyAfter(plan, ceremony.events());
    const values: Record<string, string> = {};
    for (const { name, units } of plan.materials) {
      await terminal.say(units.map((unit) => unitLine(unit, custody.get(unit.unit))));
      const text = `${units.length === 1 ? `"${name}"` : `Each of "${name}"`} is here, and as it is on the list`;
      const typed = await terminal.ask({ step: step.key, seat, text, kind: 'confirm' });
      if (typed !== 'done') throw new CeremonyError('ANSWER_REFUSED', `"${typed}" is no answer, expected done`);
      values[name] = AS_LISTED;
    }
    yield { type: 'answer', step: step.key, seat, checkedBy: step.check, question: step.say, values };
  },
  verify(_params, step, own, evidence) {
    const finding = (message: string) => ({
      check: 'STEP-MATERIALS',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const answers = answersIn(own, evidence);
    const [answer] = answers;
    if (!answer || answers.length > 1)
      return [finding(`${answers.length} answers are recorded, where one is asked for`)];
    const wanted = evidence.plan.materials.map(({ name }) => name);
    const unlisted = Object.keys(answer.values).filter((name) => !wanted.includes(name));
    return [
      ...answerersFaults(step, answer, step.say),
      ...wanted
        .filter((name) => answer.values[name] !== AS_LISTED)
        .map((name) => `"${name}" was not compared with the list`),
      ...unlisted.map((name) => `"${name}" is nothing of the list`),
    ].map(finding);
  },
});
