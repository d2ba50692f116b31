import { type Cast, isEnrolledFor, isFounding } from './cast.ts';

/**
 * Whom and what all ceremonies of a rehearsal need together, as far as it is there from the first one on: the most people of
 * each role, the highest quorum of each class, every tool and everything that comes in. What the first ceremony alone has
 * is as it has it: what it enrols, what stood before it, the room.
 */
export function wholeCast(casts: readonly Cast[]): Cast {
  const [first, ...others] = casts;
  if (!first) throw new TypeError('a rehearsal has at least one ceremony');
  const seats = new Map(first.seats);
  const quorums = new Map(first.quorums);
  for (const cast of others) {
    for (const [role, { of, present }] of cast.seats) {
      // Who is enrolled later comes with a card of then.
      if (isEnrolledFor(cast, role)) continue;
      const known = seats.get(role);
      // Whom a first enrolment enrols, it knows: later ceremonies add nobody with a token.
      if (known && isFounding(first) && first.enrols.has(role)) continue;
      seats.set(role, { of: Math.max(of, known?.of ?? 0), present: Math.max(present, known?.present ?? 0) });
    }
    for (const [name, need] of cast.quorums) quorums.set(name, Math.max(need, quorums.get(name) ?? 0));
  }
  return {
    ...first,
    seats,
    quorums,
    vendor: casts.flatMap(({ vendor }) => vendor),
    requests: casts.flatMap(({ requests = [] }) => requests),
  };
}
