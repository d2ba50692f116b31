import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Faults, judged } from './recorded.ts';

/** The record as it was made has no finding; with each falsification it has exactly this one, or these. */
export function judges(key: string, faults: Faults): void {
  describe(`the record of "${key}" is judged`, () => {
    test('as it was made: nothing is found', () => assert.deepEqual(judged(key), []));
    for (const [name, change, message] of faults) {
      test(name, () => {
        const findings = judged(key, change);
        if (message instanceof RegExp) assert.match(findings.join('\n'), message);
        else assert.deepEqual(findings, typeof message === 'string' ? [message] : message);
      });
    }
  });
}
