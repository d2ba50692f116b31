import { numberOf } from '../../previous-crl.ts';
import { defineRule } from '../../rule.ts';

export const crlNumberIncreases = defineRule({
  id: 'rfc5280/crl-number-increases',
  title: 'cRLNumber is greater than that of the CRL before',
  clause: 'RFC 5280 §5.2.3; TLS BR 2.2.6 §7.2.2',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crlNumber }, { previous }) => crlNumber !== undefined && previous !== undefined,
  check: ({ crlNumber = 0n }, { previous }) => {
    const before = previous && numberOf(previous);
    if (before === undefined) return ['the CRL before has no readable cRLNumber'];
    return crlNumber > before
      ? []
      : [`cRLNumber is ${crlNumber}, expected more than ${before}, that of the CRL before`];
  },
});
