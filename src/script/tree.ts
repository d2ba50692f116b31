import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import { suggest } from './nearest.ts';
import type { Path, Positions } from './positions.ts';
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

/**
 * Collects problems, up to one more than `MAX_LISTED`.
 * @param isRefusedAt places that have a problem already, and get no second one
 */
export function makeReporter(positions: Positions, isRefusedAt: (path: Path) => boolean = () => false): Reporter {
  const problems: Problem<ProblemCode>[] = [];
  const add = (
    code: ProblemCode,
    path: Path,
    place: 'key' | 'value',
    severity: Problem['severity'],
    text: string,
    hint?: string,
  ) => {
    if (problems.length > MAX_LISTED || isRefusedAt(path)) return;
    const { line, column, endLine, endColumn } = positions[place](path);
    // What has no key, and what takes several lines, is pointed at where it begins.
    const marksAll = place === 'value' || typeof path.at(-1) === 'string';
    problems.push({
      code,
      file: positions.file,
      line,
      column,
      ...(marksAll && endLine === line && endColumn > column ? { endColumn } : {}),
      text,
      ...(hint === undefined ? {} : { hint }),
      severity,
    });
  };
  return {
    problems,
    positions,
    atKey: (code, path, text, hint) => add(code, path, 'key', 'problem', text, hint),
    atValue: (code, path, text, hint) => add(code, path, 'value', 'problem', text, hint),
    warnAtValue: (code, path, text, hint) => add(code, path, 'value', 'warning', text, hint),
  };
}

/** A foreign text in a message is cut after this many characters. */
const LONGEST_QUOTED = 100;

/** The beginning of a long text, for a message. */
export function clip(text: string): string {
  const characters = Array.from(text.slice(0, 2 * LONGEST_QUOTED));
  return characters.length > LONGEST_QUOTED ? `${characters.slice(0, LONGEST_QUOTED).join('')}…` : text;
}

/** Reports `name` unless it is one of `known`. */
export function demandKnown(
  report: Reporter,
  code: ProblemCode,
  path: Path,
  what: string,
  name: string,
  known: readonly string[],
): void {
  if (known.includes(name)) return;
  report.atValue(code, path, `there is no ${what} "${escapeForeign(clip(name))}"`, suggest(name, known));
}
