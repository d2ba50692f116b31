import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hexGroups, sha256 } from '../base/digest.ts';
import { EXIT } from '../base/errors.ts';
import { wordRows } from '../base/words.ts';
import { programListing } from '../program/listing.ts';
import { programVersion } from './version.ts';

/** This file is `<root>/src/cli/program-sums.ts` or `<root>/dist/cli/program-sums.js`. */
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Prints the version, or the listing of the program's files for `sha256sum -c`, with its digest on standard error.
 * @throws CeremonyError PATH_REFUSED
 */
export function versionCommand(options: { readonly sums?: boolean }): number {
  if (!options.sums) {
    process.stdout.write(`${programVersion()}\n`);
    return EXIT.done;
  }
  const listing = programListing(ROOT, process.execPath);
  const digest = sha256(listing);
  process.stdout.write(listing);
  const rows = [
    `quorate ${programVersion()}, node ${process.versions.node}: SHA-256 of the program, which is that of this listing:`,
    ...hexGroups(digest).map((row) => `  ${row}`),
    ...wordRows(digest).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
  ];
  process.stderr.write(rows.map((row) => `${row}\n`).join(''));
  return EXIT.done;
}
