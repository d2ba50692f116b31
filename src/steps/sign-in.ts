import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { judgeSaidDone, sayDone } from './said-done.ts';

/** Whoever comes shows who they are, and signs the log; the record has the time. */
export const signIn = defineStep({
  name: 'sign-in',
  version: 1,
  summary: 'Whoever comes into the room shows who they are and signs the log.',
  irreversible: false,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({}),
  simulate(_params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody signs in', 'add "each: all"');
    for (const seat of step.by) {
      if (world.inRoom.has(seat)) report('PLAN_ORDER', [], `"${seat}" is in the room already`);
    }
    return {
      ...world,
      inRoom: new Set([...world.inRoom, ...step.by]),
      signedIn: new Set([...world.signedIn, ...step.by]),
    };
  },
  describe: () => ['Show an identity document, and sign the log with the time.'],
  paper: (_params, step) => step.by.map((seat) => ({ kind: 'signature', seat, text: '' })),
  async *run(_params, step, { terminal }) {
    yield* sayDone(step, terminal);
  },
  verify: (_params, step, own) => judgeSaidDone(step, own),
});
