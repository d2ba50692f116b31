import { escapeForeign } from '../base/text.ts';
import { operationTitle } from '../quorum/approval-screen.ts';
import type { Operation } from '../quorum/operation.ts';
import { subjectRows } from './operation-rows.ts';

/** How an operation ended, by the guard that carried it out. */
export type Ending = 'done' | 'untouched' | 'unknown';

const WORDS: Readonly<Record<Ending, string>> = {
  done: 'done',
  untouched: 'FAILED, nothing was done on the HSM',
  unknown: 'FAILED, AND MAY HAVE BEEN DONE, or half done',
};

/**
 * The guard's own book of what it has carried out. Whoever signs the pack reads it first: the record is written by the core,
 * and an operation that the report calls done and this page does not list was not done by this guard.
 */
export class Executed {
  readonly #all: { readonly operation: Operation; readonly ending: Ending }[] = [];

  add(operation: Operation, ending: Ending): void {
    this.#all.push({ operation, ending });
  }

  /** @param resumes whether the guard was started anew after an interruption @param told how many operations it was told of */
  lines(resumes: boolean, told: number): string[] {
    const rows = this.#all.flatMap(({ operation, ending }, index) => [
      `${String(index + 1).padStart(4)}  ${operationTitle(operation)}: ${WORDS[ending]}`,
      `      step "${escapeForeign(operation.step)}", HSM "${escapeForeign(operation.hsm.name)}"`,
      ...subjectRows(operation).map((row) => `      ${row}`),
    ]);
    return [
      'THIS GUARD HAS CARRIED OUT, by its own book:',
      ...(rows.length === 0 ? ['      nothing'] : rows),
      ...(resumes
        ? [
            `It was started anew after an interruption, and was told of ${told} ${told === 1 ? 'operation' : 'operations'} before that.`,
          ]
        : []),
      'Compare it with the record: what is called done there and is not listed here, this guard has not done.',
      '',
    ];
  }
}
