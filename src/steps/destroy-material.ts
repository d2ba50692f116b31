import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { name } from '../script/schema/words.ts';
import { custodyParts, runCustody, simulateCustody } from './custody.ts';
import { judgeCustody } from './custody-judged.ts';

/** Destroy a thing before everybody's eyes. */
export const destroyMaterial = defineStep({
  name: 'destroy-material',
  version: 1,
  summary: "Destroy a thing before everybody's eyes.",
  irreversible: true,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({ item: name }),
  simulate: (_params, world, context) => simulateCustody(world, context),
  describe: () => ['Destroy it, so that nothing can be read from it any more.'],
  paper: (_params, step, plan) => custodyParts(plan, step),
  async *run(_params, step, { terminal, ceremony }) {
    yield* runCustody(step, terminal, ceremony.plan, ceremony.events);
  },
  verify: (_params, step, own, evidence) => judgeCustody(step, own, evidence),
});
