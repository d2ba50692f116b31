import type { Json } from '../../src/base/canonical-json.ts';
import { changed, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ENROL',
  title: "a member's signing key may leave its token",
  faults: {
    record: { founding: true },
    events: changing(
      'statement',
      ({ kind, seat }) => kind === 'enrolment' && seat === 'carol',
      (event) => ({
        ...event,
        facts: changed(event.facts, (facts) => {
          const { sign } = facts['attributes'] as { sign: { private: Record<string, Json> } };
          sign.private['EXTRACTABLE'] = true;
        }),
      }),
    ),
  },
});
