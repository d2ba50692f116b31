import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

export type Change = readonly [from: string, to: string];

export function shipped(name: string): string {
  return join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`);
}

/** The text of a shipped script, changed everywhere where it says so; what it does not say is a fault of the test. */
export function changed(name: string, ...changes: readonly Change[]): string {
  return changes.reduce(
    (text, [from, to]) => {
      assert.ok(text.includes(from), `"${from}" is not in ${name}`);
      return text.replaceAll(from, to);
    },
    readFileSync(shipped(name), 'utf8'),
  );
}

/** The line of one of its steps. */
export function lineOf(name: string, id: string): string {
  const line = new RegExp(`^ +- \\{ id: ${id},.*\\n`, 'm').exec(changed(name))?.[0];
  assert.ok(line, `${name} has no step "${id}" on a line of its own`);
  return line;
}
