import { hexGroups } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import type { ProgramSeen } from './facts.ts';
import { type Line, ok, stops, warns } from './line.ts';

/** The program as it states itself: an edited one can lie, so the auditor checks its files from their own medium. */
export function judgeProgram(program: ProgramSeen): Line[] {
  const says = `quorate ${program.version}, ${program.runtime}`;
  if (program.digest === null) {
    const todo = 'install it anew from the medium whose files were checked';
    return [stops('program', `${says}: its files cannot be measured: ${program.problem ?? 'unknown'}`, todo)];
  }
  const lines: Line[] = [
    ok('program', says, [
      `in ${program.root}; its SHA-256, to compare with print:`,
      ...hexGroups(program.digest),
      ...wordRows(program.digest).map((row) => `${row.number}  ${row.words.join('  ')}`),
    ]),
  ];
  if (program.writableByOthers) {
    const todo = `take their right to write away (chmod -R go-w ${program.root})`;
    lines.push(warns('program', 'others than its owner may change its files', todo));
  }
  return lines;
}
