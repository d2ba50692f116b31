import { CeremonyError } from '../base/errors.ts';
import { Shape } from './shape.ts';
import { SEAT, SET_ID, type ShareSet } from './share-set.ts';

/** A share set that was made before, as the descriptor names it that opens it: what people must know of it; the record has all. */
export interface NamedSet {
  readonly id: string;
  readonly threshold: number;
  /** Seats of its custodians, in the order of its shares. */
  readonly holders: readonly string[];
}

export function namedSet({ id, threshold, shares }: ShareSet): NamedSet {
  return { id, threshold, holders: shares.map(({ seat }) => seat) };
}

const CODE = 'DESCRIPTOR_INVALID';

/** @throws CeremonyError DESCRIPTOR_INVALID */
export function readNamedSet(shape: Shape): NamedSet {
  const named = {
    id: shape.text('id', SET_ID),
    threshold: shape.integer('threshold', 2, 255),
    holders: shape.list('holders', (item, where) => new Shape({ seat: item }, CODE, where).text('seat', SEAT)),
  };
  shape.end();
  if (new Set(named.holders).size !== named.holders.length || named.holders.length < named.threshold)
    throw new CeremonyError(
      CODE,
      `the operation descriptor: the set has threshold ${named.threshold} of ${named.holders.length} holders`,
    );
  return named;
}
