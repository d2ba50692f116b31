import { destroying } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-DESTROY',
  title: 'what the key is to have signed before it was destroyed is another signature of its',
  shell: true,
  faults: {
    record: destroying,
    events: (events) => {
      const crl = events.findLast((event) => event.type === 'result' && typeof event.facts['signature'] === 'string' && !event.facts['destroyed']);
      const signature = crl?.type === 'result' ? (crl.facts['signature'] ?? null) : null;
      return changing(
        'result',
        (event) => event.facts['destroyed'] !== undefined,
        (event) => ({ ...event, facts: { ...event.facts, signature } }),
      )(events);
    },
  },
});
