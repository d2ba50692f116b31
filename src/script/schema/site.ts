import { z } from 'zod';
import { activation } from './activation.ts';
import { fixedDuration } from './dates.ts';
import { absolutePath, line, name, path, sha256 } from './words.ts';

/** The version of the site binding that this program reads. */
export const SITE_VERSION = 1;

/** What a rehearsal puts before common names and labels, so that nothing it makes passes for real. */
export const COMMON_NAME_PREFIX = 'REHEARSAL ';
export const LABEL_PREFIX = 'rehearsal-';

const none = z.literal('none');
const ascii = (max: number) => line(max).regex(/^[\x20-\x7e]*$/, { error: 'printable ASCII' });

const module = z.strictObject({
  library: absolutePath.describe('The PKCS#11 module'),
  sha256: sha256.describe('Of the library'),
  environment: z
    .record(z.string({ error: 'the name of an environment variable' }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/), ascii(256))
    .exactOptional(),
  files: z
    .array(z.strictObject({ path: absolutePath, sha256 }))
    .exactOptional()
    .describe('Its configuration'),
  'init-args': ascii(1024)
    .min(1)
    .exactOptional()
    .describe('What C_Initialize gets as LibraryParameters, where the module wants such: NSS does'),
  'key-files': z
    .union([none, z.strictObject({ folder: absolutePath, 'kept-on': name })], {
      error: '"none", or { folder, kept-on }',
    })
    .exactOptional()
    .describe('Keys that lie in files of the computer'),
  network: z
    .union(
      [
        none,
        z.strictObject({
          interface: ascii(15).regex(/^[^\s/]+$/, { error: 'the name of a network interface' }),
          peer: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address' }).describe("The HSM's address"),
        }),
      ],
      { error: '"none", or { interface, peer } with an IP address' },
    )
    .exactOptional()
    .describe('The one cable of a network HSM'),
  'login-within': fixedDuration.exactOptional().describe('How long a login may take'),
});

/** PKCS#11 v2.40 §3.3 CK_TOKEN_INFO: 32 octets for the label, 16 for the serial number. */
const token = z.strictObject({
  module: name,
  label: line(32).refine((text) => new TextEncoder().encode(text).length <= 32, {
    error: 'at most 32 octets of UTF-8',
  }),
  serial: ascii(16).exactOptional(),
  blank: z.literal(true).exactOptional().describe('It has no serial yet: found by module and model'),
  model: ascii(64),
  firmware: ascii(64).exactOptional(),
  validated: z
    .strictObject({ scheme: line(64), certificate: line(64), level: z.int().min(1).max(7), mode: line(64) })
    .exactOptional(),
  activation,
  'behaves-as': name.exactOptional().describe('Row of the quirk table'),
});

const person = z.union(
  [name, z.strictObject({ instead: name }), z.strictObject({ name: line(100), organisation: line(100) })],
  { error: 'an id of the roster, { instead: id }, or { name, organisation }' },
);

/** A quorum token that is to be enrolled, as its holder reads it from the outside. */
const quorumToken = z.strictObject({
  serial: z.union([ascii(16), z.literal('')], { error: 'at most 16 characters of ASCII; "" where it has none' }),
  model: ascii(64),
  keys: z
    .literal('adopted', { error: '"adopted"' })
    .exactOptional()
    .describe('It keeps the keys that it has, also where the script says "generated"'),
  key: sha256
    .exactOptional()
    .describe('Of the SubjectPublicKeyInfo of its signing key: how it is known where its serial is not its alone'),
  sign: line(100).exactOptional().describe('Label of the key to adopt for signing'),
  open: line(100).exactOptional().describe('Label of the key to adopt for opening envelopes'),
});

/** As the program opens it on the medium: no folder, and nothing before which a file system would be at a loss. */
const fileName = z.string({ error: 'the name of a file' }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, {
  error: 'the name of a file, of letters, digits, dot, hyphen, underscore',
});

const medium = z.strictObject({ at: absolutePath.describe('Mount point'), volume: ascii(64).exactOptional() });

export const siteSchema = z.strictObject({
  'quorate-site': z.literal(SITE_VERSION).describe('Version of the site binding'),
  mode: z.enum(['rehearsal', 'production']),
  marking: z.union(
    [
      none,
      z.strictObject({ 'common-name-prefix': z.literal(COMMON_NAME_PREFIX), 'label-prefix': z.literal(LABEL_PREFIX) }),
    ],
    { error: `"none", or { common-name-prefix: "${COMMON_NAME_PREFIX}", label-prefix: ${LABEL_PREFIX} }` },
  ),
  place: line(200),
  previous: z.union([none, z.strictObject({ pack: path, head: sha256 })], { error: '"none", or { pack, head }' }),
  roster: path.exactOptional().describe('Absent in a first enrolment, which makes it'),
  authorization: path.exactOptional(),
  modules: z.record(name, module),
  tokens: z.record(name, token),
  'quorum-tokens': z
    .strictObject({
      module: name,
      enrols: z
        .record(
          name,
          z.array(quorumToken).min(1, { error: 'at least one token' }).max(2, { error: 'a token and a spare' }),
        )
        .exactOptional()
        .describe('By id of the person: the token, and a spare; in a first enrolment'),
    })
    .exactOptional()
    .describe("The module that reaches the officers' tokens"),
  people: z.record(name, z.array(person).min(1, { error: 'at least one person' })),
  materials: z
    .record(name, z.record(name, line(100)))
    .default({})
    .describe('First ceremony only: later the ledger says it'),
  boxes: z
    .record(name, name)
    .exactOptional()
    .describe('By id of the person: the place in which the box of their own is ("own-box" in a script)'),
  media: z.record(name, z.array(medium).min(1, { error: 'at least one medium' })).default({}),
  inputs: z
    .record(name, z.strictObject({ file: fileName }))
    .default({})
    .describe('Files that come in: by what name they lie on their medium'),
  'vendor-sheets': z.record(name, z.strictObject({ file: path, sha256 })).default({}),
  'weak-keys': z
    .strictObject({
      file: path,
      sha256,
      entries: z
        .int({ error: 'how many keys the list has: a whole number' })
        .min(1, { error: 'at least one key' })
        .describe('How many keys it has: lines that do not begin with #'),
    })
    .exactOptional()
    .describe(
      "List in which each RSA key that comes in is looked up: Debian's weak keys, in the form of openssl-blacklist",
    ),
  printer: absolutePath.exactOptional().describe('Device or pipe that prints PDF: paper shares go there'),
});
