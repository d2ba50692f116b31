import type { Json, JsonObject } from '../base/canonical-json.ts';
import { canonicalBytes } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type KeyHalf, mayGoUnreported, quirkName, setByToken, type Template } from '../quorum/key-template.ts';
import { algorithmIdentifier, mechanismForKey } from '../quorum/mechanism.ts';
import { copyStatement, type Operation, possessionStatement } from '../quorum/operation.ts';
import { type QuirkRow, quirkRow, quirkSentence, saysNothing, wantedBesides } from '../quorum/quirk-rows.ts';
import { type PinKind, pinFrom, pinKindOf, type ShareSet } from '../quorum/share-set.ts';
import type { TokenProcess } from '../token/client.ts';
import type {
  Attributes,
  GeneratedKeyPair,
  KeyAlgorithm,
  KeyTemplate,
  SignatureAlgorithm,
  TokenFacts,
} from '../token/replies.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';
import { adoptedQuirks, isByCertificate } from './adopted-key.ts';
import type { HsmSession, KnownKey } from './hsm.ts';
import { type Announce, pinFlags, requireUnlocked } from './tries.ts';

export interface Done {
  readonly facts: JsonObject;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;

/** Initialises a blank token with the PINs of two proven share sets, and logs in once with the user's. */
export async function prepareToken(
  hsm: HsmSession,
  operation: Of<'prepare-token'>,
  secrets: ReadonlyMap<ShareSet, Uint8Array>,
  announce: Announce,
): Promise<Done> {
  const pins = new Map<string, Buffer>();
  try {
    const prepare = async (client: TokenProcess) => {
      const before =
        operation.adopts === null
          ? await hsm.facts(client)
          : await leftToken(hsm, client, operation.adopts, operation.label);
      // A blank token is given its first PIN; one that was left has one, and takes this for it or spends a try.
      if (operation.adopts !== null) requireUnlocked(before, 'so');
      await announce(before, 'so');
      for (const [set, secret] of secrets) pins.set(set.kind, pinFrom(secret, set, before.maxPinLength));
      const so = pins.get('so') as Buffer;
      const user = pins.get('user') as Buffer;
      const made =
        operation.adopts === null
          ? await client.initToken(hsm.selector, operation.label, so)
          : { serial: operation.adopts };
      hsm.bind(made.serial);
      const name = { serial: made.serial };
      await knowing({ done: true, serial: made.serial, label: operation.label }, async () => {
        await client.login(name, 'so', so);
        await client.initPin(name, user);
        await client.logout(name);
        await client.login(name, 'user', user);
        // The process ends next, and the login with it.
        await client.logout(name).catch(refusalsOnly);
      });
      return {
        serial: made.serial,
        model: before.model,
        label: operation.label,
        manufacturer: before.manufacturer,
        firmware: before.firmwareVersion,
        sets: operation.sets.map((set) => set.id),
        pinLength: { user: user.length, so: so.length },
        protection: hsm.protection,
      };
    };
    return { facts: await hsm.publicly(prepare, operation), bytes: NO_BYTES };
  } catch (error) {
    // It has no serial in the record: people look at it, and approve that what they find is taken up.
    hsm.release();
    throw error;
  } finally {
    for (const pin of pins.values()) pin.fill(0);
  }
}

/**
 * Gives the token the PIN of a new, proven share set in place of the old one's, and logs in once with it. Where a
 * rotation was begun and its end is not known, the new PIN is tried first: it is right, or it costs the one try that the
 * approvers read of, and the old one follows.
 */
export async function rotateActivation(
  hsm: HsmSession,
  operation: Of<'rotate-activation'>,
  secrets: ReadonlyMap<ShareSet, Uint8Array>,
  announce: Announce,
): Promise<Done> {
  const { set, replaces, adopts } = operation;
  const kind = pinKindOf(set);
  const pins: Buffer[] = [];
  try {
    const rotate = async (client: TokenProcess) => {
      const facts = await hsm.facts(client);
      requireTries(facts, kind, adopts !== null);
      await announce(facts, kind);
      const pinOf = (id: string): Buffer => {
        const [one, secret] = [...secrets].find(([{ id: its }]) => its === id) as [ShareSet, Uint8Array];
        const pin = pinFrom(secret, one, facts.maxPinLength);
        pins.push(pin);
        return pin;
      };
      const [old, renewed] = [pinOf(replaces.id), pinOf(set.id)];
      const name = hsm.named;
      const found = adopts === null ? 'old' : await loginWithEither(client, name, kind, renewed, old);
      if (adopts === null) await client.login(name, kind, old);
      if (found === 'old') {
        await client.setPin(name, old, renewed);
        await knowing({ done: true, serial: name.serial }, async () => {
          await client.logout(name);
          await client.login(name, kind, renewed);
        });
      }
      // The process ends next, and the login with it.
      await client.logout(name).catch(refusalsOnly);
      return {
        serial: name.serial,
        kind,
        set: set.id,
        replaced: replaces.id,
        found,
        pinLength: renewed.length,
        protection: hsm.protection,
      };
    };
    return { facts: await hsm.publicly(rotate, operation), bytes: NO_BYTES };
  } finally {
    for (const pin of pins) pin.fill(0);
  }
}

/** Where nobody knows which PIN it is, none is tried that could be the last. @throws CeremonyError PIN_LOCKED, TOKEN_UNEXPECTED */
function requireTries(facts: TokenFacts, kind: PinKind, isGuess: boolean): void {
  requireUnlocked(facts, kind);
  if (isGuess && pinFlags(facts, kind).finalTry) {
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `one more wrong PIN of the ${kind === 'user' ? 'user' : 'security officer'} locks the token, and which one it has is not known; no PIN was sent`,
    );
  }
}

/** One login with the new PIN; if that is the wrong one, and only then, one with the old. */
async function loginWithEither(
  client: TokenProcess,
  name: { readonly serial: string },
  user: PinKind,
  renewed: Uint8Array,
  old: Uint8Array,
): Promise<'old' | 'new'> {
  try {
    await client.login(name, user, renewed);
    return 'new';
  } catch (error) {
    if (!(error instanceof CeremonyError) || error.code !== 'PIN_INCORRECT') throw error;
  }
  await client.login(name, user, old);
  return 'old';
}

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

/** The token that an interrupted preparation left. @throws CeremonyError TOKEN_UNEXPECTED it is not there */
async function leftToken(hsm: HsmSession, client: TokenProcess, serial: string, label: string): Promise<TokenFacts> {
  const facts = await hsm.leftBehind(client, label);
  if (facts?.serial === serial) return facts;
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `no token with serial ${serial} is labelled "${label}" as the interrupted preparation left it`,
    { details: { reached: 'no' } },
  );
}

/** A refusal of `use` comes with these facts in its details: what is certain by then. */
async function knowing<T>(facts: JsonObject, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new CeremonyError(error.code, error.message, {
      ...hint,
      details: { ...error.details, ...facts },
      cause: error,
    });
  }
}

/** What is done on the way out may be refused; anything else is a fault of ours. */
export function refusalsOnly(error: unknown): void {
  if (!(error instanceof CeremonyError)) throw error;
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
          hint: 'the key exists on the token and must not be used; record it as an orphan',
          details: orphan,
        },
      );
    }
  }
  return quirks;
}

/** Signs the payload whose digest was approved, and verifies the signature by other code before it is returned. */
export async function signPayload(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'sign'>,
  payload: Uint8Array,
): Promise<Done> {
  const key = keyOn(hsm, operation.key);
  const signature = await client.sign(hsm.named, key.spki, operation.mechanism as SignatureAlgorithm, payload);
  requireSignature(key.spki, operation.mechanism, payload, signature, key.label);
  return {
    facts: { signature: Buffer.from(signature).toString('base64'), key: operation.key, protection: hsm.protection },
    bytes: signature,
  };
}

/** A key that was seen made on this HSM, or that the ledger has on it. @throws CeremonyError HSM_OBJECT_MISSING */
export function keyOn(hsm: HsmSession, digest: Sha256): KnownKey {
  const key = hsm.keys.get(digest);
  if (key) return key;
  throw new CeremonyError(
    'HSM_OBJECT_MISSING',
    `no key with SPKI digest ${digest} is known on "${hsm.authorized.name}" in this ceremony`,
  );
}

/**
 * Has the key sign that it is on this HSM, in this ceremony. What is signed is put together here; the signature is
 * verified by other code. From then on the key counts as one of this HSM: a use of it must be refused after the logout.
 */
export async function proveKey(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'prove-key'>,
  ceremony: Sha256,
  key: KnownKey,
): Promise<Done> {
  const { serial } = hsm.named;
  const statement = copyStatement(ceremony, operation.key, serial);
  const found = isByCertificate(operation) ? await foundKey(client, serial, key) : {};
  const signature = await client.sign({ serial }, key.spki, operation.mechanism as SignatureAlgorithm, statement);
  requireSignature(key.spki, operation.mechanism, statement, signature, key.label);
  hsm.keys.set(operation.key, key);
  return {
    facts: {
      signature: Buffer.from(signature).toString('base64'),
      key: operation.key,
      serial,
      ...found,
      protection: hsm.protection,
    },
    bytes: NO_BYTES,
  };
}

/**
 * A key that nobody here made, as its HSM shows it: what a ledger has of a key besides.
 * @throws CeremonyError HSM_OBJECT_MISSING where it is not there, or nothing tells it apart
 */
async function foundKey(client: TokenProcess, serial: string, { spki, label }: KnownKey): Promise<JsonObject> {
  const { id, label: found, private: half } = await client.findKey({ serial }, spki);
  if (id === '')
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key of the certificate "${label}" has no CKA_ID on its HSM`, {
      hint: 'give both halves of the pair one CKA_ID with the tools of the HSM, then propose it again',
      details: { reached: 'no' },
    });
  return {
    spki: Buffer.from(spki).toString('base64'),
    id,
    label: found,
    private: half.attributes,
    quirks: adoptedQuirks(half.attributes, half.unreported),
  };
}

/** @throws CeremonyError HSM_SIGNATURE */
export function requireSignature(
  spki: Uint8Array,
  mechanism: string,
  data: Uint8Array,
  signature: Uint8Array,
  label: string,
): void {
  if (!verifySignature(parseSpki(spki), algorithmIdentifier(mechanism), data, signature)) {
    throw new CeremonyError('HSM_SIGNATURE', `the signature that the token made with "${label}" does not verify`);
  }
}

/** Everything on the token, private objects too. */
export async function takeInventory(hsm: HsmSession, client: TokenProcess): Promise<Done> {
  const objects = await client.inventory(hsm.named);
  return {
    facts: { objects: objects as unknown as Json, digest: sha256(canonicalBytes(objects)), protection: hsm.protection },
    bytes: NO_BYTES,
  };
}
