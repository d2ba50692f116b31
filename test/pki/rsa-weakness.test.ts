import assert from 'node:assert/strict';
import { generatePrimeSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { FERMAT_ROUNDS, hasClosePrimes, hasRocaFingerprint, modulusOf } from '../../src/pki/rsa-weakness.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { rsaSpki, SPKI } from './broken.ts';
import { good, roca } from './cases/rsa-moduli.ts';

describe('hasClosePrimes', () => {
  it('finds the factors of a product in exactly the rounds it is given', () => {
    // n = a² − b² with a² − n = b² and a that many rounds up, the first being the least number whose square is no less than n.
    const product = (round: number) => {
      const a = 1n << 512n;
      const above = BigInt(round - 1);
      // (a − s)² ≥ n > (a − s − 1)² for b² between 2as − s² and 2a(s + 1) − (s + 1)².
      const most = 2n * a * (above + 1n) - (above + 1n) * (above + 1n);
      let b = 1n << BigInt(Math.ceil(most.toString(2).length / 2));
      for (let next = (b + most / b) >> 1n; next < b; next = (b + most / b) >> 1n) b = next;
      if (b * b === most) b -= 1n;
      const n = a * a - b * b;
      assert.ok((a - above) ** 2n >= n && (a - above - 1n) ** 2n < n);
      return n;
    };
    assert.equal(FERMAT_ROUNDS, 110);
    for (const round of [1, 100, 101, 109, 110]) assert.ok(hasClosePrimes(product(round)), `round ${round}`);
    assert.ok(!hasClosePrimes(product(111)));
  });
  it('finds a square, and clears the product of two independent primes', () => {
    const prime = generatePrimeSync(512, { bigint: true });
    assert.ok(hasClosePrimes(prime * prime));
    assert.ok(!hasClosePrimes(good));
  });
});

describe('hasRocaFingerprint', () => {
  it('sees powers of 65537 modulo the small primes', () => {
    assert.ok(hasRocaFingerprint(roca));
    assert.ok(hasRocaFingerprint(65537n ** 5n));
    assert.ok(!hasRocaFingerprint(roca + 2n));
    assert.ok(!hasRocaFingerprint(good));
  });
});

describe('modulusOf', () => {
  it('reads RSA keys and leaves the others', () => {
    assert.equal(modulusOf(parseSpki(rsaSpki(good))), good);
    assert.equal(modulusOf(parseSpki(SPKI)), undefined);
  });
});
