import { canonicalBytes, parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { Shape } from '../quorum/shape.ts';
import { isListed, PATH } from './layout.ts';

export interface ManifestFile {
  readonly path: string;
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
}

/** The list of a pack's files and what they are about: what every present token holder signs at the end. */
export interface Manifest {
  readonly type: 'quorate/manifest/1';
  /** SHA-256 of the first event line. */
  readonly ceremony: Sha256;
  /** SHA-256 of the last chain line; with `events` it binds events.jsonl, whose lines may be withheld later. */
  readonly head: Sha256;
  readonly events: number;
  readonly outcome: 'complete' | 'aborted';
  readonly mode: 'rehearsal' | 'production';
  /** SHA-256 of authorization.json and of roster/roster.json. */
  readonly authorization: Sha256;
  readonly roster: Sha256;
  readonly files: readonly ManifestFile[];
}

export type ManifestFacts = Omit<Manifest, 'type' | 'files'>;

export function manifestFile(path: string, bytes: Octets): ManifestFile {
  return { path, sha256: sha256(bytes), size: bytes.length };
}

/** ASCII paths: the order of UTF-16 code units is that of bytes, and of `LC_ALL=C sort`. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * The bytes of manifest.json. Takes any files of the pack and lists those that a manifest lists, sorted by path.
 * @throws TypeError when a path is given twice: a bug of ours
 */
export function buildManifest(facts: ManifestFacts, files: Iterable<ManifestFile>): Uint8Array {
  const listed = [...files].filter((file) => isListed(file.path)).sort(byPath);
  for (let i = 1; i < listed.length; i++) {
    if (listed[i]?.path === listed[i - 1]?.path) throw new TypeError(`manifest: "${listed[i]?.path}" is given twice`);
  }
  const entries = listed.map(({ path, sha256: digest, size }) => ({ path, sha256: digest, size }));
  const { ceremony, head, events, outcome, mode, authorization, roster } = facts;
  return canonicalBytes({
    type: 'quorate/manifest/1',
    ceremony,
    head,
    events,
    outcome,
    mode,
    authorization,
    roster,
    files: entries,
  });
}

/** Reads manifest.json: canonical, members closed, paths of the format, sorted, none twice. @throws CeremonyError JSON_NOT_CANONICAL, PACK_UNREADABLE */
export function readManifest(bytes: Uint8Array): Manifest {
  const shape = new Shape(parseCanonicalObject(bytes, PATH.manifest), 'PACK_UNREADABLE', PATH.manifest);
  const manifest: Manifest = {
    type: shape.literal('type', 'quorate/manifest/1'),
    ceremony: shape.digest('ceremony'),
    head: shape.digest('head'),
    events: shape.integer('events', 1, 10_000_000),
    outcome: shape.literal('outcome', 'complete', 'aborted'),
    mode: shape.literal('mode', 'rehearsal', 'production'),
    authorization: shape.digest('authorization'),
    roster: shape.digest('roster'),
    files: shape.list('files', (item, where) => readFile(new Shape(item, 'PACK_UNREADABLE', where))),
  };
  shape.end();
  manifest.files.forEach((file, index) => {
    const before = manifest.files[index - 1];
    if (!isListed(file.path)) refuse(`lists "${file.path}", which is no path that a manifest lists`);
    if (before && before.path === file.path) refuse(`lists "${file.path}" twice`);
    if (before && before.path > file.path) refuse(`lists "${file.path}" after "${before.path}"; paths are sorted`);
  });
  return manifest;
}

function readFile(shape: Shape): ManifestFile {
  const file = {
    path: shape.text('path'),
    sha256: shape.digest('sha256'),
    size: shape.integer('size', 0, Number.MAX_SAFE_INTEGER),
  };
  shape.end();
  return file;
}

function refuse(what: string): never {
  throw new CeremonyError('PACK_UNREADABLE', `${PATH.manifest} ${what}`);
}
