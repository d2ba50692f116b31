import { canonicalBytes, canonicalJson, type Json, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { destructionStatement, HALVES, type Half } from '../quorum/key-destruction.ts';
import type { Operation } from '../quorum/operation.ts';
import type { TokenProcess } from '../token/client.ts';
import type { ObjectFacts, SignatureAlgorithm } from '../token/replies.ts';
import type { Done } from './done.ts';
import type { HsmSession, KnownKey } from './hsm.ts';
import { requireSignature } from './key-use.ts';
import type { Sightings } from './sightings.ts';

type Destruction = Extract<Operation, { op: 'destroy-key' }>;

/** Uses of a key that was destroyed, or whose destruction was begun, on that HSM. */
const USES: ReadonlySet<Operation['op']> = new Set(['sign', 'sign-list', 'prove-key']);

/**
 * Destroys both objects of a key within one login: everything is listed before and after, the key signs once before, and is
 * refused afterwards. Where a destruction was begun, what is left of it is destroyed.
 * @throws CeremonyError HSM_OBJECT_MISSING before anything is destroyed unless there is exactly one object of each;
 *   TOKEN_UNEXPECTED afterwards where anything else has changed, or the key still signs
 */
export async function destroyKey(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Destruction,
  ceremony: Sha256,
  { spki }: KnownKey,
): Promise<Done> {
  const { label, id, key, mechanism } = operation;
  const name = hsm.named;
  const before = await client.inventory(name);
  const halves = halvesIn(before, operation);
  const statement = destructionStatement(ceremony, key, name.serial);
  const sign = () => client.sign(name, spki, mechanism as SignatureAlgorithm, statement);
  let signature: string | null = null;
  if (halves.has('private-key')) {
    const made = await sign();
    // Otherwise another private key lies under this label and id, and nobody said that it may go.
    requireSignature(spki, mechanism, statement, made, label);
    signature = Buffer.from(made).toString('base64');
  }
  const destroyed = HALVES.filter((half) => halves.has(half));
  const gone: ObjectFacts[] = [];
  let after = before;
  for (const half of destroyed) {
    await client.destroy(name, half, label, id);
    gone.push(halves.get(half) as ObjectFacts);
    after = await client.inventory(name);
    // Seen to be gone before the next: the private object is known by the public one alone.
    requireGone(hsm.authorized.name, before, after, gone);
  }
  const refused = await refusalOf(sign, operation);
  return {
    facts: {
      key,
      label,
      id,
      serial: name.serial,
      signature,
      destroyed,
      before: listed(before),
      after: listed(after),
      refused,
      last: operation.last,
      protection: hsm.protection,
    },
    bytes: new Uint8Array(0),
  };
}

function listed(objects: readonly ObjectFacts[]): JsonObject {
  return { objects: objects as unknown as Json, digest: sha256(canonicalBytes(objects as unknown as Json)) };
}

/**
 * The objects of the key: by the public key where an object shows one, by label and id else.
 * @throws CeremonyError HSM_OBJECT_MISSING
 */
function halvesIn(
  objects: readonly ObjectFacts[],
  { key, label, id, adopts, hsm }: Destruction,
): ReadonlyMap<Half, ObjectFacts> {
  const refuse = (what: string): never => {
    throw new CeremonyError('HSM_OBJECT_MISSING', `${what} on "${hsm.name}"; nothing was destroyed`, {
      hint: 'see by an inventory what is there: exactly one private and one public object of the key are destroyed, or none',
      details: { reached: 'no' },
    });
  };
  const halves = new Map<Half, ObjectFacts>();
  for (const half of HALVES) {
    const found = objects.filter(
      (object) => object.class === half && (object.id === id || (half === 'public-key' && object.spkiSha256 === key)),
    );
    const [one] = found;
    const what = half === 'private-key' ? 'private key' : 'public key';
    if (found.length > 1) refuse(`${found.length} objects are a ${what} with id ${id}, or show the key ${key}`);
    if (!one) {
      if (adopts === null) refuse(`no ${what} labelled "${label}" with id ${id} is`);
      continue;
    }
    if (one.label !== label || one.id !== id)
      refuse(
        `the ${what} of ${key} is labelled "${one.label ?? ''}", id ${one.id ?? 'none'}, not "${label}", id ${id},`,
      );
    if (half === 'public-key' && one.spkiSha256 !== key)
      refuse(`the public key labelled "${label}" is ${one.spkiSha256 ?? 'of no kind that is known'}, not ${key},`);
    halves.set(half, one);
  }
  if (halves.has('private-key') && !halves.has('public-key'))
    refuse(`a private key labelled "${label}" with id ${id} is left, and nothing shows whose it is,`);
  return halves;
}

/** @throws CeremonyError TOKEN_UNEXPECTED */
function requireGone(
  name: string,
  before: readonly ObjectFacts[],
  after: readonly ObjectFacts[],
  gone: readonly ObjectFacts[],
): void {
  const left = before.filter((object) => !gone.includes(object)).map((object) => canonicalJson(object as Json));
  const found = after.map((object) => canonicalJson(object as Json));
  if (left.toSorted().join('\n') === found.toSorted().join('\n')) return;
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `"${name}" lists ${found.length} objects after ${gone.length} of ${before.length} were destroyed, and not exactly the ${left.length} others`,
    { hint: 'compare the inventories: an object that was destroyed is still there, or another has changed' },
  );
}

/** The code of the refusal. @throws CeremonyError TOKEN_UNEXPECTED where the key still signs */
async function refusalOf(sign: () => Promise<Uint8Array>, { label, hsm }: Destruction): Promise<string> {
  try {
    await sign();
  } catch (error) {
    if (error instanceof CeremonyError && error.code === 'HSM_OBJECT_MISSING') return error.code;
    // A token that has gone has not refused.
    throw error;
  }
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `the key "${label}" was destroyed on "${hsm.name}", and still signs there`,
  );
}

/** What this guard knows of destructions: those that were done, and those of which nobody knows the end. */
export class Destructions {
  readonly #begun = new Map<string, Sha256>();
  readonly #done = new Set<string>();
  readonly #sightings: Sightings;

  /** @param sightings of keys that are said to be on an HSM */
  constructor(sightings: Sightings) {
    this.#sightings = sightings;
  }

  /**
   * @param hsms all of the authorization; @param ledger of the pack before
   * @throws CeremonyError HSM_OBJECT_MISSING for a key that is not known there, DESCRIPTOR_INVALID for one that is not the
   *   last here, or is, and for a destruction that is begun and not finished
   */
  judge(
    operation: Destruction,
    hsm: HsmSession,
    hsms: Iterable<HsmSession>,
    ledger: Pick<Ledger, 'keys' | 'copies'> | null,
  ): KnownKey {
    const { key, label, last, adopts } = operation;
    const { name } = hsm.authorized;
    const known = hsm.keys.get(key);
    if (!known)
      throw new CeremonyError(
        'HSM_OBJECT_MISSING',
        this.#done.has(at(name, key))
          ? `the key ${key} was destroyed on "${name}" before`
          : `no key with SPKI digest ${key} is known on "${name}"; nothing is destroyed that the record does not know`,
      );
    if (known.label !== label)
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the key ${key} on "${name}" is labelled "${known.label}", not "${label}"`,
      );
    const begun = this.#begun.get(at(name, key)) ?? null;
    if (adopts !== begun)
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the descriptor finishes ${adopts ?? 'no destruction'}; begun on "${name}" was ${begun ?? 'none'}`,
      );
    const others = this.placesBeside(key, hsm, [...hsms], ledger);
    if (last === (others.length === 0)) return known;
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      last
        ? `the key "${label}" on "${name}" is not the last that is known: it is on ${others.join(', ')} too`
        : `no other HSM is known to hold the key "${label}": it is the last, and the descriptor does not say so`,
      { hint: 'the script says "last: true" where the last one is to be destroyed, and only there' },
    );
  }

  /** @throws CeremonyError HSM_OBJECT_MISSING for a use of a key where it was destroyed, or may have been */
  holdUse(operation: Operation): void {
    if (!USES.has(operation.op) || !('key' in operation)) return;
    const where = at(operation.hsm.name, operation.key);
    if (!this.#done.has(where) && !this.#begun.has(where)) return;
    throw new CeremonyError(
      'HSM_OBJECT_MISSING',
      `the destruction of the key ${operation.key} on "${operation.hsm.name}" was ${this.#done.has(where) ? 'done' : 'begun'}: nothing is signed with it there`,
    );
  }

  /** Whether it was done nobody knows: it is finished by an operation that says so. */
  begin({ hsm, key }: Destruction, descriptor: Sha256): void {
    this.#begun.set(at(hsm.name, key), descriptor);
  }

  /** From here on nothing is signed with it on that HSM. */
  complete(operation: Destruction, hsm: HsmSession): void {
    const where = at(hsm.authorized.name, operation.key);
    this.#begun.delete(where);
    this.#done.add(where);
    hsm.keys.delete(operation.key);
  }

  /** Everything on an HSM is about to go, or may have gone. */
  beginAll(hsm: HsmSession, descriptor: Sha256): void {
    for (const key of hsm.keys.keys()) this.#begun.set(at(hsm.authorized.name, key), descriptor);
  }

  /** Everything on it has gone. @param keys that were known there */
  completeAll(hsm: HsmSession, keys: readonly Sha256[]): void {
    for (const key of [...hsm.keys.keys(), ...keys]) {
      const where = at(hsm.authorized.name, key);
      this.#begun.delete(where);
      this.#done.add(where);
    }
    hsm.keys.clear();
  }

  /**
   * Which other HSMs are known to hold it: those that are here, by what was seen of them, and those of the ledger that are not.
   * @throws CeremonyError DESCRIPTOR_INVALID while a destruction of it on another one was begun: whether that one keeps it
   *   nobody knows
   */
  placesBeside(
    key: Sha256,
    here: HsmSession,
    hsms: readonly HsmSession[],
    ledger: Pick<Ledger, 'keys' | 'copies'> | null,
  ): readonly string[] {
    const others = hsms.filter((one) => one !== here);
    const begun = others.find(({ authorized }) => this.#begun.has(at(authorized.name, key)));
    if (begun)
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the destruction of the key ${key} on "${begun.authorized.name}" was begun, and whether that HSM still holds it is not known: nothing of it is destroyed on "${here.authorized.name}"`,
        { hint: `finish the destruction on "${begun.authorized.name}" first` },
      );
    const holding = others.filter(
      ({ authorized, keys }) => keys.has(key) && !this.#sightings.isUnseen(authorized.name, key),
    );
    const row = ledger?.keys.find(({ spkiSha256 }) => spkiSha256 === key);
    const places = ledger && row ? keyPlaces(ledger, row) : [];
    const present = new Set(hsms.map(({ serial }) => serial));
    return [
      ...holding.map(({ authorized }) => `"${authorized.name}"`),
      ...places.filter((serial) => !present.has(serial)).map((serial) => `the HSM with serial ${serial}`),
    ];
  }

  /** The key was put there anew, by an operation of this guard. */
  restored(hsm: string, key: Sha256): void {
    this.#done.delete(at(hsm, key));
  }
}

function at(hsm: string, key: Sha256): string {
  return `${hsm} ${key}`;
}
