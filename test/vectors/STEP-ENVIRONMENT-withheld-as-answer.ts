import type { Event } from '../../src/transcript/event.ts';
import { defineVector } from '../forge/vector.ts';

const isHidden = (event: Event) => event.type === 'observation' && event.step === 'environment';

export const vector = defineVector({
  check: 'STEP-ENVIRONMENT',
  title: 'what the program saw of the computer is withheld, and its chain line calls it restricted',
  faults: {
    withhold: isHidden,
    chainLine: (line, event) => (isHidden(event) ? { ...line, level: 'restricted' } : undefined),
    options: { withheld: 'allowed' },
  },
});
