import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-INSPECT',
  title: 'a secret key that nobody made lies on the HSM',
  faults: {
    events: refacted('hsm-empty', (facts) => {
      facts['objects'] = [{ class: 'SECRET_KEY', label: 'backdoor' }];
      facts['digest'] = sha256(canonicalBytes(facts['objects']));
    }),
  },
});
