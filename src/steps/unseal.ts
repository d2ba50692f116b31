import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { name } from '../script/schema/words.ts';
import { custodyParts, runCustody, simulateCustody } from './custody.ts';
import { judgeCustody } from './custody-judged.ts';

/** Take a thing out of its sealed bag, whose number is read and compared. */
export const unseal = defineStep({
  name: 'unseal',
  version: 1,
  summary: 'Take a thing out of its sealed bag, whose number is read and compared.',
  irreversible: false,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({ item: name }),
  simulate: (_params, world, context) => simulateCustody(world, context),
  describe: () => ['Compare the seal and the number on the bag with the list; then take it out.'],
  paper: (_params, step, plan) => custodyParts(plan, step),
  async *run(_params, step, { terminal, ceremony }) {
    yield* runCustody(step, terminal, ceremony.plan, ceremony.events);
  },
  verify: (_params, step, own, evidence) => judgeCustody(step, own, evidence),
});
