import { z } from 'zod';

/** A key's label as the script gives it. PKCS#11 labels have no bound, but tokens do; `rehearsal-` must fit before it. */
export const label = z.string({ error: 'a label of at most 22 characters' }).regex(/^[a-z0-9][a-z0-9._-]{0,21}$/, {
  error: 'a label of lower-case letters, digits, dot, hyphen; at most 22 characters',
});
