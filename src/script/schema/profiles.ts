import { z } from 'zod';
import { distinct, line, name } from './words.ts';

const url = line(255).regex(/^https?:\/\/[\x21-\x7e]+$/, { error: 'a URL that begins with "http://"' });

const oid = z
  .string({ error: 'an object identifier such as 2.23.140.1.2.1, or any-policy' })
  .regex(/^[0-2](?:\.(?:0|[1-9]\d*))+$/)
  .max(200);

const anyPolicy = z.literal('any-policy');

/** A policy by its identifier, or with what it refers relying parties to (RFC 5280 §4.2.1.4). */
const policy = z.union(
  [
    oid,
    anyPolicy,
    z.strictObject({
      policy: z.union([oid, anyPolicy], { error: 'an object identifier such as 2.23.140.1.2.1, or any-policy' }),
      cps: url.exactOptional().describe('Where the certification practice statement can be read'),
      notice: line(200).exactOptional().describe('A text for whoever relies on the certificate'),
    }),
  ],
  { error: 'an object identifier such as 2.23.140.1.2.1, or a mapping such as { policy: 2.23.140.1.2.1, cps: URL }' },
);

/** Names of one form, each once. What a name may look like is said when the profile is resolved. */
const names = distinct(line(320), 1);
const namesOrAll = z.union([names, z.literal('all')], { error: 'a list of names, or all' });

const directory = z.record(z.string(), z.union([line(200), z.array(line(200)).min(1)], { error: 'a text, or a list' }));

/** RFC 5280 §4.2.1.10 */
const subtrees = z.strictObject({
  dns: namesOrAll.exactOptional().describe('Host names, each with all below it'),
  ip: namesOrAll.exactOptional().describe('Networks such as 10.0.0.0/8'),
  email: names.exactOptional().describe('Mailboxes, hosts, or domains that begin with a dot'),
  uri: names.exactOptional().describe('Hosts of URIs, or domains that begin with a dot'),
  directory: z.array(directory).min(1).exactOptional().describe('Names that begin with these attributes'),
});

/** Certificates further down a chain that are exempt (RFC 5280 §4.2.1.11, §4.2.1.14). */
const skipCerts = z.int().min(0).max(255);

/** A profile of this script: a shipped one, with what is the CA's own. The shipped profile says what may be set. */
export const profile = z.strictObject({
  extends: name.describe('A profile that ships with the program'),
  'path-length': z.int().min(0).max(255).exactOptional(),
  'key-usage': distinct(line(40), 1).exactOptional(),
  'extended-key-usage': distinct(line(200), 1).exactOptional(),
  policies: z.array(policy).min(1).exactOptional(),
  'name-constraints': z
    .strictObject({ permitted: subtrees.exactOptional(), excluded: subtrees.exactOptional() })
    .exactOptional(),
  'policy-constraints': z
    .strictObject({
      'require-explicit-policy': skipCerts.exactOptional(),
      'inhibit-policy-mapping': skipCerts.exactOptional(),
    })
    .exactOptional(),
  'inhibit-any-policy': skipCerts.exactOptional(),
  'ca-issuers': url.exactOptional().describe('Where the certificate of the issuer can be fetched'),
  ocsp: url.exactOptional().describe('Where the OCSP responder of the issuer answers'),
  crl: url.exactOptional().describe('Where the CRL can be fetched'),
});
