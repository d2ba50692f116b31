import type { z } from 'zod';
import type { Json } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { checkConsistency } from './consistency.ts';
import { judge } from './judge.ts';
import type { Path, Positions } from './positions.ts';
import { inOrder, isRefused, type Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { readYaml } from './read-yaml.ts';
import { SCRIPT_VERSION, scriptSchema } from './schema/script.ts';
import { SITE_VERSION, siteSchema } from './schema/site.ts';
import type { Script } from './script.ts';
import type { Site } from './site.ts';
import { checkSite } from './site-consistency.ts';
import { MAX_LISTED } from './source.ts';
import { makeReporter, memberOf } from './tree.ts';
import { findUnsupported } from './unsupported.ts';

interface Reading {
  readonly positions: Positions;
  /** All of them, in the order of the file. The file is refused when one is more than a warning. */
  readonly problems: readonly Problem<ProblemCode>[];
  /** Of the bytes: the file's identity. */
  readonly sha256: Sha256;
  /** The text, for `printProblems`. */
  readonly source: string;
}

/**
 * `script` is there when the file is well-formed and consistent. Problems with the code SCRIPT_NOT_SUPPORTED may
 * stand beside it, so that a plan can list its own as well; the script is refused nevertheless.
 */
export type ScriptReading = Reading & { readonly script?: Script };
export type SiteReading = Reading & { readonly site?: Site };

/**
 * Reads a ceremony script. Never throws for what the bytes are.
 * @param file name for messages, as the user gave it
 * @param knownSteps the step types that this program runs, by name
 */
export function readScript(bytes: Uint8Array, file: string, knownSteps: ReadonlyMap<string, unknown>): ScriptReading {
  const known = new Set(knownSteps.keys());
  const judgements = [
    checkConsistency,
    (value: Json, positions: Positions) => findUnsupported(value, positions, known),
  ];
  const { value, ...reading } = readDocument(bytes, file, SCRIPT, scriptSchema, judgements);
  return value === undefined ? reading : { ...reading, script: value };
}

/** Reads a site binding. Never throws for what the bytes are. */
export function readSite(bytes: Uint8Array, file: string): SiteReading {
  const { value, ...reading } = readDocument(bytes, file, SITE, siteSchema, [checkSite]);
  return value === undefined ? reading : { ...reading, site: value };
}

/** What a file says it is: the key that holds its version. */
interface Kind {
  readonly title: string;
  readonly key: string;
  readonly version: number;
}

const SCRIPT: Kind = { title: 'ceremony script', key: 'quorate', version: SCRIPT_VERSION };
const SITE: Kind = { title: 'site binding', key: 'quorate-site', version: SITE_VERSION };

type Judgement = (value: Json, positions: Positions) => readonly Problem<ProblemCode>[];

function readDocument<T>(
  bytes: Uint8Array,
  file: string,
  kind: Kind,
  schema: z.ZodType<T>,
  judgements: readonly Judgement[],
): Reading & { value: T | undefined } {
  const yaml = readYaml(bytes, file);
  const problems = [...yaml.problems];
  const ofKind = yaml.value === undefined ? [] : checkKind(yaml.value, yaml.positions, kind);
  problems.push(...ofKind);
  let value: T | undefined;
  if (yaml.value !== undefined && ofKind.length === 0) {
    const judged = judge(schema, yaml.value, yaml.positions, { isRefusedAt: yaml.isRefusedAt });
    value = judged.value;
    problems.push(...judged.problems);
    for (const judgement of judgements) problems.push(...judgement(yaml.value, yaml.positions));
  }
  const standing = problems.filter((problem) => problem.code !== 'SCRIPT_NOT_SUPPORTED');
  return {
    value: isRefused(standing) ? undefined : value,
    positions: yaml.positions,
    problems: limit(inOrder(problems), file),
    sha256: sha256(bytes),
    source: yaml.source,
  };
}

/** A file of another kind or version would give problems by the dozen, none of them the right one. */
function checkKind(value: Json, positions: Positions, kind: Kind): readonly Problem<ProblemCode>[] {
  const report = makeReporter(positions);
  const root: Path = [];
  const other = [SCRIPT, SITE].find((candidate) => candidate !== kind && memberOf(value, candidate.key) !== undefined);
  const version = memberOf(value, kind.key);
  if (version === undefined) {
    const hint = `a ${kind.title} begins with "${kind.key}: ${kind.version}"`;
    const text = other ? `this is a ${other.title}, expected a ${kind.title}` : `this is not a ${kind.title}`;
    report.atKey('KIND_UNKNOWN', other ? [other.key] : root, text, hint);
  } else if (version !== kind.version && version !== null) {
    const text = `version ${JSON.stringify(version)} of the ${kind.title} format, expected ${kind.version}`;
    report.atValue('KIND_UNKNOWN', [kind.key], text, 'another version of the program reads it');
  }
  return report.problems;
}

function limit(problems: readonly Problem<ProblemCode>[], file: string): readonly Problem<ProblemCode>[] {
  const last = problems[MAX_LISTED];
  if (last === undefined) return problems;
  const { line, column } = last;
  const text = `more than ${MAX_LISTED} problems; those from here on are not listed`;
  return [
    ...problems.slice(0, MAX_LISTED),
    { code: 'PROBLEMS_LEFT_OUT', file, line, column, text, severity: 'problem' },
  ];
}
