import type { Sha256 } from '../base/digest.ts';
import { isLastRow } from '../base/words.ts';
import type { Choice, Interjection, People } from '../ports.ts';

/** How many people type a head back from their paper. */
export const TYPISTS = 2;

export interface TypedHead {
  /** Different seats, in the order in which they typed the right row. */
  readonly typedBy: readonly string[];
  /** How often something else was typed. */
  readonly mistyped: number;
  /** What people wanted instead: the ceremony is only ended then. */
  readonly abort: Extract<Interjection, { interject: 'abort' }> | undefined;
}

/**
 * Before a ceremony goes on: the head that everybody wrote on paper last, typed back by two of them. People say who
 * types, and are asked until it is right; where nobody has it any more, the ceremony can only be ended.
 */
export async function typeHead(people: People, seats: readonly string[], head: Sha256): Promise<TypedHead> {
  const typedBy: string[] = [];
  let mistyped = 0;
  while (typedBy.length < TYPISTS) {
    const options = seats.filter((seat) => !typedBy.includes(seat)).map((seat) => ({ name: seat, text: seat }));
    const text = `${typedBy.length === 0 ? 'Who' : 'Who else'} types the head from their paper?`;
    const typed = await typedBySomebody(people, { step: '', text, options, menu: true }, head);
    if ('interject' in typed) {
      if (typed.interject === 'abort') return { typedBy, mistyped, abort: typed };
      await people.say(['The ceremony has not gone on yet: type the words, or abort.']);
    } else if (isLastRow(typed.row, head)) {
      typedBy.push(typed.seat);
    } else {
      mistyped += 1;
      await people.say(['That is not the last row of this head. Compare every row with your paper.']);
    }
  }
  return { typedBy, mistyped, abort: undefined };
}

async function typedBySomebody(
  people: People,
  who: Choice,
  head: Sha256,
): Promise<{ readonly seat: string; readonly row: string } | Interjection> {
  const seat = await people.choose(who);
  if (typeof seat !== 'string') return seat;
  const row = await people.ask({
    step: '',
    seat,
    text: 'Type the last row of the head that you wrote on your paper last',
    kind: 'words',
    shown: head,
    against: 'paper',
    subject: 'head',
  });
  return typeof row === 'string' ? { seat, row } : row;
}
