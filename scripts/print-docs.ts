import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { printChecks } from './docs/checks.ts';
import { printCompared } from './docs/compared.ts';
import { printErrors } from './docs/errors.ts';
import { printImportTable } from './docs/import-table.ts';

/** A document, or a part of one, that is printed from the code it describes. */
interface Printed {
  readonly path: string;
  /** Name of the markers between which it stands; without it the whole file is printed. */
  readonly part?: string;
  readonly print: () => string;
}

const DOCUMENTS: readonly Printed[] = [
  { path: 'docs/checks.md', print: printChecks },
  { path: 'docs/what-others-check.md', print: printCompared },
  { path: 'docs/errors.md', print: printErrors },
  { path: 'docs/architecture.md', part: 'import-table', print: printImportTable },
];

/** The document as it should be. @throws Error where its markers are missing */
export function printed(document: Printed, current: string | undefined): string {
  if (document.part === undefined) return document.print();
  const [begin, end] = [`<!-- printed: ${document.part} -->`, `<!-- end of ${document.part} -->`];
  const start = current?.indexOf(begin) ?? -1;
  const stop = current?.indexOf(end) ?? -1;
  if (current === undefined || start < 0 || stop < start)
    throw new Error(`${document.path} has no "${begin}" … "${end}"`);
  return `${current.slice(0, start + begin.length)}\n${document.print()}\n${current.slice(stop)}`;
}

/** Paths of the documents below `root` that are not as printed; writes them unless `check`. */
export function printDocuments(root: string, check: boolean): string[] {
  const stale: string[] = [];
  for (const document of DOCUMENTS) {
    const path = join(root, document.path);
    const current = readIfThere(path);
    const wanted = printed(document, current);
    if (current === wanted) continue;
    stale.push(document.path);
    if (check) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, wanted);
  }
  return stale;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const check = process.argv[2] === '--check';
  const stale = printDocuments(join(import.meta.dirname, '..'), check);
  for (const path of stale)
    console.log(check ? `${path} is not as printed; run "npm run print-docs"` : `printed ${path}`);
  if (check && stale.length > 0) process.exitCode = 1;
}
