import { defineRule } from '../../rule.ts';

export const crlThisUpdateAdvances = defineRule({
  id: 'rfc5280/crl-this-update-advances',
  title: 'thisUpdate is not before that of the CRL before',
  clause: 'RFC 5280 §5.1.2.4, §5.2.3',
  severity: 'error',
  appliesTo: 'crl',
  when: (_subject, { previous }) => previous !== undefined,
  check: ({ crl: { thisUpdate } }, { previous }) =>
    previous !== undefined && thisUpdate.at < previous.thisUpdate.at
      ? [`thisUpdate ${thisUpdate.at} is before ${previous.thisUpdate.at}, that of the CRL before`]
      : [],
});
