import { prose } from './layout/blocks.ts';
import { REPORT_VERSION } from './layout/fonts.ts';
import type { Sheet } from './layout/sheet.ts';
import { text } from './layout/style.ts';
import type { PackRecord } from './record.ts';

/** What this paper is worth, and how to make it again. */
export function drawMaking(sheet: Sheet, record: PackRecord): void {
  const { program, versions } = record.opening;
  prose(sheet, [
    text(
      'This report is a view of the evidence pack, made from its files alone. It proves nothing by itself: the pack does, with its ' +
        'signatures, and "quorate verify" or the file VERIFY.md in the pack say how to check it. Made again from the same pack by the ' +
        'same version, this report has the same bytes.',
    ),
    text(
      `Made by report version ${REPORT_VERSION}. The ceremony was run by ${program.name} ${program.version} with report version ${versions.report}.`,
      {
        before: 4,
      },
    ),
    text(
      'Text that came from outside is shown so that it reads as what it is: a character that is invisible, changes the direction of ' +
        'reading, or is not in the typeface stands as its number in hexadecimal, between braces.',
      { before: 4 },
    ),
  ]);
}
