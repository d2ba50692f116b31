import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { extensionLines } from '../../src/report/extension-lines.ts';
import { hex } from '../pki/broken.ts';

/** DER of the value → what is said of it. */
const BASIC_CONSTRAINTS = [
  ['3000', ['CA: FALSE']],
  // RFC 5280 has no path length beside cA FALSE: where there is one, people see it.
  ['3003 020105', ['CA: FALSE', 'path length: 5']],
  ['3003 0101ff', ['CA: TRUE', 'path length: no limit']],
  ['3006 0101ff 020100', ['CA: TRUE', 'path length: 0']],
] as const;

test('how far a certificate reaches is said of a CA', () => {
  for (const [value, lines] of BASIC_CONSTRAINTS) {
    const extension = {
      oid: OID.basicConstraints,
      critical: true,
      criticalEncoded: true,
      value: hex(value),
      der: hex(''),
    };
    assert.deepEqual(extensionLines(extension), lines, value);
  }
});

test('purposes bear the names of RFC 5280', () => {
  const value = hex('300a 0608 2b06010505070309');
  const extension = { oid: OID.extKeyUsage, critical: false, criticalEncoded: false, value, der: value };
  assert.deepEqual(extensionLines(extension), ['OCSPSigning']);
});
