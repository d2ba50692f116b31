import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { derOfRequestFile, firstOf, type RequestOfMany, takeRequests } from '../pki/request-intake.ts';
import type { FolderEntry } from '../ports.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { inputRead } from './inputs.ts';
import type { Plan } from './plan.ts';

/*
 * A folder of certificate requests that comes in on a medium. Its files are kept byte for byte as they came, so that whoever
 * has the pack computes the digest that people compared with a tool of their own.
 */

/** Of a file in it: what becomes the name of a certificate's files, on any file system. */
const FILE = /^[a-z0-9][a-z0-9.-]{0,62}\.csr$/;

/** People compare one digest for all of them, and approve one operation. */
export const MOST_REQUESTS = 1000;

/** Of all files together: sixteen times what a thousand requests of P-384 have as PEM. */
export const MOST_FOLDER_BYTES = 16 * 1024 * 1024;

/**
 * What is in the folder, held to being requests and nothing else: what lies beside them was meant for something, and nobody
 * here knows for what.
 * @param where `"requests" on "inbox 1"`
 * @returns names of the files, ascending
 * @throws CeremonyError INPUT_FOLDER
 */
export function namesInFolder(entries: readonly FolderEntry[], where: string): readonly string[] {
  const refuse = (message: string) => {
    throw new CeremonyError('INPUT_FOLDER', `${where} ${message}`, {
      hint: 'its requester brings a folder of requests alone: NAME.csr, in small letters, digits, dots and hyphens',
    });
  };
  if (entries.length === 0) refuse('is empty, expected at least one request');
  if (entries.length > MOST_REQUESTS) refuse(`has more than ${MOST_REQUESTS} entries`);
  const refused = entries
    .filter(({ name, kind }) => kind !== 'file' || !FILE.test(name) || name.includes('..'))
    .map(({ name, kind }) => `"${escapeForeign(name)}" (${KIND[kind]})`)
    .sort();
  if (refused.length > 0) refuse(`holds what is no request: ${firstOf(refused)}`);
  return entries.map(({ name }) => name).sort();
}

const KIND = { file: 'a file of another name', folder: 'a folder', link: 'a link', other: 'no file' } as const;

/** Files of a folder by their names in it, ascending. */
export type FolderFiles = ReadonlyMap<string, Uint8Array>;

/** SHA-256 of `LC_ALL=C sha256sum *.csr`, as run in the folder: for each file its SHA-256, two spaces, its name, a line feed. */
export function folderDigest(files: FolderFiles): Sha256 {
  const names = [...files.keys()].sort();
  return sha256(names.map((name) => `${sha256(files.get(name) as Uint8Array)}  ${name}\n`).join(''));
}

/** Where the folder of that name lies in the pack; undefined where none was read. */
export function folderPath(events: readonly Event[], name: string): string | undefined {
  const path = inputRead(events, name)?.facts['folder'];
  return typeof path === 'string' ? path : undefined;
}

/**
 * The requests of a folder that was read, from the very bytes that people compared.
 * @param paths of the pack
 * @throws CeremonyError FILE_MISSING where none was read, or where what lies there is not what the record says was read
 */
export function requestsRead(
  events: readonly Event[],
  paths: readonly string[],
  file: (path: string) => Uint8Array | undefined,
  name: string,
): readonly RequestOfMany[] {
  const folder = folderPath(events, name);
  const files = new Map<string, Uint8Array>();
  for (const [called, path] of filesBelow(paths, folder ?? 'inputs')) {
    const bytes = folder === undefined ? undefined : file(path);
    if (bytes) files.set(called, bytes);
  }
  if (folder === undefined || folderDigest(files) !== inputRead(events, name)?.facts['sha256'])
    throw new CeremonyError('FILE_MISSING', `the folder "${name}" was not read, or is not what was read`);
  return takeRequests(files, folder, { key: undefined, ownKeys: new Map() });
}

/** Those of these paths that lie directly in the folder, by their names in it, ascending. */
export function filesBelow(paths: readonly string[], folder: string): ReadonlyMap<string, string> {
  const below = paths.filter((path) => path.startsWith(`${folder}/`)).sort();
  return new Map(below.map((path) => [path.slice(folder.length + 1), path]));
}

/** Paths of the requests of all folders that were read, but of the one called so. */
export function otherFolders(
  plan: Pick<Plan, 'inputs'>,
  events: readonly Event[],
  paths: readonly string[],
  but: string,
): ReadonlyMap<string, string> {
  const names = Object.keys(plan.inputs ?? {}).filter((name) => name !== but);
  return new Map(
    names.flatMap((name) => {
      const folder = folderPath(events, name);
      return folder === undefined
        ? []
        : [...filesBelow(paths, folder)].map(([file, path]) => [path, `the request "${file}" of "${name}"`] as const);
    }),
  );
}

/**
 * SHA-256 of the key of each of these requests, with what to call it.
 * @param file bytes of one, by its path; one that cannot be read was judged where it came in
 */
export function keysOf(
  named: ReadonlyMap<string, string>,
  file: (path: string) => Uint8Array | undefined,
): ReadonlyMap<Sha256, string> {
  const keys = new Map<Sha256, string>();
  for (const [path, what] of named) {
    const bytes = file(path);
    try {
      if (bytes) keys.set(sha256(parseCertificationRequest(derOfRequestFile(bytes, path), path).spki.der), what);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
    }
  }
  return keys;
}
