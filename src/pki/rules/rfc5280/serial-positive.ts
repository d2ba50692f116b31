import { defineRule } from '../../rule.ts';

export const serialPositive = defineRule({
  id: 'rfc5280/serial-positive',
  title: 'the serial number is a positive integer',
  clause: 'RFC 5280 §4.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { serial } }) => {
    const isNegative = (serial.bytes[0] ?? 0) >= 0x80;
    const isZero = serial.bytes.every((octet) => octet === 0);
    return isNegative || isZero ? [`the serial number is ${serial.hex} (hex), expected a positive integer`] : [];
  },
});
