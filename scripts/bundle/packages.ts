/** What package-lock.json (lockfileVersion 3) says of one package; the keys are paths, the root's is ''. */
export interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** A package that the program needs, at the place where npm has put it. */
export interface Package {
  /** Below the root: `node_modules/…`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SHA-512 of the package's own archive, in hex. */
  readonly sha512: string;
  /** As package.json has it: an SPDX identifier or expression, or words. Missing where the package says none. */
  readonly license: string | undefined;
  /** Paths of the packages that it needs in turn, sorted. */
  readonly needs: readonly string[];
}

const INTEGRITY = /^sha512-([A-Za-z0-9+/]{86}==)$/;

/**
 * The runtime and what the program's `dependencies` lead to. npm's own marks (`dev`, `optional`) do not say it: they
 * keep what an optional peer asks for, types among it, and the runtimes of all processors.
 * @param runtime name of the package whose binary runs the program here
 * @returns sorted by path
 * @throws Error for what the lock file names but does not have, and for an entry without a SHA-512
 */
export function neededPackages(lock: Lock, runtime: string): Package[] {
  const found = new Map<string, Package>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    const needed = packageAt(lock, path);
    found.set(path, needed);
    for (const next of needed.needs) add(next);
  };
  for (const name of [...Object.keys(lock.packages['']?.dependencies ?? {}), runtime]) add(placeOf(lock, '', name));
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Places of the packages that the program itself names, sorted. */
export function directlyNeeded(lock: Lock, runtime: string): string[] {
  return [...Object.keys(lock.packages['']?.dependencies ?? {}), runtime].map((name) => placeOf(lock, '', name)).sort();
}

function packageAt(lock: Lock, path: string): Package {
  const entry = lock.packages[path] ?? {};
  const [, digest] = INTEGRITY.exec(entry.integrity ?? '') ?? [];
  if (entry.version === undefined || digest === undefined)
    throw new Error(`package-lock.json: "${path}" has no version, or no integrity that is one SHA-512`);
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (name) => entry.peerDependenciesMeta?.[name]?.optional !== true,
  );
  // Of optional ones none is left out in silence: the lock has them for all processors, and the program asks for none.
  const names = [...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }), ...peers];
  return {
    path,
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: entry.version,
    sha512: Buffer.from(digest, 'base64').toString('hex'),
    license: entry.license,
    needs: [...new Set(names.map((name) => placeOf(lock, path, name)))].sort(),
  };
}

/** Where Node finds a package by its name: beside what asks for it, or in a folder above. */
function placeOf(lock: Lock, from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '') throw new Error(`package-lock.json: "${from}" needs "${name}", which is nowhere above it`);
  }
}
