import { PATH } from '../../src/pack/layout.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { recordCeremony } from '../forge/record.ts';
import { recordOf } from './recording.ts';

const RECORDING = await recordCeremony({ founding: true });

/** A first enrolment, once for each test file; it is judged by the roster that it made. */
export const {
  id: CEREMONY,
  plan: PLAN,
  roster: ROSTER,
  authorization: AUTHORIZATION,
  events: EVENTS,
  files: FILES,
  members: MEMBERS,
  signAs,
  stepOf,
  judged,
  judges,
  recordedBy,
} = recordOf(RECORDING, readRoster(RECORDING.folder.get(PATH.roster) ?? new Uint8Array()));

/** A document of the record, with something changed in it. */
// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
export function altered(path: string, change: (document: any) => void): Record<string, any> {
  const document = JSON.parse(Buffer.from(FILES.get(path) ?? '').toString());
  change(document);
  return document;
}
