import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { oneOf } from './paper-parts.ts';

/** The last event. After it the pack is sealed: manifest, signatures, report. */
export const close = defineStep({
  name: 'close',
  version: 1,
  summary: 'Close the transcript; its head is final.',
  irreversible: true,
  needs: [],
  schema: z.strictObject({}),
  simulate(_params, world, { act, report }) {
    if (!act.always)
      report(
        'PLAN_ORDER',
        [],
        'the ceremony is closed in an act that is left out on abort',
        'put it into an act with "always: true"',
      );
    return { ...world, closed: true };
  },
  describe: () => ['The record ends here. Its head is shown in words; all write it on their paper copies.'],
  paper: () => [oneOf('complete', 'aborted')],
  async *run(_params, step, { ceremony }) {
    yield { type: 'close', step: step.key, outcome: ceremony.outcome() };
  },
  verify: (_params, step, own) =>
    own.some((event) => event.type === 'close')
      ? []
      : [
          {
            check: 'STEP-CLOSE',
            message: `step ${step.number} "${step.key}" did not close the transcript`,
            where: 'events.jsonl',
          },
        ],
});
