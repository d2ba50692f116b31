import assert from 'node:assert/strict';
import { generatePrimeSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { FERMAT_ROUNDS, hasClosePrimes, hasRocaFingerprint, modulusOf } from '../../src/pki/rsa-weakness.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { rsaSpki, SPKI } from './broken.ts';
import { good, roca } from './cases/rsa-moduli.ts';

describe('hasClosePrimes', () => {
  it('finds the factors of a product in exactly the rounds it is given', () => {
    // (a − b)(a + b) with b chosen so that a is the given number of steps above the root.
    const product = (round: number) => {
      const a = 1n << 512n;
      const steps = BigInt(round);
      // n = a² − b² has √n a little above a − s for b² = 2as − s², so the s-th step meets a.
      const b2 = 2n * a * steps - steps * steps;
      let b = 1n << BigInt(Math.floor(b2.toString(2).length / 2));
      for (let next = (b + b2 / b) >> 1n; next < b || b * b > b2; next = (b + b2 / b) >> 1n) b = next;
      return a * a - b * b;
    };
    assert.ok(hasClosePrimes(product(1)));
    assert.ok(hasClosePrimes(product(FERMAT_ROUNDS - 1)));
    assert.ok(!hasClosePrimes(product(FERMAT_ROUNDS + 5)));
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
