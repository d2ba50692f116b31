import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import type { Event } from '../../src/transcript/event.ts';
import { TmuxWindow } from './tmux-window.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const QUORATE = join(ROOT, 'bin', 'quorate');
const LOOK_MS = 30;
const PATIENCE_MS = 120_000;
const AGAIN_MS = 10_000;

/** A table laid for practice: what the program made, and what its people know. */
export interface Table {
  readonly folder: string;
  readonly script: string;
  readonly site: string;
  /** Empty where the ceremony makes it. */
  readonly roster: string;
  /** Token serial → PIN. */
  readonly pins: ReadonlyMap<string, string>;
  /** Thing → number of the bag in which it arrives. */
  readonly bags: ReadonlyMap<string, string>;
  /** Last row of the authorization's words, as it stands on the printed copies. */
  readonly printed: string;
  /** Configuration of the HSM's SoftHSM. */
  readonly hsmConfiguration: string;
  /** Serials of the quorum tokens, by seat. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Takes a quorum token out of its reader; `putIn` puts it back. */
  takeOut(seat: string): void;
  putIn(seat: string): void;
  remove(): void;
}

export function layTable(script = join(ROOT, 'ceremonies', 'root-generation.yaml')): Table {
  const parent = mkdtempSync(join(tmpdir(), 'quorate-session-'));
  const folder = join(parent, 'table');
  const laid = spawnSync(QUORATE, ['practice', script, '--in', folder], { encoding: 'utf8' });
  assert.equal(laid.status, 0, laid.stderr);
  return tableIn(folder, script);
}

/** A table that was laid in a folder of its parent. */
export function tableIn(folder: string, script: string): Table {
  const sheet = readFileSync(join(folder, 'practice-pins.txt'), 'utf8');
  const pins = new Map(
    [...sheet.matchAll(/ ([0-9a-f]{16}) +(\d{8})$/gm)].map(([, serial, pin]) => [serial, pin] as [string, string]),
  );
  const bags = new Map(
    [...sheet.matchAll(/^([a-z][a-z0-9.@-]*) +(R\d{7})$/gm)].map(([, unit = '', bag = '']) => [unit, bag]),
  );
  const rosterFile = join(folder, 'roster.json');
  // A first enrolment has none yet.
  const members: { seat: string; tokens?: { serial: string }[] }[] = existsSync(rosterFile)
    ? JSON.parse(readFileSync(rosterFile, 'utf8')).members
    : [];
  const tokens = new Map(members.flatMap(({ seat, tokens: [token] = [] }) => (token ? [[seat, token.serial]] : [])));
  const readers = new Readers(folder);
  const authorization = sha256(readFileSync(join(folder, 'authorization.json')));
  return {
    folder,
    script,
    site: join(folder, 'site.yaml'),
    roster: existsSync(join(folder, 'roster.json')) ? sha256(readFileSync(join(folder, 'roster.json'))) : '',
    pins,
    bags,
    printed: lastRow(authorization),
    hsmConfiguration: softHsmOf(folder, 'module-root-hsm'),
    tokens,
    takeOut: (seat) => readers.takeOut(tokens.get(seat) ?? ''),
    putIn: (seat) => readers.putIn(tokens.get(seat) ?? ''),
    remove: () => rmSync(dirname(folder), { recursive: true, force: true }),
  };
}

function softHsmOf(table: string, module: string): string {
  const site = JSON.parse(readFileSync(join(table, 'site.yaml'), 'utf8')) as {
    modules: Record<string, { environment: { SOFTHSM2_CONF: string } }>;
  };
  return site.modules[module]?.environment.SOFTHSM2_CONF ?? '';
}

/** The folder in which SoftHSM keeps the quorum tokens: a folder of it that is moved away is a token that is out. */
class Readers {
  readonly #in: string;
  readonly #out: string;
  readonly #moved = new Map<string, string>();

  constructor(table: string) {
    const site = readFileSync(join(table, 'site.yaml'), 'utf8');
    const cards = (JSON.parse(site) as { modules: { cards: { environment: { SOFTHSM2_CONF: string } } } }).modules
      .cards;
    this.#in = join(dirname(cards.environment.SOFTHSM2_CONF), 'tokens');
    this.#out = join(dirname(cards.environment.SOFTHSM2_CONF), 'taken-out');
  }

  takeOut(serial: string): void {
    const folder = readdirSync(this.#in).find((one) =>
      readFileSync(join(this.#in, one, 'token.object')).includes(serial),
    );
    assert.ok(folder, `no token ${serial} is in ${this.#in}`);
    mkdirSync(this.#out, { recursive: true });
    renameSync(join(this.#in, folder), join(this.#out, folder));
    this.#moved.set(serial, folder);
  }

  putIn(serial: string): void {
    const folder = this.#moved.get(serial) ?? '';
    renameSync(join(this.#out, folder), join(this.#in, folder));
    this.#moved.delete(serial);
  }
}

export function lastRow(digest: string): string {
  return wordRows(digest).at(-1)?.words.join(' ') ?? '';
}

/** How somebody at the table acts on what the screen asks; undefined: as everybody would. */
export type Act = (screen: string, session: Session) => readonly string[] | undefined;

/** People who do these things, each once and in this order, when the screen says so; otherwise they act as usual. */
export function inTurn(
  ...turns: readonly (readonly [when: RegExp, ...keys: readonly string[]])[]
): Act & { left(): number } {
  const queue = [...turns];
  const act: Act = (screen) => {
    const [when, ...keys] = queue[0] ?? [];
    if (!when?.test(screen)) return undefined;
    queue.shift();
    return keys;
  };
  return Object.assign(act, { left: () => queue.length });
}

/** The program in a real terminal of 80 columns and 24 rows, looked at as people look at it. */
export class Session {
  static #count = 0;
  readonly #window: TmuxWindow;
  #bags = 0;
  readonly table: Table;
  readonly out: string;
  readonly log: string;
  /** Every different screen that was seen, in order. */
  readonly seen: string[] = [];
  /** Of those, the ones that stood still long enough to be read. */
  readonly still: string[] = [];

  constructor(
    table: Table,
    options: {
      /** What is started instead of a ceremony. */
      readonly command?: readonly string[];
      /** A line for the shell, as it stands in a guide, instead of any command; it has no log. */
      readonly line?: string;
      readonly args?: readonly string[];
      /** An output folder that is there already. */
      readonly out?: string;
      readonly columns?: number;
      readonly rows?: number;
    } = {},
  ) {
    this.table = table;
    this.out = options.out ?? mkdtempSync(join(table.folder, '..', 'out-'));
    this.log = `${this.out}.log`;
    const run = ['run', table.script, '--site', table.site, '--out', this.out, ...(options.args ?? [])];
    const command = [QUORATE, ...(options.command ?? run)];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    const line = options.line ?? `${quoted} 2>'${this.log}'`;
    this.#window = new TmuxWindow(
      `quorate-${process.pid}-${basename(this.out).slice(-6)}-${Session.#count++}`,
      `${line}; echo "EXIT $?"; sleep 600`,
      options.columns ?? 80,
      options.rows ?? 24,
    );
  }

  /** What stands on the screen, without the blanks at its end. */
  async screen(): Promise<string> {
    const screen = (await this.#window.look()).trimEnd();
    if (this.seen.at(-1) !== screen) this.seen.push(screen);
    return screen;
  }

  type(...keys: readonly string[]): void {
    this.#window.type(...keys);
  }

  /** Types a line as it is, and Enter. */
  enter(line: string): void {
    if (line !== '') this.#window.type('-l', line);
    this.#window.type('Enter');
  }

  /** Waits until the screen says it. */
  async see(what: RegExp): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const screen = await this.screen();
      if (what.test(screen)) return screen;
      assert.ok(Date.now() < until, `the screen does not say ${what}:\n${screen}\n--- log\n${this.stderr()}`);
      await setTimeout(LOOK_MS);
    }
  }

  /** Goes on as people do, until the screen says it (or the program has ended). */
  async playUntil(what: RegExp, act?: Act): Promise<string> {
    let until = Date.now() + PATIENCE_MS;
    let answered = '';
    let pressedAt = Number.POSITIVE_INFINITY;
    let last = '';
    for (;;) {
      const screen = await this.screen();
      if (what.test(screen)) return screen;
      assert.doesNotMatch(screen, /^EXIT/m, `the program has ended:\n${screen}\n--- log\n${this.stderr()}`);
      assert.ok(Date.now() < until, `never came: ${what}\n${screen}\n--- log\n${this.stderr()}`);
      const isStill = screen === last;
      if (isStill && this.still.at(-1) !== screen) this.still.push(screen);
      if (!isStill) until = Date.now() + PATIENCE_MS;
      last = screen;
      // A screen that is still being drawn is not answered.
      if (isStill && screen !== answered) {
        const keys = act?.(screen, this) ?? this.#usual(screen);
        if (keys) {
          answered = screen;
          pressedAt = keys.join() === '' ? Date.now() : Number.POSITIVE_INFINITY;
          for (const key of keys) {
            const named = /^<([\w-]+)>$/.exec(key)?.[1];
            if (named) this.type(named);
            else this.enter(key);
          }
        }
      }
      // Who presses Enter and sees nothing happen presses it once more.
      if (screen === answered && Date.now() - pressedAt > AGAIN_MS) {
        pressedAt = Number.POSITIVE_INFINITY;
        this.enter('');
      }
      await setTimeout(LOOK_MS);
    }
  }

  /** @returns the exit code */
  async end(): Promise<number> {
    const screen = await this.see(/^EXIT \d+/m);
    return Number(/^EXIT (\d+)/m.exec(screen)?.[1]);
  }

  events(): readonly Event[] {
    const path = join(this.out, 'events.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event);
  }

  stderr(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }

  /** As when the power fails: nobody gets to say a last word. */
  kill(): void {
    spawnSync('pkill', ['-KILL', '-f', this.out]);
  }

  close(): void {
    this.#window.close();
  }

  /** What everybody types when nothing is wrong; undefined where nothing is asked yet. */
  #usual(screen: string): readonly string[] | undefined {
    const rows = screen.split('\n');
    // The question that is open: the guard's stands behind its words, the core's behind a question mark.
    const begins = rows.findLastIndex((row) => /^(?:\[[A-Za-z]+ [A-Za-z]+\]|\?) /.test(row));
    if (begins < 0) return undefined;
    const asked = rows.slice(begins).join(' ').replace(/\s+/g, ' ');
    const pin = /PIN of token ([0-9a-f]+): ?$/.exec(asked);
    if (pin) return [this.table.pins.get(pin[1] as string) ?? ''];
    if (/type "approve" or "decline": ?$/.test(asked)) return ['approve'];
    const word = /Type "([a-z0-9-]+)" to go on:? ?$/.exec(asked);
    if (word) return [word[1] as string];
    if (/UTC, such as \S+ ?$/.test(asked)) return [`${new Date().toISOString().slice(0, 19)}Z`];
    if (/: the number on the new bag ?$/.test(asked)) return [this.#newBag()];
    if (/: the number on the bag ?$/.test(asked)) return [this.#bagOn(screen)];
    if (/: a whole number ?$/.test(asked)) return [this.#foundElsewhere().events];
    const shape = /shape (\S+): 9 a digit, # a letter ?$/.exec(asked)?.[1];
    if (shape !== undefined) return [shape.replaceAll('9', '7').replaceAll('#', 'A')];
    if (/a date, such as \S+ ?$/.test(asked)) return [new Date().toISOString().slice(0, 10)];
    if (/are they all the same here\? \? [^?]*: yes or no ?$/.test(screen.replace(/\s+/g, ' '))) return ['yes'];
    if (/: type it ?$/.test(asked)) return ['as practised'];
    if (/four words ?$/.test(asked))
      return [/printed copy/.test(screen) ? this.table.printed : this.#fromPaper(screen)];
    if (/Press Enter[^?]*$/.test(asked)) return [''];
    if (/Choose with the arrow keys, then Enter/.test(asked)) return [''];
    return undefined;
  }

  #newBag(): string {
    this.#bags += 1;
    return `N${this.#bags}`;
  }

  /** What is read off the bag: of a new one, by the second person too. */
  #bagOn(screen: string): string {
    if (/The same number, read again/.test(screen)) return `N${this.#bags}`;
    const thing =
      [...screen.matchAll(/"([a-z][a-z0-9.@-]*)"(?:\s+to\s+the\s+camera|\s+was\s+never)/g)].at(-1)?.[1] ?? '';
    return this.table.bags.get(thing) ?? '';
  }

  /** What the auditor's own computer says of the pack on the medium. */
  #foundElsewhere(): { readonly events: string; readonly words: string } {
    const medium = join(this.table.folder, 'media', 'evidence.1', 'provisional');
    const anchor = ['--expect', 'rehearsal', '--roster', this.table.roster, '--outcome', 'interrupted'];
    const { stdout, status } = spawnSync(QUORATE, ['verify', medium, ...anchor], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    const [, events = ''] = /the record has (\d+) events/.exec(stdout) ?? [];
    const [, words = ''] = /^ {2}8 {2}(.*)$/m.exec(stdout) ?? [];
    return { events, words: words.replace(/\s+/g, ' ') };
  }

  /** What the auditor's own computer shows of a proposal on the medium. */
  #onSecondScreen(proposal: string): string {
    const file = join(this.table.folder, 'media', 'evidence.1', 'proposals', `${proposal}.json`);
    const { stdout, stderr, status } = spawnSync(QUORATE, ['show', file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const [, words = ''] = /^digest [\s\S]*?^ +8 {2}(.*)$/m.exec(stdout) ?? [];
    return words.replace(/\s+/g, ' ');
  }

  /** What people wrote down: the newest key of the record. */
  #fromPaper(screen: string): string {
    const events = this.events();
    const asked = screen.replace(/\s+/g, ' ');
    // What was asked before stands above it: the last one is open.
    const second = [
      ...asked.matchAll(/From the second screen: type the last row of the digest of "([^"]+)" \(proposal (\d+)\)/g),
    ].at(-1);
    if (second) return this.#onSecondScreen(`${second[2]}-${second[1]}`);
    const sheet = [...asked.matchAll(/Does the sheet of "[^"]+" \(proposal (\d+)\) agree/g)].at(-1);
    if (sheet) {
      const proposed = events[Number(sheet[1]) - 1];
      return lastRow(proposed?.type === 'proposed' ? proposed.digest : '');
    }
    if (/last row of the words of its head/.test(screen)) return this.#foundElsewhere().words;
    if (/last row of the head from your paper/.test(screen)) {
      const pause = events.findLast((event) => event.type === 'pause');
      return lastRow(pause?.type === 'pause' ? pause.head : '');
    }
    if (/head that you wrote/.test(screen)) {
      const ended = events.findLast((event) => event.type === 'act' && event.phase === 'end');
      const chain = readFileSync(join(this.out, 'chain.jsonl'), 'utf8').split('\n');
      return lastRow(sha256(chain[(ended?.seq ?? 0) - 1] ?? ''));
    }
    const made = events.findLast((event) => event.type === 'observation' && event.subject === 'roster');
    if (made?.type === 'observation') return lastRow(String(made.facts['roster']));
    const key = events.findLast((event) => event.type === 'result' && typeof event.facts['spkiSha256'] === 'string');
    return lastRow(String(key?.type === 'result' ? key.facts['spkiSha256'] : ''));
  }

  lastRowOf(digest: string): string {
    return lastRow(digest);
  }
}
