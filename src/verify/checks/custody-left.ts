import { custodyAfter } from '../../ledger/custody.ts';
import { PATH } from '../../pack/layout.ts';
import { CUSTODY_STEPS, unitsOfStep } from '../../plan/custody.ts';
import { deviationNeed, leftBy } from '../../plan/left-steps.ts';
import { paperSteps, stepsOf } from '../../plan/plan.ts';
import { stepFrames } from '../../plan/step-frames.ts';
import { defineCheck } from '../check.ts';
import { firstMoveWithheld } from '../withheld.ts';

export const custodyLeft = defineCheck({
  id: 'CUSTODY-LEFT',
  title: 'nothing that was in the room lies open when the record closes, but what is put away on paper afterwards',
  needs: ['events', 'eventLines', 'plan', 'roster'],
  run({ events, eventLines, plan, roster }, { report, note }) {
    if (events.at(-1)?.type !== 'close' || Number.isFinite(firstMoveWithheld(eventLines))) return;
    const putsAway = ({ type }: { readonly type: string }) => type !== 'unseal' && CUSTODY_STEPS[type] !== undefined;
    const later = new Set(
      paperSteps(plan)
        .filter(putsAway)
        .flatMap((step) => unitsOfStep(plan, step)),
    );
    const need = deviationNeed(roster, plan);
    const frames = stepFrames(events);
    for (const [unit, { state }] of custodyAfter(plan, events)) {
      if (state !== 'open' || [...later].some((one) => one.unit === unit)) continue;
      const steps = stepsOf(plan).filter(
        (step) => putsAway(step) && unitsOfStep(plan, step).some((one) => one.unit === unit),
      );
      const left = frames.find(
        (frame) => steps.some(({ key }) => key === frame.step) && leftBy(frame, need)?.to === 'skip',
      );
      if (left) note(`"${unit}" lies open at the end: the quorum let step "${left.step}" be left out`);
      else report(PATH.events, `"${unit}" lies open when the record closes`);
    }
  },
});
