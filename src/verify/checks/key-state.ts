import { eventOf, type Transition, transitionsIn } from '../../ledger/key-history.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { mayBecome, nextStates, signs } from '../../quorum/key-states.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import type { Done, EventOf } from '../parts.ts';
import { at } from '../where.ts';
import { firstMoveWithheld } from '../withheld.ts';

type Recorded = EventOf<'key-state'>;

export const keyState = defineCheck({
  id: 'KEY-STATE',
  title:
    'every change of the state of a key is one that there is, and is recorded right after what it follows from, with its reason and its approvals; and no key signed in a state that forbids it',
  needs: ['done', 'events', 'eventLines', 'plan', 'before'],
  run({ done, events, eventLines, plan, before }, { report, note }) {
    const isWithheld = Number.isFinite(firstMoveWithheld(eventLines));
    if (isWithheld) note('when the last of a key was destroyed is not derived again: answers are withheld');
    // What people did with things is known by their answers.
    const isShown = ({ to, from }: { readonly to: string; readonly from: string | null }) =>
      !isWithheld || (to !== 'destroyed' && from !== 'destroyed');
    const all = transitionsIn(plan, events, before);
    const due = all.filter(isShown);
    const recorded = events.filter((event): event is Recorded => event.type === 'key-state' && isShown(event));
    for (const transition of due) {
      const { key, from, to, after } = transition;
      const isCorrected = from === 'destroyed' && transition.proposal === null;
      if (!mayBecome(from, to) && !isCorrected)
        report(
          `events.jsonl:${after}`,
          `the key ${key} was ${from ?? 'not there'}, and becomes ${to}; it may become ${from === null ? 'pre-activation' : nextStates(from)}`,
        );
    }
    for (const [where, fault] of misusesIn(done, all, before)) report(where, fault);
    const last = events.at(-1)?.seq ?? 0;
    for (let index = 0; index < Math.max(due.length, recorded.length); index += 1) {
      const [derived, event] = [due[index], recorded[index]];
      if (!event) {
        // A record may break off between the two.
        if (derived && derived.after < last && !isBrokenOff(derived.after, events))
          report(`events.jsonl:${derived.after}`, `${words(derived)} by this, and no event says so`);
        return;
      }
      const fault = faultOf(event, derived, events);
      if (fault === undefined) continue;
      report(at(event), fault);
      return;
    }
  },
});

/** A key in pre-activation signs a request for itself, or its own certificate, and nothing else (SP 800-57 part 1 §7.1). */
function misusesIn(
  done: readonly Done[],
  transitions: readonly Transition[],
  before: Ledger | null,
): (readonly [where: string, fault: string])[] {
  const first = new Map(before?.keys.map(({ spkiSha256, state }) => [spkiSha256, state]));
  return done.flatMap(({ operation, proposal, result }) => {
    if (operation.op !== 'sign' && operation.op !== 'sign-list') return [];
    const own = transitions.filter(({ key }) => key === operation.key);
    const state = own.findLast(({ after }) => after < result.seq)?.to ?? first.get(operation.key);
    // Of one that nobody knows KEY-KNOWN tells.
    if (state === undefined || signs(state)) return [];
    const isCertified = own.some(({ after, to }) => after === result.seq && to === 'active');
    if (state === 'pre-activation' && (operation.kind === 'request' || isCertified)) return [];
    const what = operation.kind.replace('-', ' ');
    return [[at(proposal.event), `the key ${operation.key} is ${state}, and signs a ${what}`] as const];
  });
}

function faultOf(event: Recorded, derived: Transition | undefined, events: readonly Event[]): string | undefined {
  if (!derived) return `the key ${event.key} is said to become ${event.to}, and nothing led to it`;
  const { type: _type, ...expected } = eventOf(derived);
  for (const [member, value] of Object.entries(expected)) {
    const said = event[member as keyof typeof expected];
    if (said !== value)
      return `says "${member}" "${String(said)}"; by event ${derived.after} ${words(derived)}, and it is "${String(value)}"`;
  }
  const between = events.find(
    ({ seq, type }) => seq > derived.after && seq < event.seq && type !== 'key-state' && type !== 'resume',
  );
  if (event.seq > derived.after && !between) return undefined;
  return `stands ${between ? `after event ${between.seq}` : 'before it came about'}; it follows from event ${derived.after}, and comes right after it`;
}

/**
 * Whether nothing was recorded any more after that event but other changes of states, and that the ceremony goes on: right after
 * that it may break off again.
 */
function isBrokenOff(after: number, events: readonly Event[]): boolean {
  return events.every(({ seq, type }) => seq <= after || type === 'key-state' || type === 'resume');
}

function words({ key, from, to }: Transition): string {
  return `the key ${key} becomes ${to}${from === null ? '' : `, from ${from}`}`;
}
