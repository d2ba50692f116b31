import { canonicalBytes, parseCanonicalObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { checkText, describeTextFault } from '../base/text.ts';
import type { OperationClass } from './classes.ts';
import { Shape } from './shape.ts';

export const DEVIATION_EFFECTS = ['none', 'skip', 'repeat', 'resume', 'exchange', 'quirk'] as const;

/**
 * `skip`: the step ends without what its type demands. `repeat`: it is run again. `none`: it goes on. `resume`: the
 * ceremony goes on after an interruption, and the step with it. `exchange`: one person takes the place of another of the
 * same role. `quirk`: a key is used though its HSM does not report all that is asked of it.
 */
export type DeviationEffect = (typeof DEVIATION_EFFECTS)[number];

/** Whether the effect, once approved, is that the step in which it was said ends there. */
export function leavesStep(effect: DeviationEffect): effect is 'skip' | 'repeat' {
  return effect === 'skip' || effect === 'repeat';
}

/** The most attributes of both halves of a key that an HSM may leave unreported. */
const MOST_QUIRKS = 32;

/**
 * How many names go with each effect, at least and at most: with an exchange the seat that leaves and the seat that comes;
 * with quirks the HSM, and then what it does not report.
 */
const NAMES: Readonly<Record<DeviationEffect, readonly [least: number, most: number]>> = {
  none: [0, 0],
  skip: [0, 0],
  repeat: [0, 0],
  resume: [0, 0],
  exchange: [2, 2],
  quirk: [2, 1 + MOST_QUIRKS],
};

/** What is wrong with the names of a deviation, or undefined. */
export function namesFault(effect: DeviationEffect, names: readonly string[]): string | undefined {
  const [least, most] = NAMES[effect];
  if (names.length >= least && names.length <= most && new Set(names).size === names.length) return undefined;
  return `"names" is "${names.join(', ')}", expected ${least === most ? least : `${least} to ${most}`} different names for "${effect}"`;
}

/** Who approves a deviation: those who could change everything else. */
export const DEVIATION_CLASS: OperationClass = 'administer';

/** What M people sign to approve a departure from the script: one statement for all of them. */
export interface DeviationStatement {
  readonly type: 'quorate/deviation-approval/1';
  readonly ceremony: Sha256;
  readonly decision: 'approve';
  /** SHA-256 of the chain line of the `deviation` event: with it people sign the whole record up to there. */
  readonly deviation: Sha256;
  readonly effect: DeviationEffect;
  /** Seq of the `deviation` event. */
  readonly event: number;
  /** Of an exchange the seat that leaves and the seat that comes; of quirks the HSM and what it does not report; else empty. */
  readonly names: readonly string[];
  readonly step: string;
  readonly what: string;
  readonly why: string;
}

/** Longest `what` and `why`, in UTF-16 code units: people read both on one screen before they sign. */
export const LONGEST_DEVIATION_TEXT = 400;

const CODE = 'APPROVAL_DIGEST';
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const WHERE = "the deviation's approval";

/** The canonical bytes of `approvals/<event>.json`. */
export function deviationStatementBytes(statement: Omit<DeviationStatement, 'type' | 'decision'>): Uint8Array {
  const { ceremony, deviation, effect, event, names, step, what, why } = statement;
  return canonicalBytes({
    ceremony,
    decision: 'approve',
    deviation,
    effect,
    event,
    names,
    step,
    type: 'quorate/deviation-approval/1',
    what,
    why,
  });
}

/**
 * @throws CeremonyError APPROVAL_DIGEST for anything but such a statement with exactly these members, with other names
 *   than go with its effect, or with a text that is empty, too long, or holds a character that hides or changes what
 *   people read; JSON_NOT_CANONICAL
 */
export function readDeviationStatement(bytes: Uint8Array): DeviationStatement {
  const shape = new Shape(parseCanonicalObject(bytes, WHERE), CODE, WHERE);
  const statement: DeviationStatement = {
    type: shape.literal('type', 'quorate/deviation-approval/1'),
    ceremony: shape.digest('ceremony'),
    decision: shape.literal('decision', 'approve'),
    deviation: shape.digest('deviation'),
    effect: shape.literal('effect', ...DEVIATION_EFFECTS),
    event: shape.integer('event', 1, Number.MAX_SAFE_INTEGER),
    names: shape.list('names', (item, where) => new Shape({ names: item }, CODE, where).text('names', NAME)),
    step: shape.text('step', /^[a-z0-9][a-z0-9.-]{0,63}(@[a-z][a-z0-9-]{0,63})?$/),
    what: readable(shape, 'what'),
    why: readable(shape, 'why'),
  };
  shape.end();
  const fault = namesFault(statement.effect, statement.names);
  if (fault !== undefined) throw new CeremonyError(CODE, `${WHERE}: ${fault}`);
  return statement;
}

/** What makes a text none that people can read before they sign, or undefined. */
export function deviationTextFault(text: string): string | undefined {
  const [fault] = checkText(text);
  if (text.trim() === '' || text.length > LONGEST_DEVIATION_TEXT)
    return `has ${text.length} characters, expected 1 to ${LONGEST_DEVIATION_TEXT}`;
  return fault && `holds a character that ${describeTextFault(fault)}`;
}

function readable(shape: Shape, key: string): string {
  const text = shape.text(key, /\S/);
  if (deviationTextFault(text) !== undefined) {
    throw new CeremonyError(
      CODE,
      `${WHERE}: "${key}" is longer than ${LONGEST_DEVIATION_TEXT} characters, or holds a character that may hide or change what people read`,
    );
  }
  return text;
}
