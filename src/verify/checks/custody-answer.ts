import { CUSTODY_STEPS, custodyAnswers, TRANSCRIBES } from '../../ledger/custody.ts';
import { unitsOfStep } from '../../plan/custody.ts';
import { paperSteps, stepsOf } from '../../plan/plan.ts';
import { stepFrames } from '../../plan/step-frames.ts';
import { custodyFaults } from '../../steps/custody-judged.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';
import { firstMoveWithheld } from '../withheld.ts';

/** A step that was begun again is judged by its last run: what was said of things in the others moved them too. */
export const custodyAnswer = defineCheck({
  id: 'CUSTODY-ANSWER',
  title: 'what was said of a thing in a run of a step that was begun again, or cut short, fits where the thing was',
  needs: ['events', 'eventLines', 'plan', 'planAt'],
  run({ events, eventLines, plan, planAt }, { report }) {
    const withheld = firstMoveWithheld(eventLines);
    const frames = stepFrames(events);
    const last = new Map(frames.map((frame) => [frame.step, frame]));
    const isJudged = (seq: number, step: string) => {
      const frame = last.get(step);
      const ended = frame?.events.some((event) => event.type === 'step' && event.phase === 'end') ?? false;
      return ended && (frame?.events[0]?.seq ?? 0) < seq;
    };
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    const paper = new Map(paperSteps(plan).map((step) => [step.key, step]));
    for (const answer of custodyAnswers(events)) {
      const asking = steps.get(answer.step);
      if (!asking || isJudged(answer.seq, answer.step) || answer.seq > withheld) continue;
      const step = asking.type === TRANSCRIBES ? paper.get(String(answer.values['of'])) : asking;
      const did = CUSTODY_STEPS[step?.type ?? ''];
      const inForce = planAt(answer.seq);
      if (
        !step ||
        did === undefined ||
        !unitsOfStep(inForce, step).some(({ unit }) => unit === answer.values['unit'])
      ) {
        report(at(answer), `"${String(answer.values['unit'])}" is nothing that this step is about`);
        continue;
      }
      for (const fault of custodyFaults(answer, did, step, { plan: inForce, events })) report(at(answer), fault);
    }
  },
});
