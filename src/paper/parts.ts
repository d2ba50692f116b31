import type { Sha256 } from '../base/digest.ts';
import { fieldParts, type PaperPart } from '../plan/paper-part.ts';
import { hasSite, type PlannedStep } from '../plan/plan.ts';
import { CLASS_OF, type OperationName } from '../quorum/operation.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { paragraph, run, small } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { digestToWrite, knownDigest } from './digest-pieces.ts';
import type { Participants } from './participants.ts';
import {
  boxPieces,
  linePieces,
  type Piece,
  signaturePiece,
  textPieces,
  tickPieces,
  tickRow,
  valuePieces,
} from './piece.ts';

/** Shorter than this, what is to be ticked stands beside each other. */
const SHORT = 16;

/** The parts of a step in the book: its type's own, or its fields, or nothing but the words. */
export function partsOf(input: BookInput, step: PlannedStep): readonly PaperPart[] {
  const own = input.stepTypes.get(step.type)?.paper;
  return own ? own(step.params, step, input.plan) : fieldParts(step);
}

/** What a part of a step looks like, in a column of that width. Every kind is here, or this does not compile. */
export function partPieces(
  sheet: Sheet,
  input: BookInput,
  participants: Participants,
  part: PaperPart,
  width: number,
): Piece[] {
  switch (part.kind) {
    case 'expected':
      return [...said(sheet, 'expected', width), ...valuePieces(sheet, part.values, width)];
    case 'ticks':
      return [
        ...said(sheet, part.says, width),
        ...(part.of.every((one) => one.length <= SHORT)
          ? tickRow(sheet, part.of, width, 3)
          : part.of.flatMap((one) => tickPieces(sheet, [paragraph([run(one, { size: 8 })])], width))),
      ];
    case 'people':
      return part.seats.length === 0 ? [] : peoplePieces(sheet, participants, part.says, part.seats, width);
    case 'approvals':
      return approvalPieces(sheet, input, participants, part.operations, width);
    case 'boxes':
      return boxPieces(sheet, part.name, part.hint, part.shape, width);
    case 'lines':
      return linePieces(sheet, part.name, part.hint, part.lines, width);
    case 'digest': {
      const known = digestOf(input, part);
      return known === undefined
        ? digestToWrite(sheet, part.name, part.hint ?? 'written by hand', width)
        : knownDigest(sheet, part.name, known, width);
    }
    case 'signature':
      return [
        ...(part.text === '' ? [] : textPieces(sheet, [paragraph([run(part.text, { size: 9.4 })])], width)),
        signaturePiece(participants.named(part.seat), width),
      ];
    case 'sheet':
    case 'share':
      // It has a page of its own.
      return [];
  }
}

function said(sheet: Sheet, what: string, width: number): Piece[] {
  return what === '' ? [] : textPieces(sheet, [small(what)], width).map((piece) => ({ ...piece, keep: true }));
}

function peoplePieces(
  sheet: Sheet,
  participants: Participants,
  says: string,
  seats: readonly string[],
  width: number,
): Piece[] {
  return [
    ...said(sheet, says, width),
    ...tickRow(
      sheet,
      seats.map((seat) => participants.short(seat)),
      width,
      2,
    ),
  ];
}

/** Whoever may approve these operations, and how many must: as many as the strictest needs, as they are asked together. */
export function approversOf(
  { plan, roster }: BookInput,
  participants: Participants,
  operations: readonly OperationName[],
): { readonly need: number; readonly classes: readonly string[]; readonly able: readonly string[] } {
  const classes = [...new Set(operations.map((operation) => CLASS_OF[operation]))];
  const need = Math.max(2, ...classes.map((name) => plan.quorums[name] ?? 0));
  const roles = new Set(classes.flatMap((name) => roster?.classes.get(name)?.role ?? []));
  const able = participants.all.filter(({ role }) => roles.has(role)).map(({ seat }) => seat);
  return { need, classes, able };
}

function approvalPieces(
  sheet: Sheet,
  input: BookInput,
  participants: Participants,
  operations: readonly OperationName[],
  width: number,
): Piece[] {
  const { need, classes, able } = approversOf(input, participants, operations);
  const says = `approved with their token, at least ${need} (${classes.join(', ')}):`;
  // Without a roster nobody knows who may: they write their numbers.
  if (able.length === 0)
    return boxPieces(sheet, says, 'number of each on the list of participants', numbers(participants, need), width);
  return peoplePieces(sheet, participants, says, able, width);
}

/** As many boxes for each as the numbers on the list have digits. */
function numbers(participants: Participants, need: number): string {
  const digits = String(participants.all.length).length;
  return Array.from({ length: need }, () => '9'.repeat(digits)).join(' ');
}

/** What is printed is known: the script always, the others where they lie beside the site. */
function digestOf(
  { plan, authorization, roster }: BookInput,
  { printed, name }: Extract<PaperPart, { kind: 'digest' }>,
): Sha256 | undefined {
  switch (printed) {
    case null:
      return undefined;
    case 'reference':
      return authorization?.references.get(name);
    case 'script':
      return plan.script;
    case 'site':
      return hasSite(plan) ? plan.site : undefined;
    case 'roster':
      return roster?.digest ?? authorization?.roster;
    case 'authorization':
      return authorization?.digest;
  }
}
