import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import type { Operation } from '../quorum/operation.ts';
import { parseTbsCertificate } from '../x509/certificate.ts';
import { type CertificationRequestInfo, parseCertificationRequestInfo } from '../x509/certification-request.ts';
import { parseTbsCertList } from '../x509/crl.ts';
import type { AlgorithmIdentifier, SubjectPublicKeyInfo } from '../x509/model.ts';
import { parsePublicKey, parseSpki } from '../x509/public-key.ts';
import { signatureAlgorithm } from '../x509/signature.ts';
import type { IssuedSoFar } from './covering-crl.ts';
import { holdOcspResponse, type SignedCrls } from './ocsp-payload.ts';

type Sign = Extract<Operation, { readonly op: 'sign' }>;
type Signer = Pick<Sign, 'mechanism'>;

/** What the guard itself has seen, and holds a payload to. */
export interface Known {
  /** Hex of the random bytes that were drawn in this ceremony. */
  readonly drawn: ReadonlySet<string>;
  readonly crls: SignedCrls;
  /** Of the pack before this ceremony; null for the first of a CA. */
  readonly ledger: IssuedSoFar['ledger'];
  /** DER of the SubjectPublicKeyInfo with that SHA-256. @throws CeremonyError HSM_OBJECT_MISSING */
  readonly spkiOf: (key: Sha256) => Uint8Array;
  /** By the guard's own clock: `YYYY-MM-DDTHH:MM:SSZ` */
  readonly now: () => string;
}

/**
 * What is signed must be what the screen called it: read strictly as that and as nothing else, it is of no other kind. The
 * signature algorithm that it names, or that its key goes with, is the one that signs.
 * @param certificates SEQUENCE OF Certificate: those that an OCSP response answers for
 * @throws CeremonyError DER_INVALID for bytes of another kind, DESCRIPTOR_INVALID, HSM_OBJECT_MISSING
 */
export function holdPayloadToKind(
  operation: Sign,
  payload: Octets,
  { drawn, crls, ledger, spkiOf, now }: Known,
  certificates: Uint8Array | null = null,
): void {
  switch (operation.kind) {
    case 'certificate':
      holdCertificate(operation, wholeOf(payload), drawn);
      break;
    case 'crl': {
      const { tbsSignatureAlgorithm, thisUpdate } = parseTbsCertList(payload);
      holdAlgorithm(operation, tbsSignatureAlgorithm);
      if (thisUpdate.at > now()) refuse(`the CRL begins at ${thisUpdate.at}, and it is ${now()}`);
      break;
    }
    case 'request':
      holdRequest(operation, parseCertificationRequestInfo(wholeOf(payload)));
      break;
    case 'ocsp-response': {
      const spki = spkiOf(operation.key);
      holdOcspResponse(wholeOf(payload), spki, crls, now(), { certificates, ledger });
      holdMechanism(operation.mechanism, parseSpki(spki), 'OCSP response');
      break;
    }
  }
}

/**
 * One certificate, alone or in a list.
 * @returns its serial number, in hex
 * @throws CeremonyError DER_INVALID, DESCRIPTOR_INVALID
 */
export function holdCertificate(signer: Signer, payload: Uint8Array, drawn: ReadonlySet<string>): string {
  const { serial, tbsSignatureAlgorithm } = parseTbsCertificate(payload);
  // A serial number of random bytes that the HSM gave: the core only puts 0x01 before them.
  if (!(serial.hex.startsWith('01') && drawn.has(serial.hex.slice(2))))
    refuse(`the serial number ${serial.hex} is not 01 and random bytes that the HSM gave in this ceremony`);
  holdAlgorithm(signer, tbsSignatureAlgorithm);
  return serial.hex;
}

function holdAlgorithm({ mechanism }: Signer, named: AlgorithmIdentifier): void {
  if (!sameBytes(named.der, algorithmIdentifier(mechanism)))
    refuse(`the payload names another signature algorithm than "${mechanism}"`);
}

/**
 * A request is signed by the key that it is for (RFC 2986 §3): under the signature of another it would claim a key that is
 * not ours, or hand ours to somebody else's name. It names no signature algorithm, so its key says which one it may be.
 */
function holdRequest({ key, mechanism }: Sign, { spki, attributes }: CertificationRequestInfo): void {
  const digest = sha256(spki.der);
  if (digest !== key)
    refuse(
      `the request is for the key ${digest}, and ${key} would sign it`,
      'a request is signed with its own key: "key" of the descriptor is the one that the request is for',
    );
  // Officers are not shown the values of every attribute, and sign nothing that they cannot read.
  const other = attributes.find(({ oid }) => oid !== OID.extensionRequest);
  if (other)
    refuse(`the request has the attribute ${other.oid}, expected none but extensionRequest (${OID.extensionRequest})`);
  holdMechanism(mechanism, spki, 'request');
}

/** Of what names no signature algorithm. @param what is signed */
function holdMechanism(mechanism: string, spki: SubjectPublicKeyInfo, what: string): void {
  const algorithm = signatureAlgorithm(algorithmIdentifier(mechanism));
  const signer = parsePublicKey(spki);
  const fits = algorithm?.key === signer.type && (signer.type !== 'ec' || algorithm.curve === signer.curve);
  if (!fits) refuse(`the key of the ${what} does not go with the mechanism "${mechanism}"`);
}

function refuse(message: string, hint?: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', message, hint === undefined ? {} : { hint });
}
