import { canonicalJson, type Json, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerKey } from '../ledger/ledger.ts';
import { isKek, kekFrom, kekName, kekThreshold, namedSet, wrapStatement } from '../quorum/key-backup.ts';
import { restoredTemplate } from '../quorum/key-template.ts';
import { copyStatement, type Operation } from '../quorum/operation.ts';
import { type Roster, ruleFor } from '../quorum/roster.ts';
import { type PinKind, pinFrom, type ShareSet } from '../quorum/share-set.ts';
import type { GeneratedKeyPair, ObjectFacts, SignatureAlgorithm, TokenProcess } from '../token/client.ts';
import type { KeyTemplate } from '../token/replies.ts';
import type { Custody } from './custody.ts';
import type { HsmSession, KnownKey } from './hsm.ts';
import { type Done, keyOn, requireSignature } from './operations.ts';
import { type Announce, requireUnlocked } from './tries.ts';

/*
 * A CA key leaves its HSM wrapped, and comes to another. The key that it is wrapped with is made here of a secret that
 * exists as shares alone, goes to the token process as bytes, and is zeroed.
 */

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;
type Secrets = ReadonlyMap<ShareSet, Uint8Array>;

const NO_BYTES = new Uint8Array(0);

/**
 * Who holds the shares of a KEK, and how many of them recombine it: one role backs up and restores.
 * @throws CeremonyError ROSTER_INVALID, DESCRIPTOR_INVALID when they are too few
 */
export function kekCustody(roster: Roster, custodians: number): { readonly role: string; readonly threshold: number } {
  const { role } = ruleFor(roster, 'backup');
  const restores = ruleFor(roster, 'restore').role;
  if (restores !== role)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `"${role}" approves backups and "${restores}" restorations; who holds the shares must be able to approve both`,
    );
  const threshold = kekThreshold((name) => roster.classes.get(name)?.need);
  if (custodians < threshold)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `${custodians} custodians of a wrapping key; the roster demands at least ${threshold}`,
    );
  return { role, threshold };
}

/**
 * A key of this HSM, under the set that this guard has made for that.
 * @throws CeremonyError HSM_OBJECT_MISSING, SHARE_FOREIGN_SET, DESCRIPTOR_INVALID
 */
export function judgeWrap(custody: Custody, hsm: HsmSession, roster: Roster, operation: Of<'wrap-key'>): void {
  const { set, key } = operation;
  keyOn(hsm, key);
  if (hsm.active)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `"${hsm.authorized.name}" is active; its security officer cannot log in beside its user`,
      { hint: 'deactivate it first' },
    );
  const made = custody.kek(hsm.authorized.name, set.id);
  if (!made || canonicalJson(made as unknown as Json) !== canonicalJson(set as unknown as Json))
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the share set of the descriptor is not one made to wrap a key of "${hsm.authorized.name}" with`,
    );
  const { threshold } = kekCustody(roster, set.shares.length);
  if (set.threshold < threshold)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `threshold ${set.threshold} of the wrapping key's set; the roster demands ${threshold}`,
    );
}

/**
 * What the ledger says of a wrapped key that is to be unwrapped: from nothing else does a guard take which key it is, and
 * whose shares open it. Its set is held from then on.
 * @param blob bytes of the wrapped key as the core has them, which come from a medium
 * @throws CeremonyError TOKEN_UNEXPECTED, SHARE_FOREIGN_SET, PAYLOAD_DIGEST, DESCRIPTOR_INVALID, HSM_OBJECT_MISSING
 */
export function judgeUnwrap(
  custody: Custody,
  hsm: HsmSession,
  ledger: Ledger | null,
  operation: Of<'unwrap-key'>,
  blob: Uint8Array | null,
): RestoredKey {
  const { name } = hsm.authorized;
  const key = ledger?.keys.find(({ spkiSha256 }) => spkiSha256 === operation.key);
  const backup = ledger?.backups?.find(({ set, state }) => set === operation.set.id && state !== 'destroyed');
  if (!ledger || !key)
    throw new CeremonyError('HSM_OBJECT_MISSING', `the ledger knows no key with SPKI digest ${operation.key}`);
  if (!backup || backup.spkiSha256 !== operation.key)
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the ledger has no backup of "${key.name}" under the set ${operation.set.id}`,
    );
  const set = ledger.shareSets.find(({ id, kind }) => id === backup.set && kind === 'kek');
  if (!set || canonicalJson(namedSet(set) as unknown as Json) !== canonicalJson(operation.set as unknown as Json))
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the set ${operation.set.id} of the descriptor is not the one of the ledger`,
    );
  const found = blob ? sha256(blob) : 'missing';
  if (found !== backup.sha256 || operation.blob.sha256 !== backup.sha256 || operation.blob.size !== backup.size)
    throw new CeremonyError(
      'PAYLOAD_DIGEST',
      `the wrapped key has SHA-256 ${found}, the descriptor says ${operation.blob.sha256}, and the ledger ${backup.sha256}`,
      { hint: 'use the copy on the other medium' },
    );
  if (operation.label !== key.label || operation.id !== key.id)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the key would be restored as "${operation.label}" with id ${operation.id}; the ledger has it as "${key.label}" with id ${key.id}`,
    );
  if (keyPlaces(ledger, key).includes(hsm.serial ?? ''))
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the key "${key.name}" is on "${name}" by the ledger: it is restored elsewhere`,
      {
        hint: 'restore it on another HSM of the site',
      },
    );
  const { id, kind, threshold, check, shares } = set;
  custody.holdKek(name, { id, kind, threshold, check, shares }, true);
  return knownBy(key);
}

/** A key of the ledger, with what the record says of it once it is restored. */
export interface RestoredKey extends KnownKey {
  readonly algorithm: string;
}

function knownBy({ spki, label, algorithm }: LedgerKey): RestoredKey {
  return { spki: Buffer.from(spki, 'base64'), label, algorithm };
}

/**
 * Has the security officer trust a KEK, wraps the key under it, shows that what was wrapped is the key, and destroys the
 * KEK. One that a crash has left is destroyed before.
 * @returns the wrapped key in `bytes`
 * @throws CeremonyError HSM_KEY_NOT_WRAPPABLE, HSM_MECHANISM, HSM_ATTRIBUTE, HSM_SIGNATURE, PIN_LOCKED, …
 */
export async function wrapKey(
  hsm: HsmSession,
  operation: Of<'wrap-key'>,
  secrets: Secrets,
  ceremony: Sha256,
  announce: Announce,
): Promise<Done> {
  const { set, mechanism } = operation;
  const key = keyOn(hsm, operation.key);
  const name = kekName(set.id);
  const kek = kekFrom(secretOf(secrets, 'kek'), set.id);
  const pins: Buffer[] = [];
  let wrapped: Buffer = Buffer.alloc(0);
  const wrap = async (client: TokenProcess): Promise<JsonObject> => {
    const facts = await hsm.facts(client);
    for (const user of ['so', 'user'] as const) {
      requireUnlocked(facts, user);
      await announce(facts, user);
    }
    const at = hsm.named;
    const pinOf = (kind: PinKind): Buffer => {
      const one = setOf(secrets, kind);
      const pin = pinFrom(secretOf(secrets, kind), one, facts.maxPinLength);
      pins.push(pin);
      return pin;
    };
    const [so, user] = [pinOf('so'), pinOf('user')];
    const left = await destroyLeft(client, at, user);
    await client.login(at, 'so', so);
    const made = await client.importWrappingKey(at, name.label, name.id, kek);
    await client.logout(at);
    await client.login(at, 'user', user);
    try {
      holdKek(made, hsm.authorized.name);
      const out = await client.wrapKey(at, key.spki, name);
      wrapped = out.wrapped;
      const statement = wrapStatement(ceremony, operation.key, set.id);
      const algorithm = mechanism as SignatureAlgorithm;
      const proof = await client.signWithWrapped(at, key.spki, name, algorithm, wrapped, statement);
      requireSignature(key.spki, mechanism, statement, proof, key.label);
      await destroyKek(client, at, name);
      return {
        ...{ key: operation.key, serial: at.serial, algorithm: operation.algorithm, set: set.id, file: operation.out },
        ...{ sha256: sha256(wrapped), size: wrapped.length, tokenMechanism: out.mechanism },
        proof: Buffer.from(proof).toString('base64'),
        kek: { ...name, attributes: made.attributes as JsonObject, absent: true, left },
        protection: hsm.protection,
      };
    } catch (error) {
      await destroyKek(client, at, name).catch(refusalsOnly);
      throw error;
    } finally {
      // The process ends next, and the login with it.
      await client.logout(at).catch(refusalsOnly);
    }
  };
  try {
    return { facts: await hsm.publicly(wrap, operation), bytes: wrapped };
  } finally {
    kek.fill(0);
    for (const pin of pins) pin.fill(0);
  }
}

/** KEKs that a crash has left: whoever looks without a login sees them. @returns their labels and ids */
async function destroyLeft(client: TokenProcess, at: { readonly serial: string }, user: Buffer): Promise<JsonObject[]> {
  const left = (await client.inventory(at)).filter(isKek);
  if (left.length === 0) return [];
  await client.login(at, 'user', user);
  for (const { label, id } of left) await client.destroy(at, 'secret-key', label ?? '', id);
  await client.logout(at);
  return left.map(({ label, id }) => ({ label, id }));
}

/** @throws CeremonyError HSM_NOT_ACTIVE when it can still be found */
async function destroyKek(
  client: TokenProcess,
  at: { readonly serial: string },
  { label, id }: ReturnType<typeof kekName>,
): Promise<void> {
  await client.destroy(at, 'secret-key', label, id);
  const found = (await client.inventory(at)).filter((object) => isKek(object) || object.id === id);
  if (found.length === 0) return;
  throw new CeremonyError(
    'HSM_ATTRIBUTE',
    `${found.length} objects of the wrapping key "${label}" are still on the token after it was destroyed`,
  );
}

/** What makes a KEK one that never leaves the token, and that does nothing but wrap. */
const KEK_HOLDS = { TRUSTED: true, SENSITIVE: true, EXTRACTABLE: false, WRAP: true, ENCRYPT: false, DECRYPT: false };

/** @throws CeremonyError HSM_ATTRIBUTE */
function holdKek({ attributes }: ObjectFacts, hsm: string): void {
  for (const [attribute, wanted] of Object.entries(KEK_HOLDS)) {
    if (attributes[attribute] === wanted) continue;
    throw new CeremonyError(
      'HSM_ATTRIBUTE',
      `${attribute} of the wrapping key on "${hsm}" is ${JSON.stringify(attributes[attribute] ?? 'not reported')}, asked for ${wanted}`,
      { hint: 'the wrapping key was destroyed, and nothing was wrapped' },
    );
  }
}

/**
 * Makes the key on this HSM, not to be extracted, and has it sign that it is there. Where an interrupted restoration left
 * halves of it, these are destroyed before.
 * @param key of the ledger
 * @throws CeremonyError HSM_OBJECT_EXISTS, HSM_WRAPPED_KEY, HSM_MECHANISM, HSM_ATTRIBUTE, HSM_SIGNATURE
 */
export async function unwrapKey(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'unwrap-key'>,
  secrets: Secrets,
  { ceremony, key, blob }: { readonly ceremony: Sha256; readonly key: RestoredKey; readonly blob: Uint8Array },
): Promise<Done> {
  const { label, id, set } = operation;
  const at = hsm.named;
  const left = operation.adopts === null ? [] : await destroyHalves(client, at, label, id);
  const kek = kekFrom(secretOf(secrets, 'kek'), set.id);
  let made: GeneratedKeyPair;
  try {
    made = await client.unwrapKey(at, key.spki, kek, blob, {
      public: operation.publicTemplate as KeyTemplate,
      private: operation.privateTemplate as KeyTemplate,
    });
  } finally {
    kek.fill(0);
  }
  try {
    holdRestored(made, label, id);
    const statement = copyStatement(ceremony, operation.key, at.serial);
    const signature = await client.sign(at, key.spki, operation.mechanism as SignatureAlgorithm, statement);
    requireSignature(key.spki, operation.mechanism, statement, signature, label);
    hsm.keys.set(operation.key, { spki: key.spki, label });
    return {
      facts: {
        ...{ key: operation.key, serial: at.serial, set: set.id, sha256: operation.blob.sha256, label, id },
        ...{ spki: made.spki, spkiSha256: made.spkiSha256, algorithm: key.algorithm },
        signature: Buffer.from(signature).toString('base64'),
        ...{ public: made.public as JsonObject, private: made.private as JsonObject },
        unreported: made.unreported as unknown as Json,
        ...{ quirks: restoredQuirks(made), left, protection: hsm.protection },
      },
      bytes: NO_BYTES,
    };
  } catch (error) {
    // What is not the key, or not as it was asked for, does not stay.
    await destroyHalves(client, at, label, id).catch(refusalsOnly);
    throw error;
  }
}

/** What stands on the token under that label and id; nothing where there is nothing. @returns class of each */
async function destroyHalves(
  client: TokenProcess,
  at: { readonly serial: string },
  label: string,
  id: string,
): Promise<string[]> {
  const found = (await client.inventory(at)).filter(
    (object) => object.label === label && object.id === id && /^(?:private|public)-key$/.test(object.class),
  );
  // The public one last: by it whoever looks without a login sees that something is there.
  for (const { class: one } of found.toSorted((a, b) => (a.class < b.class ? -1 : 1)))
    await client.destroy(at, one, label, id);
  return found.map((object) => object.class).sort();
}

/** @throws CeremonyError HSM_ATTRIBUTE */
function holdRestored(made: GeneratedKeyPair, label: string, id: string): void {
  for (const half of ['private', 'public'] as const) {
    for (const [attribute, wanted] of Object.entries(restoredTemplate(half, label, id))) {
      if (!(attribute in made[half]) || made[half][attribute] === wanted) continue;
      throw new CeremonyError(
        'HSM_ATTRIBUTE',
        `${attribute} of the restored ${half} key is ${JSON.stringify(made[half][attribute])}, asked for ${JSON.stringify(wanted)}`,
        { hint: 'the key was destroyed again' },
      );
    }
  }
  for (const essential of ['SENSITIVE', 'EXTRACTABLE'] as const) {
    if (essential in made.private) continue;
    throw new CeremonyError('HSM_ATTRIBUTE', `the token does not report ${essential} of the restored private key`, {
      hint: 'the key was destroyed again',
    });
  }
}

/** In what a restored key is other than one that was made on its HSM; a sentence each. */
function restoredQuirks({ private: half, unreported }: GeneratedKeyPair): string[] {
  return [
    ...(half['MODIFIABLE'] === true
      ? ['MODIFIABLE of the private key is true: who is logged in may change what it may be used for']
      : []),
    ...unreported.private.map((name) => `the token does not report ${name} of the private key`),
    'LOCAL and NEVER_EXTRACTABLE of the private key cannot be true: it came to this HSM wrapped',
  ];
}

function setOf(secrets: Secrets, kind: ShareSet['kind']): ShareSet {
  for (const set of secrets.keys()) if (set.kind === kind) return set;
  throw new CeremonyError('HSM_NOT_ACTIVE', `the secret of the ${kind} set is not at hand`);
}

function secretOf(secrets: Secrets, kind: ShareSet['kind']): Uint8Array {
  return secrets.get(setOf(secrets, kind)) as Uint8Array;
}

function refusalsOnly(error: unknown): void {
  if (!(error instanceof CeremonyError)) throw error;
}
