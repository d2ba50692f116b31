import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { name } from '../script/schema/words.ts';
import { custodyParts, runCustody, simulateCustody } from './custody.ts';
import { judgeCustody } from './custody-judged.ts';

/** Hand a thing over to whoever takes it from here. */
export const handOver = defineStep({
  name: 'hand-over',
  version: 1,
  summary: 'Hand a thing over to whoever takes it from here.',
  irreversible: false,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({ item: name, to: name }),
  simulate: (_params, world, context) => simulateCustody(world, context),
  describe: () => ['It leaves the room with whoever takes it.'],
  paper: (_params, step, plan) => custodyParts(plan, step),
  async *run(_params, step, { terminal, ceremony }) {
    yield* runCustody(step, terminal, ceremony.plan, ceremony.events);
  },
  verify: (_params, step, own, evidence) => judgeCustody(step, own, evidence),
});
