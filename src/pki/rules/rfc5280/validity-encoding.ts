import { defineRule } from '../../rule.ts';
import { timeFormFault } from '../../time-form.ts';

export const validityEncoding = defineRule({
  id: 'rfc5280/validity-encoding',
  title: 'dates through 2049 are UTCTime, from 2050 GeneralizedTime',
  clause: 'RFC 5280 §4.1.2.5',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { notBefore, notAfter } }) => [
    ...timeFormFault('notBefore', notBefore),
    ...timeFormFault('notAfter', notAfter),
  ],
});
