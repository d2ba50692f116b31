import { isSha256 } from '../base/digest.ts';
import type { Finding } from '../base/finding.ts';
import { lastRowOf } from '../base/words.ts';
import { type PlannedStep, stepsOf } from '../plan/plan.ts';
import { secondScreenMedium } from '../plan/second-screen.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import type { Event, ObservationEvent, ProposedEvent } from '../transcript/event.ts';
import { type ExaminationParams, proposalFiles, readerOf } from './examination.ts';
import { objectIn } from './recorded-facts.ts';

/** Of what a proposal was held to, the fault; or undefined. */
type Judge = (seen: Event & ObservationEvent, proposed: Event & ProposedEvent) => string | undefined;

/**
 * Whether every proposal that a token signed had been held to second screen and sheet before, as the step demands: in that
 * step, and in an operation's own, where it was put up anew. Where no token signed there is nothing to demand.
 */
export function examinationFaults(params: ExaminationParams, step: PlannedStep, evidence: StepEvidence): Finding[] {
  const judges: [check: string, subject: string, judge: Judge][] = [];
  if (params['second-screen'] !== undefined)
    judges.push(['STEP-SECOND-SCREEN', 'second-screen', screenJudge(params, evidence)]);
  if (params.sheet !== undefined) judges.push(['STEP-SHEET', 'sheet', sheetJudge(step, evidence)]);
  const approved = evidence.events.filter(
    (event): event is Event & ProposedEvent => event.type === 'proposed' && params.operations.includes(event.step),
  );
  return judges.flatMap(([check, subject, judge]) =>
    approved.flatMap((proposed) => {
      const fault = faultOf(subject, judge, proposed, evidence.events);
      if (fault === undefined) return [];
      const message = `step ${step.number} "${step.key}": proposal ${proposed.seq} of "${proposed.step}" ${fault}`;
      return [{ check, message, where: 'events.jsonl' }];
    }),
  );
}

function faultOf(
  subject: string,
  judge: Judge,
  proposed: Event & ProposedEvent,
  events: readonly Event[],
): string | undefined {
  const signed = events.find((event) => event.type === 'approval' && event.proposal === proposed.seq);
  if (!signed) return undefined;
  const before = events.filter(
    (event): event is Event & ObservationEvent =>
      event.type === 'observation' &&
      event.subject === subject &&
      event.facts['proposal'] === proposed.seq &&
      event.seq > proposed.seq &&
      event.seq < signed.seq,
  );
  const name = subject.replace('-', ' ');
  const [seen, ...more] = before;
  if (!seen) return `was signed by a token before it was held to the ${name}`;
  if (more.length > 0) return `was held to the ${name} ${before.length} times, expected once`;
  if (!isSha256(proposed.digest) || seen.facts['words'] !== lastRowOf(proposed.digest))
    return `has another digest than the ${name}, which has ${JSON.stringify(seen.facts['words'] ?? null)}`;
  return judge(seen, proposed);
}

function screenJudge(params: ExaminationParams, evidence: StepEvidence): Judge {
  return (seen, { seq, step, digest, descriptor }) => {
    const plan = planOf(seen, evidence);
    const reader = readerOf(params, plan);
    if (seen.facts['seat'] !== reader)
      return `was read on the second screen by ${JSON.stringify(seen.facts['seat'] ?? null)}; the plan asks "${reader ?? ''}"`;
    const medium = secondScreenMedium(plan, params) ?? '';
    const copies = plan.media[medium]?.length ?? 0;
    if (seen.facts['medium'] !== medium || seen.facts['copies'] !== copies || copies === 0)
      return `did not go out on ${copies} copies of "${medium}"`;
    const payload = objectIn(descriptor['payload'])['sha256'];
    const files = proposalFiles({ seq, step }, digest, typeof payload === 'string' ? payload : null);
    const written = objectIn(seen.facts['files']);
    const isSame =
      Object.keys(written).length === Object.keys(files).length &&
      Object.entries(files).every(([path, sha256]) => written[path] === sha256);
    return isSame ? undefined : 'went out to the second screen as other files than it has';
  };
}

function sheetJudge(planned: PlannedStep, evidence: StepEvidence): Judge {
  return (seen) => {
    const step = stepsOf(planOf(seen, evidence)).find((one) => one.key === planned.key) ?? planned;
    if (seen.facts['seat'] !== step.by[0])
      return `was held to the sheet by ${JSON.stringify(seen.facts['seat'] ?? null)}; the plan asks "${step.by[0] ?? ''}"`;
    const checked = seen.facts['checkedBy'];
    const isChecked = Array.isArray(checked) && checked.toSorted().join() === step.check.toSorted().join();
    return isChecked ? undefined : `has a sheet that is not checked by ${step.check.join(', ') || 'nobody'}`;
  };
}

/** The one in force when the step began that was open then: its people were asked. */
function planOf({ seq }: Event, { events, planAt }: StepEvidence) {
  const begin = events.findLast((event) => event.type === 'step' && event.phase === 'begin' && event.seq < seq);
  return planAt(begin?.seq ?? 0);
}
