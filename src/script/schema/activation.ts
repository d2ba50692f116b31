import { z } from 'zod';
import { line } from './words.ts';

/** What PINs of the token look like, where its own answer does not say. The PIN itself is in no file. */
const pinShape = z.strictObject({
  prefix: line(16).exactOptional().describe('What every PIN of the device begins with, such as the number of a key'),
  length: z
    .string({ error: 'a range such as 8..60' })
    .regex(/^[1-9]\d{0,2}\.\.[1-9]\d{0,2}$/)
    .exactOptional(),
  alphabet: z.enum(['digits', 'letters-and-digits', 'printable']).exactOptional(),
});

/** The device asks for the secret itself, and the program hands it none. */
const login = z.literal('null-pin').exactOptional();
const pin = pinShape.exactOptional();

/** How a token is unlocked. */
export const activation = z.discriminatedUnion('means', [
  z.strictObject({ means: z.literal('shares'), pin }),
  z.strictObject({
    means: z.literal('device-quorum'),
    login,
    devices: line(100).describe('What the people present to the device'),
    need: z.int().min(1).max(255),
    of: z.int().min(1).max(255),
    pin,
  }),
  z.strictObject({ means: z.literal('split-pin'), parts: z.int().min(2).max(9), login, pin }),
  z.strictObject({ means: z.literal('pin'), login, pin }),
]);
