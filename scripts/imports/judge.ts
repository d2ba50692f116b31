import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { FileRule, FolderRule } from '../import-table.ts';
import type { SourceFile, Sources } from './read.ts';
import type { ImportUse } from './syntax.ts';

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** An import between two files of the sources that runs something. */
export interface Edge {
  readonly from: SourceFile;
  readonly to: string;
  readonly use: ImportUse;
}

export interface Judged {
  readonly breaches: readonly Breach[];
  readonly edges: readonly Edge[];
}

/** Deeper folders would be out of sight of bin/quorate, which compares the files' dates with the build's. */
const MAX_DEPTH = 3;

/** Folder of a path in the table's terms: `quorum/roster.ts` → `quorum`, `main.ts` → `main`. */
export function folderOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path.replace(/\.ts$/, '') : path.slice(0, slash);
}

/** Package of a specifier: `@a/b/c` → `@a/b`, `a/b` → `a`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Every import held against the table's rows. */
export function judgeImports(sources: Sources, folders: readonly FolderRule[], files: readonly FileRule[]): Judged {
  const breaches: Breach[] = [];
  const edges: Edge[] = [];
  const known = new Set(sources.files.map((file) => file.path));

  for (const { path, what } of sources.strange) {
    breaches.push({ path, line: 1, column: 1, message: `${what} is not checked, so it may not be here` });
  }
  for (const file of sources.files) {
    const breach = (at: number, message: string) => {
      const [line, column] = file.position(at);
      breaches.push({ path: file.path, line, column, message });
    };
    const folder = folderOf(file.path);
    const row = folders.find((one) => one.folder === folder);
    if (!row) {
      breach(0, `"${folder}" has no row in the import table`);
      continue;
    }
    if (file.path.split('/').length - 1 > MAX_DEPTH) breach(0, `more than ${MAX_DEPTH} folders deep`);
    const extra = files.find((one) => one.file === file.path);
    for (const suspect of file.suspects) {
      if (suspect.always) breach(suspect.at, `${suspect.what} is not allowed anywhere`);
      else if (!row.effects && !extra?.effects)
        breach(suspect.at, `${suspect.what} is an effect, and "${folder}" is pure`);
    }
    for (const use of file.imports) {
      const { specifier } = use;
      let message: string | undefined;
      if (isBuiltin(specifier)) message = judgeBuiltin(use, row, extra);
      else if (/^\.\.?\//.test(specifier)) {
        const to = posix.join(posix.dirname(file.path), specifier);
        message = judgeRelative(use, row, to, known);
        if (known.has(to) && use.kind !== 'type') edges.push({ from: file, to, use });
      } else message = judgePackage(use, row);
      if (message) breach(use.at, message);
    }
  }
  return { breaches, edges };
}

function judgeBuiltin(use: ImportUse, row: FolderRule, extra: FileRule | undefined): string | undefined {
  const { specifier } = use;
  if (!specifier.startsWith('node:')) return `"${specifier}" must be written "node:${specifier}"`;
  // node:fs/promises goes with node:fs: the same powers under another name.
  const name = specifier.split('/')[0] as string;
  if (use.kind === 'type' && row.types.includes(name)) return;
  const allowed = extra?.builtins[name] ?? row.builtins[name];
  if (allowed === undefined) return `"${row.folder}" may not import "${specifier}"`;
  if (allowed === 'all' || use.kind === 'type') return;
  if (use.names.length === 0) return `"${row.folder}" may import "${specifier}" only by name`;
  const others = use.names.filter((one) => !allowed.includes(one)).map((one) => (one === '*' ? 'all of it' : one));
  if (others.length > 0) return `"${row.folder}" may not import ${others.join(', ')} from "${specifier}"`;
}

function judgeRelative(use: ImportUse, row: FolderRule, to: string, known: ReadonlySet<string>): string | undefined {
  const { specifier, kind } = use;
  if (to.startsWith('../')) return `"${specifier}" leaves the sources`;
  if (!known.has(to)) return `"${specifier}" is not a file of the sources`;
  if (to.endsWith('.d.ts') && kind !== 'type') return `"${specifier}" holds declarations alone (import type)`;
  if (folderOf(to) === row.folder) return;
  const covers = (target: string) => to === `${target}.ts` || to.startsWith(`${target}/`);
  if (row.imports.some(covers)) return;
  if (kind === 'type' && [...row.types, ...row.lazily].some(covers)) return;
  if (row.lazily.some(covers))
    return kind === 'dynamic' ? undefined : `"${row.folder}" may import "${to}" only by import(), when it is used`;
  if (row.types.some(covers)) return `"${row.folder}" may import only types from "${to}" (import type)`;
  return `"${row.folder}" may not import "${to}"`;
}

function judgePackage(use: ImportUse, row: FolderRule): string | undefined {
  const name = packageOf(use.specifier);
  if (row.packages.includes(name)) return;
  if (use.kind === 'type' && [...row.types, ...row.lazily].includes(name)) return;
  if (row.lazily.includes(name)) {
    return use.kind === 'dynamic'
      ? undefined
      : `"${row.folder}" may import package "${name}" only by import(), when it is used`;
  }
  return `"${row.folder}" may not import package "${use.specifier}"`;
}
