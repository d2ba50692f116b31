import { isDelta } from '../../../x509/constructed-crl.ts';
import { defineRule } from '../../rule.ts';

export const crlDeltaWithinBase = defineRule({
  id: 'private/crl-delta-within-base',
  title: 'a delta CRL ends no later than the complete one that it starts from, without which it says nothing',
  clause: 'docs/checks.md',
  severity: 'warning',
  appliesTo: 'crl',
  when: ({ crl }, { base }) => isDelta(crl) && crl.nextUpdate !== undefined && base?.nextUpdate !== undefined,
  check: ({ crl: { nextUpdate } }, { base }) =>
    nextUpdate && base?.nextUpdate && nextUpdate.at > base.nextUpdate.at
      ? [`nextUpdate is ${nextUpdate.at}, after ${base.nextUpdate.at}, that of the CRL which it starts from`]
      : [],
});
