import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { PATH } from './layout.ts';
import { byPath, manifestFile, readManifest } from './manifest.ts';

export interface Sum {
  readonly path: string;
  readonly sha256: Sha256;
}

/**
 * The bytes of SHA256SUMS, for `sha256sum -c`: the manifest's files, events.jsonl and manifest.json, sorted by path.
 * @throws CeremonyError as readManifest
 */
export function buildSums(manifestBytes: Uint8Array, eventsBytes: Uint8Array): Uint8Array {
  const files = [
    ...readManifest(manifestBytes).files,
    manifestFile(PATH.events, eventsBytes),
    manifestFile(PATH.manifest, manifestBytes),
  ].sort(byPath);
  return new TextEncoder().encode(files.map((file) => `${file.sha256}  ${file.path}\n`).join(''));
}

/** Reads SHA256SUMS: text mode lines of GNU coreutils, nothing else. @throws CeremonyError PACK_UNREADABLE */
export function readSums(bytes: Uint8Array): readonly Sum[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text !== '' && !text.endsWith('\n'))
    throw new CeremonyError('PACK_UNREADABLE', `${PATH.sums} does not end in a line feed`);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const match = /^([0-9a-f]{64}) {2}([\x21-\x7e]+)$/.exec(line);
      if (!match)
        throw new CeremonyError('PACK_UNREADABLE', `${PATH.sums}:${index + 1} is not a digest, two spaces and a path`);
      return { sha256: match[1] as string, path: match[2] as string };
    });
}
