import { createHash } from 'node:crypto';
import {
  closeSync,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';

const PIECE = Buffer.allocUnsafe(256 * 1024);

/** Code, launcher and templates. A checkout has both kinds of code, and times of files decide which of them runs. */
const FOLDERS = ['bin', 'dist', 'src', 'templates'];
const PACKAGES = 'node_modules';
const LOCK = 'package-lock.json';
/** Of a runtime the one binary that executes us is listed; headers and pages lie beside it, of which it loads none. */
const RUNTIME_PACKAGE = /^node_modules\/node-linux-[a-z0-9]+$/;
/** What sha256sum prints as it is: it escapes backslashes and line feeds. */
const PLAIN = /^[\x20-\x5b\x5d-\x7e]+$/;

/**
 * Every file that decides what the program does: code, launcher, templates, package.json, the lock file, all files of
 * all packages but those for development, and the runtime. What Node never loads of a package (types, pages) is listed
 * too: a rule that tells them apart could be mistaken.
 * @param runtime the binary that executes the program
 * @returns lines `<sha256>  <path below root>` for `sha256sum -c`, sorted by path
 * @throws CeremonyError PATH_REFUSED for a link, and for what is neither file nor folder
 */
export function programListing(root: string, runtime: string): string {
  const paths = new Set(
    FOLDERS.filter((folder) => isThere(root, folder)).flatMap((folder) => filesBelow(root, folder)),
  );
  for (const file of ['package.json', LOCK])
    if (isThere(root, file)) paths.add(fileAt(lstatSync(join(root, file)), file));
  if (isThere(root, PACKAGES)) for (const path of packageFiles(root)) paths.add(path);
  paths.add(relative(realpathSync(root), realpathSync(runtime)));
  return [...paths]
    .sort()
    .map((path) => `${digestOf(join(root, path))}  ${plain(path)}\n`)
    .join('');
}

/** Piece by piece: the runtime is 150 MB, and having it in memory as a whole takes five times as long as its digest. */
function digestOf(path: string): Sha256 {
  const digest = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    for (let length = readSync(file, PIECE); length > 0; length = readSync(file, PIECE))
      digest.update(PIECE.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return digest.digest('hex');
}

/**
 * What is in node_modules, whether the lock file names it or not: Node takes what lies there. Left out are npm's own
 * records, links to programs and caches (their names begin with a dot), and what the lock file marks as for development.
 */
function packageFiles(root: string): string[] {
  const forDevelopment = developmentPackages(root);
  return filesBelow(
    root,
    PACKAGES,
    (path) => path.startsWith(`${PACKAGES}/.`) || forDevelopment.has(path) || RUNTIME_PACKAGE.test(path),
  );
}

function developmentPackages(root: string): ReadonlySet<string> {
  if (!isThere(root, LOCK)) return new Set();
  const { packages } = JSON.parse(readFileSync(join(root, LOCK), 'utf8')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return new Set(Object.keys(packages).filter((path) => packages[path]?.dev === true));
}

function isThere(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

function filesBelow(root: string, folder: string, isLeftOut: (path: string) => boolean = () => false): string[] {
  if (!lstatSync(join(root, folder)).isDirectory()) throw refusal(folder);
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) found.push(...filesBelow(root, path, isLeftOut));
    else found.push(fileAt(entry, path));
  }
  return found;
}

function fileAt(entry: Pick<Dirent, 'isFile'>, path: string): string {
  if (!entry.isFile()) throw refusal(path);
  return path;
}

/** A link leads to what is not measured. */
function refusal(path: string): CeremonyError {
  return new CeremonyError(
    'PATH_REFUSED',
    `"${path}" is a link or a device; the program is made of files and folders`,
    {
      hint: 'install the program anew',
    },
  );
}

function plain(path: string): string {
  if (!PLAIN.test(path))
    throw new CeremonyError('PATH_REFUSED', `"${path}" has a character that a listing cannot show as it is`);
  return path;
}
