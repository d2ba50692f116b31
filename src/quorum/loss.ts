import type { Sha256 } from '../base/digest.ts';
import type { Shape } from './shape.ts';
import { SEAT } from './share-set.ts';

/** What can be lost of a CA, and be missed: the words are those of the custody register. */
export const LOSABLE = ['hsm', 'quorum-token', 'medium', 'paper-share'] as const;
export type Losable = (typeof LOSABLE)[number];

export const LOSS_STATES = ['lost', 'found'] as const;
export type LossState = (typeof LOSS_STATES)[number];

/** A declaration of the quorum that a thing is lost, or found again: no HSM does anything for it, and nothing is destroyed by it. */
export interface RecordLoss {
  readonly op: 'record-loss';
  readonly kind: Losable;
  /**
   * Of an HSM its serial; of a quorum token SHA-256 of the SubjectPublicKeyInfo that it signs with, since cards repeat their
   * serials; else what the ledger calls the medium or page.
   */
  readonly thing: string;
  /** Of a quorum token alone: whose it is by the roster, and SHA-256 of the SubjectPublicKeyInfo that shares are sealed to. */
  readonly holder?: { readonly seat: string; readonly key: Sha256 };
  readonly to: LossState;
  /** The day, UTC, since which it is missed, or on which it was found: `2027-03-01`. */
  readonly since: string;
  /** Whether anybody may have it who must not, or may have had it. */
  readonly exposed: boolean;
  /** How it was lost, or found: one line. */
  readonly how: string;
  /** What else is known of it, and where that is on file: one line. */
  readonly circumstances: string;
  /** Seat whose statement the record has. */
  readonly witness: string;
}

/** Of a day: what reads it holds it to a calendar. */
export const DAY = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
/** What a script or ledger calls a thing; one line. */
export const THING = /^[^\p{C}]{1,200}$/u;
const LINE = /^[^\p{C}]{1,400}$/u;

/** @throws CeremonyError DESCRIPTOR_INVALID */
export function readRecordLoss(shape: Shape): RecordLoss {
  const kind = shape.literal('kind', ...LOSABLE);
  return {
    op: 'record-loss',
    kind,
    thing: kind === 'quorum-token' ? shape.digest('thing') : shape.text('thing', THING),
    ...(kind === 'quorum-token' ? { holder: readHolder(shape.object('holder')) } : {}),
    to: shape.literal('to', ...LOSS_STATES),
    since: shape.text('since', DAY),
    exposed: shape.flag('exposed'),
    how: shape.text('how', LINE),
    circumstances: shape.text('circumstances', LINE),
    witness: shape.text('witness', SEAT),
  };
}

function readHolder(shape: Shape): NonNullable<RecordLoss['holder']> {
  const holder = { seat: shape.text('seat', SEAT), key: shape.digest('key') };
  shape.end();
  return holder;
}

const CALLED: Readonly<Record<Losable, string>> = {
  hsm: 'HSM with serial',
  'quorum-token': 'quorum token that signs with',
  medium: 'medium',
  'paper-share': 'page with a share',
};

/** Lines of the approval screen. */
export function lossLines(
  { kind, thing, holder, to, since, exposed, how, circumstances, witness }: RecordLoss,
  shown: (text: string) => string,
): string[] {
  const isLost = to === 'lost';
  return [
    `${isLost ? 'LOST' : 'FOUND'}${isLost ? '        ' : '       '}${CALLED[kind]}`,
    `            ${shown(thing)}`,
    ...(holder ? [`of          ${holder.seat}`] : []),
    `${isLost ? 'missed since' : 'found on'} ${since}`,
    `how         ${shown(how)}`,
    `known       ${shown(circumstances)}`,
    `stated by   ${witness}`,
    `exposed     ${exposed ? 'YES: somebody may have it who must not, or may have had it' : 'no: nobody can have it who must not'}`,
    `then        ${isLost ? 'the ledger has it as lost. That destroys NOTHING: it counts as a copy until it is accounted for' : 'the ledger has it as found'}`,
    `logs in     never${kind === 'hsm' && !isLost ? ': the HSM is looked at without a login' : ': nothing is done on the HSM'}`,
  ];
}
