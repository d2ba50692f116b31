import { hexGroups, NO_DIGEST, type Sha256 } from '../../base/digest.ts';
import { wordRows } from '../../base/words.ts';
import type { PlannedAct } from '../../plan/plan.ts';
import type { Choice, Interjection, People, Place, Question } from '../../ports.ts';
import type { Event, OpeningEvent } from '../../transcript/event.ts';
import type { GuardWatch } from '../guard-client.ts';
import { ends, labelled, wrap } from './layout.ts';
import { Menu } from './menu.ts';
import { MENU_KEY, Prompts } from './prompts.ts';
import { recordedRows } from './recorded.ts';
import type { TableDisplay } from './table-display.ts';

export interface TableSetting {
  readonly display: TableDisplay;
  readonly title: string;
  readonly mode: 'rehearsal' | 'production';
  /** Acts of the plan. */
  readonly acts: number;
  /** Seat → the person's name. */
  readonly names: ReadonlyMap<string, string>;
  /** Seats of those present. */
  readonly present: readonly string[];
  /** UTC, whole seconds. */
  readonly now: () => string;
}

/** More people than these are not named one by one, where they are everybody. */
const SOME = 3;

/** Requests during which the guard draws, or may draw, on the screen itself. */
const TAKES_SCREEN = new Set([
  'approve',
  'approve-deviation',
  'attest',
  'enrol',
  'execute',
  'roll-call',
  'sign-manifest',
  'sign-roster',
]);
/** Requests that may take a while, and what people are told meanwhile. */
const TAKES_TIME = new Map([
  ['execute', 'The HSM is working …'],
  ['make-share-sets', 'Secrets are made and sealed …'],
  ['prove-share-sets', 'Every possible quorum is tried …'],
]);
const TICK_MS = 1000;

const HINT: Readonly<Record<Question['kind'], string>> = {
  confirm: 'Press Enter when it is done',
  'yes-no': 'yes or no',
  utc: 'UTC, such as 2027-03-01T09:00:00Z',
  date: 'a date, such as 2027-03-01',
  integer: 'a whole number',
  serial: 'the serial',
  text: 'type it',
  words: 'four words',
  digits: 'sixteen digits, 0-9 and a-f',
};
/** Stands below the header of every page: how to do anything else than go on. */
const MORE = `${MENU_KEY} and Enter at any question: deviation, pause, correction, abort`;

/** People in one room, before one screen: one step at a time, and nothing goes on unasked. */
export class PeopleAtTable implements People {
  readonly #setting: TableSetting;
  readonly #display: TableDisplay;
  readonly #prompts: Prompts;
  readonly #menu: Menu;
  #place: Place | undefined;
  /** Whether no page of ours stands on the screen: none was drawn, or the guard has had it since. */
  #isGone = true;

  constructor(setting: TableSetting) {
    this.#setting = setting;
    this.#display = setting.display;
    this.#prompts = new Prompts(setting.display);
    this.#menu = new Menu(setting.display, this.#prompts, setting.present);
  }

  async open(opening: OpeningEvent, ceremony: Sha256): Promise<void> {
    const { program } = opening;
    const digest = (name: string, value: Sha256) => [
      name,
      ...hexGroups(value).map((row) => `  ${row}`),
      ...wordRows(value).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
      '',
    ];
    await this.#pages(`What will be run`, [
      ...labelled('ceremony', `${opening.title}, number ${opening.number} of this CA`, this.#display.width),
      ...labelled('objectives', opening.objectives.join(', '), this.#display.width),
      ...labelled('mode', opening.mode, this.#display.width),
      ...labelled('program', `${program.name} ${program.version}, ${program.runtime}`, this.#display.width),
      ...labelled('rule packs', Object.keys(opening.versions.rules).join(', ') || 'none', this.#display.width),
      '',
      ...digest('authorization', opening.authorization),
      ...digest('script', opening.script),
      ...digest('site binding', opening.site),
      ...(opening.roster === NO_DIGEST
        ? ['roster: none yet; this ceremony makes the first one', '']
        : digest('roster', opening.roster)),
      ...digest('program, as it states itself', program.digest),
      ...digest('ceremony id: everyone writes it by hand', ceremony),
    ]);
  }

  async endAct(act: PlannedAct, head: Sha256): Promise<void> {
    await this.#pages(`End of act ${act.index + 1}: ${act.title}`, [
      'Everyone writes the head of the record on their paper copy:',
      '',
      ...hexGroups(head).map((row) => `  ${row}`),
      ...wordRows(head).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
    ]);
  }

  async enter(place: Place): Promise<Interjection | undefined> {
    this.#place = place;
    this.#drawPage(place);
    if (place.asks) return undefined;
    const { id } = place.step;
    const typed = place.irreversible
      ? await this.#prompts.line(`Type "${id}" to go on:`, (given) =>
          given === id ? undefined : `this cannot be undone: type "${id}", or ${MENU_KEY}`,
        )
      : await this.#prompts.line('Press Enter to go on');
    if (typed !== MENU_KEY) return undefined;
    const wish = await this.#menu.open(place);
    return wish ?? (await this.enter(place));
  }

  async leave(place: Place, recorded: readonly Event[]): Promise<Interjection | undefined> {
    if (place.asks) return undefined;
    this.#drawHeader(place);
    this.#section('Recorded in this step');
    const rows = recordedRows(recorded).flatMap((row) => wrap(row, this.#display.width));
    const room = this.#display.room - 6;
    this.#display.rows(rows.slice(0, room));
    if (rows.length > room) this.#display.rows([`… and ${rows.length - room} rows more, in the record`]);
    const typed = await this.#prompts.line('Press Enter for the next step');
    if (typed !== MENU_KEY) return undefined;
    const wish = await this.#menu.open(place);
    return wish ?? (await this.leave(place, recorded));
  }

  async say(lines: readonly string[]): Promise<void> {
    this.#below(lines.flatMap((line) => wrap(line, this.#display.width)));
  }

  async ask(question: Question): Promise<string | Interjection> {
    const isSaid = this.#place?.step.say.includes(question.text) ?? false;
    const fromPaper = question.kind === 'words' && question.against === 'paper';
    if (!isSaid && !fromPaper) this.#below(wrap(question.text, this.#display.width));
    if (fromPaper) {
      // A head was written down when it was shown; anything else on paper is written down now.
      if (question.subject !== 'head') await this.#prompts.line('Written down? Press Enter to type it from paper');
      // Neither the words nor what the person before typed stand there to be copied.
      this.#isGone = true;
      this.#below(wrap(question.text, this.#display.width));
    }
    const hint = question.shape === undefined ? HINT[question.kind] : `shape ${question.shape}: 9 a digit, # a letter`;
    const who = this.#setting.names.get(question.seat) ?? question.seat;
    const typed = await this.#prompts.line(`${who}: ${hint}`, (given) => this.#problemOf(question, given));
    if (typed === MENU_KEY) {
      const wish = this.#place ? await this.#menu.open(this.#place) : await this.#menu.beforeFirstStep();
      return wish ?? (await this.ask(question));
    }
    return question.kind === 'confirm' ? 'done' : typed;
  }

  async choose({ text, options }: Choice): Promise<string> {
    this.#below(wrap(text, this.#display.width), options.length);
    for (;;) {
      const chosen = await this.#prompts.select('Choose with the arrow keys, then Enter', options);
      if (chosen !== undefined) return chosen;
    }
  }

  /** The last page: what was made, and what still goes on paper. */
  async finish(rows: readonly string[]): Promise<void> {
    await this.#pages('The ceremony has ended', rows);
  }

  /** Rows below what stands there; on a page of their own where they would push it off the screen. */
  #below(rows: readonly string[], more = 0): void {
    const isNewPage = this.#isGone || rows.length + more + 1 > this.#display.free;
    if (!isNewPage) this.#display.rows(['']);
    else if (this.#place) this.#drawHeader(this.#place);
    else {
      this.#isGone = false;
      this.#display.clear();
      this.#title();
      this.#display.rows(['']);
    }
    this.#display.rows(rows);
  }

  /** While the guard works, people see that it does; when it has had the screen, the next row begins a page. */
  readonly watch: GuardWatch = (method, answer) => {
    const taken = TAKES_SCREEN.has(method);
    const since = performance.now();
    const what = TAKES_TIME.get(method);
    const seconds = () => Math.round((performance.now() - since) / 1000);
    const tick = what && setInterval(() => this.#display.status(`${what} (${seconds()} s)`), TICK_MS);
    const ended = () => {
      if (taken) this.#isGone = true;
      if (tick) clearInterval(tick);
      if (tick && seconds() > 0) this.#display.rows(['']);
    };
    answer.then(ended, ended);
  };

  #problemOf(question: Question, typed: string): string | undefined {
    if (question.kind === 'confirm') return typed === '' ? undefined : `press Enter alone, or ${MENU_KEY}`;
    if (question.kind === 'yes-no') return typed === 'yes' || typed === 'no' ? undefined : 'type yes or no';
    // Words that do not match are for people to decide on, and for the record: not only to be typed again.
    return question.kind === 'words' || question.kind === 'digits' ? undefined : question.problem?.(typed);
  }

  #drawPage(place: Place): void {
    const { step } = place;
    const { width, style } = this.#display;
    this.#drawHeader(place);
    this.#display.rows([`${step.number}  ${step.id} (${step.type})`], (row) => style.bold(row));
    if (step.by.length > 0) this.#display.rows(labelled('does it', this.#people(step.by), width));
    if (step.check.length > 0) this.#display.rows(labelled('checks it', this.#people(step.check), width));
    this.#display.rows(['']);
    if (step.say !== '') this.#display.rows([...wrap(step.say, width), '']);
    this.#display.rows(place.describes.flatMap((line) => wrap(line, width)));
    if (place.irreversible) this.#display.rows(['', 'THIS CANNOT BE UNDONE.'], (row) => style.bold.red(row));
  }

  #drawHeader({ act, position }: Place): void {
    this.#isGone = false;
    const { width, style } = this.#display;
    this.#display.clear();
    this.#title();
    this.#display.rows([
      ends(
        `Act ${act.index + 1} of ${this.#setting.acts}: ${act.title}`,
        `step ${position.index} of ${position.of}`,
        width,
      ),
    ]);
    this.#display.rows(['─'.repeat(width), ends('', MORE, width), ''], (row) => style.dim(row));
  }

  #title(): void {
    const { title, mode, now } = this.#setting;
    const { width, style } = this.#display;
    const right = `${mode === 'rehearsal' ? 'REHEARSAL  ' : ''}${now().slice(11, 19)} UTC`;
    this.#display.rows([ends(title, right, width)], (row) => style.bold(row));
  }

  #section(text: string): void {
    this.#display.rows([text], (row) => this.#display.style.bold(row));
  }

  /** Rows on as many pages as they need, each read to its end. */
  async #pages(title: string, rows: readonly string[]): Promise<void> {
    const { width, style, room } = this.#display;
    const perPage = room - 4;
    const pages = Math.max(1, Math.ceil(rows.length / perPage));
    for (let page = 0; page < pages; page++) {
      this.#display.clear();
      this.#title();
      this.#display.rows([ends(title, pages === 1 ? '' : `page ${page + 1} of ${pages}`, width)]);
      this.#display.rows(['─'.repeat(width)], (row) => style.dim(row));
      this.#display.rows([...rows.slice(page * perPage, (page + 1) * perPage), '']);
      await this.#prompts.line('Press Enter to go on');
    }
  }

  #people(seats: readonly string[]): string {
    const { present } = this.#setting;
    if (seats.length > SOME && seats.length >= present.length - 1) return 'everyone here';
    return seats.map((seat) => this.#named(seat)).join(', ');
  }

  #named(seat: string): string {
    const name = this.#setting.names.get(seat);
    return name === undefined ? seat : `${name} (${seat})`;
  }
}
