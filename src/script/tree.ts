import type { Json } from '../base/canonical-json.ts';
import { nearest } from './nearest.ts';
import type { Path, Positions, Span } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { MAX_LISTED } from './source.ts';

/*
 * Consistency is judged on the values as they were read, so that one ill-formed part does not hide what is wrong
 * elsewhere. A part of another type than expected counts as not there: its own problem says so.
 */

/** The members of a mapping; of anything else, none. */
export function membersOf(value: Json | undefined): [key: string, value: Json][] {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
}

export function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as { readonly [key: string]: Json })[key] : undefined;
}

/** The items of a list; a single text or mapping is a list of one; nothing is none. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
}

/** The names that a mapping defines. */
export function namesOf(value: Json | undefined): string[] {
  return membersOf(value).map(([key]) => key);
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export interface Reporter {
  readonly problems: Problem<ProblemCode>[];
  readonly positions: Positions;
  /** At the key of a member, or at a list item. */
  readonly atKey: (code: ProblemCode, path: Path, text: string, hint?: string) => void;
  readonly atValue: (code: ProblemCode, path: Path, text: string, hint?: string) => void;
  readonly warnAtValue: (code: ProblemCode, path: Path, text: string, hint?: string) => void;
}

/** Collects problems; after `MAX_LISTED` it only remembers that there are more. */
export function makeReporter(positions: Positions): Reporter {
  const problems: Problem<ProblemCode>[] = [];
  const add = (code: ProblemCode, span: () => Span, severity: Problem['severity'], text: string, hint?: string) => {
    if (problems.length > MAX_LISTED) return;
    const { line, column, endLine, endColumn } = span();
    problems.push({
      code,
      file: positions.file,
      line,
      column,
      // A mapping or list of several lines is pointed at where it begins.
      ...(endLine === line && endColumn > column ? { endColumn } : {}),
      text,
      ...(hint === undefined ? {} : { hint }),
      severity,
    });
  };
  return {
    problems,
    positions,
    atKey: (code, path, text, hint) => add(code, () => positions.key(path), 'problem', text, hint),
    atValue: (code, path, text, hint) => add(code, () => positions.value(path), 'problem', text, hint),
    warnAtValue: (code, path, text, hint) => add(code, () => positions.value(path), 'warning', text, hint),
  };
}

/** Reports `name` unless it is one of `known`. */
export function demandKnown(report: Reporter, code: ProblemCode, path: Path, what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearest(name, known);
  const hint = near === undefined ? `known here: ${known.join(', ') || 'none'}` : `did you mean "${near}"?`;
  report.atValue(code, path, `there is no ${what} "${name}"`, hint);
}
