import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { OID, oidName } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { hexOf } from '../der/values.ts';
import { parseCrl } from '../x509/crl.ts';
import { cRLNumber, deltaCRLIndicator, issuingDistributionPoint } from '../x509/crl-extensions.ts';
import { type CrlScope, scopeFaults, scopeKey, scopeOf, scopeWords } from '../x509/crl-scope.ts';
import { authorityKeyIdentifier, subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { signatureAlgorithm, verifySignature } from '../x509/signature.ts';
import type { PemLabel } from './pem.ts';
import { derOfFile } from './request-intake.ts';

/*
 * A CRL that comes in: what its CA has published, as somebody fetched it.
 */

/**
 * Of its DER: some 2,300,000 entries with a reason. The guard is given the CRL that is to be signed and the one before in one
 * message (`MAX_FRAME` of the channel).
 */
export const MAX_CRL_BYTES = 112 * 1024 * 1024;

/** Of the file on the medium: as PEM with lines of 64 characters. */
export const MAX_CRL_FILE_BYTES = 152 * 1024 * 1024;

/** @throws CeremonyError FILE_TOO_LARGE, DER_INVALID */
export function derOfCrlFile(file: Octets, name: string): Octets {
  // What begins as DER does is read where it is; PEM is decoded as a whole.
  const isDer = file.subarray(0, 1)[0] === TAG.sequence && file.length <= MAX_CRL_FILE_BYTES;
  const der = isDer ? file : derOfFile(wholeOf(file), name, ['X509 CRL' satisfies PemLabel], MAX_CRL_FILE_BYTES);
  holdToLimit(der.length, `the CRL in "${name}"`);
  return der;
}

/**
 * What is larger the ceremony after this one could not read.
 * @param what what to call it in messages
 * @throws CeremonyError FILE_TOO_LARGE
 */
export function holdToLimit(size: number, what: string): void {
  if (size > MAX_CRL_BYTES)
    throw new CeremonyError('FILE_TOO_LARGE', `${what} has ${size} bytes, expected at most ${MAX_CRL_BYTES}`);
}

/** A CRL that its issuer has signed, and which has what RFC 5280 §5.2 wants of each. */
export interface TakenCrl {
  readonly crl: CertificateList;
  readonly number: bigint;
}

/**
 * Reads a CRL and judges it: whether it is a full CRL of this very issuer, by name, key identifier and signature.
 * @param name what to call it in messages
 * @param issuer the certificate of the CA, of which the script says that it has signed it
 * @param partition that it is to be of; undefined where it is to be of all that its CA issues
 * @throws CeremonyError DER_INVALID; CRL_UNFIT with all that speaks against it
 */
export function takeCrl(der: Octets, name: string, issuer: Certificate, partition?: CrlScope): TakenCrl {
  const crl = parseCrl(der, name);
  const number = cRLNumber(crl.extensions);
  const faults = [...formFaults(crl, number, partition), ...issuerFaults(crl, issuer)];
  if (faults.length === 0 && number !== undefined) return { crl, number };
  throw new CeremonyError('CRL_UNFIT', `${name}: ${faults.join('; ')}`, {
    hint: 'nothing of it is used: fetch the CRL again from where its CA publishes it',
  });
}

/** RFC 5280 §5.1.2.1, §5.1.2.5, §5.2: version 2, a next update, a number; and it speaks for all that the CA has issued. */
function formFaults(crl: CertificateList, number: bigint | undefined, partition: CrlScope | undefined): string[] {
  const scope = issuingDistributionPoint(crl.extensions);
  const isPartial =
    scope !== undefined &&
    partition === undefined &&
    (scope.onlyContainsUserCerts ||
      scope.onlyContainsAttributeCerts ||
      scope.indirectCRL ||
      scope.onlySomeReasons !== undefined);
  const [twice] = crl.revoked.repeated();
  const unknown = crl.extensions.filter(({ critical, oid }) => critical && !KNOWN_CRITICAL.includes(oid));
  return [
    ...(crl.version === 2 ? [] : [`it has version ${crl.version}, expected 2`]),
    ...(crl.nextUpdate === undefined ? ['it has no next update'] : []),
    ...(number === undefined ? ['it has no CRL number'] : []),
    ...(deltaCRLIndicator(crl.extensions) === undefined ? [] : ['it is a delta CRL, expected a full one']),
    ...(partition !== undefined && (scopeFaults(crl).length > 0 || scopeKey(scopeOf(crl)) !== scopeKey(partition))
      ? [`it is not of the partition ${scopeWords(partition)}`]
      : []),
    ...(isPartial ? ['it does not list all that its CA has issued, by its issuing distribution point'] : []),
    // Which of the two entries holds, readers do not agree on; and it could not be repeated as it is.
    ...(twice === undefined ? [] : [`it lists ${twice} twice`]),
    ...unknown.map(({ oid }) => `it has the critical extension ${oidName(oid) ?? oid}, which is not known here`),
  ];
}

/** A delta CRL has its own fault. */
const KNOWN_CRITICAL: readonly string[] = [OID.issuingDistributionPoint, OID.deltaCRLIndicator];

/** RFC 5280 §5.1.2.3, §5.2.1, §5.1.1.3. */
function issuerFaults(crl: CertificateList, issuer: Certificate): string[] {
  const identifier = authorityKeyIdentifier(crl.extensions)?.keyIdentifier;
  const wanted = subjectKeyIdentifier(issuer.extensions);
  const isOwn = identifier !== undefined && wanted !== undefined && sameBytes(identifier, wanted);
  const authority =
    identifier === undefined
      ? 'it has no authority key identifier'
      : `its authority key identifier is ${hexOf(identifier)}, expected ${wanted ? hexOf(wanted) : 'that of its issuer, which has none'}`;
  return [
    ...(sameBytes(crl.issuer.der, issuer.subject.der)
      ? []
      : ['its issuer has another name than the CA that it is to be of']),
    ...(isOwn ? [] : [authority]),
    ...signatureFaults(crl, issuer),
  ];
}

function signatureFaults(crl: CertificateList, { spki }: Certificate): string[] {
  const { signatureAlgorithm: algorithm } = crl;
  const known = signatureAlgorithm(algorithm.der);
  if (!known) return [`it is signed with algorithm ${algorithm.oid} in an encoding that is not one of the exact ones`];
  const message = `its signature (${known.name}) is not that of its CA`;
  try {
    return verifySignature(spki, algorithm.der, crl.tbs, crl.signature) ? [] : [message];
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [`${message}: ${error.message}`];
  }
}
