import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { CeremonyError } from '../base/errors.ts';

/** Takes pages as PDF. One page at a time is handed to it, and nothing of one stays on this computer. */
export interface Printer {
  /** The printer as the site names it, for people. */
  readonly path: string;
  /**
   * Whether pages could be sent there now, without sending one: looked at before anything is printed.
   * @throws CeremonyError PRINTER_REFUSED
   */
  look(): Promise<void>;
  /**
   * Resolves when the device or pipe has taken every byte. That is not to say that it is on paper: people look.
   * @throws CeremonyError PRINTER_REFUSED
   */
  print(page: Uint8Array): Promise<void>;
}

/** A printer warms up, or has no paper: somebody stands beside it. */
const PATIENCE_MS = 120_000;
/** What reads a pipe page by page opens it anew after each. */
const READER_COMES_WITHIN_MS = 5_000;
const AGAIN_MS = 100;
/** Taken at once, or in part, or not now: a page is larger than what a device takes in one piece. */
const PIECE_BYTES = 4096;

/**
 * A printer as a character device or a pipe whose other end prints. Never a regular file: a share in a file is a copy that
 * nobody counts. Never a terminal, which would show it. It is opened for each page, and looked at when it is open, so
 * that nothing can be put in its place.
 * @param path absolute, as the site names it
 * @param patience how long it may take a page, in milliseconds
 */
export function printerAt(path: string, patience = PATIENCE_MS): Printer {
  return {
    path,
    look: async () => closeSync(await openDevice(path, patience)),
    print: async (page) => {
      const device = await openDevice(path, patience);
      try {
        await writeAll(path, device, page, performance.now() + patience);
      } finally {
        closeSync(device);
      }
    },
  };
}

async function openDevice(path: string, patience: number): Promise<number> {
  const device = await opened(path, performance.now() + Math.min(patience, READER_COMES_WITHIN_MS));
  const found = fstatSync(device);
  const isTerminal = isatty(device);
  if ((found.isCharacterDevice() || found.isFIFO()) && !isTerminal) return device;
  closeSync(device);
  const what = isTerminal ? 'a terminal, which would show the share' : found.isFile() ? 'a regular file' : 'neither';
  throw new CeremonyError(
    'PRINTER_REFUSED',
    `the printer "${path}" is ${what}; expected a character device or a pipe`,
    {
      hint: 'a share is never on disk: name the device of the printer, for instance /dev/usb/lp0',
    },
  );
}

async function opened(path: string, until: number): Promise<number> {
  for (;;) {
    try {
      // Without O_CREAT and O_TRUNC: a file that should not be there is neither made nor emptied. Not blocking: a pipe
      // that nobody reads is refused, and does not hold up the guard.
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch (cause) {
      const code = String((cause as NodeJS.ErrnoException).code);
      if (code === 'ENXIO' && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        continue;
      }
      const why = code === 'ENXIO' ? 'nobody reads it, or no device is there' : `it cannot be opened (${code})`;
      throw new CeremonyError('PRINTER_REFUSED', `the printer "${path}": ${why}`, {
        cause,
        hint: 'switch it on and connect it; nothing has been printed',
      });
    }
  }
}

async function writeAll(path: string, device: number, page: Uint8Array, until: number): Promise<void> {
  for (let done = 0; done < page.length; ) {
    const wrote = tryToWrite(path, device, page, done);
    done += wrote;
    if (wrote > 0) continue;
    if (performance.now() > until) throw cutShort(path, done, page.length, 'it takes no more');
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** @returns how many bytes were taken; 0 when none can be now */
function tryToWrite(path: string, device: number, page: Uint8Array, from: number): number {
  try {
    return writeSync(device, page, from, Math.min(PIECE_BYTES, page.length - from));
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code);
    if (code === 'EAGAIN') return 0;
    throw cutShort(path, from, page.length, code, cause);
  }
}

function cutShort(path: string, done: number, length: number, why: string, cause?: unknown): CeremonyError {
  return new CeremonyError(
    'PRINTER_REFUSED',
    `the printer "${path}" took ${done} of ${length} bytes of a page: ${why}`,
    {
      ...(cause === undefined ? {} : { cause }),
      hint: 'switch it off and on, and shred whatever came out of it before it is used again',
    },
  );
}
