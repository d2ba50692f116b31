import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../base/canonical-json.ts';
import type { Caller } from '../channel/requests.ts';
import type { Clock, Machine, Question, Random, Terminal } from '../ports.ts';
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

/** The people, at the other end of a pipe. What is said to them goes to standard error too, for whoever watches. */
export function askedPeople(people: Caller, narrate: (line: string) => void): Terminal {
  return {
    say: async (lines) => {
      for (const line of lines) narrate(`    ${line}`);
    },
    ask: async (question: Question) => {
      const { value } = await people.call('ask', { ...question });
      return String(value);
    },
  };
}
