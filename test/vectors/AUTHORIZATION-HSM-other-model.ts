import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-HSM',
  title: 'an operation was proposed for an HSM of another model',
  faults: {
    events: redescribed('activation', (descriptor) => {
      descriptor['hsm'] = { name: 'root-hsm', model: 'Other HSM', serial: null };
    }),
  },
});
