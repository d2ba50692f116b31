import { parseUtc } from '../base/dates.ts';
import type { MachineSeen, Mode, ModuleSeen, OutputSeen, Seen, TerminalSeen } from './facts.ts';
import { type Line, ok, stops, warns } from './line.ts';

/** The hardware clock is set from the system's when a computer is shut down, and drifts from then on. */
const CLOCK_DRIFT_SECONDS = 10;
const COLUMNS = 80;
const ROWS = 24;
const MIB = 2 ** 20;
/** A pack has a few MiB, unless its CRLs are large. */
const LEAST_ROOM = 64 * MIB;

/** The computer. What is no air gap stops a production, and is only told for a rehearsal. */
export function judgeMachine(machine: MachineSeen, mode: Mode, modules: readonly ModuleSeen[]): Line[] {
  const production = mode === 'production';
  const unfit = production ? stops : warns;
  const { swap, addressed, up, defaultRoutes, radios, coreLimit, corePattern } = machine;
  const idle = up.filter((name) => !addressed.includes(name));
  return [
    ok('computer', machine.kernel),
    swap.length === 0
      ? ok('swap', 'off')
      : unfit(
          'swap',
          `on: ${swap.join(', ')}`,
          'switch it off (swapoff -a): memory with a PIN in it can be written out',
        ),
    coreLimit === '0 / 0'
      ? ok('core images', 'none: the limit is 0')
      : stops(
          'core images',
          `allowed: the limit is ${coreLimit}`,
          'start quorate by its launcher bin/quorate, which forbids them',
        ),
    ...(corePattern.startsWith('|')
      ? [
          warns(
            'crash handler',
            `the kernel hands crashed programs to ${corePattern}`,
            'switch it off (sysctl kernel.core_pattern=core): a handler is not bound by the limit',
          ),
        ]
      : []),
    addressed.length === 0
      ? ok('network', 'no interface has an address')
      : unfit(
          'network',
          `has addresses: ${addressed.join(', ')}`,
          'pull the cables, switch the interfaces off (ip link set NAME down)',
        ),
    ...(idle.length === 0
      ? []
      : [
          warns(
            'network',
            `switched on, without an address: ${idle.join(', ')}`,
            'switch them off (ip link set NAME down)',
          ),
        ]),
    defaultRoutes.length === 0
      ? ok('default route', 'none')
      : unfit('default route', `by ${defaultRoutes.join(', ')}`, 'remove it (ip route del default)'),
    ...(radios.length === 0
      ? []
      : [
          warns(
            'radio',
            `not switched off: ${radios.join(', ')}`,
            'switch it off by its switch, or by rfkill block all',
          ),
        ]),
    ...judgeCardService(machine, modules),
  ];
}

/** Modules of smart cards, by the names of their files. */
const CARD_MODULE = /(?:opensc|ykcs11|eToken|IDPrime|sc-hsm)/;

function judgeCardService(machine: MachineSeen, modules: readonly ModuleSeen[]): Line[] {
  const cards = modules.filter(({ library }) => CARD_MODULE.test(library));
  if (cards.length === 0) return [];
  if (machine.cardService) return [ok('smart cards', 'the service pcscd is there')];
  const todo = 'if the officers have smart cards: install and start pcscd, or no reader is found';
  return [warns('smart cards', 'the service pcscd is not there', todo)];
}

/** The clock, by what this computer alone can tell: people compare it with clocks that do not hang on it. */
export function judgeClock({ at, program, machine }: Pick<Seen, 'at' | 'program' | 'machine'>): Line[] {
  const now = parseUtc(at);
  if (now < parseUtc(program.newest)) {
    const says = `${at}, before this program was installed (${program.newest})`;
    return [stops('clock', says, 'set it: times in certificates come from it (date -u -s "YYYY-MM-DD HH:MM:SS")')];
  }
  const { hardwareClock } = machine;
  const apart = hardwareClock === null ? 0 : Math.round((now - parseUtc(hardwareClock)) / 1000);
  if (Math.abs(apart) > CLOCK_DRIFT_SECONDS) {
    const says = `${at}; the hardware clock is ${Math.abs(apart)} s ${apart > 0 ? 'behind' : 'ahead'}`;
    return [
      warns(
        'clock',
        says,
        'find out which is right, by a clock that does not hang on this computer, and set the other',
      ),
    ];
  }
  return [ok('clock', at, ['compare it with clocks that do not hang on this computer'])];
}

export function judgeTerminal({ size, term }: TerminalSeen): Line[] {
  if (!size) {
    const todo = 'start it on a console; for quorate rehearse none is needed';
    return [stops('terminal', 'there is none', todo)];
  }
  const says = `${size.columns} columns, ${size.rows} rows, TERM ${term === '' ? 'not set' : term}`;
  if (size.columns < COLUMNS || size.rows < ROWS) {
    const todo = `make the window larger or its letters smaller: ${COLUMNS} columns and ${ROWS} rows are needed`;
    return [stops('terminal', says, todo)];
  }
  if (term === '' || term === 'dumb')
    return [
      warns('terminal', says, 'set TERM to what this terminal is (linux on a console): screens are drawn with it'),
    ];
  return [ok('terminal', says)];
}

/** Where the pack is to be made. */
export function judgeOutput(output: OutputSeen): Line[] {
  const { folder, state, parent, writable, freeBytes } = output;
  const lines: Line[] = [];
  if (folder !== null && state === 'no folder')
    lines.push(stops('output', `${folder} is no folder`, 'name another with --out'));
  else if (!writable) {
    const todo = 'name another folder with --out, or mount this one to be written';
    lines.push(stops('output', `${parent} cannot be written`, todo));
  } else if (folder === null) lines.push(ok('output', `below ${parent}, unless --out names another folder`));
  else if (state === 'occupied')
    lines.push(
      stops('output', `${folder} holds files`, 'name a new or empty folder with --out: nothing is overwritten'),
    );
  else lines.push(ok('output', `${folder} can be made and written`));
  if (output.open)
    lines.push(warns('output', `anybody may change what is in ${parent}`, 'take a folder that belongs to you alone'));
  lines.push(
    freeBytes < LEAST_ROOM
      ? stops(
          'free room',
          `${mib(freeBytes)} MiB`,
          `make room, or name another folder with --out: ${mib(LEAST_ROOM)} MiB are wanted`,
        )
      : ok('free room', `${mib(freeBytes)} MiB`),
  );
  if ((output.umask & 0o077) !== 0o077) {
    const says = `umask ${output.umask.toString(8).padStart(3, '0')}: others could read what is written`;
    lines.push(warns('umask', says, 'start quorate by its launcher bin/quorate, which sets 077'));
  } else lines.push(ok('umask', '077: what is written is for its owner alone'));
  return lines;
}

export function mib(bytes: number): number {
  return Math.floor(bytes / MIB);
}
