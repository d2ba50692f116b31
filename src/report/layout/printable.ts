import { escapeForeign } from '../../base/text.ts';
import type { Face } from './fonts.ts';

/** Scripts written from right to left: drawn word by word from the left they would read in the wrong order. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Samaritan}]/u;

/**
 * A string as the page can show it: escaped as everywhere else, and what the font has no glyph for as `\u{4E2D}` too,
 * so that no two different strings look the same on paper.
 */
export function printable(text: string, face: Face): string {
  const escaped = escapeForeign(text);
  if (/^[\x20-\x7e]*$/.test(escaped)) return escaped;
  let shown = '';
  for (const character of escaped) {
    const codePoint = character.codePointAt(0) ?? 0;
    const drawable = codePoint < 0x7f || (face.has(codePoint) && !RIGHT_TO_LEFT.test(character));
    shown += drawable ? character : `\\u{${codePoint.toString(16).toUpperCase()}}`;
  }
  return shown;
}

/** Printable, and cut to a width with an ellipsis: for places that repeat what stands whole elsewhere. */
export function fitted(text: string, face: Face, size: number, width: number): string {
  const shown = printable(text, face);
  if (face.widthOf(shown, size) <= width) return shown;
  const characters = Array.from(shown);
  let keep = Math.min(characters.length, Math.ceil(width / size) * 4);
  while (keep > 0 && face.widthOf(`${characters.slice(0, keep).join('')}…`, size) > width) keep--;
  return `${characters.slice(0, keep).join('')}…`;
}
