import type { Json, JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type KeyHalf, mayGoUnreported, quirkName, setByToken, type Template } from '../quorum/key-template.ts';
import { mechanismForKey } from '../quorum/mechanism.ts';
import { type Operation, possessionStatement } from '../quorum/operation.ts';
import { type QuirkRow, quirkRow, quirkSentence, saysNothing, wantedBesides } from '../quorum/quirk-rows.ts';
import type { TokenProcess } from '../token/client.ts';
import type { Attributes, GeneratedKeyPair, KeyAlgorithm, KeyTemplate } from '../token/replies.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import { describePublicKey, parsePublicKey, parseSpki } from '../x509/public-key.ts';
import { type Done, NO_BYTES } from './done.ts';
import type { HsmSession } from './hsm.ts';
import { requireSignature } from './key-use.ts';
import { knowing } from './refusals.ts';

const NOT_TO_BE_USED = 'the key exists on the token and must not be used; record it as an orphan';

/** The public key of each algorithm, as describePublicKey says it: an adopted key too is one that was asked for. */
const ASKED: Readonly<Record<Of<'generate-key'>['algorithm'], string>> = {
  'ecdsa-p256': 'EC P-256',
  'ecdsa-p384': 'EC P-384',
  'ecdsa-p521': 'EC P-521',
  'rsa-3072': 'RSA 3072 bits, exponent 65537',
  'rsa-4096': 'RSA 4096 bits, exponent 65537',
  ed25519: 'Ed25519',
};

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;

/**
 * Generates the key pair, reads back every attribute that matters, checks the public key, proves possession.
 * @param accepted quirks of this HSM that the quorum has accepted, by name
 * @throws CeremonyError HSM_QUIRK for one that it has not; the key exists then, and the details name it
 */
export async function generateKey(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'generate-key'>,
  ceremony: Sha256,
  accepted: ReadonlySet<string>,
): Promise<Done> {
  const made =
    operation.adopts === null
      ? await newKeyPair(hsm, client, operation)
      : await leftKeyPair(hsm, client, operation, operation.adopts);
  const spki = Buffer.from(made.spki, 'base64');
  const spkiSha256 = sha256(spki);
  const orphan = { done: true, orphan: true, spki: made.spki, spkiSha256, label: operation.label, id: operation.id };
  const row = quirkRow(operation.behavesAs);
  const quirks = [
    ...compareAttributes('private', operation.privateTemplate, made.private, made.unreported.private, row, orphan),
    ...compareAttributes('public', operation.publicTemplate, made.public, made.unreported.public, row, orphan),
  ];
  requireAccepted(quirks, accepted, orphan);
  const parsed = parseSpki(spki);
  const problems = checkPublicKey(parsed);
  if (problems.length > 0) {
    throw new CeremonyError(
      'HSM_KEY_INVALID',
      `the public key of "${operation.label}" fails its checks: ${problems.join('; ')}`,
      { details: orphan },
    );
  }
  const said = describePublicKey(parsePublicKey(parsed));
  if (said !== ASKED[operation.algorithm])
    throw new CeremonyError(
      'HSM_KEY_INVALID',
      `the key of "${operation.label}" is ${said}, asked for ${ASKED[operation.algorithm]}`,
      { hint: NOT_TO_BE_USED, details: orphan },
    );
  hsm.keys.set(spkiSha256, { spki, label: operation.label });
  let possession: string | null = null;
  if (operation.possession) {
    const statement = possessionStatement(ceremony, spkiSha256);
    const mechanism = mechanismForKey(operation.algorithm);
    const signature = await knowing(orphan, () => client.sign(hsm.named, spki, mechanism, statement));
    await knowing(orphan, async () => requireSignature(spki, mechanism, statement, signature, operation.label));
    possession = Buffer.from(signature).toString('base64');
  }
  return {
    facts: {
      spki: made.spki,
      spkiSha256,
      algorithm: operation.algorithm,
      mechanism: made.mechanism,
      public: made.public,
      private: made.private,
      unreported: made.unreported as unknown as Json,
      quirks: quirks.map(({ sentence }) => sentence),
      possession,
      protection: hsm.protection,
    },
    bytes: NO_BYTES,
  };
}

async function newKeyPair(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'generate-key'>,
): Promise<GeneratedKeyPair> {
  return await client.generateKeyPair(
    hsm.named,
    operation.algorithm as KeyAlgorithm,
    operation.publicTemplate as KeyTemplate,
    operation.privateTemplate as KeyTemplate,
  );
}

/**
 * The key pair that an interrupted generation left: both halves, by the id that was asked for then.
 * @throws CeremonyError HSM_OBJECT_MISSING unless there is exactly one of each, and the public one is the approved one
 */
async function leftKeyPair(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'generate-key'>,
  spkiSha256: Sha256,
): Promise<GeneratedKeyPair> {
  const objects = (await client.inventory(hsm.named)).filter((object) => object.id === operation.id);
  const [publicKey] = objects.filter((object) => object.class === 'public-key');
  const [privateKey] = objects.filter((object) => object.class === 'private-key');
  if (objects.length !== 2 || !publicKey?.spki || !privateKey || publicKey.spkiSha256 !== spkiSha256) {
    throw new CeremonyError(
      'HSM_OBJECT_MISSING',
      `${objects.length} objects with id ${operation.id} are on "${hsm.authorized.name}"; exactly a private key and the public key ${spkiSha256} were expected`,
      { details: { reached: 'no' } },
    );
  }
  return {
    spki: publicKey.spki,
    spkiSha256,
    public: publicKey.attributes,
    private: privateKey.attributes,
    unreported: { public: publicKey.unreported, private: privateKey.unreported },
    mechanism: String(privateKey.attributes['KEY_GEN_MECHANISM'] ?? 'not reported'),
  };
}

/** Uses that a CA key must not have; a token that reports one as set is refused even if the template forgot it. */
const FORBIDDEN_USES = ['DECRYPT', 'UNWRAP', 'DERIVE', 'WRAP', 'ENCRYPT', 'SIGN_RECOVER'];

interface Quirk {
  readonly name: string;
  readonly sentence: string;
}

/** @throws CeremonyError HSM_QUIRK */
function requireAccepted(quirks: readonly Quirk[], accepted: ReadonlySet<string>, orphan: JsonObject): void {
  const left = quirks.filter(({ name }) => !accepted.has(name));
  if (left.length === 0) return;
  throw new CeremonyError('HSM_QUIRK', left.map(({ sentence }) => sentence).join('; '), {
    hint: 'the key exists on the token; it is used only if the quorum accepts that, or not at all',
    details: { ...orphan, quirks: left.map(({ name }) => name) },
  });
}

/**
 * @returns what the token does not report
 * @throws CeremonyError HSM_ATTRIBUTE for a value other than asked; the key exists then, and the details name it
 */
function compareAttributes(
  half: KeyHalf,
  template: Template,
  read: Attributes,
  unreported: readonly string[],
  row: QuirkRow,
  orphan: JsonObject,
): Quirk[] {
  const wanted: Record<string, boolean | string> = {
    // What it does not ask for, and what must hold all the same, since the token sets it itself.
    ...setByToken(half, template['EXTRACTABLE'] === true),
    ...wantedBesides(half, row),
    ...template,
  };
  for (const use of FORBIDDEN_USES) if (!(use in wanted) && use in read) wanted[use] = false;
  const quirks: Quirk[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const isReported = name in read && !unreported.includes(name) && !saysNothing(half, name, read[name], row);
    if (!isReported && mayGoUnreported(name)) {
      quirks.push({ name: quirkName(half, name), sentence: quirkSentence(half, name, value, row) });
    } else if (read[name] !== value) {
      throw new CeremonyError(
        'HSM_ATTRIBUTE',
        `${name} of the new ${half} key is ${isReported ? JSON.stringify(read[name]) : 'not reported'}, asked for ${JSON.stringify(value)}`,
        {
          hint: NOT_TO_BE_USED,
          details: orphan,
        },
      );
    }
  }
  return quirks;
}
