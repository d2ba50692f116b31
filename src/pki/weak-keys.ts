import { hash } from 'node:crypto';
import { type Sha256, sha256 } from '../base/digest.ts';

/*
 * The list of weak RSA keys that Debian's packages `openssl-blacklist` had (CVE-2008-0166), and others in its form. A line is the
 * end of the SHA-1 over what `openssl rsa -noout -modulus` prints: the key itself is not in it.
 */

/** Most bytes of a list: about 800,000 keys. */
export const MAX_WEAK_KEYS_BYTES = 16 * 2 ** 20;

/** A list that was read. */
export interface WeakKeys {
  /** Of the file. */
  readonly sha256: Sha256;
  /** How many lines of keys the file has. */
  readonly entries: number;
  /** Whether an RSA key of that modulus is listed. */
  readonly has: (modulus: bigint) => boolean;
}

/** The last 80 of the 160 bits of a SHA-1, in hex. */
const DIGITS = 20;

/** As a list has an RSA key: 20 lower-case hexadecimal digits. */
export function weakKeyLine(modulus: bigint): string {
  return hash('sha1', `Modulus=${modulus.toString(16).toUpperCase()}\n`, 'hex').slice(-DIGITS);
}

/**
 * Reads a list: lines of 20 lower-case hexadecimal digits, and lines that begin with `#`. Each ends in a line feed, the last one too.
 * @returns the list; or what is wrong, to be said after the name of the file: the first line that is neither, by its number
 */
export function readWeakKeys(bytes: Uint8Array): { readonly list: WeakKeys } | { readonly fault: string } {
  if (bytes.length === 0) return { fault: 'is empty' };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const lines = new Set<string>();
  let entries = 0;
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const end = text.indexOf('\n', start);
    if (end === -1) return { fault: `is cut short: its last line, ${number}, does not end in a line feed` };
    if (text[start] !== '#') {
      if (end - start !== DIGITS || !isHex(bytes, start, end))
        return {
          fault: `has in line ${number} neither ${DIGITS} lower-case hexadecimal digits nor a comment after "#"`,
        };
      lines.add(text.slice(start, end));
      entries++;
    }
    start = end + 1;
  }
  if (entries === 0) return { fault: 'has no keys, only comments' };
  return { list: { sha256: sha256(bytes), entries, has: (modulus) => lines.has(weakKeyLine(modulus)) } };
}

/** 0 to 9, a to f. */
function isHex(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const octet = bytes[at] as number;
    if (!((octet >= 0x30 && octet <= 0x39) || (octet >= 0x61 && octet <= 0x66))) return false;
  }
  return true;
}
