import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';

/** How a page of ours ends (ISO 32000-1, 7.5.5). */
const END = '%%EOF\n';
/** A page is larger than what a pipe holds: it is taken while the guard writes it. */
const TAKES_AFTER_MS = 20;
const PIECE_BYTES = 65_536;
/** The seven rows of a page, each of four groups and its checks. */
const ROW = /\(((?:[0-9A-HJKMNP-TV-Z]{4} ){4} [0-9A-HJKMNP-TV-Z]{5})\) Tj/g;
const ROWS = 7;

/**
 * Stands in for a printer in a rehearsal: a pipe, and who stands at it with each page in hand. Nothing of a page is on disk.
 */
export class PlayedPrinter {
  /** The pipe. */
  readonly path: string;
  readonly #reader: number;
  #page = '';
  /** Who stands at it. */
  #by: string | null = null;
  #taking: NodeJS.Timeout | undefined;

  /** @throws CeremonyError REHEARSAL_SETUP */
  constructor(folder: string) {
    this.path = makePipe(folder);
    // Not blocking: nobody prints yet.
    this.#reader = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /** A custodian stands at the printer: what comes from now on is their page. */
  await(seat: string): void {
    this.#page = '';
    this.#by = seat;
    clearInterval(this.#taking);
    this.#taking = setInterval(() => this.#take(), TAKES_AFTER_MS);
  }

  /**
   * What a scanner types of the code on the page that has come for them, from its rows.
   * @returns undefined where none has come for them, or none that can be read
   */
  scanned(seat: string): string | undefined {
    if (this.#by !== seat) return undefined;
    this.#take();
    if (!this.#page.endsWith(END)) return undefined;
    const rows = [...this.#page.matchAll(ROW)].map(([, row = '']) => row.replaceAll(' ', ''));
    return rows.length === ROWS ? `QUORATE1${rows.join('')}` : undefined;
  }

  close(): void {
    clearInterval(this.#taking);
    closeSync(this.#reader);
  }

  #take(): void {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const length = tryToRead(this.#reader, piece);
      if (length === 0) break;
      this.#page += piece.toString('latin1', 0, length);
    }
    if (this.#page.endsWith(END)) clearInterval(this.#taking);
  }
}

/** A pipe in that folder. @throws CeremonyError REHEARSAL_SETUP */
export function makePipe(folder: string): string {
  const path = join(folder, 'printer');
  const { status, stderr } = spawnSync('mkfifo', [path], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
  if (status === 0) return path;
  throw new CeremonyError('REHEARSAL_SETUP', `no pipe can be made at "${path}" for a printer: ${stderr?.trim() ?? ''}`);
}

/** @returns how many bytes have come; 0 where none have yet, or nobody prints */
function tryToRead(reader: number, piece: Buffer): number {
  try {
    return readSync(reader, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
