import { sayMost } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';

export const crlSerialDistinct = defineRule({
  id: 'rfc5280/crl-serial-distinct',
  title: 'no serial number is listed twice',
  clause: 'RFC 5280 §5.1.2.6',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.revoked.count > 0,
  check: ({ crl }) => sayMost(crl.revoked.repeated().map((serial) => `the entry of ${serial} is there more than once`)),
});
