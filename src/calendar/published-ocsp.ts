import { sha256 } from '../base/digest.ts';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { hashedIssuer } from '../pki/ocsp-response.ts';
import type { Certificate } from '../x509/model.ts';
import type { CertId, OcspResponse, SingleResponse } from '../x509/ocsp-response.ts';
import { revocationIn } from '../x509/revocation.ts';
import type { KnownAnswer } from './answers.ts';
import type { Report } from './check-published.ts';
import { currentCrlsOf } from './current-crls.ts';
import { keyNameOf, type LedgerFiles } from './ledger-files.ts';
import { type AnsweringCa, holdSigner } from './ocsp-signer.ts';
import { endOf, revokedWords, statusWords } from './ocsp-words.ts';

/** What is said of one certificate. */
interface Said extends AnsweringCa {
  readonly single: SingleResponse;
  /** The certificate's name in the ledger; undefined where it has no such certificate. */
  readonly name: string | undefined;
}

/** Judges an OCSP response that was published, or was given to a request. @returns what it is, in one line */
export function judgeOcspResponse(files: LedgerFiles, response: OcspResponse, asOf: string, report: Report): string {
  const said = response.responses.map((single) => saidOf(files, single));
  for (const one of said) holdToCrl(one, report);
  for (const one of said) holdAbout(files, one, report);
  const [first] = said;
  if (said.some(({ issuer }) => issuer !== first?.issuer))
    report('PUBLISHED-OCSP-SIGNER', 'it is about certificates of several CAs, of which one alone can have signed it');
  if (first) holdSigner(files.ledger, response, first, asOf, report);
  holdToPacks(files, response, said, report);
  holdToTime(response, asOf, report);
  const words = said.map((one) => `${nameOf(one)} ${statusWords(one.single.status)}`).join(', ');
  return `OCSP response: ${words}, until ${endOf(response) ?? 'no date'}`;
}

function saidOf(files: LedgerFiles, single: SingleResponse): Said {
  const { pack, ledger, certificates } = files;
  const issuers = certificates.filter(({ content }) => isNamedBy(single.certId, content));
  const [first] = issuers;
  if (!first) return { single, issuers, issuer: '', name: undefined, crls: [] };
  const issuer = keyNameOf(ledger, first.content) ?? first.entry.name;
  const { hex } = single.certId.serial;
  const about = certificates.find(
    ({ content }) => content.serial.hex === hex && sameBytes(content.issuer.der, first.content.subject.der),
  );
  return { single, issuers, issuer, name: about?.entry.name, crls: currentCrlsOf(pack, ledger, issuer) };
}

/** RFC 6960 §4.1.1: by the hash that the client has chosen; all of them ask by one of these two. */
function isNamedBy({ hashAlgorithm, issuerNameHash, issuerKeyHash }: CertId, { subject, spki }: Certificate): boolean {
  if (hashAlgorithm.oid === OID.sha1) {
    const { name, key } = hashedIssuer({ name: subject.der, spki: spki.der });
    return sameBytes(issuerNameHash, name) && sameBytes(issuerKeyHash, key);
  }
  return (
    hashAlgorithm.oid === OID.sha256 &&
    hexOf(issuerNameHash) === sha256(subject.der) &&
    hexOf(issuerKeyHash) === sha256(spki.key)
  );
}

/** `"tls-1"`, or the serial number of what the ledger does not have. */
function nameOf({ name, single }: Said): string {
  return name === undefined ? `serial number ${single.certId.serial.hex}` : `"${name}"`;
}

function holdToCrl(said: Said, report: Report): void {
  const { single, issuer, crls } = said;
  const { status, nextUpdate, certId } = single;
  if (!issuer) return;
  const it = `it says of ${nameOf(said)} (serial number ${certId.serial.hex}) "${statusWords(status)}"`;
  const listing = crls.flatMap(({ row, crl }) => {
    const listed = revocationIn(crl, certId.serial.hex);
    return listed ? [{ row, listed }] : [];
  })[0];
  if (!listing) {
    if (crls.length === 0)
      report('PUBLISHED-OCSP-STATUS', `${it}, and the ledger has no CRL of "${issuer}" to hold it to`);
    else if (status.kind !== 'good')
      report(
        'PUBLISHED-OCSP-STATUS',
        `${it}, and the newest CRL of "${issuer}" (${crls.map(({ row }) => `number ${row.number}`).join(', ')}) does not list it: expected "good"`,
      );
    return;
  }
  const { row, listed } = listing;
  const due = revokedWords(listed.at, listed.reason);
  if (status.kind === 'good')
    report(
      'PUBLISHED-OCSP-REVOKED',
      `${it} until ${nextUpdate?.at ?? 'no date'}, and CRL number ${row.number} of "${issuer}" has it ${due}: clients trust what is revoked; take it from the server, and publish the newest`,
    );
  else if (statusWords(status) !== due)
    report('PUBLISHED-OCSP-STATUS', `${it}; by CRL number ${row.number} of "${issuer}" it is "${due}"`);
}

function holdAbout({ ledger }: LedgerFiles, { single, issuers, issuer, name, crls }: Said, report: Report): void {
  const { hex } = single.certId.serial;
  if (issuers.length === 0)
    report(
      'PUBLISHED-OCSP-ABOUT',
      `it is about serial number ${hex} of a CA that the ledger does not have, by the hashes of name and key`,
    );
  // An adopted CA has revoked what nobody has brought: that its CRL lists it is known.
  else if (name === undefined && !crls.some(({ crl }) => revocationIn(crl, hex)))
    report(
      'PUBLISHED-OCSP-ABOUT',
      `it is about serial number ${hex} of "${issuer}", which the ledger of ceremony ${ledger.number} does not have: this is not the newest pack, or the certificate was signed outside of any ceremony`,
    );
}

/** No ledger has OCSP responses: those of the packs that were given are all that is known. */
function holdToPacks(files: LedgerFiles, response: OcspResponse, said: readonly Said[], report: Report): void {
  const known = said.filter(({ issuers }) => issuers.length > 0);
  const digest = sha256(response.der);
  const newest = known.map((one) => [one, newestAbout(files.answers, one)] as const);
  const row = files.answers.find((one) => one.sha256 === digest);
  // One that answers for several is still the newest about what the next one leaves out.
  if (known.length === 0 || newest.some(([, answer]) => answer?.sha256 === digest)) return;
  for (const [one, answer] of newest)
    if (answer && (row || response.producedAt.at < answer.response.producedAt.at))
      report(
        'PUBLISHED-OCSP-NEWEST',
        `about ${nameOf(one)} it was produced at ${response.producedAt.at}${row ? `, in ceremony ${row.ceremony} (${row.path})` : ''}; expected ${answer.path} of ceremony ${answer.ceremony}, from ${answer.response.producedAt.at}, SHA-256 ${answer.sha256}`,
      );
  if (!row)
    report(
      'PUBLISHED-RECORDED',
      `no OCSP response of the packs that were given has its SHA-256 ${digest}: it is of an earlier pack, which is to be given with --earlier, or it was signed outside of any ceremony`,
    );
}

function newestAbout(answers: readonly KnownAnswer[], { issuers, single }: Said): KnownAnswer | undefined {
  const { hex } = single.certId.serial;
  return answers.findLast(({ response }) =>
    response.responses.some(
      ({ certId }) => certId.serial.hex === hex && issuers.some(({ content }) => isNamedBy(certId, content)),
    ),
  );
}

function holdToTime(response: OcspResponse, asOf: string, report: Report): void {
  const late = (message: string) => report('PUBLISHED-OCSP-FRESH', message);
  if (response.producedAt.at > asOf) late(`it was produced at ${response.producedAt.at}, after ${asOf}`);
  const spans = new Map(
    response.responses.map(({ thisUpdate, nextUpdate }) => [
      `${thisUpdate.at} ${nextUpdate?.at}`,
      { thisUpdate, nextUpdate },
    ]),
  );
  for (const { thisUpdate, nextUpdate } of spans.values()) {
    if (thisUpdate.at > asOf) late(`it begins at ${thisUpdate.at}, after ${asOf}`);
    if (nextUpdate === undefined) late('it does not say when the next one comes');
    else if (nextUpdate.at <= asOf) late(`it ended at ${nextUpdate.at}, expected one that holds at ${asOf}`);
  }
}
