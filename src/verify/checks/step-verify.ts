import { stepsOf } from '../../plan/plan.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { ownEvents } from '../own-events.ts';
import { withheldSteps } from '../withheld.ts';

export const stepVerify = defineCheck({
  id: 'STEP-VERIFY',
  title: 'every step type accepts what was recorded of its steps; it reports under its own ids',
  needs: [
    'events',
    'eventLines',
    'ceremony',
    'heads',
    'opening',
    'plan',
    'roster',
    'authorization',
    'proposals',
    'wholeProducts',
  ],
  last: true,
  run(
    { events, eventLines, ceremony, heads, opening, plan, roster, authorization, proposals },
    { pack, derive, found, report, unjudged },
  ) {
    const own = ownEvents(events, proposals);
    const withheld = withheldSteps(eventLines);
    const headAt = (seq: number) => heads[seq - 1] ?? '';
    const evidence = { ceremony, headAt, plan, roster, authorization, events, file: pack.file };
    for (const step of stepsOf(plan)) {
      const type = derive.steps.get(step.type);
      const mine = own.get(step.key);
      if (withheld.has(step.key)) {
        unjudged(step.key, 'events of it are withheld');
        continue;
      }
      // Where an abort or a crash ended a step, it owes nothing.
      if (!mine?.events.some(endsStep)) continue;
      const version = opening.versions.steps[step.type];
      if (!type || type.version !== version) {
        unjudged(step.key, `steps of type "${step.type}" were run as version ${version ?? 'unknown'}`);
      } else {
        // What a step type judges rests on its events and files: where one is at fault, that fault is the finding.
        const fault = mine.places.map((place) => found(place)).find((check) => check !== undefined);
        if (fault) unjudged(step.key, `see ${fault}`);
        else
          for (const { check, message, where } of type.verify(step.params, step, mine.events, evidence))
            report(where, message, check);
      }
    }
  },
});

function endsStep(event: Event): boolean {
  return event.type === 'close' || (event.type === 'step' && event.phase === 'end');
}
