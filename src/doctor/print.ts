import { displayWidth } from '../base/display-width.ts';
import { escapeForeign } from '../base/text.ts';
import { countOf, type Line, type Section, type Verdict } from './line.ts';

const COLUMNS = 80;
const MARKS: Readonly<Record<Verdict, string>> = { ok: 'ok', warns: 'warns', stops: 'STOPS A CEREMONY' };
const INDENT = Math.max(...Object.values(MARKS).map(({ length }) => length)) + 2;

/** Colours a verdict; without it the words alone say it. */
export type Paint = (verdict: Verdict, text: string) => string;

/** What people read: at most 80 columns, foreign text escaped, the count on the last line. */
export function printSections(sections: readonly Section[], paint: Paint): string[] {
  const rows = sections.flatMap(({ title, lines }) => [title, ...lines.flatMap((line) => printLine(line, paint)), '']);
  const warnings = countOf(sections, 'warns');
  const stopping = sections.flatMap(({ lines }) => lines.filter(({ verdict }) => verdict === 'stops'));
  const again = stopping.flatMap(({ subject, says }) => wrap(escapeForeign(`  ${subject}: ${says}`), COLUMNS));
  return [
    ...rows,
    ...(again.length > 0 ? ['WHAT WOULD STOP A CEREMONY', ...again, ''] : []),
    `${warnings} ${warnings === 1 ? 'thing warns' : 'things warn'}`,
    paint(
      stopping.length === 0 ? 'ok' : 'stops',
      `${stopping.length} ${stopping.length === 1 ? 'thing' : 'things'} would stop a ceremony`,
    ),
  ];
}

function printLine(line: Line, paint: Paint): string[] {
  const texts = [
    `${line.subject}: ${line.says}`,
    ...(line.more ?? []).map((text) => `  ${text}`),
    ...(line.verdict === 'ok' ? [] : [`do: ${line.todo}`]),
  ];
  const [first = '', ...others] = texts.flatMap((text) => wrap(escapeForeign(text), COLUMNS - INDENT));
  const mark = MARKS[line.verdict];
  return [
    `${paint(line.verdict, mark)}${' '.repeat(INDENT - mark.length)}${first}`,
    ...others.map((text) => `${' '.repeat(INDENT)}${text}`),
  ];
}

/** Breaks between words, and within what is longer than a row (paths, digests). What goes on is set in by two. */
function wrap(text: string, room: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const rows: string[] = [];
  let row = indent;
  let isEmpty = true;
  const push = () => {
    rows.push(row);
    row = `${indent}  `;
    isEmpty = true;
  };
  for (const word of text.slice(indent.length).split(/(?<=\S)(?= +\S)/)) {
    if (displayWidth(row) + displayWidth(word) > room && !isEmpty) push();
    const fitting = isEmpty && rows.length > 0 ? word.trimStart() : word;
    for (const character of fitting) {
      if (displayWidth(row) + displayWidth(character) > room) push();
      row += character;
      isEmpty = false;
    }
  }
  rows.push(row);
  return rows;
}
