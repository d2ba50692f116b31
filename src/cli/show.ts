import { statSync } from 'node:fs';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { screenRows } from '../base/screen-rows.ts';
import { readInput } from './input.ts';
import { showFile } from './show-file.ts';
import { showProposal } from './show-proposal.ts';

/** As large as the to-be-signed bytes of a pack may be. */
const LARGEST = 256 * 2 ** 20;
/** Rows that are handed to the terminal or the pipe at once: a CRL may have millions. */
const AT_ONCE = 4096;

/**
 * Shows on another computer what people are asked to approve, in the very rows that the guard draws.
 * @throws CeremonyError USAGE, and what the file's reader throws
 */
export async function showCommand(path: string, options: { readonly proposal?: string }): Promise<number> {
  await print(options.proposal === undefined ? fileLines(path) : showProposal(path, readSeq(options.proposal)));
  return EXIT.done;
}

function fileLines(path: string): Iterable<string> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CeremonyError('USAGE', `"${path}" is a folder, expected a file`, {
      hint: 'of a pack, one proposal is shown: quorate show PACK --proposal SEQ',
    });
  }
  return showFile(readInput(path, 'file', LARGEST), path, () => readBeside(path));
}

/** Where a proposal goes out to a second screen, its to-be-signed bytes lie beside its description. */
function readBeside(path: string): Uint8Array | undefined {
  const beside = path.replace(/\.json$/, '.tbs');
  const isThere = beside !== path && statSync(beside, { throwIfNoEntry: false }) !== undefined;
  return isThere ? readInput(beside, 'file', LARGEST) : undefined;
}

function readSeq(text: string): number {
  if (!/^[1-9][0-9]{0,6}$/.test(text))
    throw new CeremonyError('USAGE', `--proposal is "${text}", expected the number of an event`);
  return Number(text);
}

async function print(lines: Iterable<string>): Promise<void> {
  let rows: string[] = [];
  const flush = () =>
    new Promise<void>((resolve) => process.stdout.write(rows.map((row) => `${row}\n`).join(''), () => resolve()));
  for (const line of lines) {
    rows.push(...screenRows([line]));
    if (rows.length < AT_ONCE) continue;
    await flush();
    rows = [];
  }
  await flush();
}
