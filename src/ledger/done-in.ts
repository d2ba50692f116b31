import { canonicalBytes } from '../base/canonical-json.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import type { Event, ProposedEvent } from '../transcript/event.ts';
import { broken, type Done, type LedgerPlan } from './done.ts';

/** The operations that were done, in that order. @throws CeremonyError TRANSCRIPT_BROKEN, DESCRIPTOR_INVALID, JSON_NOT_CANONICAL */
export function doneIn(plan: LedgerPlan, events: readonly Event[]): Done[] {
  const steps = new Map(plan.acts.flatMap((act) => act.steps).map((step) => [step.key, step]));
  const proposals = new Map<number, ProposedEvent>();
  const done: Done[] = [];
  for (const event of events) {
    if (event.type === 'proposed') proposals.set(event.seq, event);
    if (event.type !== 'result' || event.outcome !== 'done') continue;
    const proposal = proposals.get(event.proposal) ?? broken(`event ${event.seq} is the result of no proposal`);
    const step =
      steps.get(proposal.step) ??
      broken(`event ${event.proposal} names "${proposal.step}", which is no step of the plan`);
    const operation = operationOf(proposal);
    done.push({ operation, step, result: event });
  }
  return done;
}

/** An event does not change; while a ceremony runs the same ones are asked again after each operation, and reading is what costs. */
const READ = new WeakMap<ProposedEvent, Operation>();

function operationOf(proposal: ProposedEvent): Operation {
  const operation = READ.get(proposal) ?? readDescriptor(canonicalBytes(proposal.descriptor)).operation;
  READ.set(proposal, operation);
  return operation;
}

export function of<O extends Operation['op']>(done: readonly Done[], op: O): Done<O>[] {
  return done.filter((entry) => entry.operation.op === op) as unknown as Done<O>[];
}
