import type { JsonObject } from '../../src/base/canonical-json.ts';
import { PATH } from '../../src/pack/layout.ts';
import { objectBytes } from '../forge/replay.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROSTER',
  title: 'the first roster has a member who was not there',
  faults: {
    record: { founding: true },
    recorded: (files) => {
      const roster = JSON.parse(Buffer.from(files.get(PATH.roster) ?? '').toString()) as JsonObject;
      const mallory = { seat: 'mallory', role: 'auditor', evidence: 'paper' };
      files.set(PATH.roster, objectBytes({ ...roster, members: [...(roster['members'] as JsonObject[]), mallory] }));
    },
  },
});
