import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './rehearsed.ts';

/** A fenced block of a page: three backticks, its language, and a word that says how it is checked. */
export interface Block {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly kind: string;
  readonly text: string;
}

const DOCS = join(ROOT, 'docs');

/** Pages of docs/formats/ and docs/guides/, and those beside them that are written by hand or have commands. */
export const PAGES: readonly string[] = [
  ...pagesIn('formats'),
  ...pagesIn('guides'),
  'recovery-without-quorate.md',
  'threat-model.md',
  'checks.md',
  'what-others-check.md',
];

function pagesIn(folder: string): string[] {
  return readdirSync(join(DOCS, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

export function readPage(page: string): string {
  return readFileSync(join(DOCS, page), 'utf8');
}

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  for (const [index, line] of readPage(page).split('\n').entries()) {
    if (!line.startsWith('```')) {
      open?.lines.push(line);
    } else if (open) {
      const [language = '', kind = ''] = open.info.split(' ');
      blocks.push({ page, line: open.line, language, kind, text: open.lines.join('\n') });
      open = undefined;
    } else {
      open = { line: index + 1, info: line.slice(3), lines: [] };
    }
  }
  if (open) throw new Error(`${page}:${open.line}: the block is not closed`);
  return blocks;
}

export const BLOCKS: readonly Block[] = PAGES.flatMap(blocksOf);

export function where(block: Block): string {
  return `docs/${block.page}:${block.line}`;
}
