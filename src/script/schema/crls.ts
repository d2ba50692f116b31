import { z } from 'zod';
import { isNormalHttpUrl } from '../../base/http-url.ts';
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
export const httpUrl = z.string({ error: 'a URL beginning with "http://"' }).refine(isNormalHttpUrl, {
  error:
    'a URL beginning with "http://", in its normal form: host in lower case, no port 80, no user name, no fragment, nothing escaped that needs no escape',
});

/**
 * Of which certificates of its CA a CRL is: those whose cRLDistributionPoints name its URI, those of one kind, or those of which
 * both are true (RFC 5280 §5.2.5).
 */
export const partition = z
  .strictObject(
    { uri: httpUrl.exactOptional(), only: z.enum(['ca', 'user'], { error: '"ca" or "user"' }).exactOptional() },
    {
      error:
        'a mapping such as { uri: "http://pki.example.com/root-a.crl" } or { only: ca }; a CRL of some reasons, of other CAs or of attribute certificates is not signed',
    },
  )
  .refine(({ uri, only }) => uri !== undefined || only !== undefined, {
    error: '"uri", "only", or both: without either it would be of all certificates',
  });
