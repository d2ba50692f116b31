import { z } from 'zod';
import { defineStep } from '../plan/step-type.ts';
import { fieldFaults, typedFields } from './typed-fields.ts';

/** Values are typed into the record: times, numbers, serials, short texts. */
export const record = defineStep({
  name: 'record',
  version: 1,
  summary: 'Type values into the record.',
  irreversible: false,
  recordsFields: true,
  onPaper: true,
  needs: ['terminal'],
  schema: z.strictObject({}),
  simulate(_params, world, { step, report }) {
    if (Object.keys(step.fields).length === 0) report('PLAN_PARAMETER', [], 'nothing is recorded', 'add "fields:"');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody types these values', 'add "by:"');
    return world;
  },
  describe: (_params, step) =>
    Object.entries(step.fields).map(([field, { type, shape }]) => `Type ${field} (${shape ?? type}).`),
  async *run(_params, step, { terminal }) {
    yield await typedFields(step, terminal);
  },
  verify: (_params, step, own) => fieldFaults(step, own),
});
