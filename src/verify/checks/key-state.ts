import { eventOf, type Transition, transitionsIn } from '../../ledger/key-history.ts';
import { mayBecome, nextStates } from '../../quorum/key-states.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import type { EventOf } from '../parts.ts';
import { at } from '../where.ts';
import { firstMoveWithheld } from '../withheld.ts';

type Recorded = EventOf<'key-state'>;

export const keyState = defineCheck({
  id: 'KEY-STATE',
  title:
    'every change of the state of a key is one that there is, and is recorded right after what it follows from, with its reason and its approvals; and no other',
  needs: ['events', 'eventLines', 'plan', 'before'],
  run({ events, eventLines, plan, before }, { report, note }) {
    const isWithheld = Number.isFinite(firstMoveWithheld(eventLines));
    if (isWithheld) note('when the last of a key was destroyed is not derived again: answers are withheld');
    // What people did with things is known by their answers.
    const isShown = ({ to, from }: { readonly to: string; readonly from: string | null }) =>
      !isWithheld || (to !== 'destroyed' && from !== 'destroyed');
    const due = transitionsIn(plan, events, before).filter(isShown);
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

/** Whether nothing was recorded any more after that event but other changes of states. */
function isBrokenOff(after: number, events: readonly Event[]): boolean {
  return events.every(({ seq, type }) => seq <= after || type === 'key-state');
}

function words({ key, from, to }: Transition): string {
  return `the key ${key} becomes ${to}${from === null ? '' : `, from ${from}`}`;
}
