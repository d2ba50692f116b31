import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import type { LedgerShareSet, LedgerThing } from '../ledger/ledger.ts';
import { lossOf } from '../ledger/losses.ts';
import type { DueDate, Intervals, Note } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';

/*
 * What has to be looked at while nothing is signed: waivers, copies of keys, share sets, and what lies sealed.
 */

const EARLIER = 'in no pack that was given: give the earlier ones too';

export function waiverEnds({ waivers }: Pick<CalendarFacts, 'waivers'>): DueDate[] {
  return waivers.map(({ rule, why, owner, until }) => ({
    kind: 'waiver-end',
    // A waiver counts on that whole day (src/pki/waivers.ts).
    at: `${until}T23:59:59Z`,
    what: `waiver of "${rule}"`,
    about: rule,
    says: `${owner} answers for it: ${why}`,
  }));
}

/** A copy of a key is worth what its last proof says, and nothing while its HSM is lost; one that people say there is, and that never signed, has none. */
export function restoreDrills({ ledger }: Pick<CalendarFacts, 'ledger'>, { drill }: Intervals, note: Note): DueDate[] {
  const kept = ledger.copies.filter(
    ({ destroyed, token }) => destroyed === undefined && lossOf(ledger, 'hsm', token) === undefined,
  );
  return kept.flatMap(({ key, spkiSha256, token, provenAt }): DueDate[] => {
    const what = `key "${key}" on ${named(token, ledger)}`;
    if (typeof provenAt !== 'string') {
      note(`${what} has never signed: whether the copy is good is not known, and a drill is due at once`);
      return [];
    }
    return [
      {
        kind: 'restore-drill',
        at: later(provenAt, drill),
        what,
        about: `${spkiSha256} ${token}`,
        says: `proven there by a signature at ${provenAt}, and not since`,
      },
    ];
  });
}

/** What a restoration left on an HSM is due at once: nobody meant it to be there, or nobody knows whether it is. */
export function leftCopies({ ledger }: Pick<CalendarFacts, 'ledger'>): DueDate[] {
  return ledger.copies.flatMap(({ key, spkiSha256, token, step, left, destroyed }): DueDate[] => {
    if (!left || destroyed) return [];
    const says =
      left.how === 'begun'
        ? `its restoration was begun by step "${step}", and whether it is there is not known: erase that HSM ("zeroize-token"), or have it sign`
        : `restored by step "${step}", and its ceremony was aborted before it was destroyed: destroy it there ("destroy-key"), or have it sign as a copy that is kept ("prove-copy")`;
    return [
      {
        kind: 'copy-left',
        at: left.at,
        what: `key "${key}" on ${named(token, ledger)}`,
        about: `${spkiSha256} ${token}`,
        says,
      },
    ];
  });
}

/** A wrapped copy is worth what the last restoration from it says; until then, what its making has shown. */
export function backupDrills(
  { ledger }: Pick<CalendarFacts, 'ledger'>,
  { backupDrill }: Intervals,
  note: Note,
): DueDate[] {
  return (ledger.backups ?? []).flatMap(({ key, spkiSha256, set, file, madeAt, state }): DueDate[] => {
    if (state === 'destroyed') return [];
    const what = `wrapped copy of key "${key}", ${file}`;
    if (madeAt === null) {
      note(`${what} came to no end: whether it restores is not known, and it counts as a copy until it is destroyed`);
      return [];
    }
    const restored = ledger.copies
      .filter((copy) => copy.provenance === 'restored' && copy.spkiSha256 === spkiSha256)
      .flatMap(({ provenAt }) => (typeof provenAt === 'string' && provenAt > madeAt ? [provenAt] : []))
      .sort()
      .at(-1);
    const says = restored === undefined ? `made at ${madeAt}, and never restored` : `restored last at ${restored}`;
    return [
      { kind: 'restore-drill', at: later(restored ?? madeAt, backupDrill), what, about: `${spkiSha256} ${set}`, says },
    ];
  });
}

/** The secret of a set is only known to come together if its shares are opened. */
export function shareDrills(facts: CalendarFacts, { drill }: Intervals, note: Note): DueDate[] {
  return facts.ledger.shareSets.flatMap((set): DueDate[] => {
    const what = `share set ${set.id} of ${named(set.hsm, facts.ledger)}`;
    if (set.state === 'begun')
      note(`${what} was being put in another's place: whether the token has its PIN is not known`);
    if (set.state !== 'current') return [];
    const opened = facts.opened.get(set.id);
    if (opened === undefined) {
      note(`${what} has no drill date: when it was opened last is ${EARLIER}`);
      return [];
    }
    return [{ kind: 'share-drill', at: later(opened, drill), what, about: set.id, says: saysOf(set, opened) }];
  });
}

const GIVES: Readonly<Record<LedgerShareSet['kind'], string>> = {
  user: "the user's PIN",
  so: "the security officer's PIN",
  kek: 'the wrapping key of a backup',
};

function saysOf({ kind, threshold, shares, unproven }: LedgerShareSet, opened: string): string {
  const closed = unproven.length === 0 ? '' : `; never opened since they were sealed: ${unproven.join(', ')}`;
  return `${threshold} of ${shares.length} give ${GIVES[kind]}; opened last at ${opened}${closed}`;
}

/** One for each place: who goes there looks at all that lies in it. */
export function custodyChecks(facts: CalendarFacts, { custody }: Intervals, note: Note): DueDate[] {
  const sealed = facts.ledger.custody.filter(({ state, place }) => state === 'sealed' && place !== null);
  return [...Map.groupBy(sealed, ({ place }) => place as string)].flatMap(([place, things]): DueDate[] => {
    const seen = things.flatMap(({ unit }) => facts.seen.get(unit) ?? []).sort();
    for (const { unit } of things)
      if (!facts.seen.has(unit))
        note(`"${unit}" in "${place}" has no date of its own: it was last in the room ${EARLIER}`);
    const [first] = seen;
    if (first === undefined) return [];
    return [
      {
        kind: 'custody-check',
        at: later(first, custody),
        what: `what lies sealed in "${place}"`,
        about: place,
        says: `seen last at ${first}: ${things.map(bagged).sort().join(', ')}`,
      },
    ];
  });
}

function bagged({ unit, bag }: LedgerThing): string {
  return bag === null ? unit : `${unit} (bag ${bag})`;
}

function named(serial: string, { tokens }: CalendarFacts['ledger']): string {
  const token = tokens.find((one) => one.serial === serial);
  return token ? `"${token.name}" (${serial})` : `"${serial}"`;
}

function later(at: string, duration: string): string {
  return formatUtc(addDuration(parseUtc(at), duration));
}
