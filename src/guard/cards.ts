import { randomBytes } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { openEnvelope, readEnvelope, sealEnvelope } from '../cms/enveloped-data.ts';
import { signAsMember } from '../quorum/member-signature.ts';
import type { Member, MemberToken } from '../quorum/roster.ts';
import { serialShown } from '../quorum/serial.ts';
import { holdEnvelopeToRecord, type OpenedShare, openShare } from '../quorum/share-envelope.ts';
import type { ShareRecord, ShareSet } from '../quorum/share-set.ts';
import type { TokenName, TokenProcess } from '../token/client.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { contentKeyByRsa } from './card-opening.ts';
import { serialsOf } from './card-rows.ts';
import { type CardSearch, type FoundCard, findCard, type Holder, type NamedToken } from './card-search.ts';
import { KeptPin, type KeyUses } from './kept-pin.ts';
import type { GuardTerminal } from './terminal.ts';
import { isTrouble, troubled } from './token-trouble.ts';
import { NO_FAILED_TRY } from './tries.ts';

/** How often a presentation uses a token's two keys: its holder is told, where a key asks for its PIN each time. */
export interface CardUses {
  readonly signatures: number;
  /** Envelopes, the one of a test included. */
  readonly openings: number;
}

/** A person's quorum token, logged in by their own PIN, for the length of one presentation. */
export interface PresentedCard {
  readonly member: Member;
  readonly token: MemberToken;
  readonly tries: string;
  sign(content: Uint8Array): Promise<Uint8Array>;
  open(envelope: Uint8Array, set: ShareSet, record: ShareRecord): Promise<OpenedShare>;
  /** Seals 32 random bytes to the token's encryption key and has the token open them. */
  proveDecryption(): Promise<void>;
}

/** A token that has taken its holder's PIN, whatever keys it has. */
export interface LoggedInToken {
  readonly client: TokenProcess;
  readonly name: TokenName;
  readonly tries: string;
  readonly pin: KeptPin;
}

/**
 * Finds the member's token, waiting for it where people can insert it, asks its holder for the PIN, logs in once, and
 * logs out when `use` has settled. A wrong PIN costs one try and is never repeated here. When the token or its module
 * fails, its process is ended; the next presentation begins with a new one, and with the question for the PIN.
 * @throws CeremonyError TOKEN_MISSING, AUTHORIZATION_TOKEN, PIN_INCORRECT, PIN_LOCKED, HSM_REMOVED, …
 */
export async function presentCard<T>(
  search: CardSearch,
  member: Member,
  uses: CardUses,
  use: (card: PresentedCard) => Promise<T>,
): Promise<T> {
  return await presentToken(search, member, async (at, token) => {
    await at.pin.keepFor(keyUses(token, uses));
    return await use(cardOf(at, member, token));
  });
}

/** The same for a token of which no more is known than its serial and model: one that is being enrolled. */
export async function presentToken<K extends NamedToken, T>(
  search: CardSearch,
  holder: Holder<K>,
  use: (at: LoggedInToken, token: K) => Promise<T>,
): Promise<T> {
  const { terminal, last } = search;
  let client: TokenProcess | undefined;
  try {
    const found = await findCard(search, holder);
    const reached = found.client;
    client = reached;
    const { token, name, tries } = found;
    if (tries !== NO_FAILED_TRY) await terminal.show([`${holder.seat}: the token reports: ${tries}`]);
    const pin = await logIn(terminal, holder.seat, found);
    last.token = token;
    try {
      return await whileLoggedIn(reached, name, () => use({ client: reached, name, tries, pin }, token));
    } finally {
      pin.forget();
    }
  } catch (error) {
    if (!isTrouble(error)) throw error;
    await client?.stop();
    throw cardTrouble(error, holder);
  }
}

/** For `KeptPin.keepFor`. */
export function keyUses(
  { signing, encryption }: Pick<MemberToken, 'signing' | 'encryption'>,
  { signatures, openings }: CardUses,
): KeyUses[] {
  return [
    { spki: parseCertificate(signing).spki.der, times: signatures },
    { spki: parseCertificate(encryption).spki.der, times: openings },
  ];
}

/** One login. @returns what keeps the PIN, which is to be told to forget it */
async function logIn(
  terminal: GuardTerminal,
  seat: string,
  { client, token, name }: FoundCard<NamedToken>,
): Promise<KeptPin> {
  const called = `the token ${serialShown(token.serial)}`;
  const pin = await terminal.readPin(`${seat}, PIN of token ${serialShown(token.serial)}:`);
  try {
    await client.login(name, 'user', pin);
    return new KeptPin({ seat, called, client, name, terminal }, pin);
  } catch (error) {
    pin.fill(0);
    throw pinRefusal(error, seat, called);
  }
}

/** A refusal to log out hides nothing that came before it, and undoes nothing: the process is ended, which logs out. */
async function whileLoggedIn<T>(client: TokenProcess, name: TokenName, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await client.logout(name).catch(async (error: unknown) => {
      if (!(error instanceof CeremonyError)) throw error;
      await client.stop();
    });
  }
}

function pinRefusal(error: unknown, seat: string, called: string): unknown {
  if (!(error instanceof CeremonyError)) return error;
  const { code, details } = error;
  // It answered a moment ago, when the PIN was asked for.
  if (code === 'TOKEN_MISSING') return new CeremonyError('HSM_REMOVED', error.message, { cause: error });
  if (code !== 'PIN_INCORRECT' && code !== 'PIN_LENGTH') return error;
  const spent = details?.['ckr'] === undefined ? 'no try is spent' : 'one try is spent';
  return new CeremonyError(code, `${called} of "${seat}" did not accept the PIN`, {
    hint: `${spent}; nothing else was done`,
    details: { ...details, reached: 'no' },
    cause: error,
  });
}

function cardTrouble(error: CeremonyError, holder: Holder<NamedToken>): unknown {
  return troubled(error, {
    who: `the quorum token of "${holder.seat}" (${serialsOf(holder)})`,
    doing: 'its presentation',
    // What a quorum token signs counts only once the guard has it, and nothing of it touches an HSM.
    reached: false,
    effect: 'anything was done',
    after: { untouched: 'then present it again', unknown: 'then present it again' },
    facts: { seat: holder.seat, token: [...new Set(holder.tokens.map((token) => token.serial))].join(' or ') },
  });
}

/** What a member's token does while it is logged in. */
export function cardOf({ client, name, tries, pin }: LoggedInToken, member: Member, token: MemberToken): PresentedCard {
  const encryptionSpki = parseCertificate(token.encryption).spki.der;
  const signingSpki = parseCertificate(token.signing).spki.der;
  const openRsa = async (ciphertext: Uint8Array): Promise<Buffer> => {
    const mechanisms = await client.mechanisms(name);
    const hasOaep = mechanisms.some((one) => one.name === 'CKM_RSA_PKCS_OAEP');
    return await pin.using(encryptionSpki, (asked) =>
      contentKeyByRsa(
        {
          oaep: () => client.rsaOaepDecrypt(name, encryptionSpki, 'sha1', ciphertext, asked),
          raw: () => client.rsaRawDecrypt(name, encryptionSpki, ciphertext, asked),
        },
        hasOaep,
      ),
    );
  };
  const open = async (envelope: Uint8Array): Promise<Buffer> => {
    const { plaintext } = await openEnvelope(envelope, {
      recipientCertificate: token.encryption,
      ecdh: (peer) => client.ecdh(name, encryptionSpki, peer),
      oaep: openRsa,
    });
    return plaintext;
  };
  return {
    member,
    token,
    tries,
    async sign(content) {
      return await signAsMember(content, token.signing, (mechanism, bytes) =>
        pin.using(signingSpki, (asked) => client.sign(name, signingSpki, mechanism, bytes, asked)),
      );
    },
    async open(envelope, set, record) {
      holdEnvelopeToRecord(envelope, record);
      const { recipients } = readEnvelope(envelope);
      if (recipients.length !== member.tokens.length) {
        throw new CeremonyError(
          'SHARE_ENVELOPE_ALTERED',
          `the envelope of "${member.seat}" has ${recipients.length} recipients; the person has ${member.tokens.length} tokens`,
        );
      }
      return openShare(await open(envelope), set, record);
    },
    async proveDecryption() {
      const challenge = randomBytes(32);
      const answer = await open(sealEnvelope(challenge, [token.encryption], { bytes: randomBytes }));
      const same = challenge.equals(answer);
      answer.fill(0);
      if (!same)
        throw new CeremonyError(
          'SHARE_OPEN_FAILED',
          `the token ${serialShown(token.serial)} of "${member.seat}" did not open its test envelope`,
        );
    },
  };
}
