import { defineRule } from '../../rule.ts';

/** Octets of 64 bits: a shorter number cannot hold them. How they were drawn is in the record, not in the bytes. */
const LEAST = 8;

export const serialEntropy = defineRule({
  id: 'mozilla/serial-entropy',
  title: 'the serial number is greater than zero and has room for 64 bits from a CSPRNG',
  clause: 'MRSP 3.1 §5.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { serial } }) => [
    ...(serial.bytes.length >= LEAST
      ? []
      : [`the serial number has ${serial.bytes.length} octets, expected at least ${LEAST}`]),
    ...(isPositive(serial.bytes) ? [] : ['the serial number is not greater than zero']),
  ],
});

/** Of an INTEGER's content octets: the first bit is the sign (X.690 §8.3.3). */
function isPositive(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x80) === 0 && bytes.some((octet) => octet !== 0);
}
