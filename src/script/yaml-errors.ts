import type { ErrorCode, YAMLError } from 'yaml';
import { escapeHidden } from '../base/text.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { problemAt, type Source } from './source.ts';
import { clip } from './tree.ts';

/** What the YAML reader's errors mean, in our words. `null`: `tokenize` has reported it, more precisely. */
const WORDS: Record<ErrorCode, string | null> = {
  ALIAS_PROPS: null,
  BAD_ALIAS: null,
  BAD_DIRECTIVE: null,
  MULTIPLE_ANCHORS: null,
  MULTIPLE_DOCS: null,
  MULTIPLE_TAGS: null,
  TAG_RESOLVE_FAILED: null,
  BAD_COLLECTION_TYPE: null,
  BAD_PROP_ORDER: null,
  BAD_DQ_ESCAPE: 'an escape that YAML does not have, in a text in double quotes',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_SCALAR_START: 'a text may not begin with this character, unless it is in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping may not begin here; a text with ": " in it must be in quotes',
  BLOCK_IN_FLOW: 'a comma is missing, or an indented list or mapping stands inside brackets or braces',
  DUPLICATE_KEY: 'a key stands twice',
  IMPOSSIBLE: 'this does not belong here',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'something is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line, with its colon',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'nested too deeply to be read',
  TAB_AS_INDENT: 'a tab may not indent',
  UNEXPECTED_TOKEN: 'this does not belong here',
};

/** Where one code stands for several mistakes, the beginning of the reader's message tells them apart. */
const PRECISE: readonly (readonly [message: RegExp, words: string])[] = [
  [/^Flow /, 'a brace or bracket is not closed before this'],
  [/^Missing closing /, 'a text in quotes is not closed'],
  [/^Missing , /, 'a comma is missing'],
];

/** @returns undefined for what is reported elsewhere */
export function syntaxProblem(error: YAMLError, source: Source): Problem<ProblemCode> | undefined {
  const words = WORDS[error.code];
  if (words === null) return undefined;
  const [start, end] = error.pos;
  const at = Math.min(start, source.text.length);
  const offending = source.text.slice(at, Math.min(end, at + 40)).split('\n')[0] ?? '';
  const quoted = offending.trim() === '' ? '' : `: "${escapeHidden(offending)}"`;
  const hint = `the YAML reader says: ${escapeHidden(clip(error.message))}`;
  const precise = PRECISE.find(([message]) => message.test(error.message))?.[1];
  return problemAt(source, 'YAML_SYNTAX', at, end, `${precise ?? words ?? 'this cannot be read'}${quoted}`, hint);
}
