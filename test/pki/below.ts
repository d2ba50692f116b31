import { generateKeyPairSync } from 'node:crypto';
import { OID } from '../../src/der/oid.ts';
import {
  boolean,
  implicit,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  time,
  utf8String,
} from '../../src/der/writer.ts';
import type { CertificateContext, CertificateKind } from '../../src/pki/rule.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { deriveKeyIdentifier, parseSpki } from '../../src/x509/public-key.ts';
import * as made from './broken.ts';

/** Certificates below the root of `broken.ts`, whose key signs them, that keep every rule but for what a test changes. */

const newSpki = () =>
  Uint8Array.from(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'der' }));
const keyIdOf = (spki: Uint8Array) => deriveKeyIdentifier(parseSpki(spki));

export const SUB_SPKI = newSpki();
export const OTHER_SPKI = newSpki();
export const SUB_KEY_ID = keyIdOf(SUB_SPKI);
export const OTHER_KEY_ID = keyIdOf(OTHER_SPKI);
export const named = (commonName: string): Uint8Array =>
  sequence(made.country, made.organization, made.rdn(OID.commonName, utf8String(commonName)));
export const SUB_NAME = named('Example Issuing CA 1');
export const OTHER_NAME = named('Example Root CA G2');

export const caOf = (pathLength?: number, critical = true): Uint8Array =>
  made.extension(
    OID.basicConstraints,
    sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)])),
    critical,
  );
export const purposes = (...oids: readonly string[]): Uint8Array =>
  made.extension(OID.extKeyUsage, sequence(...oids.map((one) => oid(one))));
export const policies = (...oids: readonly string[]): Uint8Array =>
  made.extension(OID.certificatePolicies, sequence(...oids.map((one) => sequence(oid(one)))));
export const keyId = (id: Uint8Array): Uint8Array => made.extension(OID.subjectKeyIdentifier, octetString(id));
export const access = (method: string, url: string): Uint8Array =>
  made.extension(OID.authorityInfoAccess, sequence(sequence(oid(method), made.uri(url))));
export const permitted = (...subtrees: readonly Uint8Array[]): Uint8Array => implicitList(0, subtrees);
export const excluded = (...subtrees: readonly Uint8Array[]): Uint8Array => implicitList(1, subtrees);
const implicitList = (number: number, subtrees: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.of(0xa0 + number, ...sequence(...subtrees).subarray(1));
export const constraints = (critical: boolean, ...lists: readonly Uint8Array[]): Uint8Array =>
  made.extension(OID.nameConstraints, sequence(...lists), critical);
export const dns = (name: string): Uint8Array => sequence(implicit(2, new TextEncoder().encode(name)));
export const mailbox = (name: string): Uint8Array => sequence(implicit(1, new TextEncoder().encode(name)));
export const address = (...octets: readonly number[]): Uint8Array => sequence(implicit(7, Uint8Array.from(octets)));
export const directory = (name: Uint8Array): Uint8Array => sequence(Uint8Array.of(0xa4, name.length, ...name));

/** Extensions by name, in their order; undefined leaves one out. */
export type Extensions = Readonly<Record<string, Uint8Array | undefined>>;

const SUB_EXTENSIONS: Extensions = {
  basic: caOf(0),
  usage: made.keyUsage(5, 6),
  ski: keyId(SUB_KEY_ID),
  aki: made.authorityKeyId,
  eku: purposes(OID.serverAuth),
  policies: policies(OID.domainValidated),
  crl: made.distributionPoints(made.HTTP_POINT),
  access: access(OID.caIssuers, 'http://pki.example.com/root.crt'),
};
const CROSS_EXTENSIONS: Extensions = {
  ...SUB_EXTENSIONS,
  basic: caOf(),
  ski: keyId(OTHER_KEY_ID),
};
export const NO_CHECK = made.extension(OID.ocspNoCheck, nullValue());
const RESPONDER_EXTENSIONS: Extensions = {
  usage: made.keyUsage(0),
  ski: keyId(SUB_KEY_ID),
  aki: made.authorityKeyId,
  eku: purposes(OID.OCSPSigning),
  noCheck: NO_CHECK,
};

const below =
  (sound: Partial<made.CertificateParts>, extensions: Extensions) =>
  (change: Extensions = {}, parts: Partial<made.CertificateParts> = {}): Uint8Array =>
    made.certificate({
      notAfter: time('2032-03-01T08:59:59Z'),
      ...sound,
      extensions: Object.values({ ...extensions, ...change }).filter((one) => one !== undefined),
      ...parts,
    });

/** A CA for TLS servers. */
export const sub = below({ subject: SUB_NAME, spki: SUB_SPKI }, SUB_EXTENSIONS);
/** The root G2 below the root G1. */
export const cross = below({ subject: OTHER_NAME, spki: OTHER_SPKI }, CROSS_EXTENSIONS);
export const responder = below(
  { subject: named('Example OCSP 1'), spki: SUB_SPKI, notAfter: time('2028-03-01T08:59:59Z') },
  RESPONDER_EXTENSIONS,
);

/** The root G2 itself. */
export const otherRoot = (parts: Partial<made.CertificateParts> = {}): Uint8Array =>
  made.certificate({
    name: OTHER_NAME,
    spki: OTHER_SPKI,
    extensions: [
      made.basicConstraints,
      made.keyUsage(5, 6),
      keyId(OTHER_KEY_ID),
      made.extension(OID.authorityKeyIdentifier, sequence(implicit(0, OTHER_KEY_ID))),
    ],
    ...parts,
  });

const issuedBy = (issuer: Uint8Array) => ({ plannedAt: made.PLANNED_AT, issuer: parseCertificate(issuer) });
const ROOT_DER = made.certificate();

export const underRoot = (root: Uint8Array, kind: 'subordinate-ca' | 'ocsp-responder' = 'subordinate-ca') =>
  ({ kind, ...issuedBy(root) }) satisfies CertificateContext;
export const SUB: CertificateContext = underRoot(ROOT_DER);
export const RESPONDER: CertificateContext = underRoot(ROOT_DER, 'ocsp-responder');
export const besideExisting = (existing: Uint8Array): CertificateContext => ({
  kind: 'cross-certificate',
  ...issuedBy(ROOT_DER),
  existing: parseCertificate(existing),
});
export const CROSS: CertificateContext = besideExisting(otherRoot());

/** A CA for code signing below a root with an RSA key: Microsoft takes no other. */
export const RSA_4096 = made.rsaSpki((1n << 4095n) + 1n);
export const RSA_SIGNED = {
  signature: made.hex('300d06092a864886f70d01010c0500'),
  signatureAlgorithm: made.hex('300d06092a864886f70d01010c0500'),
};
const ROOT_SPKI = made.rsaSpki((1n << 4095n) + 3n);
const rsaAuthority = made.extension(OID.authorityKeyIdentifier, sequence(implicit(0, keyIdOf(ROOT_SPKI))));
const CODE_EXTENSIONS: Extensions = {
  ski: keyId(keyIdOf(RSA_4096)),
  aki: rsaAuthority,
  eku: purposes(OID.codeSigning),
  policies: policies(OID.codeSigningPolicy),
};
export const code = (change: Extensions = {}, parts: Partial<made.CertificateParts> = {}): Uint8Array =>
  sub({ ...CODE_EXTENSIONS, ...change }, { spki: RSA_4096, ...RSA_SIGNED, ...parts });
export const RSA_ROOT = made.certificate({
  spki: ROOT_SPKI,
  ...RSA_SIGNED,
  extensions: made.extensionsWith({ subject: keyId(keyIdOf(ROOT_SPKI)), authority: rsaAuthority }),
});
export const CODE: CertificateContext = underRoot(RSA_ROOT);

/** A CA for e-mail. */
export const EMAIL_POLICY = '2.23.140.1.5.1.3';
export const email = (change: Extensions = {}, parts: Partial<made.CertificateParts> = {}): Uint8Array =>
  sub({ eku: purposes(OID.emailProtection), policies: policies(EMAIL_POLICY), ...change }, parts);

/** What keeps every rule of such a certificate, where a case names nothing else. */
export const SOUND: Readonly<Record<CertificateKind, () => Uint8Array>> = {
  'root-ca': () => made.certificate(),
  'subordinate-ca': () => sub(),
  'cross-certificate': () => cross(),
  'ocsp-responder': () => responder(),
};
