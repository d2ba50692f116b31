import type { Json } from '../../base/canonical-json.ts';
import type { Interjection, Place } from '../../ports.ts';
import { MENU_KEY, type Prompts } from './prompts.ts';
import type { TableDisplay } from './table-display.ts';

const LONGEST = 400;
/** Who stays with the equipment while the others leave. */
const STAY = 2;
const ABORT_WORD = 'ABORT';

/** What people may want at any prompt; each asks for what the record needs, and can be left without a trace. */
export class Menu {
  readonly #display: TableDisplay;
  readonly #prompts: Prompts;

  constructor(display: TableDisplay, prompts: Prompts) {
    this.#display = display;
    this.#prompts = prompts;
  }

  /** @returns undefined when people go back to the question */
  async open(place: Place): Promise<Interjection | undefined> {
    this.#display.frame([{ text: '' }]);
    const wish = await this.#prompts.select('Nothing has happened. What do you want?', [
      { name: 'back', text: 'go back to the question' },
      { name: 'deviation', text: 'record a deviation from the script' },
      { name: 'pause', text: 'pause the ceremony' },
      { name: 'correction', text: 'correct a value that was typed' },
      { name: 'exchange', text: 'somebody is replaced by another person of the same role' },
      { name: 'abort', text: 'abort: end the ceremony here, in order' },
    ]);
    switch (wish) {
      case 'deviation':
        return await this.#deviation(place);
      case 'exchange':
        return await this.#exchange(place);
      case 'pause':
        return await this.#pause(place);
      case 'correction':
        return await this.#correction(place);
      case 'abort':
        return await this.#abort();
      default:
        return undefined;
    }
  }

  /** Before an interrupted ceremony goes on, there is no step from which one could deviate: it can only be ended. */
  async beforeFirstStep(): Promise<Interjection | undefined> {
    this.#display.frame([{ text: '' }]);
    const wish = await this.#prompts.select('Nothing has happened. What do you want?', [
      { name: 'back', text: 'go back to the question' },
      { name: 'abort', text: 'abort: end the ceremony here, in order' },
    ]);
    return wish === 'abort' ? await this.#abort() : undefined;
  }

  async #deviation(place: Place): Promise<Interjection | undefined> {
    const what = await this.#text('What is done otherwise than written');
    if (what === undefined) return undefined;
    const why = await this.#text('Why');
    if (why === undefined) return undefined;
    const effect = await this.#prompts.select('What becomes of this step?', [
      { name: 'none', text: 'it goes on' },
      { name: 'skip', text: 'it is left out' },
      { name: 'repeat', text: 'it is done again from its beginning' },
    ]);
    if (effect === undefined) return undefined;
    const agreed = await this.#agreed(place);
    return agreed && { interject: 'deviation', what, why, effect, agreed };
  }

  async #exchange(place: Place): Promise<Interjection | undefined> {
    const here = place.here().filter(({ others }) => others.length > 0);
    if (here.length === 0) {
      this.#display.rows([{ text: 'Nobody can come in the place of somebody who is here.' }]);
      return undefined;
    }
    const leaves = await this.#prompts.select('Who leaves?', options(here.map(({ seat }) => seat)));
    const others = here.find(({ seat }) => seat === leaves)?.others;
    if (leaves === undefined || !others) return undefined;
    const comes = await this.#prompts.select(`Who comes in the place of ${leaves}?`, options(others));
    if (comes === undefined) return undefined;
    const what = await this.#text('What has happened');
    if (what === undefined) return undefined;
    const why = await this.#text('Why does somebody else come');
    if (why === undefined) return undefined;
    const agreed = await this.#agreed(place);
    return agreed && { interject: 'exchange', what, why, leaves, comes, agreed };
  }

  async #agreed(place: Place): Promise<readonly string[] | undefined> {
    return await this.#prompts.several('Who agrees? (space bar to mark)', seatsOf(place), 1);
  }

  async #pause(place: Place): Promise<Interjection | undefined> {
    const why = await this.#text('Why does the ceremony pause');
    if (why === undefined) return undefined;
    const stays = await this.#prompts.several(
      'Who stays with the equipment? (space bar to mark)',
      seatsOf(place),
      STAY,
    );
    return stays && { interject: 'pause', why, stays };
  }

  async #correction(place: Place): Promise<Interjection | undefined> {
    const answers = place
      .events()
      .flatMap((event) => (event.type === 'answer' && isRecorded(event.values) ? [event] : []))
      .map((event) => ({
        event,
        name: String(event.seq),
        text: `${event.step}: ${Object.entries(event.values)
          .map(([field, value]) => `${field} ${String(value)}`)
          .join(', ')}`,
      }));
    if (answers.length === 0) {
      this.#display.rows([{ text: 'No values have been recorded yet.' }]);
      return undefined;
    }
    const chosen = await this.#prompts.select('Which?', answers);
    const answer = answers.find(({ name }) => name === chosen)?.event;
    if (!answer) return undefined;
    const values: Record<string, Json> = {};
    for (const [field, old] of Object.entries(answer.values)) {
      const typed = await this.#prompts.line(`${field} (now "${String(old)}"; Enter keeps it)`);
      if (typed === MENU_KEY) return undefined;
      values[field] = typed === '' ? old : typed;
    }
    const why = await this.#text('Why');
    return why === undefined ? undefined : { interject: 'correction', answer: answer.seq, values, why };
  }

  async #abort(): Promise<Interjection | undefined> {
    const why = await this.#text('Why is the ceremony aborted');
    if (why === undefined) return undefined;
    this.#display.rows([
      { text: 'The HSM is locked, the acts that are always done are done,' },
      { text: 'and the pack is sealed as aborted.' },
    ]);
    const word = await this.#prompts.line(`Type ${ABORT_WORD} to abort; anything else goes back`);
    return word === ABORT_WORD ? { interject: 'abort', why } : undefined;
  }

  async #text(message: string): Promise<string | undefined> {
    const typed = await this.#prompts.line(message, (given) =>
      given.length > 0 && given.length <= LONGEST ? undefined : `1 to ${LONGEST} characters, or ${MENU_KEY} to go back`,
    );
    return typed === MENU_KEY ? undefined : typed;
  }
}

/** Who is here. */
function seatsOf(place: Place): readonly string[] {
  return place.here().map(({ seat }) => seat);
}

function options(seats: readonly string[]): { name: string; text: string }[] {
  return seats.map((seat) => ({ name: seat, text: seat }));
}

/** Values of fields are texts under their names; answers to questions and comparisons are no typed values. */
function isRecorded(values: Readonly<Record<string, Json>>): boolean {
  const entries = Object.entries(values);
  return entries.length > 0 && !('answer' in values) && entries.every(([, value]) => typeof value === 'string');
}
