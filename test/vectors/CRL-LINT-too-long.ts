import { reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({});

export const vector = defineVector({
  check: 'CRL-LINT',
  title: 'script and CRL agree on a validity that the rules forbid',
  faults: {
    documents: (documents) => void (documents.script = documents.script.replace('plus: P364D', 'plus: P400D')),
    recorded: again.files,
    events: again.events,
  },
});
