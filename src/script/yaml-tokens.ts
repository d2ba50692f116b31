import { CST, Lexer, Parser } from 'yaml';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { MAX_LISTED, problemAt, type Source } from './source.ts';

/** Ours need eight. The YAML composer recurses, so that the bound must hold before it runs. */
export const MAX_DEPTH = 32;

/**
 * Words and marks of the YAML. A ceremony of a day has four thousand; one that takes and issues a thousand certificates one by one
 * has 343,000. The composer takes 10 µs for a bad one: some seconds at most, since there are no aliases that would multiply.
 */
const MAX_LEXEMES = 400_000;

const QUOTES = 'put it in quotes if it is meant as text';

/** Refused lexemes: what YAML can say beyond plain mappings, lists and scalars. */
const REFUSED = new Map<string, readonly [code: ProblemCode, text: string, hint?: string]>([
  ['anchor', ['YAML_ANCHOR', 'anchors ("&name") are not part of the language', QUOTES]],
  ['alias', ['YAML_ALIAS', 'aliases ("*name") are not part of the language', QUOTES]],
  ['tag', ['YAML_TAG', 'tags ("!name") are not part of the language', QUOTES]],
  ['directive-line', ['YAML_DIRECTIVE', 'directives ("%NAME") are not part of the language']],
  ['explicit-key-ind', ['YAML_KEY', 'keys after "?" are not part of the language']],
]);

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
  let at = 0;
  let count = 0;
  let begun = false;
  // The lexer announces a scalar by a lexeme of its own; the next one is the scalar's text, whatever it looks like.
  let scalarFollows = false;
  // Offsets of the braces and brackets that are open.
  const open: number[] = [];
  const refuse = (lexeme: string, code: ProblemCode, text: string, hint?: string) => {
    if (problems.length > MAX_LISTED) return;
    problems.push(problemAt(source, code, at, at + Math.max(1, lexeme.trimEnd().length), text, hint));
  };
  // The reader itself would point at where it gave up, which may be the end of the file.
  const refuseOpen = (): Tokens => {
    at = open.at(-1) ?? at;
    const opening = source.text[at] ?? '';
    const hint = 'or what follows is not indented more than the line it began on';
    refuse(opening, 'YAML_SYNTAX', `this "${opening}" is not closed`, hint);
    return { tokens: undefined, problems };
  };
  for (const lexeme of new Lexer().lex(source.text)) {
    at = parser.offset;
    if (scalarFollows) {
      scalarFollows = false;
    } else {
      const type: string = CST.tokenType(lexeme) ?? 'unknown';
      if (type === 'doc-end' || (type === 'doc-start' && begun)) {
        const hint = 'one file is one script or site; nothing may follow its end';
        refuse(lexeme, 'YAML_DOCUMENT', 'the file holds more than one document', hint);
        break;
      }
      const refused = REFUSED.get(type);
      if (refused) refuse(lexeme, ...refused);
      if (type === 'flow-map-start' || type === 'flow-seq-start') open.push(at);
      else if (type === 'flow-map-end' || type === 'flow-seq-end') open.pop();
      else if (type === 'flow-error-end') return refuseOpen();
      else if (isOpenQuote(type, lexeme)) {
        refuse(lexeme, 'YAML_SYNTAX', 'this quote is not closed');
        return { tokens: undefined, problems };
      }
      scalarFollows = type === 'scalar';
      begun ||= !SILENT.has(type);
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (depthOf(parser.stack) > MAX_DEPTH) {
      refuse(lexeme, 'YAML_DEPTH', `nested more than ${MAX_DEPTH} deep`);
      return { tokens: undefined, problems };
    }
    if (++count > MAX_LEXEMES) {
      refuse(lexeme, 'YAML_SIZE', `the file has more than ${MAX_LEXEMES} words and marks`, 'is it the right file?');
      return { tokens: undefined, problems };
    }
  }
  if (open.length > 0) return refuseOpen();
  for (const token of parser.end()) tokens.push(token);
  return { tokens, problems };
}

/** Below the mappings and lists stands the document, and above them perhaps a scalar. */
function depthOf(stack: readonly CST.Token[]): number {
  const top = stack.at(-1)?.type;
  const isInside = top === 'block-map' || top === 'block-seq' || top === 'flow-collection';
  return stack.length - (isInside ? 1 : 2);
}

function isOpenQuote(type: string, lexeme: string): boolean {
  if (type === 'single-quoted-scalar') return lexeme.length < 2 || !lexeme.endsWith("'");
  return type === 'double-quoted-scalar' && (lexeme.length < 2 || !lexeme.endsWith('"'));
}
