import { defineRule } from '../../rule.ts';

export const crlUpdateOrder = defineRule({
  id: 'rfc5280/crl-update-order',
  title: 'nextUpdate is after thisUpdate',
  clause: 'RFC 5280 §5.1.2.5',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => crl.nextUpdate !== undefined,
  check: ({ crl: { thisUpdate, nextUpdate } }) =>
    nextUpdate !== undefined && nextUpdate.at <= thisUpdate.at
      ? [`nextUpdate ${nextUpdate.at} is not after thisUpdate ${thisUpdate.at}`]
      : [],
});
