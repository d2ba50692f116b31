import { z } from 'zod';
import { distinct, line, name } from './words.ts';

const url = line(255).regex(/^https?:\/\/[\x21-\x7e]+$/, { error: 'a URL that begins with "http://"' });

const oid = z
  .string({ error: 'an object identifier such as 2.23.140.1.2.1' })
  .regex(/^[0-2](?:\.(?:0|[1-9]\d*))+$/)
  .max(200);

/** A profile of this script: a shipped one, with what is the CA's own. The shipped profile says what may be set. */
export const profile = z.strictObject({
  extends: name.describe('A profile that ships with the program'),
  'path-length': z.int().min(0).max(255).exactOptional(),
  'key-usage': distinct(line(40), 1).exactOptional(),
  'extended-key-usage': distinct(line(200), 1).exactOptional(),
  policies: distinct(oid, 1).exactOptional(),
  'ca-issuers': url.exactOptional().describe('Where the certificate of the issuer can be fetched'),
  crl: url.exactOptional().describe('Where the CRL can be fetched'),
});
