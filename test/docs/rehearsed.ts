import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedRehearsal } from '../ceremony/shared-rehearsal.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** An evidence pack that `quorate rehearse` has made in this run of the tests. */
export interface Rehearsed {
  /** Folder of the pack. */
  readonly pack: string;
  /** SHA-256 of its roster. */
  readonly roster: string;
  read(path: string): Buffer;
  /** Paths of the files of a folder of the pack, sorted. */
  list(folder: string): string[];
  remove(): void;
}

/** A real rehearsal of the ceremony that ships. @throws Error with what it said when it does not end well */
export function rehearse(): Rehearsed {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-docs-'));
  const run = sharedRehearsal(join(ROOT, 'ceremonies', 'root-generation.yaml'), join(folder, 'pack'));
  if (run.status !== 0) throw new Error(`the rehearsal ended with ${run.status}: ${run.stderr}`);
  const { pack, roster } = JSON.parse(run.stdout) as { pack: string; roster: string };
  return {
    pack,
    roster,
    read: (path) => readFileSync(join(pack, path)),
    list: (inside) =>
      readdirSync(join(pack, inside))
        .sort()
        .map((name) => `${inside}/${name}`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
