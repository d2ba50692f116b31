import { Composer, type Document, isScalar } from 'yaml';
import type { Json } from '../base/canonical-json.ts';
import { makePositions, noPositions, type Path, type Positions, pathKey } from './positions.ts';
import { inOrder, type Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { checkSource, decodeSource, MAX_LISTED, nothing, type Source } from './source.ts';
import { syntaxProblem } from './yaml-errors.ts';
import { tokenize } from './yaml-tokens.ts';
import { valuesOf } from './yaml-values.ts';

export interface Yaml {
  /** Undefined when the text could not be read so far that its parts have places. */
  readonly value: Json | undefined;
  readonly positions: Positions;
  readonly problems: readonly Problem<ProblemCode>[];
  /** Whether the value at a path, or one around it, was refused already. */
  readonly isRefusedAt: (path: Path) => boolean;
  /** The text, for printing problems; empty when the bytes are not text. */
  readonly source: string;
}

/**
 * Reads the strict subset of YAML 1.2 (core schema) that scripts and sites are written in: one document of
 * mappings with text keys, lists, text, whole numbers, true and false; no anchors, aliases, merge keys, tags,
 * directives, duplicate keys or hidden characters. Never throws: whatever the bytes are, the answer is a list.
 */
export function readYaml(bytes: Uint8Array, file: string): Yaml {
  const { source, damaged, problems } = decodeSource(bytes, file);
  if (!source) return unreadable(file, damaged ?? '', problems);
  const checked = checkSource(source);
  if (!checked.parseable) return unreadable(file, source.text, checked.problems);
  const { tokens, problems: refusedTokens } = tokenize(source);
  const found = [...checked.problems, ...refusedTokens];
  if (!tokens) return unreadable(file, source.text, found);
  const document = compose(source, tokens);
  const syntax = syntaxProblems(document, source, found);
  if (syntax.length > 0) return unreadable(file, source.text, [...found, ...syntax]);
  if (isNothing(document.contents)) return unreadable(file, source.text, [...found, nothing(file)]);
  const { value, offsets, refused, problems: inValues } = valuesOf(document.contents, source);
  return {
    value,
    positions: makePositions(source, offsets),
    problems: inOrder([...found, ...inValues]),
    isRefusedAt: (path) => refused.size > 0 && path.some((_, index) => refused.has(pathKey(path.slice(0, index + 1)))),
    source: source.text,
  };
}

function compose(source: Source, tokens: Parameters<Composer['compose']>[0]): Document.Parsed {
  // Duplicate keys are found by valuesOf: the composer's own search takes the square of their number.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const [document] = composer.compose(tokens, true, source.text.length);
  return document as Document.Parsed;
}

/** What YAML itself refuses, but for places where a more precise problem is listed already. */
function syntaxProblems(document: Document.Parsed, source: Source, found: readonly Problem[]): Problem<ProblemCode>[] {
  const places = new Set(found.map(({ line, column }) => `${line}:${column}`));
  return [...document.errors, ...document.warnings]
    .slice(0, MAX_LISTED + 1)
    .map((error) => syntaxProblem(error, source))
    .filter((problem) => problem !== undefined)
    .filter(({ line, column }) => !places.has(`${line}:${column}`));
}

/** Comments alone, or a document that ends where it begins. */
function isNothing(contents: Document.Parsed['contents']): boolean {
  return contents === null || (isScalar(contents) && contents.type === 'PLAIN' && contents.source === '');
}

function unreadable(file: string, source: string, problems: readonly Problem<ProblemCode>[]): Yaml {
  return {
    value: undefined,
    positions: noPositions(file),
    problems: inOrder(problems),
    isRefusedAt: () => true,
    source,
  };
}
