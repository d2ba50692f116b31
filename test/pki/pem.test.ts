import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { derOfPem, pemOf } from '../../src/pki/pem.ts';
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

describe('derOfPem', () => {
  const der = certificate();
  const pem = pemOf('CERTIFICATE', der);
  it('reads what pemOf writes, with other line ends and lengths too', () => {
    const oneLine = `-----BEGIN X509 CRL-----\r\n${Buffer.from(der).toString('base64')}\r\n-----END X509 CRL-----\r\n\r\n`;
    for (const text of [pem, `\n${pem}`, pem.trimEnd(), oneLine])
      assert.deepEqual(derOfPem(Buffer.from(text)), Buffer.from(der));
  });
  const refused: readonly (readonly [name: string, text: string, message: string])[] = [
    ['two blocks', pem + pem, 'PEM that is not exactly one block of base64 between its two lines'],
    ['text around it', `subject=x\n${pem}`, 'PEM that is not exactly one block of base64 between its two lines'],
    ['another end', pem.replace('END C', 'END D'), 'PEM that is not exactly one block of base64 between its two lines'],
    [
      'a key',
      pem.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
      'PEM of label "PRIVATE KEY", expected CERTIFICATE, X509 CRL or CERTIFICATE REQUEST',
    ],
    ['a letter too few', pem.replace('\nM', '\n'), 'PEM whose content is not base64'],
  ];
  for (const [name, text, message] of refused)
    it(`refuses ${name}`, () => assert.throws(() => derOfPem(Buffer.from(text)), { code: 'DER_INVALID', message }));
});
