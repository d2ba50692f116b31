import { chmodSync, constants, copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Package } from './packages.ts';

/** What is our own of a bundle: the build, not its sources, and what people read. */
const OWN = [
  'bin',
  'ceremonies',
  'dist',
  'docs',
  'templates',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
  'package-lock.json',
  'package.json',
];
/** Of a runtime: its headers are for compilers, and its pages for people who write programs. */
const OF_RUNTIME = ['LICENSE', 'bin/node', 'package.json'];
/** The one file that setup compiles. Without it no token is reached, and only a ceremony would show that. */
export const ADDON = 'node_modules/pkcs11js/build/Release/pkcs11.node';

/**
 * What only compilers and debuggers read. Node takes TypeScript from no package, and source maps only when a flag asks
 * for them. Everything else of a package goes along: licences stand in many a file, and fonts and tables are read too.
 */
const COMPILER_INPUT = /\.(?:[cm]?tsx?|map|tsbuildinfo|cpp|h|gyp)$/;

/**
 * Copies what a bundle consists of, but for the lists that are made of it, into a new folder. Modes are the same whatever
 * the umask of whoever installed: 0755 for folders and what is started, 0644 for the rest.
 * @param runtime name of the package whose binary runs the program
 * @throws Error for a link or device, for a package that is not the locked one, and where the addon is not built
 */
export function stage(root: string, folder: string, packages: readonly Package[], runtime: string): void {
  const started = new Set(['bin/quorate', `node_modules/${runtime}/bin/node`]);
  for (const path of pathsOf(root, packages, runtime)) {
    const target = join(folder, path);
    makeFolder(dirname(target));
    copyFileSync(join(root, path), target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(target, started.has(path) ? 0o755 : 0o644);
  }
}

/** What a package says of its licence; where package.json does not, the file that does. @throws Error for neither */
export function licenseOf(root: string, { path, license }: Package): string {
  if (license !== undefined) return license;
  const file = readdirSync(join(root, path)).find((name) => /^(?:licen[cs]e|copying)/i.test(name));
  if (file === undefined) throw new Error(`"${path}" has no licence, in package.json or beside it`);
  return `see ${path}/${file}`;
}

function pathsOf(root: string, packages: readonly Package[], runtime: string): string[] {
  const paths = OWN.flatMap((path) => filesOf(root, path, () => false));
  for (const one of packages) {
    checkInstalled(root, one);
    if (one.name === runtime)
      paths.push(...OF_RUNTIME.flatMap((path) => filesOf(root, `${one.path}/${path}`, () => false)));
    else paths.push(...filesOf(root, one.path, isLeftOut));
  }
  if (!paths.includes(ADDON)) throw new Error(`"${ADDON}" is missing; run scripts/setup`);
  return paths;
}

/** Packages below a package are shipped when the lock file has them there; hidden files are their authors' tools. */
function isLeftOut(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.') || COMPILER_INPUT.test(name);
}

function filesOf(root: string, path: string, leftOut: (name: string) => boolean): string[] {
  const found = lstatSync(join(root, path));
  if (found.isFile()) return [path];
  // A link leads to what is not shipped, and the program refuses to be measured where there is one.
  if (!found.isDirectory()) throw new Error(`"${path}" is a link or a device; a bundle has files and folders`);
  return readdirSync(join(root, path))
    .filter((name) => !leftOut(name))
    .flatMap((name) => filesOf(root, `${path}/${name}`, leftOut));
}

function checkInstalled(root: string, { path, name, version }: Package): void {
  const installed = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as {
    readonly name?: string;
    readonly version?: string;
  };
  if (installed.name !== name || installed.version !== version)
    throw new Error(
      `"${path}" is ${installed.name} ${installed.version}, and package-lock.json has ${name} ${version}; run scripts/setup`,
    );
}

/** As mkdir -p, with the modes of a bundle. */
function makeFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}
