import { changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-COPY',
  title: 'the signature that shows the copy was made on the first HSM',
  shell: true,
  faults: {
    record: { backup: true },
    events: (events) => {
      const first = events.find(
        (event) => event.type === 'result' && event.proposal === proposalSeq(events, 'same-key@root-hsm'),
      );
      const signature = first?.type === 'result' ? (first.facts['signature'] ?? null) : null;
      return changing(
        'result',
        (event) => event.proposal === proposalSeq(events, 'same-key@backup-hsm'),
        (event) => ({ ...event, facts: { ...event.facts, signature } }),
      )(events);
    },
  },
});
