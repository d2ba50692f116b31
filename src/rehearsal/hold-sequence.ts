import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Cast, isEnrolledFor, isFounding } from './cast.ts';
import { markedLabel } from './marking.ts';

/**
 * Holds the scripts of a sequence to each other, as far as it is certain before the first is held: each can follow those before
 * it. What else a script expects of the ledger, its plan is held to when its turn comes.
 * @param names of the scripts, for messages
 * @param before ledger of the pack that the first ceremony follows
 * @throws CeremonyError REHEARSAL_SETUP with everything that cannot be
 */
export function holdSequence(casts: readonly Cast[], names: readonly string[], before: Ledger | undefined): void {
  const faults = casts.flatMap((cast, at) => {
    const earlier = casts.slice(0, at);
    const name = `"${names[at] ?? at + 1}"`;
    return earlier.length === 0
      ? []
      : [
          ...enrolsLate(cast, name),
          ...keysTwice(cast, earlier, name, names),
          ...keysOfNobody(cast, earlier, name, before),
          ...hsmsOfNobody(cast, earlier, name, before),
          ...nobodyOnRoster(cast, earlier[0], name, names[0]),
        ];
  });
  if (faults.length > 0)
    throw new CeremonyError('REHEARSAL_SETUP', `these ceremonies cannot follow one another: ${faults.join('; ')}`, {
      hint: 'nothing was rehearsed: name the scripts in the order in which the ceremonies are held',
    });
}

function enrolsLate(cast: Cast, name: string): string[] {
  return !isFounding(cast) ? [] : [`${name} is a first enrolment, which follows no ceremony`];
}

function keysTwice({ keys = [] }: Cast, earlier: readonly Cast[], name: string, names: readonly string[]): string[] {
  return keys.flatMap((label) => {
    const at = earlier.findIndex((one) => one.keys?.includes(label));
    return at < 0 ? [] : [`${name} makes a key labelled "${label}", which "${names[at] ?? at + 1}" has made before it`];
  });
}

/** What the first ceremony uses, where no pack says what there is, is invented for it. */
function keysOfNobody({ stands }: Cast, earlier: readonly Cast[], name: string, before: Ledger | undefined): string[] {
  const invented = before ? [] : (earlier[0]?.stands.uses ?? []).map(({ of }) => of);
  const made = [...earlier.flatMap(({ keys = [] }) => keys), ...invented].map(markedLabel);
  const there = new Set([...made, ...(before?.keys ?? []).map(({ label }) => markedLabel(label))]);
  const wanted = new Set(stands.uses.map(({ of }) => of));
  return [...wanted].flatMap((label) =>
    there.has(markedLabel(label))
      ? []
      : [`${name} uses a key labelled "${label}", and no ceremony before it makes one`],
  );
}

function hsmsOfNobody({ stands }: Cast, earlier: readonly Cast[], name: string, before: Ledger | undefined): string[] {
  const there = earlier.reduce((count, { tokens }) => count + tokens.length, before?.tokens.length ?? 0);
  const [hsm] = stands.tokens;
  return hsm === undefined || there > 0
    ? []
    : [`${name} expects the HSM "${hsm}" as the ledger has it, and no ceremony before it uses one`];
}

/** A roster that the first ceremony makes has whom it seats. */
function nobodyOnRoster(cast: Cast, first: Cast | undefined, name: string, founding: string | undefined): string[] {
  if (!first || !isFounding(first) || isFounding(cast)) return [];
  return [...cast.seats].flatMap(([role, { present }]) => {
    // Who joins is on no roster before, and who gets another token is there in another role.
    if (isEnrolledFor(cast, role)) return [];
    const members = first.seats.get(role)?.of ?? 0;
    return present <= members
      ? []
      : [`${name} seats ${present} as "${role}", and the roster that "${founding}" makes has ${members}`];
  });
}
