import { CeremonyError } from '../base/errors.ts';
import type { Operation } from '../quorum/operation.ts';
import { type PinKind, pinFrom, pinKindOf, type ShareSet } from '../quorum/share-set.ts';
import type { TokenProcess } from '../token/client.ts';
import type { TokenFacts } from '../token/replies.ts';
import { type Done, NO_BYTES } from './done.ts';
import type { HsmSession } from './hsm.ts';
import { knowing, refusalsOnly } from './refusals.ts';
import { type Announce, pinFlags, requireUnlocked } from './tries.ts';

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
