import { chained, changing, dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-EVIDENCE',
  title: 'somebody who has a token attested on paper',
  faults: {
    events: chained(
      dropping((event) => event.type === 'file' && event.step === 'witnessed@gus'),
      changing('statement', (event) => event.step === 'witnessed@gus', (event) => ({ ...event, evidence: 'paper', statement: null, signature: null })),
    ),
  },
});
