import { canonicalJson, type Json, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isKek, kekFrom, kekName, kekThreshold, wrapStatement } from '../quorum/key-backup.ts';
import type { Operation } from '../quorum/operation.ts';
import { type Roster, ruleFor } from '../quorum/roster.ts';
import { type PinKind, pinFrom, type ShareSet } from '../quorum/share-set.ts';
import type { ObjectFacts, SignatureAlgorithm, TokenProcess } from '../token/client.ts';
import type { Custody } from './custody.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';
import { keyOn, requireSignature } from './key-use.ts';
import { refusalsOnly } from './refusals.ts';
import { type Announce, requireUnlocked } from './tries.ts';

/*
 * A CA key leaves its HSM wrapped. The key that it is wrapped with is made here of a secret that exists as shares alone,
 * goes to the token process as bytes, and is zeroed.
 */

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;
type Secrets = ReadonlyMap<ShareSet, Uint8Array>;

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
 * A key of this HSM, under the set that was made for that key in this ceremony: whoever had enough shares of an old one could
 * open what is wrapped now. To wrap the same key under it again gives the same file, bit for bit.
 * @throws CeremonyError HSM_OBJECT_MISSING, SHARE_FOREIGN_SET, DESCRIPTOR_INVALID
 */
export function judgeWrap(
  custody: Custody,
  hsm: HsmSession,
  roster: Roster,
  operation: Of<'wrap-key'>,
  ledger: Pick<Ledger, 'shareSets'> | null,
): void {
  const { set, key } = operation;
  keyOn(hsm, key);
  if (hsm.active)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `"${hsm.authorized.name}" is active; its security officer cannot log in beside its user`,
      { hint: 'deactivate it first' },
    );
  const { name } = hsm.authorized;
  if (custody.begun(name) !== null)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `a rotation of the activation of "${name}" was begun: which PIN its user or security officer has is not known`,
      { hint: 'finish the rotation first: no try is spent on a guess' },
    );
  if (ledger?.shareSets.some(({ id }) => id === set.id))
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the set ${set.id} is of an earlier ceremony by the ledger: a key is wrapped under one that is made for it now`,
    );
  const made = custody.madeKek(name, set.id, key);
  if (!made || canonicalJson(made as unknown as Json) !== canonicalJson(set as unknown as Json))
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the share set of the descriptor is not one made to wrap that key of "${name}" with`,
    );
  const { threshold } = kekCustody(roster, set.shares.length);
  if (set.threshold < threshold)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `threshold ${set.threshold} of the wrapping key's set; the roster demands ${threshold}`,
    );
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
    // From here on a wrapping key that is trusted may be on the token: whatever fails, it does not stay.
    try {
      await client.login(at, 'so', so);
      const made = await client.importWrappingKey(at, name.label, name.id, kek);
      await client.logout(at);
      await client.login(at, 'user', user);
      holdKek(made, hsm.authorized.name);
      const out = await client.wrapKey(at, key.spki, name);
      wrapped = out.wrapped;
      const blob = { sha256: sha256(wrapped), size: wrapped.length };
      const statement = wrapStatement(ceremony, operation.key, set.id, blob);
      const algorithm = mechanism as SignatureAlgorithm;
      const proof = await client.signWithWrapped(at, key.spki, name, algorithm, wrapped, statement);
      requireSignature(key.spki, mechanism, statement, proof, key.label);
      await destroyKek(client, at, name);
      return {
        ...{ key: operation.key, serial: at.serial, algorithm: operation.algorithm, set: set.id, file: operation.out },
        ...{ ...blob, tokenMechanism: out.mechanism },
        proof: Buffer.from(proof).toString('base64'),
        kek: { ...name, attributes: made.attributes as JsonObject, absent: true, left },
        protection: hsm.protection,
      };
    } catch (error) {
      throw await destroyKek(client, at, name).then(() => error, alsoLeft(error, name.label));
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

/**
 * Nothing is done where it is not on the token.
 * @throws CeremonyError HSM_ATTRIBUTE when it can still be found
 */
async function destroyKek(
  client: TokenProcess,
  at: { readonly serial: string },
  name: ReturnType<typeof kekName>,
): Promise<void> {
  const find = async () => (await client.inventory(at)).filter((object) => isKek(object) || object.id === name.id);
  if ((await find()).length === 0) return;
  await client.destroyWrappingKey(at, name);
  const found = await find();
  if (found.length === 0) return;
  throw new CeremonyError(
    'HSM_ATTRIBUTE',
    `${found.length} objects of the wrapping key "${name.label}" are still on the token after it was destroyed`,
  );
}

/** Why it failed, with that the wrapping key may be on the token still; of a refused call that is its `meaning`. */
function alsoLeft(error: unknown, label: string): (why: unknown) => unknown {
  return (why) => {
    if (!(error instanceof CeremonyError) || !(why instanceof CeremonyError)) return error;
    const { code, message, hint, details } = error;
    const also = `the wrapping key "${label}" may still be on the token: ${why.message}`;
    const before = details?.['meaning'];
    return new CeremonyError(code, `${message}; ${also}`, {
      ...(hint === undefined ? {} : { hint }),
      details: { ...details, meaning: typeof before === 'string' ? `${before}; ${also}` : also },
      cause: error,
    });
  };
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

function setOf(secrets: Secrets, kind: ShareSet['kind']): ShareSet {
  for (const set of secrets.keys()) if (set.kind === kind) return set;
  throw new CeremonyError('HSM_NOT_ACTIVE', `the secret of the ${kind} set is not at hand`);
}

/** @throws CeremonyError HSM_NOT_ACTIVE */
export function secretOf(secrets: Secrets, kind: ShareSet['kind']): Uint8Array {
  return secrets.get(setOf(secrets, kind)) as Uint8Array;
}
