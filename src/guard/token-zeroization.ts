import { randomBytes } from 'node:crypto';
import { canonicalBytes, canonicalJson, type Json } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { namedSet } from '../quorum/named-set.ts';
import type { Operation } from '../quorum/operation.ts';
import { pinFrom, type ShareSet } from '../quorum/share-set.ts';
import type { TokenProcess } from '../token/client.ts';
import type { Custody } from './custody.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';
import type { Destructions } from './key-destruction.ts';
import { type Announce, requireUnlocked } from './tries.ts';

type Zeroization = Extract<Operation, { op: 'zeroize-token' }>;

/** Bytes of the PIN that is set for the look at the empty token, and forgotten: in hexadecimal twice as many characters. */
const FORGOTTEN_BYTES = 16;

/**
 * Initialises the token anew with the PIN that its security officer has, which stays; gives its user a PIN that is drawn
 * here and forgotten, and lists everything that this user sees. What was begun is simply done again: it wipes what is wiped.
 * @throws CeremonyError TOKEN_UNEXPECTED where anything is left
 */
export async function zeroizeToken(
  hsm: HsmSession,
  operation: Zeroization,
  secrets: ReadonlyMap<ShareSet, Uint8Array>,
  announce: Announce,
): Promise<Done> {
  const pins: Buffer[] = [];
  try {
    const zeroize = async (client: TokenProcess) => {
      const facts = await hsm.facts(client);
      requireUnlocked(facts, 'so');
      await announce(facts, 'so');
      const [[set, secret]] = [...secrets] as [[ShareSet, Uint8Array]];
      const so = pinFrom(secret, set, facts.maxPinLength);
      const user = Buffer.from(randomBytes(FORGOTTEN_BYTES).toString('hex'), 'latin1');
      pins.push(so, user);
      const { serial } = hsm.named;
      const seen = (await client.inventory({ serial })).length;
      const made = await client.initToken({ serial }, operation.label, so, serial);
      if (made.serial !== serial)
        throw new CeremonyError(
          'TOKEN_UNEXPECTED',
          `the token with serial ${serial} has serial ${made.serial} after it was initialised`,
        );
      // It may be in another slot now.
      hsm.bind(serial);
      await client.login({ serial }, 'so', so);
      await client.initPin({ serial }, user);
      await client.logout({ serial });
      await client.login({ serial }, 'user', user);
      const objects = await client.inventory({ serial });
      await client.logout({ serial });
      if (objects.length > 0)
        throw new CeremonyError(
          'TOKEN_UNEXPECTED',
          `"${hsm.authorized.name}" lists ${objects.length} objects after it was initialised`,
          { hint: 'it is not empty: do not let it out of your hands' },
        );
      return {
        serial,
        label: operation.label,
        set: set.id,
        seen,
        objects: objects as unknown as Json,
        digest: sha256(canonicalBytes(objects as unknown as Json)),
        destroyed: operation.destroys.map(({ key }) => key),
        protection: hsm.protection,
      };
    };
    return { facts: await hsm.publicly(zeroize, operation), bytes: new Uint8Array(0) };
  } finally {
    for (const pin of pins) pin.fill(0);
  }
}

/**
 * It is the set that gives the PIN, and every key that is known there is named, with what is known of its other places.
 * @throws CeremonyError DESCRIPTOR_INVALID, SHARE_FOREIGN_SET
 */
export function judgeZeroization(
  operation: Zeroization,
  hsm: HsmSession,
  custody: Custody,
  destructions: Destructions,
  hsms: Iterable<HsmSession>,
  ledger: Pick<Ledger, 'keys' | 'copies'> | null,
): void {
  const { name } = operation.hsm;
  const refuse = (what: string): never => {
    throw new CeremonyError('DESCRIPTOR_INVALID', what);
  };
  if (hsm.active) refuse(`"${name}" is active; nobody is logged in while it is initialised`);
  if (custody.begun(name) !== null)
    refuse(`a rotation of the activation of "${name}" was begun: which PIN it has is not known`);
  const current = custody.current(name, 'so');
  if (!current || canonicalJson(namedSet(current)) !== canonicalJson(operation.set))
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the descriptor names the set ${operation.set.id}; that of the security officer of "${name}" is ${current?.id ?? 'not known'}`,
    );
  const all = [...hsms];
  const due = [...hsm.keys.keys()].toSorted();
  const named = operation.destroys.map(({ key }) => key);
  if (due.join() !== named.join())
    refuse(
      `the descriptor names ${named.length} keys that go with "${name}"; known to be on it are ${due.length}: ${due.join(', ') || 'none'}`,
    );
  for (const { key, last } of operation.destroys) {
    const others = destructions.placesBeside(key, hsm, all, ledger);
    if (last !== (others.length === 0))
      refuse(
        last
          ? `the key ${key} on "${name}" is not the last that is known: it is on ${others.join(', ')} too`
          : `no other HSM is known to hold the key ${key} of "${name}", and the descriptor does not say so`,
      );
  }
}

/** Nothing is on it any more, and no set of its opens anything. */
export function zeroized(
  { hsm: { name }, destroys }: Zeroization,
  hsm: HsmSession,
  destructions: Destructions,
  custody: Custody,
): void {
  destructions.completeAll(
    hsm,
    destroys.map(({ key }) => key),
  );
  custody.replace(name, []);
}
