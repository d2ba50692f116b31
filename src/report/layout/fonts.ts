import { readFileSync } from 'node:fs';

/**
 * Version of what turns a pack into a PDF: our layout, the PDF writer, the fonts. The opening event records it, because
 * equal bytes are promised for an equal version only.
 */
export const REPORT_VERSION = '1 pdfkit/0.20.2 dejavu-fonts-ttf/2.37.3';

export type FaceName = 'text' | 'bold' | 'mono';

const FONT_FILES: Readonly<Record<FaceName, string>> = {
  text: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
  mono: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
};

export const FACE_NAMES = Object.keys(FONT_FILES) as readonly FaceName[];

/** What layout needs to know of a font. */
export interface Face {
  /** Width in points. */
  readonly widthOf: (text: string, size: number) => number;
  readonly has: (codePoint: number) => boolean;
}

export type Faces = Readonly<Record<FaceName, Face>>;

const read = new Map<FaceName, Buffer>();

/** The font file, as the locked package has it: part of the program, like its code. */
export function fontBytes(name: FaceName): Buffer {
  const known = read.get(name);
  if (known) return known;
  const bytes = readFileSync(new URL(FONT_FILES[name]));
  read.set(name, bytes);
  return bytes;
}
