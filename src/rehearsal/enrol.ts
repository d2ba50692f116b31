import { randomBytes } from 'node:crypto';
import { assembleCertificate, memberCertificateAlgorithm, memberCertificateTbs } from '../cms/member-certificate.ts';
import { memberMechanism } from '../quorum/member-signature.ts';
import type { TokenProcess } from '../token/client.ts';
import type { Person } from './cast.ts';

/** A quorum token of the rehearsal: enrolled, its keys generated on it, its PIN in this process alone. */
export interface Enrolled {
  readonly person: Person;
  readonly serial: string;
  readonly model: string;
  readonly pin: Buffer;
  readonly signing: { readonly certificate: Uint8Array; readonly spki: Uint8Array };
  readonly encryption: { readonly certificate: Uint8Array; readonly spki: Uint8Array };
}

const PIN_DIGITS = 8;

/**
 * Initialises one blank token for a person and generates both key pairs on it. Every fourth token has RSA keys, so
 * that opening a share by OAEP is rehearsed beside ECDH.
 * @param number counts the tokens, from 0
 */
export async function enrol(
  client: TokenProcess,
  person: Person,
  number: number,
  validity: { from: string; until: string },
): Promise<Enrolled> {
  const blank = (await client.tokens()).find((token) => !token.initialized);
  const model = blank?.model ?? '';
  // The security officer's PIN of a quorum token is random and forgotten: nobody resets an officer's PIN unseen.
  const so = pinDigits();
  const pin = pinDigits();
  const { serial } = await client.initToken({ blank: true, model }, person.seat.slice(0, 32), so);
  const token = { serial };
  await client.login(token, 'so', so);
  await client.initPin(token, pin);
  await client.logout(token);
  so.fill(0);
  await client.login(token, 'user', pin);
  const rsa = number % 4 === 3;
  const algorithm = rsa ? 'rsa-2048' : 'ecdsa-p256';
  const signing = await client.generateKeyPair(
    token,
    algorithm,
    { LABEL: 'sign', ID: '01', TOKEN: true, VERIFY: true },
    template('sign', '01', { SIGN: true }),
  );
  const opening = await client.generateKeyPair(
    token,
    algorithm,
    { LABEL: 'open', ID: '02', TOKEN: true, ...(rsa ? { ENCRYPT: true } : { DERIVE: true }) },
    template('open', '02', rsa ? { DECRYPT: true } : { DERIVE: true }),
  );
  const signingSpki = Buffer.from(signing.spki, 'base64');
  const openingSpki = Buffer.from(opening.spki, 'base64');
  const certify = async (spki: Uint8Array, purpose: 'sign' | 'open') => {
    const tbs = memberCertificateTbs({
      commonName: person.seat,
      serial: Uint8Array.of(1, ...randomBytes(16)),
      notBefore: validity.from,
      notAfter: validity.until,
      spki,
      purpose,
      ...(purpose === 'open' ? { signedBy: signingSpki } : {}),
    });
    const signature = await client.sign(token, signingSpki, memberMechanism(signingSpki), tbs);
    return assembleCertificate(tbs, memberCertificateAlgorithm(signingSpki), signature);
  };
  const enrolled: Enrolled = {
    person,
    serial,
    model,
    pin,
    signing: { certificate: await certify(signingSpki, 'sign'), spki: signingSpki },
    encryption: { certificate: await certify(openingSpki, 'open'), spki: openingSpki },
  };
  await client.logout(token);
  return enrolled;
}

function template(label: string, id: string, use: Record<string, boolean>) {
  return { LABEL: label, ID: id, TOKEN: true, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, ...use };
}

function pinDigits(): Buffer {
  const pin = Buffer.alloc(PIN_DIGITS);
  const random = randomBytes(PIN_DIGITS);
  for (let i = 0; i < PIN_DIGITS; i++) pin[i] = 0x30 + ((random[i] as number) % 10);
  return pin;
}
