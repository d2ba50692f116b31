import { displayWidth } from '../base/display-width.ts';
import { escapeHidden } from '../base/text.ts';

/** Something wrong in a text that people wrote. All problems of a text are listed, in its order. */
export interface Problem<Code extends string = string> {
  readonly code: Code;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (code points). */
  readonly column: number;
  /** Column after the last offending character, when that is on the same line. */
  readonly endColumn?: number;
  /** The message, one line: lower case, the value quoted, what was expected. */
  readonly text: string;
  readonly hint?: string;
  /** A warning refuses nothing. */
  readonly severity: 'problem' | 'warning';
}

/** Characters of a source line that are shown, and how many of them before the place of a problem. */
const SHOWN = 110;
const BEFORE = 60;

/** Whether the text must not be used: some problem is more than a warning. */
export function isRefused(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'problem');
}

/** In the order of the text; those at one place in the order they were found. */
export function inOrder<P extends Problem>(problems: readonly P[]): P[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * For people, one block a problem, ended by a line feed:
 *
 *     root.yaml:4:3: unknown key "titel" in "ceremony" [KEY_UNKNOWN]
 *       4 |   titel: Example Root CA G1
 *         |   ^^^^^
 *       hint: did you mean "title"?
 *
 * Safe for a terminal: hidden characters of the source are printed as `\u{202E}`, and a long line in part.
 */
export function printProblems(problems: readonly Problem[], sourceText: string): string {
  const lines = sourceText.split('\n');
  // Taken apart once: a file may be one line of a megabyte with hundreds of problems.
  const apart = new Map<number, readonly string[]>();
  const charactersOf = (line: number): readonly string[] => {
    const known = apart.get(line) ?? Array.from(lines[line - 1] ?? '');
    apart.set(line, known);
    return known;
  };
  return inOrder(problems)
    .map((problem) => printProblem(problem, charactersOf(problem.line)))
    .join('');
}

function printProblem(problem: Problem, line: readonly string[]): string {
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  const place = `${escapeHidden(problem.file)}:${problem.line}:${problem.column}`;
  const printed = [`${place}: ${severity}${escapeHidden(problem.text)} [${problem.code}]`];
  if (line.length > 0) {
    const number = String(problem.line);
    const { shown, indent, length } = excerpt(line, problem);
    printed.push(`  ${number} | ${shown}`.trimEnd());
    printed.push(`  ${' '.repeat(number.length)} | ${' '.repeat(indent)}${'^'.repeat(length)}`);
  }
  if (problem.hint !== undefined) printed.push(`  hint: ${escapeHidden(problem.hint)}`);
  return `${printed.join('\n')}\n`;
}

/** The part of a line around a problem as a terminal shows it; the caret's place and length in terminal columns. */
function excerpt(characters: readonly string[], problem: Problem): { shown: string; indent: number; length: number } {
  const start = Math.min(problem.column - 1, characters.length);
  const end = Math.max(start, Math.min((problem.endColumn ?? problem.column + 1) - 1, characters.length));
  const from = start > BEFORE ? start - BEFORE : 0;
  const to = Math.min(characters.length, from + SHOWN);
  const part = (first: number, last: number) => escapeHidden(characters.slice(first, last).join(''));
  const before = (from > 0 ? '… ' : '') + part(from, start);
  const marked = part(start, Math.min(end, to));
  const after = part(Math.min(end, to), to) + (to < characters.length ? ' …' : '');
  return { shown: before + marked + after, indent: displayWidth(before), length: Math.max(1, displayWidth(marked)) };
}
