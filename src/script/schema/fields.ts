import { z } from 'zod';
import { SHAPE_PATTERN } from '../shape.ts';

/** A value that people read and type. */
export const field = z
  .strictObject({
    type: z.enum(['utc', 'date', 'integer', 'serial', 'text']),
    shape: z
      .string({
        error:
          'a shape of "9" for a digit, "#" for a capital letter, other capitals, blanks and . / : _ - for themselves',
      })
      .regex(SHAPE_PATTERN)
      .exactOptional(),
    twice: z.boolean().exactOptional().describe('Two people type it, and both must have typed the same'),
  })
  .superRefine((field, context) => {
    if (field.shape !== undefined && field.type !== 'serial' && field.type !== 'text') {
      context.addIssue({ code: 'custom', path: ['shape'], message: 'no shape but with the types "serial" and "text"' });
    }
  });
