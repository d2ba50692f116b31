import { addDuration, formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';

export const crlSpan = defineRule({
  id: 'cabf-tls/crl-span',
  title: 'a CRL of CA certificates ends at most 12 calendar months after it begins',
  clause: 'TLS BR 2.2.6 §7.2, §4.9.7',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crl }, { kind }) => kind === 'root-crl' && crl.nextUpdate !== undefined,
  check: ({ crl: { thisUpdate, nextUpdate } }) => {
    const latest = formatUtc(addDuration(parseUtc(thisUpdate.at), 'P12M'));
    if (nextUpdate === undefined || nextUpdate.at <= latest) return [];
    return [`nextUpdate is ${nextUpdate.at}, expected at most ${latest}, 12 months after thisUpdate`];
  },
});
