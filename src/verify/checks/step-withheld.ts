import { defineCheck } from '../check.ts';
import { eventLine } from '../where.ts';
import { withheldLines } from '../withheld.ts';

export const stepWithheld = defineCheck({
  id: 'STEP-WITHHELD',
  title: 'no step is kept from being judged by withheld answers or corrections, unless the reader was told of them',
  needs: ['chain', 'eventLines'],
  run({ chain, eventLines }, { options, report }) {
    if (options.withheld === 'allowed') return;
    for (const { number, step, corrects } of withheldLines(eventLines)) {
      if (step === undefined || chain[number - 1]?.level !== 'restricted') continue;
      report(
        eventLine(number),
        corrects
          ? `a correction in step "${step}" is withheld: no step that was answered before it is judged`
          : `an answer of step "${step}" is withheld: the step is not judged`,
      );
    }
  },
});
