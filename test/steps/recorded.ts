import type { Event } from '../../src/transcript/event.ts';
import { recordCeremony } from '../forge/record.ts';
import { type Falsification, type Falsified, recordOf } from './recording.ts';

export { type Falsification, facts, terminalOf, twice, withoutEvent } from './recording.ts';

/** A root generation, once for each test file. */
export const {
  plan: PLAN,
  roster: ROSTER,
  authorization: AUTHORIZATION,
  events: EVENTS,
  files: FILES,
  signAs,
  stepOf,
  judged,
  judges,
  recordedBy,
} = recordOf(await recordCeremony());

export const resultFacts = (key: string, change: (facts: Falsified) => void): Falsification => {
  const proposed = EVENTS.findLast((event) => event.type === 'proposed' && event.step === key);
  return {
    event: (event) => {
      if (event.type === 'result' && event.proposal === proposed?.seq) change(event.facts);
    },
  };
};
/** Whether that is the result of the operation of the step at that key. */
export function isResultOf(event: Event, key: string): boolean {
  const proposed = EVENTS.findLast((one) => one.type === 'proposed' && one.step === key);
  return event.type === 'result' && event.proposal === proposed?.seq;
}
