import type { Duplex } from 'node:stream';
import type { JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { lastRowOf } from '../base/words.ts';
import { serialShown } from '../quorum/serial.ts';
import type { Card } from './enrol.ts';
import { answerAtPaper, type Papers } from './played-papers.ts';
import type { PlayedPrinter } from './played-printer.ts';
import { nextBag } from './things.ts';
import { workWithTools } from './vendor-tools.ts';

/** What the officers of one ceremony have in their hands and heads. */
export interface Officers {
  readonly cards: readonly Card[];
  /** HSM → what people type for it, where it is unlocked by one PIN. */
  readonly hsmPins: ReadonlyMap<string, string>;
  /** The shares that they have on paper, and where theirs are printed; null where none are. */
  readonly papers: Papers;
  readonly printer: PlayedPrinter | null;
}

/**
 * Plays the officers at the guard's terminal: reads the same screen a person would, approves what is asked, and types
 * the PIN of whoever is asked for it.
 * @param now those of the ceremony that is being held
 */
export function playOfficers(terminal: Duplex, now: () => Officers): void {
  let screen = '';
  terminal.on('data', (chunk: Buffer) => {
    const officers = now();
    const { cards, hsmPins } = officers;
    screen += chunk.toString('utf8');
    const prompt = screen.slice(screen.lastIndexOf('\n') + 1);
    const atPaper = answerAtPaper(screen, prompt, officers);
    const pinOf = /^(\S+), PIN of token (.+): $/.exec(prompt);
    if (pinOf) {
      const holder = cards.find((one) => one.person.seat === pinOf[1] && serialShown(one.shown.serial) === pinOf[2]);
      if (holder) terminal.write(holder.pin);
      terminal.write('\n');
      screen = '';
    } else if (/^PIN of "[^"]+": $/.test(prompt)) {
      terminal.write(`${hsmPins.get(prompt.slice(8, -3)) ?? ''}\n`);
      screen = '';
    } else if (/^\S+, type "approve" or "decline": $/.test(prompt)) {
      terminal.write('approve\n');
      screen = '';
    } else if (atPaper !== undefined) {
      terminal.write(`${atPaper}\n`);
      screen = '';
    } else if (/^Type "last try" to log in; [^\n]*: $/.test(prompt)) {
      // A rehearsal spends no last try: asked often enough, the guard takes that for an answer.
      terminal.write('no\n');
      screen = '';
    } else if (/^Type "wait" or "end": $/.test(prompt)) {
      // Nobody stands by a device that could be seen to.
      terminal.write('end\n');
      screen = '';
    } else if (/^Press Enter [^\n]*\. $/.test(prompt)) {
      terminal.write('\n');
      screen = '';
    }
  });
}

/** Far from the numbers in which things arrive. */
const FIRST_NEW_BAG = 5000;

/** What the people of a rehearsal know from elsewhere: the printed copies, and the clock on the wall. */
export interface Knowledge {
  readonly authorization: Sha256;
  /** The papers of those who bring something: reference → SHA-256. Absent where nobody does. */
  readonly references?: ReadonlyMap<string, Sha256>;
  readonly now: () => string;
  /** Thing → number of its bag: at first those in which things arrive, then those into which these people put them. */
  readonly bags: Map<string, string>;
  /** Numbers of bags of earlier ceremonies. */
  readonly usedBags?: ReadonlySet<string>;
  /** Step → the shell script that does what people do there with other tools. */
  readonly tools: ReadonlyMap<string, string>;
  /** Whether the HSM is one of which it is known that its keys do not report all: the quorum then accepts it. */
  readonly acceptsQuirks: boolean;
}

/** Answers one question of the core as a careful person would. */
export function answerQuestion(question: JsonObject, knowledge: Knowledge): string {
  const shown = typeof question['shown'] === 'string' ? question['shown'] : '';
  switch (question['kind']) {
    case 'confirm':
      workWithTools(String(question['step'] ?? ''), knowledge.tools);
      return 'done';
    case 'yes-no':
      return 'yes';
    case 'utc':
      return knowledge.now();
    case 'date':
      return knowledge.now().slice(0, 10);
    case 'integer':
      // What another computer would show, where that is asked.
      return shown === '' ? '1' : shown;
    case 'serial':
      return String(question['shape'] ?? '')
        .replaceAll('9', '7')
        .replaceAll('#', 'A');
    case 'text':
      return 'as rehearsed';
    case 'words':
      // Against print: the words on this person's own copy. Against paper: what was just written down from the screen.
      // Against the authorization: what stands on the paper of whoever brought it, which the screen does not show.
      if (question['against'] === 'authorization') return lastRowOf(ownPaper(question, knowledge));
      return lastRowOf(question['against'] === 'print' ? knowledge.authorization : shown);
    case 'bag':
      return knowledge.bags.get(String(question['subject'] ?? '')) ?? '';
    case 'new-bag':
      return newBag(String(question['subject'] ?? ''), knowledge);
    case 'phrase':
      return shown;
    case 'digits':
      // As the same keys come out on another machine.
      return shown.slice(-16);
    case 'choice': {
      // A rehearsal that meets trouble ends in order: it has shown what it was to show.
      const options = Array.isArray(question['options']) ? question['options'].map(String) : [];
      if (knowledge.acceptsQuirks && options.includes('accept-quirk')) return 'accept-quirk';
      return options.includes('abort') ? 'abort' : (options[0] ?? '');
    }
    default:
      throw new CeremonyError(
        'ANSWER_REFUSED',
        `nobody in a rehearsal can answer a question of kind ${JSON.stringify(question['kind'] ?? null)}`,
      );
  }
}

/** `request.spki` stands there as the authorization has it. */
function ownPaper(question: JsonObject, { references }: Knowledge): Sha256 {
  const name = String(question['subject'] ?? '').replace('.', '-');
  return references?.get(name) ?? '';
}

/** Takes the next bag for a thing. */
function newBag(thing: string, { bags, usedBags = new Set() }: Knowledge): string {
  const bag = nextBag([...bags.values(), ...usedBags], FIRST_NEW_BAG);
  bags.set(thing, bag);
  return bag;
}
