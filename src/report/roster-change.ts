import { hexGroups } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { nameAtFirst } from '../ledger/displaced.ts';
import { isLeft, sharesLeft } from '../ledger/former.ts';
import type { Ledger, LedgerShareSet } from '../ledger/ledger.ts';
import { isDestroyed, unitNamed } from '../ledger/media.ts';
import { paperLeft } from '../ledger/paper-shares.ts';
import { mayHaveItsPin } from '../ledger/void-sets.ts';
import { fingerprintOf } from '../quorum/enrolment.ts';
import { type Member, memberOf } from '../quorum/roster.ts';
import { rosterDifference } from '../quorum/roster-change.ts';
import { heading, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, mono, type Paragraph, paragraph, run, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameOf } from './participants.ts';
import { filesLike, type PackRecord } from './record.ts';

const KIND: Readonly<Record<LedgerShareSet['kind'], string>> = {
  user: 'user PIN',
  so: 'PIN of the security officer',
  kek: 'wrapping key of a backup',
};

/** A change of the roster: both, who approved and signed, who left and came; and what is to be destroyed because of it. */
export function drawRosterChange(sheet: Sheet, record: PackRecord): number {
  const { roster, changed } = record;
  if (!roster || !changed) return 0;
  const { after } = changed;
  const { leaves, joins, renews } = rosterDifference(roster, after);
  const byFile = (folder: string) =>
    filesLike(record, new RegExp(`^roster/${folder}/[^/]+\\.p7s$`))
      .map(({ path }) => nameOf(record, path.slice(`roster/${folder}/`.length, -'.p7s'.length)))
      .join(', ');
  heading(sheet, 2, `Roster, version ${roster.version} to ${after.version}`, 220);
  pairs(sheet, [
    ['Roster until then', [paragraph([mono(roster.digest)])]],
    ['Roster from then on', [paragraph([mono(after.digest)])]],
    ['In force from', [text(`event ${changed.since}`)]],
    ['Approved by', [text(`${byFile('change')}; ${roster.classes.get('administer')?.need ?? '?'} needed`)]],
    ['Signed by', [text(byFile('next'))]],
    ['Stay as they were', [text(String(after.members.length - joins.length - renews.length))]],
  ]);
  sheet.skip(5);
  const rows = [
    ...leaves.map((seat) => ({ did: 'LEFT', member: memberOf(roster, seat) as Member })),
    ...joins.map((seat) => ({ did: 'JOINED', member: memberOf(after, seat) as Member })),
    ...renews.flatMap((seat) => [
      { did: 'OLD TOKEN', member: memberOf(roster, seat) as Member },
      { did: 'NEW TOKEN', member: memberOf(after, seat) as Member },
    ]),
  ];
  drawTable(
    sheet,
    [
      { title: 'Member', share: 36 },
      { title: 'Token', share: 20 },
      { title: 'Fingerprint of its two keys', share: 44 },
    ],
    rows.map(({ did, member }) =>
      cells(
        [
          paragraph([bold(`${did}  `, 7.8), run(nameOf(record, member.seat), { size: 7.8 })]),
          text(`${member.seat}, ${member.role}`, { size: 7 }),
        ],
        member.tokens.map(({ serial }) => paragraph([mono(serial || 'no serial', 7)])),
        member.tokens.flatMap((token) => hexGroups(fingerprintOf(token), 8).map((row) => paragraph([mono(row, 6.6)]))),
      ),
    ),
  );
  drawLeft(sheet, record);
  return 1;
}

/** What shares of those who left could still open, and which envelopes of theirs there are. */
function drawLeft(sheet: Sheet, record: PackRecord): void {
  heading(sheet, 3, 'What is due because of those who left, and of tokens that were replaced', 120);
  const ledger = ledgerOf(record);
  if (!ledger) {
    prose(sheet, [text('Not known: the ceremony was not closed, and has no ledger.', { marked: true })]);
    return;
  }
  const { shareSets } = ledger;
  const live = sharesLeft(shareSets, ledger);
  const papers = shareSets.filter((set) => set.shares.some((share) => isLeft(share, ledger)));
  prose(sheet, [
    ...(live.length === 0
      ? [text('No share of theirs opens anything that the ledger knows: each set was replaced, and is void.')]
      : live.map(({ set, seats }) =>
          paragraph(
            [
              bold('DUE  '),
              run(
                `set ${set.id}, ${KIND[set.kind]} of the HSM ${set.hsm}: ${seats.map((seat) => nameOf(record, seat)).join(', ')} hold a share; ${stillOpens(set, ledger)}`,
              ),
            ],
            { marked: true, before: 4 },
          ),
        )),
    ...papers.flatMap((set) => shred(set, record, ledger)),
  ]);
}

function stillOpens(set: LedgerShareSet, ledger: Ledger): string {
  if (set.state === 'superseded')
    return `it opens its HSM no more, and may open copies on ${mayHaveItsPin(set, ledger).join(', ')}: give those another PIN, or destroy them`;
  if (set.kind === 'kek') {
    const files = (ledger.backups ?? []).flatMap(({ set: id, file, media, state }) =>
      id === set.id && state !== 'destroyed' ? [`${file} on ${media.join(', ')}`] : [],
    );
    return `it opens the wrapped key ${files.join('; ') || 'that was begun under it'}: have another copy made, and destroy those media, or its envelopes and its shares on paper`;
  }
  return `it ${set.state === 'begun' ? 'may open' : 'opens'} that HSM: have it replaced by a rotation of the activation`;
}

/** Nothing of a set whose media and pages are all destroyed, by the custody register. */
function shred(set: LedgerShareSet, record: PackRecord, ledger: Ledger): Paragraph[] {
  const left = new Set(set.shares.flatMap((share) => (isLeft(share, ledger) ? [share.seat] : [])));
  const seats = [...left].map((seat) => nameOf(record, seat));
  const written = Object.entries(set.envelopes);
  const there = written.filter(([medium]) => !isGone(medium, set, ledger));
  const media = there.map(([medium, files]) => `${medium} (${files.length} files)`);
  const pages = paperLeft(set, ledger.custody).filter(({ seat }) => left.has(seat));
  if (written.length > 0 && there.length === 0 && pages.length === 0) return [];
  // By the record none was printed; what people have copied by hand it does not know.
  const papers =
    pages.length === 0
      ? `every share on paper of ${seats.join(', ')} (none is recorded${set.paper ? ' that was not destroyed' : ''})`
      : `of their shares on paper ${pages.map(({ unit, seat }) => `${unit} (${nameOf(record, seat)})`).join(', ')}`;
  const on = media.join(', ') || `no medium that is ${written.length > 0 ? 'left' : 'recorded'}`;
  return [text(`To destroy, of set ${set.id} (${KIND[set.kind]}): ${papers}; the envelopes on ${on}.`, { before: 4 })];
}

/** Destroyed; or, of a set that opens nothing, blank again under its own name: the plan takes no other for that. */
function isGone(medium: string, { state }: LedgerShareSet, ledger: Ledger): boolean {
  return isDestroyed(unitNamed(medium), ledger) || (state === 'void' && nameAtFirst(medium) !== medium);
}

function ledgerOf({ pack }: PackRecord): Ledger | undefined {
  try {
    return pack.ledger();
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
