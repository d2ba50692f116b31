import { markOfRow } from '../../src/paper-share/marks.ts';
import { carriedBytes } from '../../src/paper-share/payload.ts';
import { paperRows, scanText } from '../../src/paper-share/write-rows.ts';
import { vectorShare } from './shares.ts';

/** The worked example of docs/formats/paper-share.md, as it is printed there. */
export function paperLines(): string[] {
  const carried = carriedBytes(vectorShare());
  const hex = carried.toString('hex');
  const rows = paperRows(vectorShare());
  const scan = scanText(rows).toString('latin1');
  return [
    `bytes  ${hex.slice(0, 40)}`,
    `       ${hex.slice(40, 72)}`,
    `       ${hex.slice(72, 136)}`,
    `       ${hex.slice(136)}`,
    '',
    'row  characters           checks  mark',
    ...rows.map((row, index) => {
      const text = row.toString('latin1');
      const groups = text.slice(0, 16).match(/.{4}/g)?.join(' ');
      return `${index + 1}    ${groups}  ${text.slice(16)}   ${markOfRow(index + 1, carried)}`;
    }),
    '',
    `code   ${scan.slice(0, 80)}`,
    `       ${scan.slice(80)}`,
  ];
}
