import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MODE-MARKING',
  title: 'a rehearsal proposed a key whose label is not marked',
  faults: { events: redescribed('root-key', (descriptor) => void (descriptor['label'] = 'example-root-g1')) },
});
