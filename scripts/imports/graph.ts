import { isBuiltin } from 'node:module';
import type { FileRule, ReachRule } from '../import-table.ts';
import { type Breach, type Edge, folderOf, packageOf } from './judge.ts';
import type { SourceFile } from './read.ts';

/** Folders that import each other in a circle, each named once, at the import that closes it. */
export function judgeCycles(edges: readonly Edge[]): Breach[] {
  const graph = new Map<string, Map<string, Edge>>();
  for (const edge of edges) {
    const [from, to] = [folderOf(edge.from.path), folderOf(edge.to)];
    if (from === to) continue;
    const targets = graph.get(from) ?? new Map<string, Edge>();
    if (!targets.has(to)) targets.set(to, edge);
    graph.set(from, targets);
  }
  const breaches: Breach[] = [];
  const done = new Set<string>();
  const walk = (folder: string, trail: readonly string[]): void => {
    for (const [to, edge] of graph.get(folder) ?? []) {
      const start = trail.indexOf(to);
      if (start >= 0) {
        const circle = [...trail.slice(start), to].join(' → ');
        const [line, column] = edge.from.position(edge.use.at);
        breaches.push({
          path: edge.from.path,
          line,
          column,
          message: `folders import each other in a circle: ${circle}`,
        });
      } else if (!done.has(to)) walk(to, [...trail, to]);
    }
    done.add(folder);
  };
  for (const folder of graph.keys()) if (!done.has(folder)) walk(folder, [folder]);
  return breaches;
}

/** Packages that a package brings with it, and so on to the end. */
export type Dependencies = (name: string) => readonly string[];

/** Everything that the rule's folder loads, directly, through other files, or through packages, held against the rule. */
export function judgeReach(
  files: readonly SourceFile[],
  edges: readonly Edge[],
  rules: readonly ReachRule[],
  exceptions: readonly FileRule[],
  dependencies: Dependencies,
): Breach[] {
  const next = new Map<string, string[]>();
  for (const edge of edges) next.set(edge.from.path, [...(next.get(edge.from.path) ?? []), edge.to]);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const breaches: Breach[] = [];

  for (const rule of rules) {
    // Breadth first, so that the way that is named is a shortest one.
    const cameFrom = new Map<string, string | undefined>();
    const queue = files.filter((file) => folderOf(file.path) === rule.from).map((file) => file.path);
    for (const path of queue) cameFrom.set(path, undefined);
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      for (const to of next.get(path) ?? []) {
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, path);
        queue.push(to);
      }
    }
    const way = (path: string): string => {
      const before = cameFrom.get(path);
      return before === undefined ? path : `${way(before)} → ${path}`;
    };
    for (const path of cameFrom.keys()) {
      const file = byPath.get(path) as SourceFile;
      const breach = (at: number, what: string) => {
        const [line, column] = file.position(at);
        breaches.push({
          path,
          line,
          column,
          message: `"${rule.from}" may not reach ${what}, as ${way(path)} does: ${rule.why}`,
        });
      };
      if (rule.never.includes(folderOf(path))) breach(0, `"${folderOf(path)}"`);
      for (const use of file.imports) {
        if (use.kind === 'type' || use.specifier.startsWith('.')) continue;
        if (isBuiltin(use.specifier)) {
          const name = use.specifier.split('/')[0] as string;
          const excepted = exceptions.some((one) => one.file === path && one.builtins[name]);
          if (rule.never.includes(name) && !excepted) breach(use.at, `"${use.specifier}"`);
        } else {
          const brought = [packageOf(use.specifier), ...dependencies(packageOf(use.specifier))];
          const stranger = brought.find((name) => !rule.packages.includes(name));
          if (stranger) breach(use.at, `package "${stranger}"`);
        }
      }
    }
  }
  return breaches;
}
