import type { Accounted } from '../ledger/destruction-record.ts';
import { isLeft } from '../ledger/former.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerShareSet, LedgerThing } from '../ledger/ledger.ts';
import { lossOf, lostRecipients } from '../ledger/losses.ts';
import { unitNamed } from '../ledger/media.ts';
import { paperLeft } from '../ledger/paper-shares.ts';
import type { Person } from '../pack/people.ts';
import type { Roster } from '../quorum/roster.ts';
import { backupMargins } from './backup-margins.ts';
import { type Margin, margin } from './margin.ts';
import { inOnePlace, OWN_BOX } from './place.ts';

/** More custodians than open a set: one may be ill and one may have left. */
const SPARE = 2;

interface Known {
  readonly people: ReadonlyMap<string, Person>;
  readonly roster: Pick<Roster, 'members'>;
}

/** All of them, in the order of the ledger: of each set, of each key, then of its wrapped copies. */
export function thinMargins(ledger: Ledger & Accounted, known: Known): readonly Margin[] {
  return [
    ...ledger.shareSets.filter(({ state }) => state !== 'void').flatMap((set) => ofSet(set, ledger, known)),
    ...ledger.keys.flatMap((key): Margin[] => {
      const unproven = ledger.copies
        .filter((copy) => copy.spkiSha256 === key.spkiSha256 && copy.provenance === 'unproven' && !copy.destroyed)
        .map(({ token }) => token);
      const all = keyPlaces(ledger, key).filter((serial) => !unproven.includes(serial));
      const places = all.filter((serial) => lossOf(ledger, 'hsm', serial) === undefined);
      const lost = all.filter((serial) => !places.includes(serial));
      const others = [
        ...(unproven.length === 0 ? [] : [`what is on ${unproven.join(', ')} has never signed`]),
        ...(lost.length === 0 ? [] : [`the HSM ${lost.join(', ')} is lost`]),
      ];
      const more = others.length === 0 ? '' : ` (${others.join('; ')})`;
      const kept = (ledger.backups ?? []).some(
        (one) => one.spkiSha256 === key.spkiSha256 && one.state === 'kept' && !areLost(one.media, ledger),
      );
      if (places.length > 1 || (places.length === 0 && lost.length === 0) || kept || key.state === 'destroyed')
        return [];
      if (places.length === 0)
        return [
          margin(
            'one-hsm',
            `key "${key.name}"`,
            `it is on no HSM that is at hand${more}, and no wrapped copy is kept: IT IS LOST`,
          ),
        ];
      return [
        margin(
          'one-hsm',
          `key "${key.name}"`,
          `it is on the HSM ${places[0]} alone${more}, and no wrapped copy is kept: with that HSM it is lost`,
        ),
      ];
    }),
    ...backupMargins(ledger),
  ];
}

function ofSet(set: LedgerShareSet, ledger: Ledger, known: Known): Margin[] {
  const what = `${set.kind} set ${set.id}`;
  if (set.state === 'lost')
    return [
      margin(
        'lost',
        what,
        'its HSM is lost: it opens that one and nothing else, and counts as a live copy until that is accounted for',
      ),
    ];
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
  const tokens = lostRecipients(ledger);
  const missed = shares.flatMap(({ seat, recipients }) =>
    members.has(seat) && !lost.includes(seat) && recipients.length > 0 && recipients.every((key) => tokens.has(key))
      ? [seat]
      : [],
  );
  // A page that is lost helps nobody who may use it.
  const onPaper =
    kind === 'kek'
      ? paperLeft(set, ledger.custody).flatMap(({ seat, unit }) =>
          lossOf(ledger, 'paper-share', unit) === undefined ? [seat] : [],
        )
      : [];
  const live = shares.length - gone.length - [...lost, ...missed].filter((seat) => !onPaper.includes(seat)).length;
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
    ...(missed.length === 0
      ? []
      : [
          margin(
            'left',
            what,
            `the tokens of ${missed.join(', ')} are lost, and nothing else opens their share: ${ends}`,
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

/** Whether each of these media is lost; none is where there is none. */
function areLost(media: readonly string[], ledger: Pick<Ledger, 'losses'>): boolean {
  return media.length > 0 && media.every((medium) => lossOf(ledger, 'medium', unitNamed(medium)) !== undefined);
}

/** Cards, or pages, that lie in one place are lost, or taken, together. A box of one's own is a place of its own. */
function places(set: LedgerShareSet, what: string, { custody }: Ledger): Margin[] {
  const cards = set.shares.flatMap(({ seat }) => {
    const card = custody.find(({ kind, unit }) => kind === 'quorum-token' && unit.endsWith(`@${seat}`));
    return card ? [{ seat, thing: card }] : [];
  });
  const pages = paperLeft(set, custody).flatMap(({ seat, unit }) => {
    const page = custody.find((thing) => thing.unit === unit);
    return page ? [{ seat, thing: page }] : [];
  });
  return [
    ...together(set, what, 'tokens', cards),
    // Nobody needs a token, or its PIN, for what stands on a page.
    ...together(set, what, 'pages', pages),
  ];
}

function together(
  { threshold }: LedgerShareSet,
  what: string,
  things: 'tokens' | 'pages',
  all: readonly { readonly seat: string; readonly thing: LedgerThing }[],
): Margin[] {
  const placed = all.flatMap(({ seat, thing: { state, place } }) =>
    state === 'destroyed' || state === 'lost' || place === OWN_BOX || place === null ? [] : [{ seat, place }],
  );
  return [...Map.groupBy(placed, ({ place }) => place)].flatMap(([place, there]) =>
    // One fewer than open it: whoever breaks in needs one more.
    there.length < Math.max(2, threshold - 1)
      ? []
      : [
          margin(
            'one-place',
            what,
            `the ${things} of ${there.map(({ seat }) => seat).join(', ')} lie in one place, ${place}: ${there.length} of the ${threshold} that open it`,
          ),
        ],
  );
}

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

/** Envelopes are kept in two places. */
function envelopes({ envelopes: on }: LedgerShareSet, what: string, { custody }: Ledger): Margin[] {
  const says = inOnePlace(Object.keys(on), custody, 'its envelopes');
  return says === null ? [] : [margin('envelopes', what, says)];
}
