import { addDuration, formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';

export const ocspSpan = defineRule({
  id: 'cabf-tls/ocsp-span',
  title: 'an OCSP response about a CA certificate ends at most 12 calendar months after it begins',
  clause: 'TLS BR 2.2.6 §4.9.9',
  severity: 'error',
  appliesTo: 'ocsp-response',
  check: ({ response: { responses } }) => {
    const faults = responses.flatMap(({ thisUpdate, nextUpdate }) => {
      const latest = formatUtc(addDuration(parseUtc(thisUpdate.at), 'P12M'));
      if (nextUpdate !== undefined && nextUpdate.at <= latest) return [];
      return [`nextUpdate is ${nextUpdate?.at ?? 'absent'}, expected at most ${latest}, 12 months after thisUpdate`];
    });
    return [...new Set(faults)];
  },
});
