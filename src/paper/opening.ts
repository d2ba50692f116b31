import type { Sha256 } from '../base/digest.ts';
import { hasSite } from '../plan/plan.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { digestToWrite, knownDigest } from './digest-pieces.ts';
import type { Participants } from './participants.ts';
import { gap, linePieces, type Piece, signaturePiece, textPieces } from './piece.ts';

/** When the program starts: what the first pages of the screen are compared with, and what is written down from them. */
export function drawOpening(sheet: Sheet, input: BookInput): void {
  prose(
    sheet,
    [
      text(
        "The first page is the guard's: its two words stand above every page and in every question of the guard. Then come the command, the " +
          'versions and the digests, which are compared with this book; last the ceremony id, which everyone writes by hand.',
      ),
    ],
    { after: 8 },
  );
  drawPieces(sheet, linePieces(sheet, 'The two words of the guard', 'new each time the program is started', 1, 250));
  sheet.skip(6);
  for (const [name, digest] of printedDigests(input)) drawPieces(sheet, knownDigest(sheet, name, digest, sheet.width));
  drawPieces(sheet, digestToWrite(sheet, 'Ceremony id', 'everyone writes it by hand, from the screen', sheet.width));
}

/** What the first pages of the screen show, in their order, as far as it is known by now. */
function printedDigests({ plan, authorization, roster }: BookInput): (readonly [name: string, digest: Sha256])[] {
  const digests: (readonly [string, Sha256 | undefined])[] = [
    ['Roster', roster?.digest],
    ['Authorization', authorization?.digest],
    ['Script', plan.script],
    ['Site binding', hasSite(plan) ? plan.site : undefined],
    ['Program, as it states itself', authorization?.program],
  ];
  return digests.flatMap(([name, digest]) => (digest === undefined ? [] : [[name, digest] as const]));
}

/** The first page of another day: how the ceremony comes back from its bags, on paper until the program runs. */
export function drawOtherDay(sheet: Sheet): void {
  prose(
    sheet,
    [
      text(
        'The computer and what it starts from come out of their bags, whose numbers are those beside the last step. The same command is given, with ' +
          '--resume. The first pages are compared as on the first day: the ceremony id is the one that everyone has. Two people type the last row of ' +
          'the head that stands at the end of the act before this page.',
      ),
    ],
    { after: 8 },
  );
  const { width } = sheet;
  drawPieces(sheet, [
    ...linePieces(
      sheet,
      'Numbers on the bags of the computer and of what it starts from',
      'read aloud by two',
      2,
      width,
    ),
    ...linePieces(sheet, 'The two words of the guard', 'new each time the program is started', 1, 250),
    ...linePieces(sheet, 'Who typed the last row', 'two people', 1, width),
    ...['the ceremony administrator', 'a witness'].map((who) => signaturePiece(who, width)),
  ]);
}

/** After the last step: what is taken home. */
export function drawEnding(sheet: Sheet, participants: Participants): void {
  heading(sheet, 3, 'What is taken home', 220);
  prose(
    sheet,
    [
      text(
        'The last page of the screen shows the digest of the manifest of the evidence pack. Who takes these words home can later tell whether the ' +
          'pack is still the same one.',
      ),
    ],
    { after: 8 },
  );
  drawPieces(sheet, digestToWrite(sheet, 'Manifest', 'everyone writes it by hand, from the screen', sheet.width));
  drawPieces(sheet, [
    ...linePieces(sheet, 'Where this book is kept, and in which bag', '', 1, sheet.width),
    gap(6),
    ...textPieces(
      sheet,
      [text('This book was followed, but for what its deviation sheets say, and every page of it is here:')],
      sheet.width,
    ).map((piece) => ({ ...piece, keep: true })),
    ...participants.all.map(({ seat }) => signaturePiece(participants.named(seat), sheet.width)),
  ]);
}

/** Pieces below each other across the page; those that belong together are not divided. */
export function drawPieces(sheet: Sheet, pieces: readonly Piece[]): void {
  const tag = sheet.tag('P');
  pieces.forEach((piece, index) => {
    let height = piece.height;
    for (let at = index; pieces[at]?.keep && at + 1 < pieces.length; at++) height += (pieces[at + 1] as Piece).height;
    sheet.ensure(height);
    piece.draw({ sheet, tag }, sheet.left, sheet.y);
    sheet.y += piece.height;
  });
}
