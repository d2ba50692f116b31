import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { derOfPem, pemFile, pemOf } from '../../src/pki/pem.ts';
import { assertRefuses } from '../der/refusal.ts';

describe('PEM of what is long', () => {
  for (const length of [1, 47, 48, 49, 48 * 1024 - 1, 48 * 1024, 48 * 1024 + 1, 300_001])
    test(`of ${length} octets is that of RFC 7468, and is read back`, () => {
      const der = randomBytes(length);
      const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
      const pem = ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n');
      assert.equal(Buffer.from(pemFile('X509 CRL', der)).toString('latin1'), pem);
      assert.equal(pemOf('X509 CRL', der), pem);
      assert.deepEqual(derOfPem(Buffer.from(pem)), der);
      assert.deepEqual(derOfPem(Buffer.from(` \r\n${pem.replaceAll('\n', '\r\n')}\t`)), der);
    });

  const body = (text: string) => () =>
    derOfPem(Buffer.from(`-----BEGIN X509 CRL-----\n${text}\n-----END X509 CRL-----\n`));
  const full = randomBytes(48 * 1024 - 1).toString('base64');
  for (const [what, text] of [
    ['padding with more after it', `${full}AAAA`],
    ['bits that its last digit must not have', 'AB=='],
    ['a group that is not whole', `${'A'.repeat(64 * 1024)}AAA`],
    ['nothing but padding', '===='],
  ] as const)
    test(`is refused with ${what}`, () => assertRefuses(body(text), 'DER_INVALID', 'PEM whose content is not base64'));

  for (const [what, text] of [
    ['a character that is none', 'AAA*'],
    ['another block', 'AAAA\n-----END X509 CRL-----\n-----BEGIN X509 CRL-----\nAAAA'],
  ] as const)
    test(`is refused with ${what}`, () => assertRefuses(body(text), 'DER_INVALID', /not exactly one block of base64/));
});
