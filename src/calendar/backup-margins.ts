import type { Ledger, LedgerBackup, LedgerShareSet } from '../ledger/ledger.ts';
import { unitNamed } from '../ledger/media.ts';
import { paperLeft } from '../ledger/paper-shares.ts';
import { envelopeName } from '../quorum/share-envelope.ts';
import { type Margin, margin } from './margin.ts';
import { inOnePlace, sealedAt } from './place.ts';

/** Of what lies outside of any HSM: lost with one place, or opened there. */
export function backupMargins(
  ledger: Pick<Ledger, 'keys' | 'backups' | 'shareSets' | 'custody' | 'boxes'>,
): readonly Margin[] {
  const { keys, backups = [], shareSets, custody } = ledger;
  return [
    ...keys.flatMap((key): Margin[] => {
      const kept = backups.filter((one) => one.spkiSha256 === key.spkiSha256 && one.state === 'kept');
      const media = [...new Set(kept.flatMap((one) => one.media))];
      const says = inOnePlace(media, custody, 'a wrapped copy');
      return says === null ? [] : [margin('wrapped-copies', `key "${key.name}"`, says)];
    }),
    // One that nobody knows to restore may be restored by whoever takes it, all the same.
    ...backups
      .filter(({ state }) => state !== 'destroyed')
      .flatMap((backup) => {
        const set = shareSets.find(({ id, state }) => id === backup.set && state !== 'void');
        return set ? beside(backup, set, ledger) : [];
      }),
  ];
}

/** Envelopes want their custodians' tokens as well, pages want nothing: both are said where the file lies with as many as open it. */
function beside(
  { key, file, media }: LedgerBackup,
  set: LedgerShareSet,
  ledger: Pick<Ledger, 'custody' | 'boxes'>,
): readonly Margin[] {
  const { custody } = ledger;
  const at = (unit: string) => {
    const place = sealedAt(unit, ledger);
    return place === null ? [] : [place];
  };
  const where = [...new Set(media.map(unitNamed).flatMap(at))].sort();
  const seats = set.shares.map(({ seat }) => seat);
  const sealed = Object.entries(set.envelopes).flatMap(([medium, paths]) =>
    at(unitNamed(medium)).map((place) => ({
      place,
      seats: seats.filter((seat) => paths.some((path) => path.split('/').at(-1) === envelopeName(set.id, seat))),
    })),
  );
  const pages = paperLeft(set, custody).flatMap(({ seat, unit }) =>
    at(unit).map((place) => ({ place, seats: [seat] })),
  );
  return where.flatMap((place) => {
    const there = new Set([...sealed, ...pages].flatMap((one) => (one.place === place ? one.seats : [])));
    const read = new Set(pages.flatMap((one) => (one.place === place ? one.seats : [])));
    if (there.size < set.threshold) return [];
    const sealedAlone = there.size - read.size;
    const shares = [
      ...(read.size === 0 ? [] : [`${read.size} of its shares on paper`]),
      ...(sealedAlone === 0 ? [] : [`envelopes of ${sealedAlone} ${read.size === 0 ? 'of its shares' : 'more'}`]),
    ].join(' and ');
    return [
      margin(
        'wrapped-beside',
        `key "${key}"`,
        `its wrapped copy ${file} lies in one place, ${place}, with ${shares}, and ${set.threshold} open it: put them apart`,
      ),
    ];
  });
}
