import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { pemOf } from '../../src/pki/pem.ts';
import { certificate } from './broken.ts';

describe('pemOf', () => {
  it('writes lines of 64 characters and a line feed at the end', () => {
    const pem = pemOf('X509 CRL', new Uint8Array(49));
    assert.equal(pem, `-----BEGIN X509 CRL-----\n${'A'.repeat(64)}\nAA==\n-----END X509 CRL-----\n`);
    assert.equal(pemOf('X509 CRL', new Uint8Array(48)).split('\n')[1], 'A'.repeat(64));
  });
  it('takes a view of a larger buffer for what it is', () => {
    const der = certificate();
    const large = new Uint8Array(der.length + 20);
    large.set(der, 10);
    assert.deepEqual(
      new X509Certificate(pemOf('CERTIFICATE', large.subarray(10, 10 + der.length))).raw,
      Buffer.from(der),
    );
  });
});
