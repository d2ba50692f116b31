import { sha256 } from '../base/digest.ts';
import { sameBytes } from '../der/reader.ts';
import { pemOf } from '../pki/pem.ts';
import type { Certificate } from '../x509/model.ts';
import type { Report } from './check-published.ts';
import { hasSigned, type LedgerFiles, signerOf } from './ledger-files.ts';

export interface PublishedCertificates {
  readonly certificates: readonly Certificate[];
  readonly isPem: boolean;
  readonly bytes: Uint8Array;
  /** Whether the pack publishes these very bytes: what it publishes was judged when it was verified. */
  readonly isOfPack: boolean;
}

/** Judges certificates that were published, one alone or a chain. @returns what they are, in one line */
export function judgeCertificates(
  files: LedgerFiles,
  published: PublishedCertificates,
  asOf: string,
  report: Report,
): string {
  const { certificates } = published;
  const said = certificates.map((certificate, index) =>
    judgeOne(files, certificate, certificates.length > 1 ? `certificate ${index + 1} of the file` : 'it', asOf, report),
  );
  if (!published.isOfPack) holdChain(published, report);
  return said.join(', below ');
}

function judgeOne(files: LedgerFiles, certificate: Certificate, it: string, asOf: string, report: Report): string {
  const { notBefore, notAfter, der } = certificate;
  if (notBefore.at > asOf) report('PUBLISHED-FRESH', `${it} begins at ${notBefore.at}, after ${asOf}`);
  if (notAfter.at < asOf) report('PUBLISHED-FRESH', `${it} ended at ${notAfter.at}, before ${asOf}`);
  const digest = sha256(der);
  const known = files.ledger.certificates.find((one) => one.sha256 === digest);
  if (known) return `certificate "${known.name}", until ${known.notAfter}`;
  const signer = signerOf(files, certificate, certificate.tbs);
  if (signer)
    report(
      'PUBLISHED-RECORDED',
      `${it} has serial ${certificate.serial.hex} and is signed by the CA of "${signer.entry.name}", and is not in the ledger: this is not the newest pack, or it was signed outside of any ceremony`,
    );
  else
    report(
      'PUBLISHED-SIGNATURE',
      signer === null
        ? `${it} has an issuer that is no CA of the ledger, by its name`
        : `${it} is not signed by the CA of the ledger whose name its issuer bears`,
    );
  return `certificate of serial ${certificate.serial.hex}, until ${notAfter.at}`;
}

/** What an earlier ceremony published is not in this pack, and follows from what is: the form is fixed. */
function holdChain({ certificates, isPem, bytes }: PublishedCertificates, report: Report): void {
  certificates.forEach((certificate, index) => {
    const above = certificates[index + 1];
    if (above && !isAbove(above, certificate))
      report('PUBLISHED-SIGNATURE', `certificate ${index + 2} of the file has not signed the one before it`);
  });
  const written = certificates.map(({ der }) => pemOf('CERTIFICATE', der)).join('');
  if (isPem && !sameBytes(Buffer.from(written), bytes))
    report('PUBLISHED-BYTES', 'it is PEM of another form than a ceremony writes: base64 in lines of 64, LF, no text');
}

function isAbove(above: Certificate, below: Certificate): boolean {
  return sameBytes(above.subject.der, below.issuer.der) && hasSigned(above, below, below.tbs);
}
