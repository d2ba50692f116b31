import { CST, Lexer, Parser } from 'yaml';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { problemAt, type Source } from './source.ts';

/** Ours need eight. The YAML composer recurses, so that the bound must hold before it runs. */
export const MAX_DEPTH = 32;

/** Words and marks of the YAML; a ceremony of a day has four thousand. The composer takes 10 µs for a bad one. */
const MAX_LEXEMES = 60_000;

/** Refused lexemes: what YAML can say beyond plain mappings, lists and scalars. */
const REFUSED: { readonly [type: string]: readonly [code: ProblemCode, what: string] } = {
  anchor: ['YAML_ANCHOR', 'anchors are not part of the language'],
  alias: ['YAML_ALIAS', 'aliases are not part of the language'],
  tag: ['YAML_TAG', 'tags are not part of the language'],
  'directive-line': ['YAML_DIRECTIVE', 'directives are not part of the language'],
  'explicit-key-ind': ['YAML_KEY', 'keys after "?" are not part of the language'],
};

/** Lexemes that say nothing: one document may begin with `---` after these. */
const SILENT = new Set(['comment', 'newline', 'space', 'doc-mode', 'directive-line', 'byte-order-mark']);

export interface Tokens {
  /** The document's concrete syntax; undefined when it is too deep or too long to go on. */
  readonly tokens: readonly CST.Token[] | undefined;
  readonly problems: readonly Problem<ProblemCode>[];
}

/** Text → concrete syntax, with the parts of YAML refused that a script or site may not use. Never recurses. */
export function tokenize(source: Source): Tokens {
  const problems: Problem<ProblemCode>[] = [];
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let count = 0;
  let begun = false;
  // The lexer announces a scalar by a lexeme of its own; the next one is the scalar's text, whatever it looks like.
  let scalarFollows = false;
  for (const lexeme of new Lexer().lex(source.text)) {
    const at = parser.offset;
    const refuse = (code: ProblemCode, text: string, hint?: string) =>
      problems.push(problemAt(source, code, at, at + Math.max(1, lexeme.trimEnd().length), text, hint));
    const type = scalarFollows ? 'text' : (CST.tokenType(lexeme) ?? 'unknown');
    scalarFollows = type === 'scalar';
    if (type === 'doc-end' || (type === 'doc-start' && begun)) {
      refuse('YAML_DOCUMENT', 'the file holds more than one document', 'one file is one script; nothing may follow its end');
      break;
    }
    const refused = REFUSED[type];
    if (refused) refuse(refused[0], refused[1], type === 'alias' || type === 'tag' || type === 'anchor' ? 'put the text in quotes if it is meant as text' : undefined);
    if (!SILENT.has(type)) begun = true;
    tokens.push(...parser.next(lexeme));
    count++;
    // The document and the scalar at hand stand on the stack too.
    if (parser.stack.length > MAX_DEPTH + 2) {
      refuse('YAML_DEPTH', `nested more than ${MAX_DEPTH} deep`);
      return { tokens: undefined, problems };
    }
    if (count > MAX_LEXEMES) {
      refuse('YAML_SIZE', `the file has more than ${MAX_LEXEMES} words and marks`, 'is it the right file?');
      return { tokens: undefined, problems };
    }
  }
  tokens.push(...parser.end());
  return { tokens, problems };
}
