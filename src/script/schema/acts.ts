import { z } from 'zod';
import type { JsonObject } from '../../base/canonical-json.ts';
import { fixedDuration } from './dates.ts';
import { field } from './fields.ts';
import { distinct, dottedName, fileName, line, name, say } from './words.ts';

const makes = z
  .strictObject({ key: name.exactOptional(), certificate: name.exactOptional(), crl: name.exactOptional() })
  .refine((made) => Object.keys(made).length > 0, { error: 'at least one of key, certificate, crl' });

const when = z.union([z.strictObject({ input: name }), z.strictObject({ answer: name, is: z.enum(['yes', 'no']) })], {
  error: 'a condition such as { input: revocations } or { answer: step-id, is: yes }',
});

const parameters: z.ZodType<JsonObject, JsonObject> = z.record(z.string(), z.unknown()) as never;

export const step = z.strictObject({
  id: name.describe('Unique in the script'),
  step: name.describe('The step type'),
  by: name.exactOptional().describe('The seat that performs it'),
  check: z
    .union([name, distinct(name, 1)], { error: 'a seat, a list of seats, or "all"' })
    .exactOptional()
    .describe('Who checks that it is done'),
  each: name.exactOptional().describe('A seat, or "all": the step is repeated for each of these people'),
  say: say.exactOptional().describe('Read to the people in the room'),
  show: dottedName.exactOptional().describe('A computed value to be shown'),
  with: parameters.default({}).describe('Parameters of the step type'),
  out: fileName.exactOptional().describe('Name of the file it writes'),
  makes: makes.exactOptional().describe('Names by which later steps and ceremonies call what it makes'),
  takes: fixedDuration.exactOptional().describe('For the printed timetable'),
  when: when.exactOptional(),
  fields: z.record(name, field).exactOptional().describe('Values that are recorded'),
});

export const act = z.strictObject({
  title: line(100),
  on: z.literal('paper').exactOptional().describe('Before the program runs, or after it ends'),
  activation: z
    .strictObject({ hold: fixedDuration, operations: z.int().min(1).max(1000) })
    .exactOptional()
    .describe('One login for several operations; without it each operation logs out'),
  always: z.boolean().exactOptional().describe('Done on abort too'),
  steps: z.array(step).min(1, { error: 'at least one step' }),
});
