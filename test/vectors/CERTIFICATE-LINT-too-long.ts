import { reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({});

export const vector = defineVector({
  check: 'CERTIFICATE-LINT',
  title: 'script and certificate agree on a validity that the rules forbid',
  faults: {
    documents: (documents) => void (documents.script = documents.script.replace('plus: P10Y', 'plus: P30Y')),
    recorded: again.files,
    events: again.events,
  },
});
