import type { Command } from '../adapters/table/opening.ts';
import { recordedRows } from '../adapters/table/recorded.ts';
import { tallyLines } from '../adapters/table/tally.ts';
import { parseCanonicalObject } from '../base/canonical-json.ts';
import { hexGroups, NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import { PATH } from '../pack/layout.ts';
import type { Files, Interjection, People, Place, Tally } from '../ports.ts';
import type { Event } from '../transcript/event.ts';

export interface LogSetting {
  /** One line, which stands in the log at once. */
  readonly line: (text: string) => void;
  /** What was typed to start the program, as it was understood. */
  readonly command: Command;
  /** Seat → the person's name. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * A ceremony as its log tells it, to be read without the screen: what people are shown, asked and answer, and every
 * event when it is durable. What is typed at the guard passes here as little as at the core.
 */
export class CeremonyLog {
  readonly #setting: LogSetting;
  #act = -1;

  constructor(setting: LogSetting) {
    this.#setting = setting;
  }

  /** The same people, listened to. */
  people(people: People): People {
    const line = this.#setting.line;
    return {
      open: async (opening, ceremony) => {
        const { script, site, out, mirror, resume } = this.#setting.command;
        const { program } = opening;
        line(`${opening.title}, number ${opening.number} of this CA, ${opening.mode}`);
        line(
          `command: run ${script} --site ${site} --out ${out}${mirror === undefined ? '' : ` --mirror ${mirror}`}${resume ? ' --resume' : ''}`,
        );
        line(`program: ${program.name} ${program.version}, ${program.runtime}`);
        this.#digest('authorization', opening.authorization);
        this.#digest('script', opening.script);
        this.#digest('site binding', opening.site);
        if (opening.roster === NO_DIGEST) line('roster: none yet; this ceremony makes the first one');
        else this.#digest('roster', opening.roster);
        this.#digest('program, as it states itself', program.digest);
        this.#digest('ceremony id', ceremony);
        await people.open(opening, ceremony);
      },
      endAct: async (act, head) => {
        this.#digest(`END OF ACT ${act.index + 1}, ${act.title}: head of the record`, head);
        await people.endAct(act, head);
      },
      say: async (lines) => {
        for (const one of lines) line(`    ${one}`);
        await people.say(lines);
      },
      ask: async (question) => {
        const who = this.#named(question.seat);
        line(`  asked of ${who}: ${question.text}`);
        const answer = await people.ask(question);
        line(`  answered by ${who}: ${typeof answer === 'string' ? answer : wishOf(answer)}`);
        return answer;
      },
      choose: async (choice) => {
        this.#tallies(choice.tallies ?? []);
        line(`  to be chosen: ${choice.text} (${choice.options.map(({ text }) => text).join(' / ')})`);
        const chosen = await people.choose(choice);
        if (typeof chosen !== 'string') return this.#wanted(chosen);
        line(`  chosen: ${choice.options.find(({ name }) => name === chosen)?.text ?? chosen}`);
        return chosen;
      },
      call: async (call) => {
        this.#tallies(call.tallies);
        line(`  called: ${this.#named(call.seat)}`);
        return this.#wanted(await people.call(call));
      },
      enter: async (place) => {
        this.#enter(place);
        return this.#wanted(await people.enter(place));
      },
      leave: async (place, recorded) => this.#wanted(await people.leave(place, recorded)),
    };
  }

  /** The same files: what is appended to the record is told when it is committed. */
  files(files: Files): Files {
    let pending: readonly Event[] = [];
    return {
      create: (path, bytes) => files.create(path, bytes),
      createAll: (all) => files.createAll(all),
      append: async (path, text) => {
        await files.append(path, text);
        if (path === PATH.events) pending = text.split('\n').map(eventIn);
        if (path !== PATH.chain) return;
        for (const event of pending)
          for (const row of this.#rowsOf(event)) this.#setting.line(`    event ${event.seq}: ${row}`);
        pending = [];
      },
      read: (path) => files.read(path),
      open: (path) => files.open(path),
      list: () => files.list(),
    };
  }

  #enter({ act, step, position, irreversible }: Place): void {
    const { line } = this.#setting;
    if (act.index !== this.#act) line(`ACT ${act.index + 1}: ${act.title}`);
    this.#act = act.index;
    const who = step.by.length > 0 ? `; does it: ${this.#all(step.by)}` : '';
    const check = step.check.length > 0 ? `; checks it: ${this.#all(step.check)}` : '';
    const once = irreversible ? '; CANNOT BE UNDONE' : '';
    line(`STEP ${step.number}  ${step.id} (${step.type}), ${position.index} of ${position.of}${who}${check}${once}`);
  }

  #tallies(tallies: readonly Tally[]): void {
    for (const tally of tallies) {
      for (const one of tallyLines(tally, (seat) => this.#named(seat))) this.#setting.line(`    ${one}`);
    }
  }

  #wanted<W extends Interjection | undefined>(wish: W): W {
    if (wish) this.#setting.line(`  instead: ${wishOf(wish)}`);
    return wish;
  }

  #digest(name: string, value: Sha256): void {
    this.#setting.line(`${name}: ${hexGroups(value).join(' ')}`);
    for (const { number, words } of wordRows(value)) this.#setting.line(`    ${number}  ${words.join('  ')}`);
  }

  /** What an event says that was not told when it was asked or shown. */
  #rowsOf(event: Event): string[] {
    switch (event.type) {
      case 'step':
        return event.phase === 'skip'
          ? [`step ${event.number}  ${event.step} (${event.kind}) is left out: ${event.why}`]
          : [];
      case 'proposed':
        return [`proposed: ${event.operation}, step ${event.step}, SHA-256 ${event.digest}, until ${event.expires}`];
      case 'approval':
        return [`event ${event.proposal} approved by ${this.#named(event.seat)}, token ${event.token}`];
      case 'declined':
        return [`event ${event.proposal} DECLINED by ${this.#named(event.seat)}: ${event.reason}`];
      case 'intent':
        return [`event ${event.proposal} goes to the HSM, approved by ${this.#all(event.approvers)}`];
      case 'result': {
        const [outcome, ...facts] = recordedRows([event]);
        return [`event ${event.proposal} ${outcome}`, ...facts];
      }
      case 'key-state':
        return [`key ${event.key}: ${event.from ?? 'new'} to ${event.to.toUpperCase()}: ${event.reason}`];
      case 'decision':
        return [`decided by ${this.#named(event.seat)} on event ${event.about}: ${event.choice}`];
      case 'pause':
        return event.phase === 'begin'
          ? [`PAUSE: ${event.why}; ${this.#all(event.stays)} stay`]
          : [`the pause ends; head typed by ${this.#all(event.typedBy)}`];
      case 'resume':
        return [`GOES ON after an interruption; head typed by ${this.#all(event.typedBy) || 'nobody'}`];
      case 'reconciliation':
        return [`of event ${event.proposal} the HSM shows: ${event.outcome}`];
      case 'abort':
        return [`ABORTED in step ${event.step}: ${event.code}: ${event.message}`];
      case 'close':
        return [`closed: ${event.outcome}`];
      default:
        return recordedRows([event]);
    }
  }

  #all(seats: readonly string[]): string {
    return seats.map((seat) => this.#named(seat)).join(', ');
  }

  #named(seat: string): string {
    const name = this.#setting.names.get(seat);
    return name === undefined ? seat : `${name} (${seat})`;
  }
}

function wishOf(wish: Interjection): string {
  return `${wish.interject}: ${wish.interject === 'deviation' ? `${wish.what} (${wish.why})` : wish.why}`;
}

function eventIn(line: string): Event {
  return parseCanonicalObject(Buffer.from(line), 'the event') as unknown as Event;
}
