import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const outcomeExpected = defineCheck({
  id: 'OUTCOME-EXPECTED',
  title: 'the ceremony ended as the reader expects: complete, unless told otherwise',
  needs: ['events'],
  run({ events }, { options, report }) {
    const close = events.findLast((event) => event.type === 'close');
    const outcome = close?.outcome ?? 'interrupted';
    const expected = options.outcome ?? 'complete';
    if (outcome !== expected) report(PATH.events, `the outcome is "${outcome}"; expected "${expected}"`);
  },
});
