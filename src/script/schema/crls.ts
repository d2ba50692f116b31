import { z } from 'zod';
import { name } from './words.ts';

/** Octets of a serial number. */
const serial = z
  .string({ error: 'the octets of a serial number in hex, as openssl and the ledger print them' })
  .regex(/^(?:[0-9a-f]{2}){1,20}$/i);

/** Certificates that are released from their hold. */
export const releases = z
  .array(z.strictObject({ certificate: name.exactOptional(), serial: serial.exactOptional() }))
  .min(1, { error: 'at least one certificate' });

/** What relying parties fetch without TLS (RFC 5280 §8), in its normal form. */
export const httpUrl = z
  .string({ error: 'a URL beginning with "http://"' })
  .refine((text) => URL.canParse(text) && new URL(text).href === text && /^http:\/\/[^@#]+$/.test(text), {
    error: 'a URL beginning with "http://", in its normal form, without a user name or a fragment',
  });
