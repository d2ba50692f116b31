import { canonicalBytes, type Json } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { destroying } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-DESTROY',
  title: 'the private object of a destroyed key is listed afterwards as before',
  faults: {
    record: destroying,
    events: changing(
      'result',
      (event) => event.facts['destroyed'] !== undefined,
      (event) => {
        const { objects } = event.facts['before'] as { readonly objects: readonly Json[] };
        const after = { objects: [objects[0] as Json], digest: sha256(canonicalBytes([objects[0] as Json])) };
        return { ...event, facts: { ...event.facts, after } };
      },
    ),
  },
});
