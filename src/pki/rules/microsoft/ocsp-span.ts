import { addDuration, formatUtc, parseUtc } from '../../../base/dates.ts';
import { defineRule } from '../../rule.ts';

export const ocspSpan = defineRule({
  id: 'microsoft/ocsp-span',
  title: 'an OCSP response ends at most 7 days after it begins',
  clause: 'Microsoft Trusted Root Program 1.2 §3.2.2',
  severity: 'error',
  appliesTo: 'ocsp-response',
  check: ({ response: { responses } }) => {
    const faults = responses.flatMap(({ thisUpdate, nextUpdate }) => {
      const latest = formatUtc(addDuration(parseUtc(thisUpdate.at), 'P7D'));
      if (nextUpdate !== undefined && nextUpdate.at <= latest) return [];
      return [`nextUpdate is ${nextUpdate?.at ?? 'absent'}, expected at most ${latest}, 7 days after thisUpdate`];
    });
    return [...new Set(faults)];
  },
});
