import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerLoss } from '../ledger/ledger.ts';
import { lastLosses } from '../ledger/losses.ts';
import { unitNamed } from '../ledger/media.ts';
import { envelopeName } from '../quorum/share-envelope.ts';
import type { DueDate } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';

/** A key of which somebody may have a copy: only these two ends say that it does not matter any more. */
const DECIDED: ReadonlySet<string> = new Set(['compromised', 'destroyed']);

/**
 * What a loss calls for, at once: where somebody may have the thing, or may have had it. Each stays until that is done, or the quorum
 * declares that nobody can have it.
 */
export function lossDates({ ledger }: Pick<CalendarFacts, 'ledger'>): DueDate[] {
  return lastLosses(ledger)
    .filter(({ exposed }) => exposed)
    .flatMap((loss) => calledFor(loss, ledger));
}

function calledFor(loss: LedgerLoss, ledger: Ledger): DueDate[] {
  const { kind, thing } = loss;
  switch (kind) {
    case 'hsm':
      return ofKeys(
        ledger.keys.filter((key) => keyPlaces(ledger, key).includes(thing)),
        loss,
        `the HSM ${named(thing, ledger)}`,
      );
    case 'quorum-token': {
      const seat = loss.holder?.seat ?? '';
      return ofSets(
        ({ shares }) =>
          shares.some((share) => share.seat === seat && share.recipients.includes(loss.holder?.key ?? '')),
        loss,
        ledger,
        `the quorum token of ${seat}`,
        `whoever has it and its PIN opens that share, and approves as ${seat}: replace the set, and the token ("change-roster", renews)`,
      );
    }
    case 'paper-share':
      return ofSets(
        ({ paper = [] }) => paper.some(({ unit }) => unit === thing),
        loss,
        ledger,
        `the page "${thing}"`,
        'whoever reads it has that share: make another backup under a new set, and destroy this one',
      );
    case 'medium':
      return ofMedium(loss, ledger);
  }
}

function ofMedium(loss: LedgerLoss, ledger: Ledger): DueDate[] {
  const { thing } = loss;
  const isOn = (media: readonly string[]) => media.some((medium) => unitNamed(medium) === thing);
  const wrapped = (ledger.backups ?? []).filter(({ state, media }) => state !== 'destroyed' && isOn(media));
  const files = (ledger.keyFiles ?? []).filter(({ media }) => isOn(media));
  const held = new Set([...wrapped.map(({ spkiSha256 }) => spkiSha256), ...files.flatMap(({ keys }) => keys)]);
  return [
    ...ofKeys(
      ledger.keys.filter(({ spkiSha256 }) => held.has(spkiSha256)),
      loss,
      `the medium "${thing}"`,
    ),
    ...ofSets(
      ({ id, shares, envelopes }) =>
        Object.entries(envelopes).some(
          ([medium, paths]) =>
            unitNamed(medium) === thing &&
            shares.some(({ seat }) => paths.some((path) => path.split('/').at(-1) === envelopeName(id, seat))),
        ),
      loss,
      ledger,
      `the medium "${thing}"`,
      'the tokens of its custodians open the envelopes on it: replace the set',
    ),
  ];
}

function ofKeys(keys: Ledger['keys'], { at, thing, since, state }: LedgerLoss, on: string): DueDate[] {
  return keys
    .filter((key) => !DECIDED.has(key.state))
    .map(({ name, spkiSha256 }) => ({
      kind: 'loss',
      at,
      what: `key "${name}", on ${on}`,
      about: `${spkiSha256} ${thing}`,
      says: `${state === 'lost' ? `lost since ${since}` : `found on ${since}`}, and somebody may have it, or had it: the quorum decides whether the key is compromised ("set-key-state"), and what it has signed is replaced`,
    }));
}

function ofSets(
  isTouched: (set: Ledger['shareSets'][number]) => boolean,
  { at, thing, since, state }: LedgerLoss,
  { shareSets }: Ledger,
  by: string,
  says: string,
): DueDate[] {
  return shareSets
    .filter((set) => set.state !== 'void' && isTouched(set))
    .map(({ id, kind }) => ({
      kind: 'loss',
      at,
      what: `${kind} set ${id}, by ${by}`,
      about: `${id} ${thing}`,
      says: `${state === 'lost' ? `lost since ${since}` : `found on ${since}`}: ${says}`,
    }));
}

function named(serial: string, { tokens }: Pick<Ledger, 'tokens'>): string {
  const token = tokens.find((one) => one.serial === serial);
  return token ? `"${token.name}" (${serial})` : `"${serial}"`;
}
