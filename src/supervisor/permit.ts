import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';

/** As large as the manifest of a pack may be, in bytes. */
const LARGEST_MANIFEST = 2 ** 26;

/** The files beside a site binding by which the guard judges what may be run. */
export interface Permit {
  /** Folder of the site binding. */
  readonly folder: string;
  /** What the guard is started with, but for what the supervisor measures. */
  readonly start: JsonObject;
  /** Paths of the PKCS#11 modules that the authorization names, and of their files: the guard may read them. It judges them itself. */
  readonly modules: readonly string[];
}

/**
 * Reads roster, authorization and its signatures. Nothing is judged here: the guard does that, from these bytes.
 * @param roster the digest that the people carry; without it the one that the authorization names
 */
export function readPermit(site: string, roster: string | undefined): Permit {
  const folder = dirname(site);
  const authorization = read(join(folder, 'authorization.json'), 'the authorization');
  const named = parseCanonicalObject(authorization, 'authorization.json');
  const modules = pathsOfModules((named['modules'] ?? {}) as JsonObject);
  const signatures = signaturesIn(join(folder, 'authorization'));
  return {
    folder,
    modules,
    start: {
      authorization: authorization.toString('base64'),
      // A first enrolment makes it: the guard judges what an authorization without one may name.
      roster: named['roster'] === NO_DIGEST ? null : read(join(folder, 'roster.json'), 'the roster').toString('base64'),
      expectedRoster: roster ?? String(named['roster']),
      signatures,
      site: sha256(read(site, 'the site binding')),
    },
  };
}

/** Of the `modules` of an authorization: libraries, and the files that are their configuration. */
export function pathsOfModules(modules: JsonObject): string[] {
  return Object.values(modules).flatMap((module) => {
    const { library, files } = (module ?? {}) as JsonObject;
    const configuration = Array.isArray(files) ? files.map((file) => (file as JsonObject | null)?.['path']) : [];
    return [library, ...configuration].map(String);
  });
}

/** SHA-256 of the manifest of the previous pack, by its path; 64 zeros where the site names none. */
export function previousDigest(manifest: unknown): Sha256 {
  if (typeof manifest !== 'string') return NO_DIGEST;
  const what = "the previous pack's manifest";
  const found = statSync(manifest, { throwIfNoEntry: false });
  if (found && !(found.isFile() && found.size <= LARGEST_MANIFEST))
    throw new CeremonyError('FILE_UNREADABLE', `${what} "${manifest}" is no file of ${LARGEST_MANIFEST} bytes at most`);
  return sha256(read(manifest, what));
}

/** As the guard is started with them: the previous pack's manifest and ledger in base64; null for the first ceremony. */
export function previousDocuments(manifest: unknown): {
  readonly manifest: string | null;
  readonly ledger: string | null;
} {
  if (typeof manifest !== 'string') return { manifest: null, ledger: null };
  const base64 = (path: string, what: string) => read(path, `the previous pack's ${what}`).toString('base64');
  return {
    manifest: base64(manifest, 'manifest'),
    ledger: base64(join(dirname(manifest), 'ledger.json'), 'ledger'),
  };
}

/** Seat → signature in base64, of the files `<seat>.p7s` in a folder. */
export function signaturesIn(folder: string): Record<string, string> {
  const signatures: Record<string, string> = {};
  for (const name of signatureFiles(folder)) {
    const seat = name.slice(0, -'.p7s'.length);
    signatures[seat] = read(join(folder, name), 'a signature').toString('base64');
  }
  return signatures;
}

function signatureFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.p7s'));
  } catch {
    // Nobody has signed it: the guard says so, with the number that is wanted.
    return [];
  }
}

/** @throws CeremonyError FILE_MISSING, FILE_UNREADABLE */
export function read(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CeremonyError(
      missing ? 'FILE_MISSING' : 'FILE_UNREADABLE',
      `${what} "${path}" ${missing ? 'is missing' : 'cannot be read'}`,
      {
        cause,
        ...(missing
          ? { hint: 'roster.json, authorization.json and their signatures lie beside the site binding' }
          : {}),
      },
    );
  }
}
