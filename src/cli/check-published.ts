import { basename } from 'node:path';
import { systemClock } from '../adapters/ambient.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { checkPublished, type PublishedVerdict } from '../calendar/check-published.ts';
import { ledgerFiles } from '../calendar/ledger-files.ts';
import type { PublishedFile } from '../calendar/published-file.ts';
import { lastSegment } from '../calendar/published-place.ts';
import { readInput } from './input.ts';
import { asOfOr, soundPacks } from './verified-packs.ts';
import type { VerifyFlags } from './verify.ts';

/** As large as a CRL may be that is read: about five million entries. */
const LARGEST = 256 * 2 ** 20;
const STDIN = '-';

export interface PublishedFlags extends VerifyFlags {
  readonly asOf?: string;
  readonly earlier?: readonly string[];
  /** URL that the one file was fetched from. */
  readonly as?: string;
}

/**
 * Holds files, as they were fetched from where a CA publishes, to its newest pack, and OCSP responses to earlier ones too. Exit 0 without any finding, 1 with some.
 * @throws CeremonyError USAGE, DATE_INVALID, FILE_MISSING, FILE_UNREADABLE, FILE_TOO_LARGE, PACK_FINDINGS, and what the
 *   verification throws
 */
export async function checkPublishedCommand(
  pack: string,
  paths: readonly string[],
  flags: PublishedFlags,
): Promise<number> {
  const asOf = asOfOr(systemClock.now(), flags.asOf);
  if (paths.filter((path) => path === STDIN).length > 1)
    throw new CeremonyError('USAGE', '"-" is given more than once, and standard input is read once');
  if (flags.as !== undefined) holdUrl(flags.as, paths);
  // Before the pack, which takes longest: whoever fetches waits at the other end of the pipe.
  const fetched: PublishedFile[] = [];
  for (const path of paths) fetched.push(fetchedFrom(await readFetched(path), flags.as));
  const files = ledgerFiles(await soundPacks([...(flags.earlier ?? []), pack], flags));
  const verdicts = fetched.map((file) => checkPublished(files, file, asOf));
  const count = verdicts.reduce((sum, { findings }) => sum + findings.length, 0);
  const { number } = files.ledger;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ ceremony: number, asOf, files: verdicts })}\n`
      : `${[`published files, held to the pack of ceremony ${number}, as of ${asOf}`, ...verdicts.flatMap(print), counted(count)].join('\n')}\n`,
  );
  return count === 0 ? EXIT.done : EXIT.findings;
}

function print({ where, is, findings }: PublishedVerdict): string[] {
  return [`${where}: ${is}`, ...findings.map((finding) => `${finding.check}: ${finding.where}: ${finding.message}`)];
}

function counted(count: number): string {
  return count === 0 ? 'no findings' : `${count} ${count === 1 ? 'finding' : 'findings'}`;
}

/** @throws CeremonyError USAGE */
function holdUrl(url: string, paths: readonly string[]): void {
  if (paths.length !== 1)
    throw new CeremonyError('USAGE', `"--as" says where one file was fetched from, and ${paths.length} are given`);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CeremonyError(
      'USAGE',
      `"--as" is ${JSON.stringify(url)}, expected the http URL that the file was fetched from`,
    );
}

/** Under the name that it has there, whatever it was saved as. */
function fetchedFrom(file: PublishedFile, url: string | undefined): PublishedFile {
  return url === undefined ? file : { ...file, url, name: lastSegment(url) || null };
}

async function readFetched(path: string): Promise<PublishedFile> {
  if (path === STDIN) return { name: null, where: 'standard input', bytes: await readStandardInput() };
  return { name: basename(path), where: path, bytes: readInput(path, 'published file', LARGEST) };
}

/** To its end. @throws CeremonyError FILE_TOO_LARGE, FILE_UNREADABLE */
async function readStandardInput(): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of process.stdin as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > LARGEST)
        throw new CeremonyError(
          'FILE_TOO_LARGE',
          `standard input has more than ${LARGEST} bytes, which are read at most`,
        );
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof CeremonyError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new CeremonyError('FILE_UNREADABLE', `standard input cannot be read: ${code ?? 'unknown error'}`, { cause });
  }
  return Buffer.concat(pieces, size);
}
