import { OID } from '../../src/der/oid.ts';
import {
  bitString,
  boolean,
  explicit,
  integer,
  octetString,
  oid,
  printableString,
  raw,
  sequence,
  set,
  time,
  utf8String,
} from '../../src/der/writer.ts';
import type { Extension } from '../../src/x509/model.ts';

/** Certificates and CRLs put together field by field, so that a test can put in a wrong one. */

export const ECDSA_SHA256 = sequence(oid(OID.ecdsaWithSHA256));

export function nameOf(...attributes: readonly (readonly [type: string, value: Uint8Array])[]): Uint8Array {
  return sequence(...attributes.map(([type, value]) => set(sequence(oid(type), value))));
}

export const NAME = nameOf([OID.countryName, printableString('DE')], [OID.commonName, utf8String('Test Root')]);

/** The base point of P-256 (SP 800-186 §3.2.1.3). */
export const P256_POINT = Buffer.from(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  'hex',
);

export const SPKI = sequence(sequence(oid(OID.ecPublicKey), oid(OID.secp256r1)), bitString(P256_POINT));

export function extensionDer(type: string, value: Uint8Array, critical?: boolean): Uint8Array {
  return sequence(oid(type), ...(critical === undefined ? [] : [boolean(critical)]), octetString(value));
}

/** An extension as the reader gives it, for accessors. */
export function extension(type: string, value: Uint8Array, critical = false): Extension {
  return {
    oid: type,
    critical,
    criticalEncoded: critical,
    value,
    der: extensionDer(type, value, critical || undefined),
  };
}

export interface CertificateFields {
  readonly version?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly validity?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly uniqueIds?: Uint8Array;
  readonly extensions?: Uint8Array;
  readonly after?: Uint8Array;
}

export const NOTHING = new Uint8Array();

export function tbsOf(fields: CertificateFields = {}): Uint8Array {
  return sequence(
    fields.version ?? explicit(0, integer(2)),
    fields.serial ?? integer(1),
    fields.algorithm ?? ECDSA_SHA256,
    fields.issuer ?? NAME,
    fields.validity ?? sequence(time('2027-01-01T00:00:00Z'), time('2050-01-01T00:00:00Z')),
    fields.subject ?? NAME,
    fields.spki ?? SPKI,
    fields.uniqueIds ?? NOTHING,
    fields.extensions ?? explicit(3, sequence(extensionDer(OID.basicConstraints, sequence(boolean(true)), true))),
    fields.after ?? NOTHING,
  );
}

export function certificateOf(fields: CertificateFields = {}): Uint8Array {
  return sequence(tbsOf(fields), ECDSA_SHA256, bitString(Buffer.from('3006020101020101', 'hex')));
}

export interface CrlFields {
  readonly version?: Uint8Array;
  readonly times?: Uint8Array;
  readonly revoked?: Uint8Array;
  readonly extensions?: Uint8Array;
  readonly after?: Uint8Array;
}

export function tbsCrlOf(fields: CrlFields = {}): Uint8Array {
  return sequence(
    fields.version ?? integer(1),
    ECDSA_SHA256,
    NAME,
    fields.times ?? raw(time('2027-01-01T00:00:00Z'), time('2028-01-01T00:00:00Z')),
    fields.revoked ?? NOTHING,
    fields.extensions ?? explicit(0, sequence(extensionDer(OID.cRLNumber, integer(7)))),
    fields.after ?? NOTHING,
  );
}

export function crlOf(fields: CrlFields = {}): Uint8Array {
  return sequence(tbsCrlOf(fields), ECDSA_SHA256, bitString(Buffer.from('3006020101020101', 'hex')));
}

export function entryOf(serial: number | Uint8Array, at: string, ...extensions: readonly Uint8Array[]): Uint8Array {
  return sequence(integer(serial), time(at), ...(extensions.length > 0 ? [sequence(...extensions)] : []));
}
