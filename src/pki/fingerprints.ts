import { sha256 } from '../base/digest.ts';
import { OID } from '../der/oid.ts';
import { subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate, Name } from '../x509/model.ts';

/** As the columns of the CCADB's own reports are called, and the file that the row is about. */
export const FINGERPRINT_COLUMNS = [
  'SHA-256 Fingerprint',
  'Subject Common Name',
  'Issuer Common Name',
  'Valid From (GMT)',
  'Valid To (GMT)',
  'Certificate Serial Number',
  'Subject Key Identifier',
  'File',
] as const;

/**
 * What a certificate is entered in the CCADB and looked for in an audit statement by: a heading and one row, RFC 4180.
 * Digest, serial number and key identifier are upper-case hex without colons or blanks; dates are `YYYY-MM-DD`, those of
 * the certificate in UTC (CCADB Policy 5.2.3; TLS BR 8.6). Every field is quoted: a spreadsheet reads a serial number of
 * digits alone as a number, and rounds it.
 * @param file name of the DER file: `tls-ca-1.crt`
 */
export function fingerprintsCsv(file: string, certificate: Certificate): string {
  const { der, subject, issuer, notBefore, notAfter, serial, extensions } = certificate;
  const row: Readonly<Record<(typeof FINGERPRINT_COLUMNS)[number], string>> = {
    'SHA-256 Fingerprint': sha256(der).toUpperCase(),
    'Subject Common Name': commonName(subject),
    'Issuer Common Name': commonName(issuer),
    'Valid From (GMT)': dayOf(notBefore.at),
    'Valid To (GMT)': dayOf(notAfter.at),
    // The octet 00 before a first bit that is set belongs to DER; openssl and the CCADB leave it out.
    'Certificate Serial Number': serial.hex.replace(/^00(?=.)/, '').toUpperCase(),
    'Subject Key Identifier': Buffer.from(subjectKeyIdentifier(extensions) ?? [])
      .toString('hex')
      .toUpperCase(),
    File: file,
  };
  return [FINGERPRINT_COLUMNS, FINGERPRINT_COLUMNS.map((column) => row[column])].map(recordOf).join('');
}

/** RFC 4180 §2: quoted, a quotation mark doubled, CR LF at the end. */
function recordOf(fields: readonly string[]): string {
  return `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/** The last one: the encoding goes from the general to the particular. Empty where the name has none. */
function commonName({ attributes }: Name): string {
  return attributes.findLast(({ oid }) => oid === OID.commonName)?.value ?? '';
}

/** @param at `YYYY-MM-DDTHH:MM:SSZ` */
function dayOf(at: string): string {
  return at.slice(0, 'YYYY-MM-DD'.length);
}
