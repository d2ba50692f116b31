import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-LINT',
  title: 'a certificate was proposed with a problem that nobody waived',
  faults: {
    event: onEvent('proposed', (event) => event.step === 'root-certificate', (event) => {
      return { ...event, lint: [{ rule: 'cabf-tls/root-validity', severity: 'error', clause: '', message: 'too long' }] };
    }),
  },
});
