import { defineRule } from '../../rule.ts';

/** The largest number whose INTEGER has 20 octets, the sign bit included. */
const MOST = (1n << 159n) - 1n;

export const crlNumberLength = defineRule({
  id: 'rfc5280/crl-number-length',
  title: 'cRLNumber has at most 20 octets',
  clause: 'RFC 5280 §5.2.3',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crlNumber }) => crlNumber !== undefined,
  check: ({ crlNumber = 0n }) => (crlNumber <= MOST ? [] : [`cRLNumber is ${crlNumber}, expected at most 20 octets`]),
});
