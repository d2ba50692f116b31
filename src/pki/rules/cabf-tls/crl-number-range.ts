import { defineRule } from '../../rule.ts';

const END = 1n << 159n;

export const crlNumberRange = defineRule({
  id: 'cabf-tls/crl-number-range',
  title: 'cRLNumber is from 0 to 2^159 - 1',
  clause: 'TLS BR 2.2.6 §7.2.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crlNumber }) => crlNumber !== undefined,
  check: ({ crlNumber = 0n }) => (crlNumber < END ? [] : [`cRLNumber is ${crlNumber}, expected less than 2^159`]),
});
