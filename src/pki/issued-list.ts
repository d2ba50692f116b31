import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';
import { derOfPem, type PemLabel } from './pem.ts';

/*
 * What a CA that exists already says it has issued: its certificates, one PEM block after the other. That each is signed
 * by the CA is shown here; that none is missing, nobody can show.
 */

/** Of the file on the medium. */
export const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_CERTIFICATES = 1000;
/** Between two blocks there is nothing but white space. */
const END = /(?<=-----END CERTIFICATE-----)[\t\n\r ]+(?=-----BEGIN )/;

/**
 * Reads the list and holds each certificate of it to the CA: name of the issuer, signature, and a serial number of its own.
 * @param bytes PEM, at most 4 MiB and 1000 blocks
 * @param name what to call the file in messages
 * @throws CeremonyError FILE_TOO_LARGE; DER_INVALID; CERTIFICATE_UNFIT for one that the CA has not issued, or a serial
 * number that comes twice
 */
export function takeIssuedList(bytes: Uint8Array, name: string, ca: Certificate): readonly Certificate[] {
  if (bytes.length > MAX_LIST_BYTES)
    throw new CeremonyError(
      'FILE_TOO_LARGE',
      `"${name}" has ${bytes.length} bytes, expected at most ${MAX_LIST_BYTES}`,
    );
  const blocks = Buffer.from(bytes).toString('latin1').split(END);
  if (blocks.length > MAX_CERTIFICATES)
    throw new CeremonyError(
      'FILE_TOO_LARGE',
      `"${name}" has ${blocks.length} certificates, expected at most ${MAX_CERTIFICATES}`,
    );
  const seen = new Map<string, number>();
  return blocks.map((block, index) => {
    const what = `certificate ${index + 1} of "${name}"`;
    const der = derOfPem(Buffer.from(block, 'latin1'), ['CERTIFICATE' satisfies PemLabel]);
    const certificate = parseCertificate(der, what);
    const { issuer, signatureAlgorithm, tbs, signature, serial } = certificate;
    const refuse = (message: string): never => {
      throw new CeremonyError('CERTIFICATE_UNFIT', `${what}, SHA-256 ${sha256(der)}: ${message}`, {
        hint: 'have the list made again, of the certificates that this CA has issued, each once',
      });
    };
    if (!sameBytes(issuer.der, ca.subject.der)) refuse('its issuer has another name than the CA');
    if (!verifySignature(ca.spki, signatureAlgorithm.der, tbs, signature))
      refuse('its signature does not verify with the key of the CA');
    const before = seen.get(serial.hex);
    if (before !== undefined) refuse(`certificate ${before} has its serial number ${serial.hex} too`);
    seen.set(serial.hex, index + 1);
    return certificate;
  });
}

/** What a CRL lists and no certificate of the list is: of these nothing else is known. */
export interface Unseen {
  /** Serial numbers, hex, in the order of the CRL: a thousand at most, which people could still look into. */
  readonly first: readonly string[];
  /** How many there are besides. */
  readonly more: number;
}

const MOST_UNSEEN = 1000;

export function revokedUnseen(issued: readonly Pick<Certificate, 'serial'>[], { revoked }: CertificateList): Unseen {
  const known = new Set(issued.map(({ serial }) => serial.hex));
  const first: string[] = [];
  let more = 0;
  for (const { serial } of revoked) {
    if (known.has(serial)) continue;
    if (first.length < MOST_UNSEEN) first.push(serial);
    else more++;
  }
  return { first, more };
}
