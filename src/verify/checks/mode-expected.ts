import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const modeExpected = defineCheck({
  id: 'MODE-EXPECTED',
  title: 'the ceremony was what the reader expects: a rehearsal, or production',
  needs: ['opening'],
  run({ opening }, { options, report }) {
    if (opening.mode !== options.expect)
      report(at(opening), `"mode" is "${opening.mode}"; expected "${options.expect}"`);
  },
});
