import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crlWith } from '../../src/pki/crl-succession.ts';
import type { Revocation } from '../../src/pki/request.ts';

const revocation = (serial: number): Revocation => ({
  ...{ serial: Uint8Array.of(serial), at: '2027-01-01T00:00:00Z' },
  reason: 'superseded',
});

describe('what a CRL lists', () => {
  test('is all of the one before, in its order, and then what is new', () => {
    const before = { number: 8n, revoked: [revocation(3), revocation(1)] };
    const { number, revoked } = crlWith(before, [revocation(2)]) ?? { revoked: [] };
    assert.equal(number, 8n);
    assert.deepEqual(
      revoked.map(({ serial }) => serial[0]),
      [3, 1, 2],
    );
  });

  test('is what is new alone in a first one', () =>
    assert.deepEqual(crlWith(undefined, [revocation(2)]), { number: 1n, revoked: [revocation(2)] }));

  test('is what it was where nothing is new', () => {
    const before = { number: 8n, revoked: [revocation(3)] };
    assert.equal(crlWith(before, []), before);
    assert.equal(crlWith(undefined, []), undefined);
  });
});
