import type { z } from 'zod';
import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import { suggest } from './nearest.ts';
import { type Path, type Positions, pathKey } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { clip, makeReporter, memberOf, type Reporter } from './tree.ts';

export interface Judged<T> {
  /** Undefined when the value is not of the schema. */
  readonly value: T | undefined;
  readonly problems: readonly Problem<ProblemCode>[];
}

export interface JudgeOptions {
  /** Of the value in the file. */
  readonly path?: Path;
  /** Places that have a problem already. */
  readonly isRefusedAt?: (path: Path) => boolean;
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/**
 * Holds a value to a schema, and says all that is wrong in our words at its place in the file. The message that a
 * schema gives for a failure (`error: '…'`) is taken for what was expected: "a name such as root-hsm". A step type's
 * schema for `with:` is judged by the same function, at that path.
 */
export function judge<T>(
  schema: z.ZodType<T>,
  value: Json,
  positions: Positions,
  options: JudgeOptions = {},
): Judged<T> {
  const { path = [], isRefusedAt = () => false } = options;
  // jitless: compiling a validator costs more than the one use of it, and needs code made from strings.
  const result = schema.safeParse(value, { error: expectation, jitless: true });
  if (result.success) return { value: result.data, problems: [] };
  const report = makeReporter(positions, isRefusedAt);
  // Zod measures a list where text was expected, too: of a value of the wrong type only that is said.
  const ofWrongType = new Set<string>();
  for (const issue of result.error.issues) {
    const place = pathKey(issue.path as Path);
    if (!ofWrongType.has(place)) explain(issue, value, path, [], report);
    if (issue.code === 'invalid_type') ofWrongType.add(place);
  }
  return { value: undefined, problems: report.problems };
}

/** What a schema without a message of its own expects. Unknown keys: the known ones, separated by spaces. */
function expectation(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
    case 'invalid_value':
      return alternatives(issue.values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value))));
    case 'too_small':
      return `at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      return issue.pattern === undefined ? `text of the form "${issue.format}"` : `text that matches ${issue.pattern}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return knownKeys(issue.inst).join(' ');
    default:
      return '';
  }
}

const TYPES: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping of names',
  null: 'nothing',
};

const UNITS: { readonly [origin: string]: string } = {
  string: 'character',
  array: 'item',
  set: 'item',
  object: 'member',
  record: 'member',
};

function unit(origin: string, count: number | bigint): string {
  const word = UNITS[origin];
  if (word === undefined) return '';
  return count === 1 ? ` ${word}` : ` ${word}s`;
}

function alternatives(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`;
}

function knownKeys(schema: unknown): string[] {
  const shape = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return shape ? Object.keys(shape) : [];
}

/**
 * @param root the judged value, and `base` its path in the file
 * @param prefix where in the value the issue's own path begins
 */
function explain(issue: Issue, root: Json, base: Path, prefix: Path, report: Reporter): void {
  const local = [...prefix, ...(issue.path as (string | number)[])];
  const path = [...base, ...local];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message === '' ? [] : issue.message.split(' ');
      for (const key of issue.keys) {
        report.atKey(
          'KEY_UNKNOWN',
          [...path, key],
          `unknown key "${escapeForeign(clip(key))}"${inside(path)}`,
          suggest(key, known),
        );
      }
      return;
    }
    case 'invalid_key': {
      const expected = issue.issues[0]?.message || issue.message;
      const name = String(local.at(-1));
      report.atKey(
        'VALUE_REFUSED',
        path,
        `the name "${escapeForeign(clip(name))}"${inside(path.slice(0, -1))} is not ${expected}`,
      );
      return;
    }
    case 'invalid_union': {
      const best = bestBranch(issue.errors);
      if (best) {
        for (const inner of best) explain(inner, root, base, local, report);
        return;
      }
      if (issue.discriminator !== undefined) {
        const options = alternatives(
          ('options' in issue ? (issue.options ?? []) : []).map((option) => `"${String(option)}"`),
        );
        refuse(local, options, root, base, report);
        return;
      }
      const expected =
        issue.message || [...new Set(issue.errors.flat().map(({ message }) => message))].filter(Boolean).join(', or ');
      refuse(local, expected, root, base, report);
      return;
    }
    default: {
      const isTextWanted = issue.code === 'invalid_type' && issue.expected === 'string';
      refuse(local, issue.message, root, base, report, isTextWanted);
    }
  }
}

/** Of a union's alternatives the one that was meant: right in type, and least wrong. Undefined when none is. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ofOtherKind = (issue: Issue) =>
    issue.path.length === 0 &&
    (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union');
  const meant = branches.filter((issues) => issues.length > 0 && !issues.some(ofOtherKind));
  return meant.toSorted((a, b) => a.length - b.length)[0];
}

function refuse(local: Path, expected: string, root: Json, base: Path, report: Reporter, isTextWanted = false): void {
  const path = [...base, ...local];
  const found = valueAt(root, local);
  if (found === undefined) {
    const key = local.at(-1);
    const hint = expected === '' ? undefined : `expected ${expected}`;
    report.atKey('KEY_MISSING', path.slice(0, -1), `"${String(key)}" is missing${inside(path.slice(0, -1))}`, hint);
    return;
  }
  const isWord = typeof found === 'number' || typeof found === 'boolean';
  const hint = isTextWanted && isWord ? `write "${found}" if it is meant as text` : undefined;
  report.atValue('VALUE_REFUSED', path, `${subject(path)} is ${describe(found)}, expected ${expected}`, hint);
}

function valueAt(root: Json, path: Path): Json | undefined {
  let value: Json | undefined = root;
  for (const step of path) {
    value = typeof step === 'number' ? (Array.isArray(value) ? value[step] : undefined) : memberOf(value, step);
  }
  return value;
}

/** The last key of a path and the list indexes after it: `"objectives[1]"`. */
function subject(path: Path): string {
  let name = '';
  for (const step of path.toReversed()) {
    if (typeof step === 'string') return `"${escapeForeign(clip(step))}${name}"`;
    name = `[${step}]${name}`;
  }
  return name === '' ? 'the file' : `item ${name}`;
}

function inside(path: Path): string {
  return path.some((step) => typeof step === 'string') ? ` in ${subject(path)}` : '';
}

function describe(value: Json): string {
  if (typeof value === 'string') return `"${escapeForeign(clip(value))}"`;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  return String(value);
}
