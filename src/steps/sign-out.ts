import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { judgeSaidDone, sayDone } from './said-done.ts';

/** Whoever leaves signs the log; the record has the time. */
export const signOut = defineStep({
  name: 'sign-out',
  version: 1,
  summary: 'Whoever leaves the room signs the log.',
  irreversible: false,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({}),
  simulate(_params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody signs out', 'add "each: all"');
    const inRoom = new Set(world.inRoom);
    for (const seat of step.by) {
      if (!inRoom.delete(seat)) report('PLAN_ORDER', [], `"${seat}" leaves, and has not signed in`);
    }
    return { ...world, inRoom };
  },
  describe: () => ['Sign the log with the time, and leave.'],
  paper: (_params, step) => step.by.map((seat) => ({ kind: 'signature', seat, text: '' })),
  async *run(_params, step, { terminal }) {
    yield* sayDone(step, terminal);
  },
  verify: (_params, step, own) => judgeSaidDone(step, own),
});
