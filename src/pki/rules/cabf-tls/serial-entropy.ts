import { defineRule } from '../../rule.ts';

/** Octets of 64 bits: a shorter number cannot hold them. How they were drawn is in the record, not in the bytes. */
const LEAST = 8;

export const serialEntropy = defineRule({
  id: 'cabf-tls/serial-entropy',
  title: 'the serial number has room for 64 bits from a CSPRNG',
  clause: 'TLS BR 2.2.6 §7.1.2.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  check: ({ certificate: { serial } }) =>
    serial.bytes.length >= LEAST
      ? []
      : [`the serial number has ${serial.bytes.length} octets, expected at least ${LEAST}`],
});
