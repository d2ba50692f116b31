import { randomBytes } from 'node:crypto';
import { type Sha256, sha256 } from '../base/digest.ts';
import { certifyMember, type MemberPurpose, memberKeyTemplates } from '../quorum/member-keys.ts';
import type { TokenProcess } from '../token/client.ts';
import type { CardPersonality } from './card-personalities.ts';
import type { Person } from './cast.ts';

/** A quorum token of the rehearsal, initialised; its PIN in this process alone. */
export interface Card {
  readonly person: Person;
  /** Of the SoftHSM token, by which the stage finds it. */
  readonly serial: string;
  readonly model: string;
  /** What it shows of itself once it is played, and what documents say of it. */
  readonly shown: { readonly serial: string; readonly model: string };
  readonly pin: Buffer;
  /** What a site says of one that is to be enrolled with the keys that it has. */
  readonly adopts?: { readonly keys: 'adopted'; readonly key: Sha256; readonly sign: string; readonly open: string };
}

/** The same with its keys, made on it before the ceremony. */
export interface Enrolled extends Card {
  readonly origin: 'generated-here' | 'adopted';
  readonly signing: { readonly certificate: Uint8Array; readonly spki: Uint8Array };
  readonly encryption: { readonly certificate: Uint8Array; readonly spki: Uint8Array };
}

const PIN_DIGITS = 8;

/** Initialises one blank token for a person, who has set its PIN. */
export async function initialiseCard(client: TokenProcess, person: Person): Promise<Card> {
  const blank = (await client.tokens()).find((token) => !token.initialized);
  const model = blank?.model ?? '';
  // The security officer's PIN of a quorum token is random and forgotten: nobody resets an officer's PIN unseen.
  const so = pinDigits();
  const pin = pinDigits();
  const { serial } = await client.initToken({ blank: true, model }, person.seat.slice(0, 32), so);
  await client.login({ serial }, 'so', so);
  await client.initPin({ serial }, pin);
  await client.logout({ serial });
  so.fill(0);
  return { person, serial, model, shown: { serial, model }, pin };
}

/**
 * Initialises one blank token for a person and generates both key pairs on it. Every fourth token has RSA keys, so
 * that opening a share by RSA is rehearsed beside ECDH.
 * @param number counts the tokens, from 0
 * @param played what kind of card it will be, where it is played
 */
export async function enrol(
  client: TokenProcess,
  person: Person,
  number: number,
  validity: { from: string; until: string },
  played?: CardPersonality,
): Promise<Enrolled> {
  const card = await initialiseCard(client, person);
  const token = { serial: card.serial };
  await client.login(token, 'user', card.pin);
  const spki = await makeKeys(client, card, number, played);
  const serials = [Uint8Array.of(1, ...randomBytes(16)), Uint8Array.of(1, ...randomBytes(16))] as const;
  const certificates = await certifyMember(person.seat, spki, serials, validity, (mechanism, bytes) =>
    // The process sends the PIN to a key that asks for it alone.
    client.sign(token, spki.signing, mechanism, bytes, card.pin),
  );
  const enrolled: Enrolled = {
    ...card,
    ...(played ? { shown: { serial: played.serial, model: played.model } } : {}),
    origin: played ? 'adopted' : 'generated-here',
    signing: { certificate: certificates.signing, spki: spki.signing },
    encryption: { certificate: certificates.encryption, spki: spki.encryption },
  };
  await client.logout(token);
  return enrolled;
}

/** Initialises one blank token for a person who is not enrolled yet; where it is played, it has its keys already. */
export async function cardToEnrol(
  client: TokenProcess,
  person: Person,
  number: number,
  played?: CardPersonality,
): Promise<Card> {
  const card = await initialiseCard(client, person);
  if (!played) return card;
  const token = { serial: card.serial };
  await client.login(token, 'user', card.pin);
  const { signing } = await makeKeys(client, card, number, played);
  await client.logout(token);
  const { serial, model, keys } = played;
  const labels = { sign: keys.sign.label, open: keys.open.label };
  return { ...card, shown: { serial, model }, adopts: { keys: 'adopted', key: sha256(signing), ...labels } };
}

/** Both key pairs, on a token to which its holder is logged in. */
async function makeKeys(
  client: TokenProcess,
  { serial }: Card,
  number: number,
  played: CardPersonality | undefined,
): Promise<{ signing: Buffer; encryption: Buffer }> {
  const algorithm = number % 4 === 3 ? 'rsa-2048' : 'ecdsa-p256';
  const generate = async (purpose: MemberPurpose, plain: string) => {
    const { label, id, more } = played?.keys[purpose] ?? { label: purpose, id: plain, more: {} };
    const templates = memberKeyTemplates(purpose, algorithm, id);
    const [publicHalf, privateHalf] = [
      { ...templates.public, LABEL: label },
      { ...templates.private, LABEL: label, ...more },
    ];
    const { spki } = await client.generateKeyPair({ serial }, algorithm, publicHalf, privateHalf);
    return Buffer.from(spki, 'base64');
  };
  return { signing: await generate('sign', '01'), encryption: await generate('open', '02') };
}

function pinDigits(): Buffer {
  const pin = Buffer.alloc(PIN_DIGITS);
  const random = randomBytes(PIN_DIGITS);
  for (let i = 0; i < PIN_DIGITS; i++) pin[i] = 0x30 + ((random[i] as number) % 10);
  return pin;
}
