import { constants, existsSync, openSync, readFileSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import type { MachineSeen, TerminalSeen } from '../doctor/facts.ts';
import { interfacesOn, machineFacts, namesIn } from './machine.ts';

/** The computer, as a ceremony would find it. */
export function lookAtMachine(): MachineSeen {
  const facts = machineFacts();
  const list = (name: string) => (facts[name] as readonly string[] | undefined) ?? [];
  return {
    kernel: String(facts['kernel']),
    swap: list('swap'),
    coreLimit: String(facts['coreLimit']),
    corePattern: String(facts['corePattern']),
    addressed: list('interfaces'),
    up: interfacesOn(),
    defaultRoutes: list('defaultRoutes'),
    radios: radiosOn(),
    hardwareClock: hardwareClock(),
    cardService: existsSync('/run/pcscd/pcscd.comm'),
  };
}

/** Of the terminal that people sit at, whatever the output goes to. */
export function lookAtTerminal(): TerminalSeen {
  const term = process.env['TERM'] ?? '';
  let fd: number;
  try {
    fd = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return { size: null, term };
  }
  const terminal = new WriteStream(fd);
  try {
    const [columns, rows] = terminal.getWindowSize();
    return { size: { columns, rows }, term };
  } finally {
    terminal.destroy();
  }
}

/** By the kernel's rfkill: neither blocked by a switch nor by software. */
function radiosOn(): string[] {
  return namesIn('/sys/class/rfkill')
    .map((name) => `/sys/class/rfkill/${name}`)
    .filter((radio) => lineOf(`${radio}/soft`) === '0' && lineOf(`${radio}/hard`) === '0')
    .map((radio) => `${lineOf(`${radio}/type`) ?? 'radio'} ${lineOf(`${radio}/name`) ?? ''}`.trim())
    .sort();
}

function hardwareClock(): string | null {
  const seconds = Number(lineOf('/sys/class/rtc/rtc0/since_epoch') ?? Number.NaN);
  return Number.isSafeInteger(seconds) ? utc(seconds * 1000) : null;
}

/** UTC, whole seconds. */
export function utc(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function lineOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n')[0];
  } catch {
    // Not every kernel has every file.
    return undefined;
  }
}
