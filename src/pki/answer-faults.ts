import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { outside, scopeOf } from '../x509/crl-scope.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';
import { revocationIn } from '../x509/revocation.ts';
import { verifySignature } from '../x509/signature.ts';
import { certificateSubject } from './lint-subject.ts';
import type { CertificateAnswer } from './ocsp-response.ts';

/*
 * What holds of answers given beforehand, whatever the rules of a policy say: without it no client accepts them, or they say
 * what is not so.
 */

/** What a response is made of. */
export interface AnswersGround {
  /** Of the CA about whose certificates it is. */
  readonly issuer: Certificate;
  /** Of the responder that signs; undefined where the CA signs itself. */
  readonly responder: Certificate | undefined;
  /** Those that it is about, by the script's names. */
  readonly certificates: readonly { readonly name: string; readonly certificate: Certificate }[];
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly thisUpdate: string;
  readonly nextUpdate: string;
}

export interface AnswersFault {
  /** Parameter of the step at which it lies. */
  readonly of: 'issuer' | 'responder' | 'certificates' | 'crl' | 'this-update' | 'next-update';
  readonly message: string;
}

/** What a CRL says of a certificate of its CA. */
export function answerBy(crl: TbsCertList, { serial }: Pick<Certificate, 'serial'>): CertificateAnswer {
  const listed = revocationIn(crl, serial.hex);
  if (!listed) return { serial: serial.bytes, revoked: undefined };
  const { at, reason } = listed;
  return { serial: serial.bytes, revoked: { at, reason: reason === 'unspecified' ? undefined : reason } };
}

/** @param hasSigned whether a certificate is signed by an issuer; another one for stand-ins, which nobody has signed */
export function answersFaults(ground: AnswersGround, hasSigned = isSignedBy): AnswersFault[] {
  const { issuer, responder, certificates, thisUpdate, nextUpdate } = ground;
  const faults: AnswersFault[] = [];
  for (const { name, certificate } of certificates) {
    const message = notIssued(certificate, issuer, hasSigned);
    if (message !== undefined) faults.push({ of: 'certificates', message: `"${name}" ${message}` });
  }
  faults.push(...(responder ? responderFaults(responder, issuer, hasSigned) : ownFaults(issuer)));
  const signers = [
    { what: "the issuer's certificate", of: 'issuer', certificate: issuer },
    ...(responder ? [{ what: "the responder's certificate", of: 'responder', certificate: responder }] : []),
  ] as const;
  for (const { what, certificate } of signers) {
    const [from, until] = [certificate.notBefore.at, certificate.notAfter.at];
    if (thisUpdate < from)
      faults.push({ of: 'this-update', message: `thisUpdate ${thisUpdate} is before ${what} is valid, from ${from}` });
    if (nextUpdate > until)
      faults.push({ of: 'next-update', message: `nextUpdate ${nextUpdate} is after ${what} is valid, until ${until}` });
  }
  return faults;
}

/**
 * The CRL by which the statuses go is in force, known by then, and that of each certificate: one of a partition says nothing of
 * what is in another (RFC 5280 §5.2.5).
 * @param beside of the same CA, of its other partitions: one of them may list the responder
 */
export function answersCrlFaults(
  crl: TbsCertList,
  { issuer, responder, certificates, thisUpdate }: Omit<AnswersGround, 'nextUpdate'>,
  beside: readonly TbsCertList[],
): AnswersFault[] {
  const faults: AnswersFault[] = [];
  if (!sameBytes(crl.issuer.der, issuer.subject.der))
    faults.push({ of: 'crl', message: 'the CRL by which it goes is that of another CA' });
  const scope = scopeOf(crl);
  for (const { name, certificate } of certificates) {
    const why = scope && outside(scope, certificate);
    if (why !== undefined)
      faults.push({
        of: 'certificates',
        message: `the CRL by which "${name}" would be answered for is of another partition: ${why}`,
      });
  }
  const ofCa = [crl, ...beside].filter((one) => sameBytes(one.issuer.der, issuer.subject.der));
  const [revoked] = responder ? ofCa.flatMap((one) => revocationIn(one, responder.serial.hex) ?? []) : [];
  if (revoked) faults.push({ of: 'responder', message: `the responder's certificate was revoked at ${revoked.at}` });
  if (thisUpdate < crl.thisUpdate.at)
    faults.push({
      of: 'this-update',
      message: `thisUpdate ${thisUpdate} is before that of the CRL by which it goes, ${crl.thisUpdate.at}`,
    });
  return faults;
}

function notIssued(certificate: Certificate, issuer: Certificate, hasSigned: typeof isSignedBy): string | undefined {
  if (sameBytes(certificate.subject.der, certificate.issuer.der))
    return 'has its own name as issuer: nobody asks a root whether it is revoked';
  if (!sameBytes(certificate.issuer.der, issuer.subject.der)) return 'was issued under the name of another CA';
  return hasSigned(certificate, issuer) ? undefined : 'is not signed with the key of the issuer';
}

/** RFC 6960 §4.2.2.2: issued by the very CA, and for that purpose; §4.2.2.2.1: of an offline CA nobody asks about it again. */
function responderFaults(responder: Certificate, issuer: Certificate, hasSigned: typeof isSignedBy): AnswersFault[] {
  const { extKeyUsage, keyUsage } = certificateSubject(responder);
  const faults: string[] = [];
  const other = notIssued(responder, issuer, hasSigned);
  if (other !== undefined) faults.push(other);
  if (!extKeyUsage?.includes(OID.OCSPSigning)) faults.push('lacks the purpose id-kp-OCSPSigning');
  if (!responder.extensions.some(({ oid }) => oid === OID.ocspNoCheck)) faults.push('lacks id-pkix-ocsp-nocheck');
  if (keyUsage && !keyUsage.names.includes('digitalSignature')) faults.push('lacks the key usage digitalSignature');
  return faults.map((text) => ({ of: 'responder', message: `the responder's certificate ${text}` }));
}

/** RFC 5280 §4.2.1.3: an OCSP response is neither a certificate nor a CRL. */
function ownFaults(issuer: Certificate): AnswersFault[] {
  const { keyUsage } = certificateSubject(issuer);
  if (!keyUsage || keyUsage.names.includes('digitalSignature')) return [];
  const message =
    "the issuer's certificate lacks the key usage digitalSignature, so that its key signs no OCSP response";
  return [{ of: 'issuer', message }];
}

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  return verifySignature(issuer.spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature);
}
