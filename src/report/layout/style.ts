import type { FaceName } from './fonts.ts';

/** A page and its margins, in points. */
export interface PageFormat {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const MARGINS = { left: 54, right: 54, top: 74, bottom: 66 } as const;

/** A4 (ISO 216), on which every report is. */
export const PAGE = { width: 595.28, height: 841.89, ...MARGINS } as const;

/** Letter (ANSI/ASME Y14.1). */
export const LETTER = { width: 612, height: 792, ...MARGINS } as const;

/** Greys only: the report is printed, and what a colour says is lost there. */
export const TONE = { black: '#000000', soft: '#4a4a4a', white: '#ffffff' } as const;
export type Tone = keyof typeof TONE;

export const RULE = { strong: '#000000', line: '#8c8c8c', hair: '#c9c9c9' } as const;
export const FILL = { head: '#e6e6e6', act: '#f2f2f2', box: '#f7f7f7', black: '#000000' } as const;

export interface Run {
  readonly text: string;
  readonly face: FaceName;
  readonly size: number;
  readonly tone: Tone;
}

export interface Paragraph {
  readonly runs: readonly Run[];
  readonly leading: number;
  /** Space above, left out at the top of a cell or page. */
  readonly before: number;
  readonly indent: number;
  /** A thick bar at the left and a name in white on black: deviations and refusals. */
  readonly marked: boolean;
  /** Stays on the page of what follows: a label over its digest. */
  readonly keep: boolean;
}

export interface ParagraphOptions {
  readonly size?: number;
  readonly tone?: Tone;
  readonly before?: number;
  readonly indent?: number;
  readonly marked?: boolean;
  readonly keep?: boolean;
}

const BODY = 8.4;
const SMALL = 7.2;

export function run(text: string, options: { face?: FaceName; size?: number; tone?: Tone } = {}): Run {
  return { text, face: options.face ?? 'text', size: options.size ?? BODY, tone: options.tone ?? 'black' };
}

export function bold(text: string, size = BODY): Run {
  return run(text, { face: 'bold', size });
}

export function soft(text: string, size = SMALL): Run {
  return run(text, { size, tone: 'soft' });
}

/** Digests, identifiers and other text whose every character counts. */
export function mono(text: string, size = 7): Run {
  return run(text, { face: 'mono', size });
}

export function paragraph(runs: readonly Run[], options: ParagraphOptions = {}): Paragraph {
  const largest = Math.max(...runs.map((one) => one.size));
  return {
    runs,
    leading: Math.round(largest * 13.4) / 10,
    before: options.before ?? 0,
    indent: options.indent ?? 0,
    marked: options.marked ?? false,
    keep: options.keep ?? false,
  };
}

/** A paragraph of plain text. */
export function text(content: string, options: ParagraphOptions = {}): Paragraph {
  return paragraph([run(content, { size: options.size ?? BODY, tone: options.tone ?? 'black' })], options);
}

export function small(content: string, options: ParagraphOptions = {}): Paragraph {
  return text(content, { size: SMALL, tone: 'soft', ...options });
}

/** `label  value` on one line, the label in soft type. */
export function labelled(
  label: string,
  value: string,
  options: ParagraphOptions & { face?: FaceName } = {},
): Paragraph {
  const size = options.size ?? SMALL;
  const body = run(value, { face: options.face ?? 'text', size: options.face === 'mono' ? Math.min(size, 7) : size });
  return paragraph([soft(`${label}  `, size), body], { before: 1.5, ...options });
}

/** A digest under its label, on a line of its own, so that 64 digits fit into a narrow column. */
export function digestLines(label: string, digest: string, options: ParagraphOptions = {}): Paragraph[] {
  const under = { ...options, before: 0 };
  return [small(label, { before: 1.5, ...options, keep: true }), paragraph([mono(digest, 6.6)], under)];
}

/** A deviation, refusal or failure: a bar at the left and its name in bold capitals, whatever the printer does. */
export function markedLine(name: string, what: string): Paragraph {
  return paragraph([bold(`${name}  `, 7.8), run(what, { size: 7.8 })], { marked: true, before: 3 });
}
