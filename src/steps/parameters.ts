import { z } from 'zod';

/** Forms that several step types' `with:` share, with what is expected in our words. */

export const name = z.string({ error: 'a name such as root-hsm' }).regex(/^[a-z][a-z0-9-]{0,63}$/, { error: 'a name such as root-hsm' });

export const label = z
  .string({ error: 'a label of at most 22 characters' })
  // PKCS#11 labels have no bound, but tokens do; `rehearsal-` must fit before it.
  .regex(/^[a-z0-9][a-z0-9._-]{0,21}$/, { error: 'a label of lower-case letters, digits, dot, hyphen; at most 22 characters' });

export const duration = z
  .string({ error: 'a duration such as PT1M or P10Y' })
  .regex(/^P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/, { error: 'a duration such as PT1M or P10Y' });

export const date = z.union(
  [
    z.strictObject({ at: z.literal('proposal'), floor: duration.exactOptional() }),
    z.strictObject({ from: z.string(), plus: duration.exactOptional(), minus: duration.exactOptional(), 'at-most': z.string().exactOptional() }),
  ],
  { error: '{ at: proposal, floor: PT1M } or { from: not-before, plus: P10Y, minus: PT1S }' },
);
