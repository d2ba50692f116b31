import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../base/canonical-json.ts';
import type { Caller } from '../channel/requests.ts';
import type { Clock, Machine, People, Place, Random } from '../ports.ts';
import type { Sync } from './files.ts';

/** The computer's clock, as the record has it: UTC, whole seconds. */
export const systemClock: Clock = {
  now: () => `${new Date().toISOString().slice(0, 19)}Z`,
  milliseconds: () => performance.now(),
};

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** fsync and facts of the machine, by the supervisor. */
export function supervised(supervisor: Caller): { machine: Machine; sync: Sync } {
  return {
    machine: {
      environment: async () => ({
        ...((await supervisor.call('machine')).value as JsonObject),
        program: (await supervisor.call('program')).value,
      }),
      room: async () => Number((await supervisor.call('room')).value),
    },
    sync: async (paths) => {
      await supervisor.call('fsync', { paths: [...paths] });
    },
  };
}

/** People who are played, at the other end of a pipe. What is said to them goes to standard error, for whoever watches. */
export function playedPeople(people: Caller, narrate: { line(text: string): void; step(place: Place): void }): People {
  const answer = async (question: JsonObject) => String((await people.call('ask', question)).value);
  return {
    open: async () => undefined,
    endAct: async () => undefined,
    say: async (lines) => {
      for (const line of lines) narrate.line(`    ${line}`);
    },
    ask: async ({ problem: _judged, doubt: _doubt, ...question }) => await answer(question),
    choose: async ({ step, text, options }) =>
      await answer({ kind: 'choice', step, text, options: options.map((option) => option.name) }),
    call: async () => undefined,
    enter: async (place) => {
      narrate.step(place);
      return undefined;
    },
    leave: async () => undefined,
  };
}
