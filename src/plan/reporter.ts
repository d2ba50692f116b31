import type { Path, Positions, Span } from '../script/positions.ts';
import type { Problem } from '../script/problem.ts';
import type { PlanProblemCode } from './problem-codes.ts';

/** Collects a plan's problems at their places in script and site, each once even when two simulations find it. */
export class PlanReporter {
  readonly #found = new Map<string, Problem>();

  at(
    positions: Positions,
    path: Path,
    code: PlanProblemCode,
    text: string,
    hint?: string,
    severity: Problem['severity'] = 'problem',
  ): void {
    this.#add(positions, positions.value(path), code, text, hint, severity);
  }

  atKey(positions: Positions, path: Path, code: PlanProblemCode, text: string, hint?: string): void {
    this.#add(positions, positions.key(path), code, text, hint, 'problem');
  }

  get problems(): readonly Problem[] {
    return [...this.#found.values()];
  }

  #add(
    positions: Positions,
    span: Span,
    code: PlanProblemCode,
    text: string,
    hint: string | undefined,
    severity: Problem['severity'],
  ): void {
    const problem: Problem = {
      code,
      file: positions.file,
      line: span.line,
      column: span.column,
      ...(span.endLine === span.line ? { endColumn: span.endColumn } : {}),
      text,
      ...(hint === undefined ? {} : { hint }),
      severity,
    };
    const key = `${problem.file}:${problem.line}:${problem.column}:${code}:${text}`;
    if (!this.#found.has(key)) this.#found.set(key, problem);
  }
}
