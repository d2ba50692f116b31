import { CeremonyError } from '../base/errors.ts';
import { derOfPem, PEM_LABELS } from '../pki/pem.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl } from '../x509/crl.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { type OcspResponse, parseOcspResponse } from '../x509/ocsp-response.ts';
import { kindOf } from '../x509/render.ts';

/** A file as a web server gave it, fetched by somebody's own tool. */
export interface PublishedFile {
  /** Its name on the server, without folders; null where it came without one. */
  readonly name: string | null;
  /** The URL that it was fetched from; absent where nobody says. */
  readonly url?: string;
  /** What it is called in findings. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** What is in such a file. A request is not signed by a CA: of it the bytes alone are judged. */
export type Content =
  | { readonly kind: 'crl'; readonly crl: CertificateList; readonly isPem: boolean }
  | { readonly kind: 'certificates'; readonly certificates: readonly Certificate[]; readonly isPem: boolean }
  | { readonly kind: 'ocsp-response'; readonly response: OcspResponse }
  | { readonly kind: 'request'; readonly isPem: boolean };

const BLOCK = /-----BEGIN [^-\n]{1,64}-----[^-]+-----END [^-\n]{1,64}-----[\t\n\r ]*/g;
/** A certificate has kilobytes: more of it in one file than this is no chain. */
const MOST_PEM = 4 * 2 ** 20;

/** @throws CeremonyError DER_INVALID, FILE_UNKNOWN, FILE_TOO_LARGE where it is none of these */
export function readPublished({ bytes, where }: PublishedFile): Content {
  if (bytes.length === 0) throw new CeremonyError('FILE_UNKNOWN', 'it is empty');
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart();
  const isPem = start.startsWith('-----BEGIN ');
  if (!isPem && bytes[0] !== 0x30)
    throw new CeremonyError('FILE_UNKNOWN', 'it is neither DER nor PEM, such as the page of an error');
  const ders = isPem ? blocksOf(bytes) : [bytes];
  const [first, ...others] = ders.map((der) => ({ der, kind: kindOf(der) }));
  if (first?.kind === 'crl' && others.length === 0) return { kind: 'crl', crl: parseCrl(first.der, where), isPem };
  if (first?.kind === 'ocsp-response' && others.length === 0)
    return { kind: 'ocsp-response', response: parseOcspResponse(first.der, where) };
  if (first?.kind === 'request' && others.length === 0) return { kind: 'request', isPem };
  if (first?.kind === 'certificate' && others.every(({ kind }) => kind === 'certificate'))
    return { kind: 'certificates', certificates: ders.map((der) => parseCertificate(der, where)), isPem };
  throw new CeremonyError(
    'FILE_UNKNOWN',
    'it is neither a CRL, nor a certificate or several, nor an OCSP response, nor a request',
  );
}

/** PEM of one block or more, and nothing else. @throws CeremonyError DER_INVALID, FILE_TOO_LARGE */
function blocksOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > MOST_PEM)
    throw new CeremonyError('FILE_TOO_LARGE', `it is PEM of ${bytes.length} bytes; at most ${MOST_PEM} are read`);
  const text = Buffer.from(bytes).toString('latin1').trimStart();
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.join('') !== text)
    throw new CeremonyError('DER_INVALID', 'it is PEM with something before, between or after its blocks');
  return blocks.map((block) => derOfPem(Buffer.from(block, 'latin1'), PEM_LABELS));
}
