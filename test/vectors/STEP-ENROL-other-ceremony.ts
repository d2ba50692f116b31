import type { JsonObject } from '../../src/base/canonical-json.ts';
import { objectBytes } from '../forge/replay.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ENROL',
  title: 'a member signed their enrolment in another ceremony',
  faults: {
    record: { founding: true },
    statement: (bytes, { kind, seat }) => {
      if (kind !== 'enrolment' || seat !== 'carol') return undefined;
      return objectBytes({ ...(JSON.parse(Buffer.from(bytes).toString()) as JsonObject), ceremony: OTHER_DIGEST });
    },
  },
});
