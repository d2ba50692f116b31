import { adopting } from '../forge/adopting.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ADOPT',
  title: 'what the CRL lists and nobody has a certificate of is left out of what was adopted',
  faults: {
    record: adopting(),
    events: changing(
      'observation',
      (event) => event.subject === 'adoption',
      (event) => ({ ...event, facts: { ...event.facts, revokedUnseen: [] } }),
    ),
  },
});
