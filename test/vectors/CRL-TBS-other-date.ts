import { reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ crl: (request) => ({ ...request, nextUpdate: '2028-02-01T00:00:00Z' }), unapproved: true });

export const vector = defineVector({
  check: 'CRL-TBS',
  title: 'another CRL was signed than the approved one',
  faults: { recorded: again.files, events: again.events },
  shell: true,
});
