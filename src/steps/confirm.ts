import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { oneOf } from './paper-parts.ts';
import { judgeSaidDone, sayDone } from './said-done.ts';

/** People do something, or answer a question with yes or no; the record says who said so. */
export const confirm = defineStep({
  name: 'confirm',
  version: 1,
  summary: 'People confirm that something was done, or answer yes or no.',
  irreversible: false,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({ answer: z.literal('yes-or-no', { error: '"yes-or-no"' }).exactOptional() }),
  simulate(_params, world, { step, report }) {
    if (step.say === '') report('PLAN_PARAMETER', [], 'nothing is said: what do people confirm?', 'add "say:"');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody confirms this', 'add "by:"');
    return world;
  },
  describe: (params) => [params.answer ? 'Answer yes or no.' : 'Say when it is done.'],
  paper: (params) => [params.answer ? oneOf('yes', 'no') : { kind: 'ticks', says: '', of: ['done'] }],
  async *run(params, step, { terminal }) {
    yield* sayDone(step, terminal, params.answer !== undefined);
  },
  verify: (params, step, own) => judgeSaidDone(step, own, params.answer !== undefined),
});
