import { recordCeremony } from '../forge/record.ts';
import { recordOf } from './recording.ts';

/** A root generation with two issuing CAs below the root, once for each test file. */
export const {
  plan: PLAN,
  events: EVENTS,
  files: FILES,
  stepOf,
  judged,
  judges,
  recordedBy,
} = recordOf(await recordCeremony({ hierarchy: true }));
