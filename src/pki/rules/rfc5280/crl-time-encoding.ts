import { defineRule } from '../../rule.ts';
import { timeFormFault } from '../../time-form.ts';

export const crlTimeEncoding = defineRule({
  id: 'rfc5280/crl-time-encoding',
  title: 'thisUpdate and nextUpdate through 2049 are UTCTime, from 2050 GeneralizedTime',
  clause: 'RFC 5280 §5.1.2.4, §5.1.2.5',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl: { thisUpdate, nextUpdate } }) => [
    ...timeFormFault('thisUpdate', thisUpdate),
    ...(nextUpdate === undefined ? [] : timeFormFault('nextUpdate', nextUpdate)),
  ],
});
