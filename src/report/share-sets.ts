import { CeremonyError } from '../base/errors.ts';
import type { LedgerShareSet } from '../ledger/ledger.ts';
import { pagesIn } from '../ledger/paper-shares.ts';
import { deriveShareSets } from '../ledger/share-sets.ts';
import { readShareSet, type ShareSet } from '../quorum/share-set.ts';
import { attempt } from './certificates.ts';
import { listAt, valueAt } from './facts.ts';
import { heading, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, digestLines, mono, paragraph, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { operationsOf } from './operations.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';

/** Operations that put share sets to use. */
const SETS_PINS: ReadonlySet<string> = new Set(['prepare-token', 'rotate-activation', 'wrap-key']);

const STATE: Readonly<Record<LedgerShareSet['state'], string>> = {
  current: 'opens the token',
  superseded: 'superseded by another set: it opens the token no more, and counts as a live copy all the same',
  void: 'void: no HSM that the ledger knows can have the PIN that it gives',
  lost: 'its token is lost: it opens nothing that is at hand, and whoever has that token with enough shares opens it',
  begun: 'was being put in the place of another: whether the token has its PIN is not known',
};

/** Of one under which a key was wrapped. */
const KEK_STATE: Readonly<Record<LedgerShareSet['state'], string>> = {
  ...STATE,
  current: 'opens the wrapped key: with the file, so many of these people have the key outside of any HSM',
  begun: 'a key was being wrapped under it: whether it was is not known, and it counts as a live copy all the same',
};

const KIND: Readonly<Record<ShareSet['kind'], string>> = {
  user: 'user PIN',
  so: 'PIN of the security officer',
  kek: 'wrapping key of a backup',
};

/** The share sets that open the tokens: how many of whom, and the digests by which a share is known to be the true one. */
export function drawShareSets(sheet: Sheet, record: PackRecord): void {
  const operations = operationsOf(record).filter(({ proposed }) => SETS_PINS.has(proposed.operation));
  if (operations.length === 0) {
    prose(sheet, [text('No share set was made.')]);
    return;
  }
  prose(sheet, [
    text(
      'A share is never in this pack. Its commitment tells the true share from any other without telling anything of it; ' +
        'its envelope is a file sealed to one person’s token, known by its digest.',
    ),
  ]);
  // Whether what was replaced is void, the ledger says; without one no more is known than the record.
  const derived = attempt(() => record.pack.ledger().shareSets);
  const then = derived instanceof CeremonyError ? attempt(() => deriveShareSets(record.events, [])) : derived;
  const held = then instanceof CeremonyError ? [] : then;
  for (const operation of operations) {
    const done = operation.result?.outcome === 'done';
    const { descriptor } = operation.proposed;
    const made =
      operation.proposed.operation === 'prepare-token'
        ? listAt(descriptor, 'sets')
        : [valueAt(descriptor, 'set') ?? null];
    for (const item of made) {
      const set = attempt(() => readShareSet(item, `event ${operation.proposed.seq}`));
      if (set instanceof CeremonyError) prose(sheet, [text(set.message, { marked: true, before: 6 })]);
      else
        drawSet(
          sheet,
          record,
          set,
          held.find(({ id }) => id === set.id),
          `operation ${operation.number}${done ? '' : ', which was not done'}`,
        );
    }
  }
}

/** @param held what became of it; undefined for a set that was never put to use */
function drawSet(
  sheet: Sheet,
  record: PackRecord,
  set: ShareSet,
  held: LedgerShareSet | undefined,
  operation: string,
): void {
  heading(sheet, 2, `Share set for the ${KIND[set.kind]}`, 240);
  pairs(sheet, [
    ['Identifier', [paragraph([mono(set.id)])]],
    ['Threshold', [paragraph([bold(`${set.threshold} of ${set.shares.length}`)])]],
    ['Check value', [paragraph([mono(set.check)])]],
    ['Made by', [text(operation)]],
    [
      'State',
      held
        ? [text(set.kind === 'kek' ? KEK_STATE[held.state] : STATE[held.state], { marked: held.state === 'begun' })]
        : [],
    ],
    ['Not opened yet', (held?.unproven ?? []).map((seat) => text(nameOf(record, seat), { marked: true }))],
    ['Envelopes on media', mediaOf(record, set)],
    ['On paper too', pagesOf(record, set)],
  ]);
  sheet.skip(5);
  drawTable(
    sheet,
    [
      { title: 'Holder', share: 27 },
      { title: 'x', share: 5 },
      { title: 'Record', share: 68 },
    ],
    set.shares.map((share) =>
      cells(
        [paragraph([bold(nameOf(record, share.seat), 7.8)]), small(share.seat)],
        [text(String(share.x), { size: 7.8 })],
        [
          ...digestLines('Commitment', share.commitment),
          ...digestLines('SHA-256 of the envelope', share.envelope),
          ...share.recipients.flatMap((recipient) => digestLines('Opened by the key with SHA-256', recipient)),
        ],
      ),
    ),
    { padding: 2.4 },
  );
}

/** Shares that were printed, or begun to be: whoever reads such a page has the share. */
function pagesOf(record: PackRecord, set: ShareSet) {
  const pages = pagesIn(record.events).filter((page) => page.set === set.id);
  return pages.map((page) => {
    const others = page.pages > 1 ? `, one of ${page.pages} pages: the others are shredded` : '';
    const how =
      page.printedAt === null
        ? 'BEGUN TO BE PRINTED, AND READ BACK BY NOBODY: there may be a page'
        : `printed ${page.printedAt}, and read back${others}`;
    return text(`${nameOf(record, page.seat)}, as ${page.unit}: ${how}`, { marked: page.printedAt === null });
  });
}

function mediaOf(record: PackRecord, set: ShareSet) {
  const counts = new Map<string, number>();
  for (const event of record.events) {
    if (event.type !== 'file' || event.medium === null || !event.path.includes(set.id)) continue;
    counts.set(event.medium, (counts.get(event.medium) ?? 0) + 1);
  }
  if (counts.size === 0) return [text('none recorded')];
  return [...counts].map(([medium, count]) => text(`${medium}: ${count} files`));
}
