import type { OperationName } from '../quorum/operation.ts';
import type { PlannedStep } from './plan.ts';
import { fieldHint } from './step-words.ts';

/** Digests that exist before the ceremony: they stand in the printed script, to be ticked row by row. */
export const PRINTED_DIGESTS = ['authorization', 'script', 'site', 'roster'] as const;
export type PrintedDigest = (typeof PRINTED_DIGESTS)[number];

/**
 * What a step has in the printed script besides its words: what is expected, and places to tick and to write in. It is
 * data: how it is drawn is known to `paper` alone.
 */
export type PaperPart =
  /** Known before the ceremony, to be compared with what the screen and the things say. */
  | { readonly kind: 'expected'; readonly values: readonly (readonly [name: string, value: string])[] }
  /** A box to tick before each; `says` is what a tick means, or how many are to be ticked. */
  | { readonly kind: 'ticks'; readonly says: string; readonly of: readonly string[] }
  /** Who of these people did it, each with a box to tick. */
  | { readonly kind: 'people'; readonly says: string; readonly seats: readonly string[] }
  /** The quorum of these operations: each officer's approval, and how many are needed. */
  | { readonly kind: 'approvals'; readonly operations: readonly OperationName[] }
  /** A value that is typed in the ceremony: one box for each character. `9` a digit, `#` a letter, the rest for itself. */
  | { readonly kind: 'boxes'; readonly name: string; readonly shape: string; readonly hint: string }
  /** A value of no known length, on lines. */
  | { readonly kind: 'lines'; readonly name: string; readonly hint: string; readonly lines: number }
  /**
   * A digest in numbered rows of words: printed where it is known by now, empty rows where it is made in the ceremony. A
   * `reference` is one that the authorization has under that name. `hint` says where empty rows are written from, if not
   * from the screen.
   */
  | {
      readonly kind: 'digest';
      readonly name: string;
      readonly printed: PrintedDigest | 'reference' | null;
      readonly hint?: string;
    }
  /** One person's signature in ink under a text. */
  | { readonly kind: 'signature'; readonly seat: string; readonly text: string }
  /** An operation that officers copy onto a sheet before they approve it: it gets a page of its own at the end of the book. */
  | { readonly kind: 'sheet'; readonly step: string }
  /** A share that somebody will hold: it gets a worksheet of its own at the end of the book. */
  | {
      readonly kind: 'share';
      readonly hsm: string;
      readonly set: string;
      readonly seat: string;
      /** How many of the set's shares open it; of how many. */
      readonly need: number;
      readonly of: number;
    };

/** As many hexadecimal digits, in the groups in which the screen shows them. */
export function hexShape(digits: number): string {
  return '9'.repeat(digits).replace(/(.{4})(?=.)/g, '$1 ');
}

/** Shapes of the values that have one by their type. */
export const TYPE_SHAPE = { utc: '9999-99-99T99:99:99Z', date: '9999-99-99' } as const;

/** As many digits as people write without counting them. */
const INTEGER_SHAPE = '999999999';
const SERIAL_LINES = 1;
const TEXT_LINES = 2;

/** A place to write a value in, by the type of its field. */
export function fieldPart(
  name: string,
  type: 'utc' | 'date' | 'integer' | 'serial' | 'text',
  shape?: string,
): PaperPart {
  const hint = shape === undefined && (type === 'serial' || type === 'text') ? '' : fieldHint(type, shape);
  switch (type) {
    case 'utc':
    case 'date':
      return { kind: 'boxes', name, shape: TYPE_SHAPE[type], hint };
    case 'integer':
      return { kind: 'boxes', name, shape: INTEGER_SHAPE, hint };
    default:
      if (shape !== undefined) return { kind: 'boxes', name, shape, hint };
      return { kind: 'lines', name, hint, lines: type === 'serial' ? SERIAL_LINES : TEXT_LINES };
  }
}

/** The fields of a step, in the script's order. */
export function fieldParts(step: Pick<PlannedStep, 'fields'>): PaperPart[] {
  return Object.entries(step.fields).map(([name, { type, shape, twice }]) =>
    fieldPart(
      twice === true ? `${name}, typed by two people` : name,
      type as 'utc' | 'date' | 'integer' | 'serial' | 'text',
      shape as string | undefined,
    ),
  );
}
