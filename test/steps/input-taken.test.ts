import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Plan, PlannedInput } from '../../src/plan/plan.ts';
import { holdToEqual } from '../../src/steps/input-taken.ts';

const DER = Buffer.from('3000', 'hex');
const INPUT: PlannedInput = {
  type: 'crl',
  on: 'inbox',
  file: 'x.crl',
  optional: false,
  issuer: 'root',
  mustEqual: 'last',
};
const plan = (sha: string): Pick<Plan, 'uses'> => ({
  uses: {
    last: {
      ...{ kind: 'crl', name: 'root', sha256: sha, path: '', signedBy: sha, number: '1' },
      ...{ thisUpdate: '', nextUpdate: '' },
    } as never,
  },
});

test('what must equal a CRL of an earlier ceremony is that one, byte for byte', () => {
  holdToEqual('published', INPUT, DER, plan(sha256(DER)));
  const { mustEqual: _none, ...free } = INPUT;
  holdToEqual('published', free, DER, {});
  for (const [known, said] of [
    [plan('ab'.repeat(32)), 'ab'.repeat(32)],
    [{}, 'not there'],
  ] as const)
    assert.throws(
      () => holdToEqual('published', INPUT, DER, known),
      (error) =>
        error instanceof CeremonyError &&
        error.code === 'INPUT_OTHER' &&
        error.message === `"published" is ${sha256(DER)}, and "last", which it must equal, is ${said}`,
    );
});
