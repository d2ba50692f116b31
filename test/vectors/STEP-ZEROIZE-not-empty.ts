import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { erasing } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ZEROIZE',
  title: 'something is listed on a token after it was erased',
  faults: {
    record: erasing,
    events: changing(
      'result',
      (event) => event.facts['seen'] !== undefined,
      (event) => {
        const objects = [{ class: 'data', label: 'left' }];
        return { ...event, facts: { ...event.facts, objects, digest: sha256(canonicalBytes(objects)) } };
      },
    ),
  },
});
