import { recordCeremony } from '../forge/record.ts';
import { recordOf } from './recording.ts';

export { type Falsification, facts, terminalOf, twice, withoutEvent } from './recording.ts';

/** A root generation in which custody is kept, once for each test file. */
export const {
  events: EVENTS,
  files: FILES,
  headAt,
  judges,
  recordedBy,
  stepOf,
} = recordOf(await recordCeremony({ vault: true }));
