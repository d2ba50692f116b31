import { withRenewal } from '../forge/renewing.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MODE-MARKING',
  title: 'production makes a root, and issues it again, under a name that a rehearsal would give it',
  where: 'certificates/root-again.crt',
  faults: {
    record: {
      mode: 'production',
      script: (text) => withRenewal(text).replace('CN: Example Root CA G1', 'CN: Rehearsal Root CA G1'),
    },
  },
});
