import type { QrCode } from './qr-code.ts';
import { SecretWriter } from './secret-writer.ts';

/** A4, in points. */
export const PAGE = { width: 595, height: 842 } as const;

/** Of the fonts that every reader of PDF has (ISO 32000-1, 9.6.2.2): nothing is embedded. */
const FONTS = { plain: 'Helvetica', bold: 'Helvetica-Bold', typed: 'Courier-Bold' } as const;
export type Font = keyof typeof FONTS;
/** Courier's characters are all as wide: parts of its size. */
export const TYPED_WIDTH = 0.6;

/** What WinAnsiEncoding has beyond Latin 1, of what stands in names. */
const BEYOND_LATIN_1: ReadonlyMap<string, number> = new Map([
  ['€', 0x80],
  ['„', 0x84],
  ['…', 0x85],
  ['‘', 0x91],
  ['’', 0x92],
  ['“', 0x93],
  ['”', 0x94],
  ['–', 0x96],
  ['—', 0x97],
]);

/** One page of a PDF, drawn from the lower left corner in points. What is secret in it is bytes from end to end. */
export class PdfPage {
  readonly #content = new SecretWriter();

  text(font: Font, size: number, x: number, y: number, text: string): void {
    this.#show(font, size, x, y, literal(text));
  }

  /** White, for what stands on a bar. */
  lightText(font: Font, size: number, x: number, y: number, text: string): void {
    this.#content.text('1 g\n');
    this.text(font, size, x, y, text);
    this.#content.text('0 g\n');
  }

  /** @param letters digits, letters and blanks */
  secret(font: Font, size: number, x: number, y: number, letters: Uint8Array): void {
    this.#show(font, size, x, y, letters);
  }

  /** A dark area. */
  bar(x: number, y: number, width: number, height: number): void {
    this.#content.text(`${x} ${y} ${width} ${height} re f\n`);
  }

  frame(x: number, y: number, width: number, height: number, thickness: number): void {
    this.#content.text(`${thickness} w ${x} ${y} ${width} ${height} re S\n`);
  }

  line(x: number, y: number, width: number): void {
    this.#content.text(`0.6 w ${x} ${y} m ${x + width} ${y} l S\n`);
  }

  /** One path of rectangles, so that no seam shows between them. @param module points along a side of one */
  qr(code: QrCode, x: number, y: number, module: number): void {
    const { size, modules } = code;
    const content = this.#content;
    content.text(`q ${module} 0 0 ${module} ${x} ${y} cm\n`);
    for (let row = 0; row < size; row++) {
      let from = 0;
      while (from < size) {
        let to = from;
        while (to < size && modules[row * size + to] === 1) to += 1;
        if (to > from) {
          content.number(from);
          content.number(size - 1 - row);
          content.number(to - from);
          content.text('1 re\n');
        }
        from = to + 1;
      }
    }
    content.text('f Q\n');
  }

  /**
   * The file (PDF 1.4, ISO 32000-1 clause 7), the same for the same page.
   * @returns a secret, which the caller zeroes; the page is empty then
   */
  file(title: string): Buffer {
    const content = this.#content.take();
    const file = new SecretWriter();
    const offsets: number[] = [];
    const begin = () => {
      offsets.push(file.length);
      file.text(`${offsets.length} 0 obj\n`);
    };
    const object = (dictionary: string) => {
      begin();
      file.text(`<< ${dictionary} >>\nendobj\n`);
    };
    const fonts = Object.entries(FONTS);
    file.text('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n');
    object('/Type /Catalog /Pages 2 0 R');
    object('/Type /Pages /Kids [3 0 R] /Count 1');
    const resources = fonts.map(([name], index) => `/${name} ${6 + index} 0 R`).join(' ');
    object(
      `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Resources << /Font << ${resources} >> >> /Contents 4 0 R`,
    );
    begin();
    file.text(`<< /Length ${content.length} >>\nstream\n`);
    file.bytes(content);
    file.text('\nendstream\nendobj\n');
    begin();
    file.text('<< /Title (');
    file.bytes(literal(title));
    file.text(') >>\nendobj\n');
    for (const [, font] of fonts) object(`/Type /Font /Subtype /Type1 /BaseFont /${font} /Encoding /WinAnsiEncoding`);
    const xref = file.length;
    file.text(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n`);
    for (const offset of offsets) file.text(`${String(offset).padStart(10, '0')} 00000 n \n`);
    file.text(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${xref}\n%%EOF\n`);
    content.fill(0);
    return file.take();
  }

  #show(font: Font, size: number, x: number, y: number, bytes: Uint8Array): void {
    this.#content.text(`BT /${font} ${size} Tf ${x} ${y} Td (`);
    this.#content.bytes(bytes);
    this.#content.text(') Tj ET\n');
  }
}

/** The text as the fonts can show it: a character that they do not have stands as `\u{202E}`. */
export function shown(text: string): string {
  return [...text]
    .map((character) => (codeOf(character) === undefined ? `\\u{${hexOf(character)}}` : character))
    .join('');
}

function hexOf(character: string): string {
  return (character.codePointAt(0) as number).toString(16).toUpperCase();
}

function codeOf(character: string): number | undefined {
  const code = character.codePointAt(0) as number;
  const isLatin1 = (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code <= 0xff && code !== 0xad);
  return isLatin1 ? code : BEYOND_LATIN_1.get(character);
}

/** In WinAnsiEncoding, as a literal string has it (7.3.4.2). */
function literal(text: string): Buffer {
  const escaped = shown(text).replaceAll(/[\\()]/g, (character) => `\\${character}`);
  return Buffer.from([...escaped].map((character) => codeOf(character) as number));
}
