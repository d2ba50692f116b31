import type { OperationName } from '../quorum/operation.ts';

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
  /** A box to tick before each. @see says what a tick means, or how many are to be ticked */
  | { readonly kind: 'ticks'; readonly says: string; readonly of: readonly string[] }
  /** Who of these people did it, each with a box to tick. `need` of them, or all. */
  | { readonly kind: 'people'; readonly says: string; readonly seats: readonly string[]; readonly need?: number }
  /** The quorum of these operations: each officer's approval, and how many are needed. */
  | { readonly kind: 'approvals'; readonly operations: readonly OperationName[] }
  /** A value that is typed in the ceremony: one box for each character. `9` a digit, `#` a letter, the rest for itself. */
  | { readonly kind: 'boxes'; readonly name: string; readonly shape: string; readonly hint: string }
  /** A value of no known length, on lines. */
  | { readonly kind: 'lines'; readonly name: string; readonly hint: string; readonly lines: number }
  /** A digest in numbered rows of words: printed where it is known by now, empty rows where it is made in the ceremony. */
  | { readonly kind: 'digest'; readonly name: string; readonly printed: PrintedDigest | null }
  /** One person's signature in ink under a text. */
  | { readonly kind: 'signature'; readonly seat: string; readonly text: string }
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
