import { combinationFaults, isDelta } from '../../../x509/constructed-crl.ts';
import { defineRule } from '../../rule.ts';

export const crlDeltaBase = defineRule({
  id: 'rfc5280/crl-delta-base',
  title: 'a delta CRL goes with the complete one that it starts from: one issuer, one scope, a higher number',
  clause: 'RFC 5280 §5.2.4',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl, malformed }, { base }) => isDelta(crl) && base !== undefined && malformed.length === 0,
  check: ({ crl }, { base }) => (base ? combinationFaults(base, crl) : []),
});
