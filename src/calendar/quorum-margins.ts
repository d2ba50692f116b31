import type { Accounted } from '../ledger/destruction-record.ts';
import { isLeft } from '../ledger/former.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerShareSet } from '../ledger/ledger.ts';
import { paperLeft } from '../ledger/paper-shares.ts';
import type { Person } from '../pack/people.ts';
import type { Roster } from '../quorum/roster.ts';

/** Where a quorum, or a key, would be lost by little: what kind of margin, of what, and a sentence. */
export interface Margin {
  readonly kind:
    | 'few-spare'
    | 'one-place'
    | 'one-person'
    | 'not-void'
    | 'left'
    | 'envelopes'
    | 'one-hsm'
    | 'rotation-begun';
  readonly what: string;
  readonly says: string;
}

/** More custodians than open a set: one may be ill and one may have left. */
const SPARE = 2;

interface Known {
  readonly people: ReadonlyMap<string, Person>;
  readonly roster: Pick<Roster, 'members'>;
}

/** All of them, in the order of the ledger: of each set, then of each key. */
export function thinMargins(ledger: Ledger & Accounted, known: Known): readonly Margin[] {
  return [
    ...ledger.shareSets.filter(({ state }) => state !== 'void').flatMap((set) => ofSet(set, ledger, known)),
    ...ledger.keys.flatMap((key): Margin[] => {
      const unproven = ledger.copies
        .filter((copy) => copy.spkiSha256 === key.spkiSha256 && copy.provenance === 'unproven' && !copy.destroyed)
        .map(({ token }) => token);
      const places = keyPlaces(ledger, key).filter((serial) => !unproven.includes(serial));
      const others = unproven.length === 0 ? '' : ` (what is on ${unproven.join(', ')} has never signed)`;
      const kept = (ledger.backups ?? []).some((one) => one.spkiSha256 === key.spkiSha256 && one.state === 'kept');
      if (places.length !== 1 || kept || key.state === 'destroyed') return [];
      return [
        margin(
          'one-hsm',
          `key "${key.name}"`,
          `it is on the HSM ${places[0]} alone${others}, and no wrapped copy is kept: with that HSM it is lost`,
        ),
      ];
    }),
  ];
}

function margin(kind: Margin['kind'], what: string, says: string): Margin {
  return { kind, what, says };
}

function ofSet(set: LedgerShareSet, ledger: Ledger, known: Known): Margin[] {
  const what = `${set.kind} set ${set.id}`;
  if (set.state === 'superseded')
    return [
      margin(
        'not-void',
        what,
        'it was replaced and is not void: with it old copies of what it opened are opened, until they are destroyed',
      ),
    ];
  return [
    ...(set.state === 'begun'
      ? [margin('rotation-begun', what, 'whether the HSM has its PIN nobody knows: finish the rotation')]
      : []),
    ...spare(set, what, ledger, known),
    ...places(set, what, ledger),
    ...persons(set, what, known),
    ...envelopes(set, what, ledger),
  ];
}

/**
 * Who is no member any more opens nothing in a ceremony, and who has another token since does not open what was sealed to the old one;
 * but a page opens a wrapped copy without any.
 */
function spare(set: LedgerShareSet, what: string, ledger: Ledger, { roster }: Known): Margin[] {
  const { kind, shares, threshold } = set;
  const members = new Set(roster.members.map(({ seat }) => seat));
  const gone = shares.flatMap(({ seat }) => (members.has(seat) ? [] : [seat]));
  const lost = shares.flatMap((share) => (members.has(share.seat) && isLeft(share, ledger) ? [share.seat] : []));
  const onPaper = kind === 'kek' ? paperLeft(set, ledger.custody).map(({ seat }) => seat) : [];
  const live = shares.length - gone.length - lost.filter((seat) => !onPaper.includes(seat)).length;
  const more = live - threshold;
  const ends = `${kind === 'kek' ? 'the end of the wrapped copy' : 'a rotation'} makes it worthless`;
  return [
    ...(gone.length === 0
      ? []
      : [margin('left', what, `${gone.join(', ')} hold a share and are on the roster no more: ${ends}`)]),
    ...(lost.length === 0
      ? []
      : [
          margin(
            'left',
            what,
            `${lost.join(', ')} have another token since: only the old one opens their share, whoever has it: ${ends}`,
          ),
        ]),
    ...(more >= SPARE
      ? []
      : [
          margin(
            'few-spare',
            what,
            more < 0
              ? `${live} custodians are left, and ${threshold} open it: IT CANNOT BE OPENED by members`
              : `${threshold} open it, and ${more === 0 ? 'nobody' : 'one'} may be missing: fewer than ${SPARE} to spare`,
          ),
        ]),
  ];
}

/** Cards that lie in one place are lost, or taken, together. A box of one's own is a place of its own. */
function places({ shares, threshold }: LedgerShareSet, what: string, { custody }: Ledger): Margin[] {
  const placed = shares.flatMap(({ seat }) => {
    const card = custody.find(({ kind, unit }) => kind === 'quorum-token' && unit.endsWith(`@${seat}`));
    const place = card?.state === 'destroyed' || card?.place === OWN ? null : (card?.place ?? null);
    return place === null ? [] : [{ seat, place }];
  });
  return [...Map.groupBy(placed, ({ place }) => place)].flatMap(([place, there]) =>
    // One fewer than open it: whoever breaks in needs one more.
    there.length < Math.max(2, threshold - 1)
      ? []
      : [
          margin(
            'one-place',
            what,
            `the tokens of ${there.map(({ seat }) => seat).join(', ')} lie in one place, ${place}: ${there.length} of the ${threshold} that open it`,
          ),
        ],
  );
}

/** What a script calls a box of each person's own. */
const OWN = 'own-box';

/** One person in two seats, or one token behind two shares. */
function persons({ shares }: LedgerShareSet, what: string, { people }: Known): Margin[] {
  const named = shares.flatMap(({ seat }) => {
    const person = people.get(seat);
    return person ? [{ seat, who: `${person.name}, ${person.organisation}` }] : [];
  });
  const tokens = shares.flatMap(({ seat, recipients }) => recipients.map((who) => ({ seat, who })));
  return [named, tokens].flatMap((list, index) =>
    [...Map.groupBy(list, ({ who }) => who)].flatMap(([who, same]) =>
      same.length < 2
        ? []
        : [
            margin(
              'one-person',
              what,
              `${same.map(({ seat }) => seat).join(' and ')} are ${index === 0 ? `one person (${who})` : `shares of one token (${who.slice(0, 16)}…)`}: two shares in one hand`,
            ),
          ],
    ),
  );
}

/** Envelopes are kept in two places. Where custody says nothing of a medium, nothing is said. */
function envelopes({ envelopes: on }: LedgerShareSet, what: string, { custody }: Ledger): Margin[] {
  const media = Object.keys(on).map((medium) => medium.replace(/ (?=[0-9]+$)/, '.'));
  const things = custody.filter(({ unit }) => media.includes(unit));
  const left = media.length - things.filter(({ state }) => state === 'destroyed').length;
  if (media.length > 0 && left < 2)
    return [margin('envelopes', what, `${left === 0 ? 'no medium' : 'one medium'} with its envelopes is left`)];
  const at = things.filter(({ state, place }) => state === 'sealed' && place !== null).map(({ place }) => place);
  if (things.length < 2 || at.length < things.length || new Set(at).size > 1) return [];
  return [margin('envelopes', what, `every medium with its envelopes lies in one place, ${at[0]}`)];
}
