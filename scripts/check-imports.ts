import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILES, FOLDERS, REACH } from './import-table.ts';
import { type Dependencies, judgeCycles, judgeReach } from './imports/graph.ts';
import { type Breach, judgeImports } from './imports/judge.ts';
import { readSources } from './imports/read.ts';

/** All breaches of the import table below `root`, a folder laid out as `src` is; in order of place. */
export function checkImports(root: string, dependencies: Dependencies): Breach[] {
  const sources = readSources(root);
  const { breaches, edges } = judgeImports(sources, FOLDERS, FILES);
  const all = [...breaches, ...judgeCycles(edges), ...judgeReach(sources.files, edges, REACH, FILES, dependencies)];
  return all.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column));
}

/** What the lock file says each package brings with it, optional packages included. */
export function lockedDependencies(lockFile: string): Dependencies {
  type Entry = {
    readonly dependencies?: Record<string, string>;
    readonly optionalDependencies?: Record<string, string>;
  };
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, Entry> };
  return (name) => {
    const found = new Set<string>();
    const add = (one: string): void => {
      const entry = packages[`node_modules/${one}`];
      for (const dependency of Object.keys({ ...entry?.dependencies, ...entry?.optionalDependencies })) {
        if (found.has(dependency)) continue;
        found.add(dependency);
        add(dependency);
      }
    };
    add(name);
    return [...found];
  };
}

if (import.meta.main) {
  const top = join(import.meta.dirname, '..');
  const breaches = checkImports(join(top, 'src'), lockedDependencies(join(top, 'package-lock.json')));
  for (const { path, line, column, message } of breaches) console.log(`src/${path}:${line}:${column} ${message}`);
  if (breaches.length > 0) {
    console.error(
      `check-imports: ${breaches.length} ${breaches.length === 1 ? 'breach' : 'breaches'} of scripts/import-table.ts`,
    );
    process.exitCode = 1;
  }
}
