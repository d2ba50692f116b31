import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-VENDOR',
  title: 'after the work with other tools the key was not on the second HSM',
  faults: {
    record: { backup: true },
    events: (events) =>
      changing(
        'result',
        (event) => event.proposal === proposalSeq(events, 'clone@backup-hsm'),
        (event) => ({ ...event, facts: { ...event.facts, objects: [], digest: sha256(canonicalBytes([])) } }),
      )(events),
  },
});
