import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { name } from '../script/schema/words.ts';
import { BAG_FIELD, custodyParts, runCustody, simulateCustody } from './custody.ts';
import { judgeCustody } from './custody-judged.ts';

/** Put a thing into a bag that is sealed, whose number is recorded. */
export const seal = defineStep({
  name: 'seal',
  version: 1,
  summary: 'Put a thing into a bag that is sealed, whose number is recorded.',
  irreversible: false,
  onPaper: true,
  fields: BAG_FIELD,
  needs: ['terminal'],
  schema: z.strictObject({
    item: name,
    keep: z.union([name, z.array(name).min(2)], { error: 'a place, or one for each copy' }),
  }),
  simulate: (_params, world, context) => simulateCustody(world, context),
  describe: () => ['Put it into a new bag, seal it; its number is read by two and recorded.'],
  paper: (_params, step, plan) => custodyParts(plan, step),
  async *run(_params, step, { terminal, ceremony }) {
    yield* runCustody(step, terminal, ceremony.plan, ceremony.events);
  },
  verify: (_params, step, own, evidence) => judgeCustody(step, own, evidence),
});
