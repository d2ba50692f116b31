import { defineRule } from '../../rule.ts';

export const serialLength = defineRule({
  id: 'rfc5280/serial-length',
  title: 'the serial number has at most 20 octets',
  clause: 'RFC 5280 §4.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { serial } }) =>
    serial.bytes.length <= 20 ? [] : [`the serial number has ${serial.bytes.length} octets, expected at most 20`],
});
