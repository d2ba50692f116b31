import type { Sheet } from './sheet.ts';
import { FILL } from './style.ts';

const HEIGHT = 22;
const SIZE = 9.5;

/** At the top of every page of a rehearsal, white on black from edge to edge: no printer and no copier hides it. */
export function drawRehearsalBand(sheet: Sheet): void {
  const words = 'REHEARSAL: NOTHING MADE HERE MAY BE TRUSTED';
  const { width } = sheet.page;
  sheet.rect(0, 0, width, HEIGHT, FILL.black);
  sheet.write(words, (width - sheet.faces.bold.widthOf(words, SIZE)) / 2, 15, 'bold', SIZE, 'white');
}
