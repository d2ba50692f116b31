import type { Sha256 } from '../../base/digest.ts';
import type { PlannedAct } from '../../plan/plan.ts';
import {
  actTitle,
  CANNOT_BE_UNDONE,
  CHECKS_IT,
  DOES_IT,
  EVERYONE,
  endOfAct,
  fieldHint,
  stepTitle,
  typeToGoOn,
  WRITE_HEAD,
} from '../../plan/step-words.ts';
import type { Call, Choice, Interjection, People, Place, Question, Tally } from '../../ports.ts';
import type { Event, OpeningEvent } from '../../transcript/event.ts';
import type { GuardWatch } from '../guard-client.ts';
import { ends, labelled, paged, wrap } from './layout.ts';
import { Menu } from './menu.ts';
import { type Command, digestRows, openingRows } from './opening.ts';
import { Page } from './page.ts';
import { MENU_KEY, Prompts } from './prompts.ts';
import { recordedRows } from './recorded.ts';
import type { Row, TableDisplay } from './table-display.ts';
import { tallyLines } from './tally.ts';

export interface TableSetting {
  readonly display: TableDisplay;
  readonly command: Command;
  readonly title: string;
  readonly mode: 'rehearsal' | 'production';
  /** Acts of the plan. */
  readonly acts: number;
  /** Seat → the person's name. */
  readonly names: ReadonlyMap<string, string>;
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
/** Rows that a choice takes besides its options: the last of them are those of any question. */
const BELOW_CHOICE = 1;
/** Rows of the menu with the longest of what it asks below it. */
const MENU_ROWS = 16;

const HINT: Readonly<Record<Question['kind'], string>> = {
  confirm: 'Press Enter when it is done',
  'yes-no': 'yes or no',
  utc: fieldHint('utc'),
  date: fieldHint('date'),
  integer: fieldHint('integer'),
  serial: fieldHint('serial'),
  text: fieldHint('text'),
  words: 'four words',
  bag: 'the number on the bag',
  'new-bag': 'the number on the new bag',
  phrase: 'the phrase, letter by letter',
  digits: 'sixteen digits, 0-9 and a-f',
};
/** The same where an option is chosen: its key goes to it. */
const SOMETHING_ELSE = { name: MENU_KEY, text: `${MENU_KEY} something else: deviation, pause, correction, abort` };
/** Stands below the header of every page: how to do anything else than go on. */
const MORE = `${MENU_KEY} and Enter at any question: deviation, pause, correction, abort`;

/** People in one room, before one screen: one step at a time, and nothing goes on unasked. */
export class PeopleAtTable implements People {
  readonly #setting: TableSetting;
  readonly #display: TableDisplay;
  readonly #prompts: Prompts;
  readonly #menu: Menu;
  readonly #page: Page;
  #place: Place | undefined;
  /** Number of the page on which the whole step stands. */
  #stepOn: number | undefined;

  constructor(setting: TableSetting) {
    this.#setting = setting;
    this.#display = setting.display;
    this.#prompts = new Prompts(setting.display);
    this.#menu = new Menu(setting.display, this.#prompts);
    this.#page = new Page(setting.display, this.#prompts, () => this.#drawTitle());
  }

  async open(opening: OpeningEvent, ceremony: Sha256): Promise<void> {
    const rows = openingRows(opening, ceremony, this.#setting.command, this.#display.width);
    await this.#pages('What will be run', rows);
  }

  async endAct(act: PlannedAct, head: Sha256): Promise<void> {
    await this.#pages(endOfAct(act), [WRITE_HEAD, '', ...digestRows(head)]);
  }

  async enter(place: Place): Promise<Interjection | undefined> {
    this.#place = place;
    await this.#showStep(place);
    if (place.asks) return undefined;
    const { id } = place.step;
    const typed = place.irreversible
      ? await this.#prompts.line(typeToGoOn(place.step), (given) =>
          given === id ? undefined : `this cannot be undone: type "${id}", or ${MENU_KEY}`,
        )
      : await this.#prompts.line('Press Enter to go on');
    if (typed !== MENU_KEY) return undefined;
    return (await this.#interject()) ?? (await this.enter(place));
  }

  async leave(place: Place, recorded: readonly Event[]): Promise<Interjection | undefined> {
    if (place.asks) return undefined;
    const { width, style } = this.#display;
    await this.#page.begin(this.#headOf(place));
    await this.#page.add([
      { text: 'Recorded in this step', paint: (row) => style.bold(row) },
      ...recordedRows(recorded).flatMap((row) => plain(wrap(row, width))),
    ]);
    const typed = await this.#prompts.line('Press Enter for the next step');
    if (typed !== MENU_KEY) return undefined;
    return (await this.#interject()) ?? (await this.leave(place, recorded));
  }

  async say(lines: readonly string[]): Promise<void> {
    await this.#page.add(this.#wrapped(lines));
  }

  async ask(question: Question): Promise<string | Interjection> {
    const text = this.#wrapped([question.text]);
    if (question.kind === 'words' && question.against === 'paper') {
      // A head was written down when it was shown; anything else on paper is written down now.
      if (question.subject !== 'head') await this.#prompts.line('Written down? Press Enter to type it from paper');
      // Neither the words nor what the person before typed stand there to be copied.
      await this.#page.leave();
      await this.#page.add(text);
    } else if (!this.#isSaid(question.text)) await this.#page.add(text);
    const hint = question.shape === undefined ? HINT[question.kind] : fieldHint('text', question.shape);
    const who = this.#setting.names.get(question.seat) ?? question.seat;
    const typed = await this.#prompts.line(`${who}: ${hint}`, (given) => this.#problemOf(question, given));
    if (typed === MENU_KEY) return (await this.#interject()) ?? (await this.ask(question));
    return question.kind === 'confirm' ? 'done' : typed;
  }

  async choose(choice: Choice): Promise<string | Interjection> {
    const { text, tallies, menu } = choice;
    const options = choice.options.map(({ name, text: own }) => ({
      name,
      text: tallies || own === name ? this.#named(name) : own,
    }));
    if (menu) options.push(SOMETHING_ELSE);
    await this.#page.add([...this.#told(tallies ?? []), ...this.#wrapped([text])], options.length + BELOW_CHOICE);
    for (;;) {
      const chosen = await this.#prompts.select('Choose with the arrow keys, then Enter', options);
      if (chosen !== undefined && chosen !== MENU_KEY) return chosen;
      if (menu) return (await this.#interject()) ?? (await this.choose(choice));
    }
  }

  async call(call: Call): Promise<Interjection | undefined> {
    await this.#page.add([...this.#told(call.tallies), ...this.#wrapped([`Next: ${this.#named(call.seat)}.`])]);
    for (;;) {
      const typed = await this.#prompts.line('Press Enter, and present the token');
      if (typed !== MENU_KEY) return undefined;
      if (call.menu) return (await this.#interject()) ?? (await this.call(call));
    }
  }

  /** The last page: what was made, and what still goes on paper. */
  async finish(rows: readonly string[]): Promise<void> {
    await this.#pages('The ceremony has ended', rows);
  }

  /** The guard takes the screen when what stands there was read. */
  readonly watch: GuardWatch = {
    ready: async (method) => {
      if (TAKES_SCREEN.has(method)) await this.#page.leave();
    },
  };

  /** The guard has had the screen: the next row begins a page. */
  screenTaken(): void {
    this.#page.gone();
  }

  #problemOf(question: Question, typed: string): string | undefined {
    if (question.kind === 'confirm') return typed === '' ? undefined : `press Enter alone, or ${MENU_KEY}`;
    if (question.kind === 'yes-no') return typed === 'yes' || typed === 'no' ? undefined : 'type yes or no';
    // Words that do not match are for people to decide on, and for the record: not only to be typed again.
    return question.kind === 'words' || question.kind === 'digits' ? undefined : question.problem?.(typed);
  }

  /** What people want instead of going on, asked below the page, or on a new one where that has no room for it. */
  async #interject(): Promise<Interjection | undefined> {
    if (!this.#place) return await this.#menu.beforeFirstStep();
    if (this.#display.free < MENU_ROWS) await this.#page.begin(this.#headOf(this.#place));
    return await this.#menu.open(this.#place);
  }

  /** Whether the step that stands there says it already. */
  #isSaid(text: string): boolean {
    return this.#stepOn === this.#page.number && (this.#place?.step.say.includes(text) ?? false);
  }

  async #showStep(place: Place): Promise<void> {
    const { step } = place;
    const { width, style } = this.#display;
    const red = (row: string) => style.bold.red(row);
    await this.#page.begin(this.#headOf(place));
    const page = this.#page.number;
    await this.#page.add([
      { text: stepTitle(step), paint: (row) => style.bold(row) },
      ...plain(step.by.length > 0 ? labelled(DOES_IT, this.#people(step.by, place), width) : []),
      ...plain(step.check.length > 0 ? labelled(CHECKS_IT, this.#people(step.check, place), width) : []),
      { text: '' },
      ...(step.say === '' ? [] : plain([...wrap(step.say, width), ''])),
      ...this.#wrapped(place.describes),
      ...(place.irreversible ? [{ text: '' }, { text: CANNOT_BE_UNDONE, paint: red }] : []),
    ]);
    this.#stepOn = page === this.#page.number ? page : undefined;
  }

  #headOf({ act, position }: Place): () => void {
    const { width, style } = this.#display;
    const at = actTitle(act, this.#setting.acts);
    return () => {
      this.#drawTitle();
      this.#display.frame([{ text: ends(at, `step ${position.index} of ${position.of}`, width) }]);
      const paint = (row: string) => style.dim(row);
      this.#display.frame(['─'.repeat(width), ends('', MORE, width), ''].map((text) => ({ text, paint })));
    };
  }

  #drawTitle(): void {
    const { title, mode, now } = this.#setting;
    const { width, style } = this.#display;
    const right = `${mode === 'rehearsal' ? 'REHEARSAL  ' : ''}${now().slice(11, 19)} UTC`;
    this.#display.frame([{ text: ends(title, right, width), paint: (row) => style.bold(row) }]);
  }

  /** Rows on as many pages as they need, each read to its end; what stands between blank rows is kept together. */
  async #pages(title: string, rows: readonly string[]): Promise<void> {
    const { width, style, room } = this.#display;
    const pages = paged(rows, room - 4);
    for (const [index, page] of pages.entries()) {
      await this.#page.begin(() => {
        this.#drawTitle();
        this.#display.frame([
          { text: ends(title, pages.length === 1 ? '' : `page ${index + 1} of ${pages.length}`, width) },
          { text: '─'.repeat(width), paint: (row) => style.dim(row) },
        ]);
      });
      await this.#page.add(plain([...page, '']));
      await this.#prompts.line('Press Enter to go on');
    }
    await this.#page.leave(() => this.#drawTitle());
  }

  #told(tallies: readonly Tally[]): Row[] {
    return tallies.flatMap((tally) => [...this.#wrapped(tallyLines(tally, (seat) => this.#named(seat))), { text: '' }]);
  }

  #wrapped(lines: readonly string[]): Row[] {
    return plain(lines.flatMap((line) => wrap(line, this.#display.width)));
  }

  #people(seats: readonly string[], { here }: Place): string {
    if (seats.length > SOME && seats.length >= here().length - 1) return EVERYONE;
    return seats.map((seat) => this.#named(seat)).join(', ');
  }

  #named(seat: string): string {
    const name = this.#setting.names.get(seat);
    return name === undefined ? seat : `${name} (${seat})`;
  }
}

function plain(rows: readonly string[]): Row[] {
  return rows.map((text) => ({ text }));
}
