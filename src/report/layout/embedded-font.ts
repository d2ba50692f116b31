import type { Face } from './fonts.ts';

interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly codePoints: readonly number[];
}

interface Position {
  readonly xAdvance: number;
  readonly advanceWidth: number;
}

/** What pdfkit 0.20.2 keeps of an embedded font, as far as we use it; its types show none of it. */
export interface EmbeddedFont {
  readonly id: string;
  /** Thousandths of an em for one unit of the font. */
  readonly scale: number;
  readonly font: {
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
  };
  layout(text: string): { glyphs: Glyph[]; positions: Position[]; advanceWidth: number };
  /** Takes the glyphs into the subset. @returns four hexadecimal digits for each */
  encode(text: string): [hex: string[], positions: Position[]];
  /** Reference for a page's resources. */
  ref(): unknown;
}

/**
 * One glyph for each character, at its own width. The shaping engine behind pdfkit would kern and join letters; that takes
 * most of the time of a report, and text that people search for and compare is better off without ligatures.
 */
export function layOutPlainly(embedded: EmbeddedFont): Face {
  const glyphs = new Map<string, Glyph>();
  const glyphOf = (character: string): Glyph => {
    const known = glyphs.get(character);
    if (known) return known;
    const glyph = embedded.font.glyphForCodePoint(character.codePointAt(0) ?? 0);
    // The width is looked up in the font each time it is asked for: kept here.
    const kept = { id: glyph.id, advanceWidth: glyph.advanceWidth, codePoints: glyph.codePoints };
    glyphs.set(character, kept);
    return kept;
  };
  embedded.layout = (text) => {
    const line = Array.from(text, glyphOf);
    const positions = line.map(({ advanceWidth }) => {
      const width = advanceWidth * embedded.scale;
      return { xAdvance: width, advanceWidth: width };
    });
    return { glyphs: line, positions, advanceWidth: positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0) };
  };
  return {
    widthOf: (text, size) => {
      let width = 0;
      for (const character of text) width += glyphOf(character).advanceWidth;
      return (width * embedded.scale * size) / 1000;
    },
    has: (codePoint) => embedded.font.hasGlyphForCodePoint(codePoint),
  };
}
