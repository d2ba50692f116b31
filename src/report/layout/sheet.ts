import PDFDocument from 'pdfkit';
import { type EmbeddedFont, layOutPlainly } from './embedded-font.ts';
import { FACE_NAMES, type Face, type FaceName, type Faces, fontBytes } from './fonts.ts';
import { BAR, type Line } from './lines.ts';
import { PAGE, type PageFormat, TONE, type Tone } from './style.ts';

/** An element of the document's structure (ISO 32000-1 §14.7), for readers that do not see the page. */
export interface Tag {
  readonly type: string;
  readonly element: ReturnType<PDFKit.PDFDocument['struct']>;
}

export interface SheetInfo {
  readonly title: string;
  readonly subject: string;
  readonly creator: string;
  /** UTC; the file's only time. */
  readonly at: string;
}

/**
 * The document being made: a place on a page, and what can be drawn there. Bytes depend on what is drawn and on `SheetInfo`
 * alone: pdfkit derives the file's identifier from that too, and streams are not compressed, because deflate may give
 * other bytes on another processor or in another version.
 */
export class Sheet {
  readonly faces: Faces;
  readonly page: PageFormat;
  readonly left: number;
  readonly width: number;
  /** Distance from the top edge of the page, in points. */
  y: number;
  readonly #doc: PDFKit.PDFDocument;
  readonly #fonts = new Map<FaceName, EmbeddedFont>();
  readonly #root: Tag;
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  #inside: Tag;
  #tone: string | undefined;
  #pages = 0;

  constructor(info: SheetInfo, page: PageFormat = PAGE) {
    this.page = page;
    this.left = page.left;
    this.width = page.width - page.left - page.right;
    this.y = page.top;
    const at = new Date(info.at);
    this.#doc = new PDFDocument({
      autoFirstPage: false,
      bufferPages: true,
      compress: false,
      displayTitle: true,
      lang: 'en',
      margin: 0,
      pdfVersion: '1.7',
      size: [page.width, page.height],
      tagged: true,
      info: {
        Title: info.title,
        Subject: info.subject,
        Creator: info.creator,
        Producer: 'pdfkit',
        CreationDate: at,
        ModDate: at,
      },
    });
    this.#doc.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => {
      this.#doc.on('end', resolve);
      this.#doc.on('error', reject);
    });
    for (const name of FACE_NAMES) this.#doc.registerFont(name, fontBytes(name));
    this.faces = Object.fromEntries(FACE_NAMES.map((name) => [name, this.#face(name)])) as Record<FaceName, Face>;
    const element = this.#doc.struct('Document');
    this.#doc.addStructure(element);
    this.#root = { type: 'Document', element };
    this.#inside = this.#root;
  }

  #face(name: FaceName): Face {
    this.#doc.font(name);
    const embedded = (this.#doc as unknown as { _font: EmbeddedFont })._font;
    this.#fonts.set(name, embedded);
    return layOutPlainly(embedded);
  }

  get bottom(): number {
    return this.page.height - this.page.bottom;
  }

  /** Points between the margins of a page. */
  get height(): number {
    return this.bottom - this.page.top;
  }

  /** Points left on this page. */
  get room(): number {
    return this.bottom - this.y;
  }

  get atTop(): boolean {
    return this.y <= this.page.top;
  }

  /** From 1. */
  get pageNumber(): number {
    return this.#pages;
  }

  newPage(): void {
    this.#doc.addPage();
    this.#pages++;
    this.#tone = undefined;
    this.y = this.page.top;
  }

  /** Begins a new page where less than `height` is left. A page with nothing on it yet is as good as it gets. */
  ensure(height: number): void {
    if (this.room < height && !this.atTop) this.newPage();
  }

  skip(points: number): void {
    if (!this.atTop) this.y += points;
  }

  /** Draws on pages made before, `draw` once for each. */
  eachPage(draw: (number: number) => void): void {
    for (let index = 0; index < this.#pages; index++) this.onPage(index + 1, () => draw(index + 1));
  }

  onPage(number: number, draw: () => void): void {
    this.#doc.switchToPage(number - 1);
    this.#tone = undefined;
    draw();
    this.#doc.switchToPage(this.#pages - 1);
    this.#tone = undefined;
  }

  tag(type: string, options: { scope?: 'Column' | 'Row' } = {}): Tag {
    // pdfkit takes `scope`, its types do not know it.
    const element = this.#doc.struct(type, options as PDFKit.Mixins.StructureElementOptions);
    this.#inside.element.add(element);
    return { type, element };
  }

  /** What is tagged in `body` belongs to `tag`. */
  within(tag: Tag, body: () => void): void {
    const before = this.#inside;
    this.#inside = tag;
    body();
    this.#inside = before;
  }

  /** What is drawn in `draw` is content of `tag`. */
  mark(tag: Tag, draw: () => void): void {
    tag.element.add(this.#doc.markStructureContent(tag.type));
    draw();
    this.#doc.endMarkedContent();
  }

  /** Drawing that says nothing of its own: rules, fills, repeated heads, page numbers. */
  artifact(draw: () => void): void {
    this.#doc.markContent('Artifact', { type: 'Layout' });
    draw();
    this.#doc.endMarkedContent();
  }

  bookmark(title: string, parent?: PDFKit.PDFOutline): PDFKit.PDFOutline {
    return (parent ?? this.#doc.outline).addItem(title);
  }

  /** One piece of text, its baseline at `y`. Nothing is broken or shortened here. */
  write(text: string, x: number, y: number, face: FaceName, size: number, tone: Tone): void {
    const font = this.#fonts.get(face);
    if (text === '' || !font) return;
    this.#fill(TONE[tone]);
    const page = this.#doc.page as unknown as { readonly fonts: Record<string, unknown> };
    page.fonts[font.id] ??= font.ref();
    // pdfkit's pages count y from the top, so the text matrix turns glyphs upright again (ISO 32000-1 §9.4.2).
    const [hex] = font.encode(text);
    this.#doc.addContent(`BT /${font.id} ${size} Tf 1 0 0 -1 ${number(x)} ${number(y)} Tm <${hex.join('')}> Tj ET`);
  }

  /** @returns y under the last line */
  drawLines(lines: readonly Line[], x: number, y: number): number {
    let at = y;
    lines.forEach((line, index) => {
      if (index > 0) at += line.before;
      if (line.marked) this.rect(x, at, BAR / 2.5, line.leading + (lines[index + 1]?.marked ? 2 : 0), TONE.black);
      for (const part of line.segments) {
        // Ascent and descent of these faces are about 3 : 1, with the leading shared between them.
        const baseline = at + line.leading * 0.5 + part.size * 0.36;
        this.write(part.text, x + part.x, baseline, part.face, part.size, part.tone);
      }
      at += line.leading;
    });
    return at;
  }

  rect(x: number, y: number, width: number, height: number, colour: string): void {
    this.#fill(colour);
    this.#doc.rect(x, y, width, height).fill();
  }

  rule(x: number, y: number, width: number, weight: number, colour: string): void {
    this.rect(x, y - weight / 2, width, weight, colour);
  }

  frame(x: number, y: number, width: number, height: number, weight: number): void {
    this.#doc.lineWidth(weight).strokeColor(TONE.black).rect(x, y, width, height).stroke();
  }

  #fill(colour: string): void {
    if (this.#tone === colour) return;
    this.#doc.fillColor(colour);
    this.#tone = colour;
  }

  async end(): Promise<Uint8Array> {
    this.#root.element.end();
    this.#doc.end();
    await this.#ended;
    return new Uint8Array(Buffer.concat(this.#chunks));
  }
}

/** Hundredths of a point are finer than any printer. */
function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
