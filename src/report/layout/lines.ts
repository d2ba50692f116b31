import type { Face, FaceName, Faces } from './fonts.ts';
import { printable } from './printable.ts';
import type { Paragraph, Run, Tone } from './style.ts';

/** A piece of one line in one face. `x` counts from the left edge of the paragraph's column. */
export interface Segment {
  readonly text: string;
  readonly face: FaceName;
  readonly size: number;
  readonly tone: Tone;
  readonly x: number;
}

export interface Line {
  readonly segments: readonly Segment[];
  readonly leading: number;
  readonly before: number;
  readonly marked: boolean;
  /** Not to be the last line on a page. */
  readonly keep: boolean;
}

interface Word {
  readonly text: string;
  readonly run: Run;
  readonly width: number;
}

/** Words that no space divides, with the spaces before them. */
interface Chunk {
  readonly words: Word[];
  width: number;
  readonly spaces: string;
  /** Width of those. */
  readonly space: number;
}

/** Room for the bar of a marked paragraph. */
export const BAR = 7;

/**
 * Breaks paragraphs into lines that are never wider than `width`: at spaces; inside a word only where the word
 * alone is wider, after a character that divides if there is one; hexadecimal in equal parts of whole bytes.
 */
export function layOut(paragraphs: readonly Paragraph[], width: number, faces: Faces): Line[] {
  return paragraphs.flatMap((paragraph) => {
    const indent = paragraph.indent + (paragraph.marked ? BAR : 0);
    const filled = fill(chunksOf(paragraph.runs, faces), width - indent, faces);
    return filled.map((words, index) => ({
      segments: segmentsOf(words, indent, faces),
      leading: paragraph.leading,
      before: index === 0 ? paragraph.before : 0,
      marked: paragraph.marked,
      keep: paragraph.keep,
    }));
  });
}

/** Height of lines from the top of a cell or page: the space above the first is left out. */
export function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line, index) => sum + line.leading + (index === 0 ? 0 : line.before), 0);
}

function chunksOf(runs: readonly Run[], faces: Faces): Chunk[] {
  const chunks: Chunk[] = [];
  let glued = false;
  let spaces = '';
  for (const run of runs) {
    const face = faces[run.face];
    for (const piece of printable(run.text, face).split(/( +)/)) {
      if (piece === '') continue;
      if (piece.startsWith(' ')) {
        glued = false;
        spaces = piece;
        continue;
      }
      const word: Word = { text: piece, run, width: face.widthOf(piece, run.size) };
      const last = chunks.at(-1);
      if (glued && last) {
        last.words.push(word);
        last.width += word.width;
      } else {
        const before = chunks.length === 0 ? '' : spaces;
        chunks.push({ words: [word], width: word.width, spaces: before, space: face.widthOf(before, run.size) });
      }
      glued = true;
    }
  }
  return chunks;
}

type PlacedWord = Word & {
  readonly spaces: string;
  /** Goes on in the next line. */
  readonly broken: boolean;
};

function fill(chunks: readonly Chunk[], width: number, faces: Faces): PlacedWord[][] {
  const lines: PlacedWord[][] = [];
  let line: PlacedWord[] = [];
  let used = 0;
  const end = () => {
    if (line.length > 0) lines.push(line);
    line = [];
    used = 0;
  };
  const place = (chunk: Chunk) => {
    const first = line.length === 0;
    chunk.words.forEach((word, index) => {
      line.push({ ...word, spaces: first || index > 0 ? '' : chunk.spaces, broken: false });
      used += word.width;
    });
    if (!first) used += chunk.space;
  };
  for (const chunk of chunks) {
    if (used + chunk.space + chunk.width > width) end();
    if (chunk.width <= width) {
      place(chunk);
      continue;
    }
    for (const word of chunk.words) {
      const parts = breakWord(word.text, word.run, width, faces[word.run.face]);
      for (const [index, part] of parts.entries()) {
        const partWidth = faces[word.run.face].widthOf(part, word.run.size);
        if (used + partWidth > width) end();
        line.push({ text: part, run: word.run, width: partWidth, spaces: '', broken: index < parts.length - 1 });
        used += partWidth;
      }
    }
  }
  end();
  return lines.length === 0 ? [[]] : lines;
}

const DIVIDES = /[-/._:,;@+=)\]}]/;

function breakWord(word: string, run: Run, width: number, face: Face): string[] {
  const total = face.widthOf(word, run.size);
  if (total <= width) return [word];
  if (/^[0-9a-fA-F]{32,}$/.test(word)) {
    const parts = Math.ceil(total / width);
    const size = Math.ceil(word.length / parts / 4) * 4;
    return (word.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).map(String);
  }
  const characters = Array.from(word);
  const parts: string[] = [];
  let from = 0;
  while (from < characters.length) {
    let to = from;
    let dividesAt = -1;
    let used = 0;
    while (to < characters.length) {
      used += face.widthOf(characters[to] as string, run.size);
      if (used > width && to > from) break;
      to++;
      if (to < characters.length && DIVIDES.test(characters[to - 1] as string)) dividesAt = to;
    }
    // A break after a character that divides is taken only where it does not leave most of the line empty.
    if (to < characters.length && dividesAt - from > (to - from) / 2) to = dividesAt;
    parts.push(characters.slice(from, to).join(''));
    from = to;
  }
  return parts;
}

/** A line that ends between words ends in a space, which nobody sees but who hears the text or copies it. */
function segmentsOf(words: readonly PlacedWord[], indent: number, faces: Faces): Segment[] {
  const segments: { text: string; run: Run; x: number }[] = [];
  let x = indent;
  for (const word of words) {
    const last = segments.at(-1);
    if (last && last.run === word.run) {
      last.text += word.spaces + word.text;
    } else {
      if (last) {
        x +=
          faces[last.run.face].widthOf(last.text, last.run.size) +
          faces[word.run.face].widthOf(word.spaces, word.run.size);
        last.text += word.spaces;
      }
      segments.push({ text: word.text, run: word.run, x });
    }
  }
  const end = segments.at(-1);
  if (end && !words.at(-1)?.broken) end.text += ' ';
  return segments.map(({ text, run, x: at }) => ({ text, face: run.face, size: run.size, tone: run.tone, x: at }));
}
