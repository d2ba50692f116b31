import { durationInWords } from '../base/dates.ts';
import { type Plan, type PlannedStep, stepById } from '../plan/plan.ts';
import { cannotBeUndone } from '../plan/step-type.ts';
import { CANNOT_BE_UNDONE, CHECKS_IT, DOES_IT, EVERYONE, onlyIf, typeToGoOn } from '../plan/step-words.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, FILL, type Paragraph, paragraph, run, small, soft, text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import type { FormRow } from './form-table.ts';
import type { Participants } from './participants.ts';
import { partPieces, partsOf } from './parts.ts';
import { besideEachOther, gap, labelledBox, type Piece, textPieces } from './piece.ts';

/** More people than these are not named one by one, where they are everybody. */
const SOME = 3;
const INITIALS = { width: 44, height: 19, perRow: 2, step: 48 } as const;
const NARROW = 36;
/** What has pages of its own. */
const APART = [
  ['share', 'Each custodian fills in their share worksheet, at the end of this book.'],
  ['sheet', 'Each operation has a sheet at the end of this book.'],
] as const;

export interface RowWidths {
  readonly step: number;
  readonly activity: number;
  readonly initials: number;
  readonly time: number;
}

/** A step as it stands in the book: what is done and said, by whom, what is expected, and where that is checked off. */
export function stepRow(
  sheet: Sheet,
  input: BookInput,
  participants: Participants,
  step: PlannedStep,
  widths: RowWidths,
): FormRow {
  const type = input.stepTypes.get(step.type);
  const irreversible = type !== undefined && cannotBeUndone(type, step);
  const number = textPieces(sheet, [paragraph([bold(step.number, 10.5)])], widths.step);
  return {
    cells: [
      number,
      activity(sheet, input, participants, step, widths.activity, irreversible),
      initials(participants, step),
      [timeBox(widths.time), ...duration(sheet, input, step, widths.time)],
    ],
    again: [...number, ...textPieces(sheet, [small('goes on')], widths.step)],
    barred: irreversible,
  };
}

function activity(
  sheet: Sheet,
  input: BookInput,
  participants: Participants,
  step: PlannedStep,
  width: number,
  irreversible: boolean,
): Piece[] {
  const { plan, stepTypes } = input;
  const describes = stepTypes.get(step.type)?.describe(step.params, step, plan) ?? [];
  const words: Paragraph[] = [
    paragraph([bold(step.id, 9), run(` (${step.type})`, { size: 8, tone: 'soft' })]),
    ...(step.by.length > 0 ? [people(DOES_IT, named(participants, step.by))] : []),
    ...(step.check.length > 0 ? [people(CHECKS_IT, checkers(participants, step))] : []),
    ...(step.when ? [paragraph([bold(`${conditionOf(plan, step)}`, 8.4)], { before: 2 })] : []),
    ...(step.say === '' ? [] : [text(step.say, { size: 9.4, before: 3.5 })]),
    ...describes.map((line, index) => text(line, { size: 8.4, before: index === 0 ? 3.5 : 0.5 })),
  ];
  const parts = partsOf(input, step).flatMap((part) => {
    const pieces = partPieces(sheet, input, participants, part, width);
    return pieces.length === 0 ? [] : [gap(4.5), ...pieces];
  });
  const kinds = new Set(partsOf(input, step).map(({ kind }) => kind));
  const apart = APART.flatMap(([kind, says]) => (kinds.has(kind) ? textPieces(sheet, [small(says)], width) : []));
  return [
    ...textPieces(sheet, words, width),
    ...(irreversible ? [gap(4), banner(step, width)] : []),
    ...parts,
    ...(apart.length === 0 ? [] : [gap(4), ...apart]),
  ];
}

function people(label: string, who: string): Paragraph {
  return paragraph([soft(`${label}  `, 7.6), run(who, { size: 7.6 })], { before: 1 });
}

function named(participants: Participants, seats: readonly string[]): string {
  return seats.map((seat) => participants.named(seat)).join(', ');
}

/** As on the screen: where all but whoever does it check, nobody reads a list. */
function checkers(participants: Participants, { by, check }: PlannedStep): string {
  const others = participants.all.filter(({ seat }) => !by.includes(seat));
  const isEverybody = check.length > SOME && others.every(({ seat }) => check.includes(seat));
  return isEverybody ? EVERYONE : named(participants, check);
}

/** `only if "wipe" (step 4) is answered yes` */
function conditionOf(plan: Plan, { when }: PlannedStep): string {
  if (!when) return '';
  const asked = 'input' in when ? undefined : stepById(plan, when.answer);
  return `${onlyIf(when)}${asked ? ` in step ${asked.number}` : ''}. Else strike it out: not done.`;
}

/** White on black, which no printer and no copier loses; what is typed stands below. */
function banner(step: PlannedStep, width: number): Piece {
  const size = 8.6;
  const typed = typeToGoOn(step).replace(' to go on:', '');
  return {
    height: 17,
    keep: false,
    draw: ({ sheet, tag }, x, y) => {
      const box = sheet.faces.bold.widthOf(CANNOT_BE_UNDONE, size) + 12;
      sheet.artifact(() => sheet.rect(x, y, box, 14, FILL.black));
      sheet.mark(tag, () => {
        sheet.write(CANNOT_BE_UNDONE, x + 6, y + 10, 'bold', size, 'white');
        if (sheet.faces.text.widthOf(typed, 8) <= width - box - 8)
          sheet.write(typed, x + box + 8, y + 10, 'text', 8, 'black');
      });
    },
  };
}

/** A box for each who checks; where the script names nobody, one for whoever does it, or for any witness. */
function initials(participants: Participants, step: PlannedStep): Piece[] {
  const seats = step.check.length > 0 ? step.check : step.by;
  const labels = seats.length > 0 ? seats.map((seat) => participants.short(seat)) : ['seen by a witness'];
  const rows: Piece[] = [];
  for (let at = 0; at < labels.length; at += INITIALS.perRow) {
    const wide = labels.length === 1 ? INITIALS.step + INITIALS.width : INITIALS.width;
    const boxes = labels.slice(at, at + INITIALS.perRow).map((label) => labelledBox(label, wide, INITIALS.height));
    rows.push(besideEachOther(boxes, INITIALS.step), gap(2));
  }
  return rows;
}

/** How long the script says that it takes: for whoever keeps the time. */
function duration(sheet: Sheet, { script }: BookInput, { id }: PlannedStep, width: number): Piece[] {
  const takes = script.acts.flatMap(({ steps }) => steps).find((step) => step.id === id)?.takes;
  if (takes === undefined) return [];
  return textPieces(sheet, [small(`takes ${durationInWords(takes)}`, { size: 6.4 })], width);
}

/** Hours and minutes. */
function timeBox(width: number): Piece {
  return {
    height: 30,
    keep: false,
    draw: ({ sheet, tag }, x, y) => {
      const box = Math.min(width, NARROW);
      sheet.artifact(() => sheet.frame(x, y + 8.5, box, INITIALS.height, 0.7));
      sheet.mark(tag, () => sheet.write(':', x + box / 2 - 1.3, y + 21.5, 'bold', 10, 'black'));
    },
  };
}
