import type { Pack } from '../pack/pack-reader.ts';
import { type Addendum, SIGNERS_ASKED } from '../quorum/addendum.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import { type AddendumRead, addendaIn } from './addenda.ts';
import type { PartOrNone } from './part-missing.ts';
import { isSignedBy } from './signatures-in.ts';

/**
 * What became of evidence that comes after the close. `shown`: an addendum holds it, or its digests; `promised`: the
 * script declares it, and no addendum has it yet; `missing`: there is an addendum, and it does not hold.
 */
export type EvidenceState = 'shown' | 'promised' | 'missing';

/** One addendum, or one kind that the script declares and none has. */
export interface EvidenceItem {
  readonly state: EvidenceState;
  readonly kind: string;
  /** Of the addendum; null where there is none. */
  readonly number: number | null;
  /** Seats of distinct members whose signatures over it hold. */
  readonly signedBy: readonly string[];
  /** The same words as those of verify.sh. */
  readonly detail: string;
}

/**
 * Addenda in the order of their numbers, then what is still promised, in the script's order.
 * @param isFaulty whether any check has reported something of what lies in that folder
 */
export function evidenceOf(
  pack: Pack,
  part: PartOrNone,
  isFaulty: (folder: string) => boolean,
): readonly EvidenceItem[] {
  const declared = part('plan')?.evidence;
  const addenda = addendaIn(pack);
  const added = new Set(addenda.map(({ kind }) => kind));
  return [
    ...addenda.map((addendum) => itemOf(addendum, part('rosterAtEnd'), declared, isFaulty(addendum.folder))),
    ...(declared ?? [])
      .filter((kind) => !added.has(kind))
      .map(
        (kind): EvidenceItem => ({ state: 'promised', kind, number: null, signedBy: [], detail: 'no addendum yet' }),
      ),
  ];
}

function itemOf(
  addendum: AddendumRead,
  roster: Roster | undefined,
  declared: readonly string[] | undefined,
  isFaulty: boolean,
): EvidenceItem {
  const { number, kind, content } = addendum;
  const signedBy = content && roster ? signersOf(addendum, roster) : [];
  const name = `addendum ${String(number).padStart(2, '0')}`;
  if (!content || isFaulty) return { state: 'missing', kind, number, signedBy, detail: `${name} does not hold` };
  const promise = declared && !declared.includes(kind) ? '; the script does not promise it' : '';
  const detail = `${name} of ${content.time}: ${filesIn(content)}; ${signers(signedBy)}${promise}`;
  return { state: 'shown', kind, number, signedBy, detail };
}

function filesIn({ files }: Addendum): string {
  const absent = files.filter(({ carried }) => !carried).length;
  const all = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return absent === 0 ? all : `${all}, ${absent} only as a digest`;
}

function signers(seats: readonly string[]): string {
  if (seats.length === 0) return 'unsigned: asserted by nobody';
  if (seats.length < SIGNERS_ASKED) return `signed by one: ${seats.join(', ')}`;
  return `signed by ${seats.join(', ')}`;
}

/** Distinct members, each by a certificate that the roster pins for them. */
function signersOf({ signatures, bytes }: AddendumRead, roster: Roster): readonly string[] {
  return signatures.flatMap(({ seat, signature }) => {
    const member = memberOf(roster, seat);
    return member && bytes && isSignedBy(member, signature, bytes) ? [seat] : [];
  });
}
