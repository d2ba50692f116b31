import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PREVIOUS-ROSTER',
  title: 'the ceremony before ended under another roster, and none changed it',
  faults: {
    follows: {
      manifest: (manifest) => {
        manifest['roster'] = OTHER_DIGEST;
      },
    },
  },
  shell: true,
});
