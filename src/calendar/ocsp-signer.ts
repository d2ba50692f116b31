import { sha256 } from '../base/digest.ts';
import { sameBytes } from '../der/reader.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { answersFaults } from '../pki/answer-faults.ts';
import { keyHash } from '../pki/ocsp-response.ts';
import type { Certificate } from '../x509/model.ts';
import type { OcspResponse } from '../x509/ocsp-response.ts';
import { revocationIn } from '../x509/revocation.ts';
import type { Report } from './check-published.ts';
import type { CurrentCrl } from './current-crls.ts';
import { hasSigned, type KnownCertificate } from './ledger-files.ts';
import { endOf, revokedWords } from './ocsp-words.ts';

/** The CA about whose certificates a response is. */
export interface AnsweringCa {
  /** Certificates of one name and key: a renewed CA has several. */
  readonly issuers: readonly KnownCertificate[];
  /** The ledger's name of that key. */
  readonly issuer: string;
  /** What the ledger says now of what it has revoked. */
  readonly crls: readonly CurrentCrl[];
}

/** RFC 6960 §4.2.2.2: whoever signs is the CA itself, or has from this very CA a certificate for that purpose. */
export function holdSigner(
  ledger: Ledger,
  response: OcspResponse,
  ca: AnsweringCa,
  asOf: string,
  report: Report,
): void {
  const { issuers } = ca;
  if (issuers.length === 0) return;
  const wrong = (message: string) => report('PUBLISHED-OCSP-SIGNER', message);
  const own = issuers.find(({ content }) => isSignedBy(response, content));
  const responder = own ? undefined : response.certificates.find((one) => isSignedBy(response, one));
  const signer = own?.content ?? responder;
  if (!signer) {
    const { length } = response.certificates;
    wrong(
      `the key of "${ca.issuer}" has not signed it, nor has a responder whose certificate comes with it, of which there ${length === 1 ? 'is 1' : `are ${length}`}`,
    );
    return;
  }
  if (!isIdentified(response, signer)) wrong('it names another responder than the one that has signed it');
  for (const message of faultsOf(response, ca, responder)) wrong(message);
  const what = own ? `the certificate of "${ca.issuer}"` : `the responder's certificate`;
  if (signer.notAfter.at < asOf) wrong(`${what} ended at ${signer.notAfter.at}, before ${asOf}`);
  if (signer.notBefore.at > asOf) wrong(`${what} begins at ${signer.notBefore.at}, after ${asOf}`);
  if (responder) holdResponder(ledger, responder, ca, report);
}

/** What clients refuse, whatever time it is. */
function faultsOf(
  response: OcspResponse,
  { issuers }: AnsweringCa,
  responder: Certificate | undefined,
): readonly string[] {
  const thisUpdate = response.responses[0]?.thisUpdate.at ?? response.producedAt.at;
  const dates = { thisUpdate, nextUpdate: endOf(response) ?? thisUpdate };
  const found = issuers.map(({ content: issuer }) =>
    answersFaults({ issuer, responder, certificates: [], ...dates }, (one, by) => hasSigned(by, one, one.tbs)),
  );
  // Of a CA that was renewed one certificate has to bear it out.
  return found.some((faults) => faults.length === 0) ? [] : (found[0] ?? []).map(({ message }) => message);
}

function holdResponder(ledger: Ledger, responder: Certificate, ca: AnsweringCa, report: Report): void {
  const { hex } = responder.serial;
  if (!ca.issuers.some(({ content }) => hasSigned(content, responder, responder.tbs))) return;
  for (const { row, crl } of ca.crls) {
    const listed = revocationIn(crl, hex);
    if (listed)
      report(
        'PUBLISHED-OCSP-SIGNER',
        `the responder's certificate, serial number ${hex}, is ${revokedWords(listed.at, listed.reason)}, by CRL number ${row.number} of "${ca.issuer}"`,
      );
  }
  if (!ledger.certificates.some((one) => one.sha256 === sha256(responder.der)))
    report(
      'PUBLISHED-RECORDED',
      `the responder's certificate, serial number ${hex}, is signed by the CA "${ca.issuer}" and is not in the ledger: this is not the newest pack, or it was signed outside of any ceremony`,
    );
}

function isSignedBy(response: OcspResponse, { spki }: Certificate): boolean {
  return hasSigned({ spki }, response, response.tbs);
}

function isIdentified({ responder }: OcspResponse, { subject, spki }: Certificate): boolean {
  return responder.kind === 'key'
    ? sameBytes(responder.hash, keyHash(spki.der))
    : sameBytes(responder.name.der, subject.der);
}
