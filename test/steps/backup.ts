import { recordCeremony } from '../forge/record.ts';
import { recordOf } from './recording.ts';

export { type Falsification, facts, terminalOf } from './recording.ts';

/** A root generation whose key is copied to a second HSM with its vendor's tools, once for each test file. */
export const {
  events: EVENTS,
  judges,
  recordedBy,
  stepOf,
  id: CEREMONY,
} = recordOf(await recordCeremony({ backup: true }));
