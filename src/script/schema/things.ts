import { z } from 'zod';
import { partition } from './crls.ts';
import { distinct, name } from './words.ts';

/** An abstract HSM: the site says which it is. */
export const token = z.strictObject({
  expect: z
    .union([z.enum(['blank', 'ledger', 'adopted']), distinct(name, 1)], {
      error: '"blank", "ledger", "adopted", or a list of the names on it',
    })
    .describe('What is on it at the beginning'),
  hardware: name.exactOptional().describe('What kind of device the policy asks for'),
});

const arrives = z.enum(['sealed', 'blank', 'open']);
const copies = z.int().min(2).max(9).exactOptional();

/** A thing in the room whose custody is recorded. */
export const material = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('computer'), arrives, copies }),
  z.strictObject({ kind: z.literal('hsm'), token: name, arrives }),
  z.strictObject({ kind: z.literal('quorum-token'), each: name, arrives }),
  z.strictObject({ kind: z.literal('paper-share'), each: name, arrives }),
  z.strictObject({
    kind: z.literal('medium'),
    holds: z.enum([
      ...['system-image', 'share-envelopes', 'inputs', 'pack', 'publish', 'roster', 'key-files'],
      ...['wrapped-keys', 'wrapping-shares'],
    ] as const),
    arrives,
    copies,
    'brought-by': name.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('document'), arrives, copies, 'brought-by': name.exactOptional() }),
  z.strictObject({ kind: z.literal('bag'), spare: z.int().min(0).max(99) }),
]);

const input = {
  on: name.describe('The medium it comes on'),
  optional: z.boolean().exactOptional(),
  'must-equal': name.exactOptional().describe('What it has to be, byte for byte'),
  sha256: z.literal('independent').exactOptional().describe('Its digest arrives another way than the medium'),
};

/** A file that comes in. */
export const inputFile = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('csr'),
    key: name.exactOptional().describe('Algorithm of the key'),
    spki: z
      .literal('independent')
      .exactOptional()
      .describe("The digest of the request's key arrives another way than the medium"),
    ...input,
  }),
  z.strictObject({
    type: z.literal('csr-folder'),
    key: name.exactOptional().describe('Algorithm of the keys'),
    'stand-ins': z.int().min(1).max(1000).exactOptional().describe('How many requests a rehearsal brings'),
    ...input,
    sha256: z.literal('independent').describe("The folder's digest arrives another way than the medium"),
  }),
  z.strictObject({ type: z.literal('crl'), issuer: name, ...input }),
  z.strictObject({
    type: z.literal('certificate'),
    key: name.exactOptional().describe('Algorithm of the key'),
    issuer: name.exactOptional(),
    ...input,
  }),
  z.strictObject({ type: z.literal('issued-list'), issuer: name, ...input }),
  z.strictObject({
    type: z.literal('revocation-list'),
    issuer: name,
    certificates: name
      .exactOptional()
      .describe('A list that shows of certificates which the ledger lacks that the CA has issued them'),
    issued: z
      .literal('asserted', { error: 'asserted' })
      .exactOptional()
      .describe('Of a certificate that nobody shows, it is said by who brings the list that the CA has issued it'),
    ...input,
  }),
]);

/** Of a CA's key: one that was adopted has a label that its HSM gave it. */
const label = z.string().regex(/^[a-z0-9][a-z0-9 ._-]{0,31}$/i, {
  error: 'the label of a key: up to 32 letters, digits, blanks, dots, hyphens and underscores',
});

/** Something an earlier ceremony made, found in the ledger. */
export const use = z.union(
  [
    z.strictObject({ key: name, of: label }),
    z.strictObject({ certificate: name, of: label }),
    z.strictObject({ crl: name, of: label, partition: partition.exactOptional() }),
    z.strictObject({
      backup: z.union([z.literal('latest'), z.string().regex(/^[0-9a-f]{32}$/)], {
        error: '"latest", or the 32 digits of a share set',
      }),
      of: label,
    }),
  ],
  { error: 'a mapping such as { key: root, of: example-root-g1 }' },
);
