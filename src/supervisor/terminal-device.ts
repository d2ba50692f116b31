import { constants, openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { CeremonyError } from '../base/errors.ts';

const PATH = '/dev/tty';
/** The smallest terminal that the screens of a ceremony fit on. */
const LEAST_COLUMNS = 80;
const LEAST_ROWS = 24;

/** The terminal that people sit at. It is opened here, handed to the guard, and put in order again at the end. */
export interface TerminalOfPeople {
  /** For the guard. */
  readonly fd: number;
  readonly columns: number;
  readonly rows: number;
  /** Back to how it was before: a guard that was killed could not do it. */
  restore(): void;
}

/** @throws CeremonyError TERMINAL_MISSING there is none, or it is too small */
export function openTerminal(): TerminalOfPeople {
  let fd: number;
  try {
    fd = openSync(PATH, constants.O_RDWR | constants.O_NOCTTY);
  } catch (cause) {
    throw new CeremonyError('TERMINAL_MISSING', 'a ceremony with people is run at a terminal, and there is none', {
      cause,
      hint: 'start it on a console; quorate rehearse needs none',
    });
  }
  const screen = new WriteStream(fd);
  const [columns, rows] = screen.getWindowSize();
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) {
    screen.destroy();
    throw new CeremonyError(
      'TERMINAL_MISSING',
      `the terminal has ${columns} columns and ${rows} rows; ${LEAST_COLUMNS} and ${LEAST_ROWS} are wanted`,
      { hint: 'make the window larger, or its letters smaller' },
    );
  }
  // The runtime remembers how the terminal was at the first change of mode, and goes back to it at the last.
  const device = new ReadStream(fd);
  device.setRawMode(true).setRawMode(false);
  return {
    fd,
    columns,
    rows,
    restore() {
      device.setRawMode(true).setRawMode(false);
      device.destroy();
    },
  };
}
