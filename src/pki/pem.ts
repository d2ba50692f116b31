import { CeremonyError } from '../base/errors.ts';
import { joined, type Octets } from '../base/octets.ts';

/** Labels of RFC 7468 §5.1, §6.1 and §7.1. "CRL" is not one: OpenSSL cannot read it. */
export const PEM_LABELS = ['CERTIFICATE', 'X509 CRL', 'CERTIFICATE REQUEST'] as const;
export type PemLabel = (typeof PEM_LABELS)[number];

/** What some programs write for a request; it is read, and never written (RFC 7468 §7.1). */
export const OLD_REQUEST = 'NEW CERTIFICATE REQUEST';

/** RFC 7468: base64 in lines of 64 characters, LF line ends, a line feed at the end. */
export function pemOf(label: PemLabel, der: Uint8Array): string {
  return Buffer.from(pemFile(label, der).buffer).toString('latin1');
}

/** Octets of a line of base64, its characters, and octets of the file that are written at once. */
const [LINE, TEXT, CHUNK] = [48, 64, 64 * 1024];

/** The same as a file: a CRL may have a million lines, and none of them becomes a text of its own. */
export function pemFile(label: PemLabel, der: Uint8Array): Uint8Array<ArrayBuffer> {
  const pem = pemOctets(label, der);
  const file = Buffer.from(new ArrayBuffer(pem.length));
  for (let at = 0; at < pem.length; at += CHUNK) file.set(pem.subarray(at, Math.min(at + CHUNK, pem.length)), at);
  return file;
}

/** The same of what need not be in memory: each part of it is encoded when somebody looks at it. */
export function pemOctets(label: PemLabel, der: Octets): Octets {
  const [begin, end] = [`-----BEGIN ${label}-----\n`, `-----END ${label}-----\n`].map((line) =>
    Buffer.from(line, 'latin1'),
  );
  const full = Math.floor(der.length / LINE);
  const rest = der.length - full * LINE;
  const length = full * (TEXT + 1) + (rest === 0 ? 0 : Math.ceil(rest / 3) * 4 + 1);
  const body: Octets = {
    length,
    subarray(from = 0, to = length) {
      if (from >= to) return new Uint8Array();
      const [first, last] = [Math.floor(from / (TEXT + 1)), Math.ceil(Math.min(to, length) / (TEXT + 1))];
      const octets = der.subarray(first * LINE, Math.min(last * LINE, der.length));
      const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64');
      const lines = Buffer.alloc(text.length + Math.ceil(text.length / TEXT));
      let at = 0;
      for (let line = 0; line < text.length; line += TEXT) {
        at += lines.write(text.slice(line, line + TEXT), at, 'latin1');
        lines[at++] = 0x0a;
      }
      return lines.subarray(from - first * (TEXT + 1), Math.min(to, length) - first * (TEXT + 1));
    },
  };
  return joined([begin as Buffer, body, end as Buffer]);
}

/**
 * The DER that a PEM file holds: one block, lines of any length, and nothing around it but blank lines.
 * @param labels those that are read
 * @throws CeremonyError DER_INVALID for another label, several blocks, or what is not base64
 */
export function derOfPem(pem: Uint8Array, labels: readonly string[] = PEM_LABELS): Buffer {
  let [at, end] = [0, pem.length];
  while (at < end && isBlank(pem[at]!)) at++;
  while (end > at && isBlank(pem[end - 1]!)) end--;
  const [begin = '', label] = /^-----BEGIN ([A-Z0-9 ]{1,64})-----[\t\n\r ]/.exec(textOf(pem, at, at + LONGEST)) ?? [];
  const close = `-----END ${label}-----`;
  const isBlock = label !== undefined && at + begin.length + close.length < end;
  if (!isBlock || textOf(pem, end - close.length, end) !== close) notOneBlock();
  if (!labels.includes(label)) {
    const wanted = labels.join(', ').replace(/, ([^,]+)$/, ' or $1');
    throw new CeremonyError('DER_INVALID', `PEM of label "${label}", expected ${wanted}`);
  }
  return decoded(pem.subarray(at + begin.length, end - close.length));
}

/** Of the first line of a block. */
const LONGEST = 96;

function notOneBlock(): never {
  throw new CeremonyError('DER_INVALID', 'PEM that is not exactly one block of base64 between its two lines');
}

function textOf(bytes: Uint8Array, at: number, end: number): string {
  const part = bytes.subarray(at, end);
  return Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');
}

function isBlank(octet: number): boolean {
  return octet === 0x20 || (octet >= 0x09 && octet <= 0x0d && octet !== 0x0b && octet !== 0x0c);
}

/** Of base64, decoded at once: what a CRL takes in memory is the file and its DER. */
const DIGITS = 64 * 1024;

function decoded(body: Uint8Array): Buffer {
  const der = Buffer.from(new ArrayBuffer(Math.ceil(body.length / 4) * 3));
  const digits = Buffer.alloc(DIGITS);
  let [length, count, isPadded] = [0, 0, false];
  const decode = () => {
    const base64 = digits.toString('latin1', 0, count);
    const part = Buffer.from(base64, 'base64');
    // What is padded ends it.
    if (isPadded || part.toString('base64') !== base64)
      throw new CeremonyError('DER_INVALID', 'PEM whose content is not base64');
    isPadded = base64.endsWith('=');
    length += part.copy(der, length);
    count = 0;
  };
  for (let at = 0; at < body.length; at++) {
    const octet = body[at]!;
    if (isBlank(octet)) continue;
    if (BASE64[octet] !== 1) notOneBlock();
    digits[count++] = octet;
    if (count === DIGITS) decode();
  }
  if (count > 0) decode();
  return der.subarray(0, length);
}

const BASE64 = Uint8Array.from({ length: 256 }, (_, octet) =>
  /[A-Za-z0-9+/=]/.test(String.fromCharCode(octet)) ? 1 : 0,
);
