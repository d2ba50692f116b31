import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import { escapeForeign } from '../base/text.ts';
import { expectedUnder, type LedgerFiles } from './ledger-files.ts';
import { judgeCertificates } from './published-certificates.ts';
import { judgeCrl } from './published-crl.ts';
import { type PublishedFile, readPublished } from './published-file.ts';
import { judgeOcspResponse } from './published-ocsp.ts';

/** What can be wrong with a published file, the gravest at the head: id → what holds where it is not found. */
export const PUBLISHED_CHECKS = {
  'PUBLISHED-OCSP-REVOKED': 'no OCSP response says "good" of what the newest CRL has as revoked',
  'PUBLISHED-READ':
    'it is a CRL, a certificate or several, an OCSP response that answers, or a request; or of the pack',
  'PUBLISHED-BYTES': 'it is, byte for byte, what a pack publishes under its name, or the ledger has',
  'PUBLISHED-SIGNATURE': 'a CA of the ledger has signed it, and in a chain each the one before it',
  'PUBLISHED-RECORDED': 'the ledger has it: it was signed in a ceremony',
  'PUBLISHED-NUMBER': "a CRL is its CA's newest",
  'PUBLISHED-PARTITION': 'a CRL of a partition lies at the URL of that partition, and no other there',
  'PUBLISHED-DELTA':
    'a delta CRL goes with the newest complete one of its CA, and lies where that says; no other lies there',
  'PUBLISHED-FRESH': 'a CRL holds, and certificates are within their dates',
  'PUBLISHED-OCSP-ABOUT': 'an OCSP response is about certificates that the ledger has',
  'PUBLISHED-OCSP-SIGNER': 'their CA has signed it, or a responder of it whose certificate holds',
  'PUBLISHED-OCSP-STATUS': 'it says of each certificate what the newest CRL says',
  'PUBLISHED-OCSP-NEWEST': 'it is the newest of the packs that were given',
  'PUBLISHED-OCSP-FRESH': 'it holds',
} as const satisfies Readonly<Record<string, string>>;

export type PublishedCheck = keyof typeof PUBLISHED_CHECKS;

export type Report = (check: PublishedCheck, message: string) => void;

export interface PublishedVerdict {
  readonly where: string;
  /** What it is, in one line; foreign text escaped. */
  readonly is: string;
  readonly findings: readonly Finding[];
}

/**
 * Holds a file that was fetched from where a CA publishes to the newest pack of that CA.
 * @param files of packs that were verified
 * @param asOf UTC
 */
export function checkPublished(files: LedgerFiles, file: PublishedFile, asOf: string): PublishedVerdict {
  const where = escapeForeign(file.where);
  const findings: Finding[] = [];
  const report: Report = (check, message) => void findings.push({ check, where, message: escapeForeign(message) });
  const path = holdBytes(files, file, report);
  const is = judge(files, file, path !== undefined, asOf, report);
  // A good answer for what is revoked stands first: whoever asks believes it.
  const inOrder = [...findings].sort((one, other) => Number(isGravest(other)) - Number(isGravest(one)));
  return { where, is: escapeForeign(path === undefined ? is : `${is}; ${path} of the pack`), findings: inOrder };
}

const isGravest = ({ check }: Finding) => check === 'PUBLISHED-OCSP-REVOKED';

/** By its name, where it has one that is known. @returns the path of the file of the pack that it is */
function holdBytes(files: LedgerFiles, { name, bytes }: PublishedFile, report: Report): string | undefined {
  const digest = sha256(bytes);
  const expected = name === null ? undefined : expectedUnder(files, name);
  const path = files.published.get(digest);
  if (expected && expected.sha256 !== digest)
    report(
      'PUBLISHED-BYTES',
      `its SHA-256 is ${digest}${path === undefined ? '' : `, which is ${path}`}; expected ${expected.sha256}, that of ${expected.path}`,
    );
  return path;
}

function judge(files: LedgerFiles, file: PublishedFile, isOfPack: boolean, asOf: string, report: Report): string {
  try {
    const content = readPublished(file);
    if (content.kind === 'crl') return judgeCrl(files, content, file, asOf, report);
    if (content.kind === 'certificates')
      return judgeCertificates(files, { ...content, bytes: file.bytes, isOfPack }, asOf, report);
    if (content.kind === 'ocsp-response') return judgeOcspResponse(files, content.response, asOf, report);
    if (!isOfPack) report('PUBLISHED-BYTES', 'it is a request that the pack does not publish');
    return 'a certificate request';
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    // What goes with a certificate, such as its text.
    if (!isOfPack) report('PUBLISHED-READ', error.message);
    return `${file.bytes.length} bytes`;
  }
}
