import { createHash, sign } from 'node:crypto';
import { OID } from '../../src/der/oid.ts';
import {
  bitString,
  boolean,
  explicit,
  integer,
  namedBitString,
  octetString,
  printableString,
  raw,
  sequence,
  time,
  utf8String,
} from '../../src/der/writer.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { SIGNATURE_ALGORITHMS } from '../../src/x509/signature.ts';
import { extensionDer, nameOf, tbsOf } from '../x509/build.ts';
import { type Pair, spkiOf } from './requests.ts';

export interface PartnerFields {
  readonly key: Pair;
  readonly subject?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly serial?: number;
  readonly version?: Uint8Array;
  /** UTC, the last second of validity. */
  readonly until?: string;
  readonly extensions?: readonly Uint8Array[];
  /** Whose private key signs instead. */
  readonly signer?: Pair;
}

/** Its string types are not those that this program writes. */
export const PARTNER = nameOf(
  [OID.countryName, printableString('US')],
  [OID.organizationName, printableString('Partner Ltd')],
  [OID.commonName, utf8String('Partner Root')],
);

/** By SHA-1, as RFC 5280 §4.2.1.2 has it and this program does not. */
export function oldKeyIdentifier(key: Pair): Uint8Array {
  return createHash('sha1')
    .update(parseSpki(spkiOf(key)).key)
    .digest();
}

export function partnerExtensions(key: Pair): Uint8Array[] {
  return [
    extensionDer(OID.basicConstraints, sequence(boolean(true)), true),
    extensionDer(OID.keyUsage, namedBitString([5, 6]), true),
    extensionDer(OID.subjectKeyIdentifier, octetString(oldKeyIdentifier(key))),
  ];
}

/** The root of another organisation, whose key is on P-384. */
export function partnerRoot({ key, signer, extensions = partnerExtensions(key), ...fields }: PartnerFields) {
  const row = SIGNATURE_ALGORITHMS.find(({ name }) => name === 'ecdsa-with-SHA384');
  if (!row) throw new Error('no ECDSA with SHA-384');
  const tbs = tbsOf({
    algorithm: raw(row.der),
    issuer: fields.issuer ?? PARTNER,
    subject: fields.subject ?? PARTNER,
    validity: sequence(time('2026-01-01T00:00:00Z'), time(fields.until ?? '2036-01-01T00:00:00Z')),
    spki: raw(spkiOf(key)),
    extensions: explicit(3, sequence(...extensions)),
    ...(fields.serial === undefined ? {} : { serial: integer(fields.serial) }),
    ...(fields.version === undefined ? { version: explicit(0, integer(2)) } : { version: fields.version }),
  });
  const signature = sign(row.digest, tbs, { key: (signer ?? key).privateKey, dsaEncoding: 'der' });
  return sequence(tbs, raw(row.der), bitString(signature));
}
