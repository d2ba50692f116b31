import { reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ serial: Uint8Array.of(1, ...new Uint8Array(16).fill(0x5a)), unapproved: true });

export const vector = defineVector({
  check: 'CERTIFICATE-TBS',
  title: 'another certificate was signed than the approved one',
  faults: { recorded: again.files, events: again.events },
  shell: true,
});
