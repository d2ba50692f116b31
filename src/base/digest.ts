import { createHash, hash } from 'node:crypto';
import { HeldOctets } from './held-octets.ts';
import { type Octets, windowsOf } from './octets.ts';

/** 64 lower-case hexadecimal digits. */
export type Sha256 = string;

/** Stands for "there is none before this": the predecessor of a first line, roster or pack. */
export const NO_DIGEST: Sha256 = '0'.repeat(64);

export function sha256(bytes: Octets | string): Sha256 {
  if (typeof bytes === 'string' || bytes instanceof Uint8Array) return hash('sha256', bytes, 'hex');
  // What was hashed when it was first looked at is held to that.
  if (bytes instanceof HeldOctets) return bytes.sha256;
  const digest = createHash('sha256');
  for (const window of windowsOf(bytes)) digest.update(window);
  return digest.digest('hex');
}

export function isSha256(value: unknown): value is Sha256 {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** Hex in groups of four, for people: `3f2a 9c01 …`, `perLine` groups to a line. */
export function hexGroups(digest: string, perLine = 8): string[] {
  const groups = digest.match(/.{1,4}/g) ?? [];
  const lines: string[] = [];
  for (let i = 0; i < groups.length; i += perLine) lines.push(groups.slice(i, i + perLine).join(' '));
  return lines;
}
