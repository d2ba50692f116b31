import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PLAN-MODE',
  title: 'a site for rehearsals was used in production',
  faults: {
    authorization: (authorization) => void (authorization['mode'] = 'production'),
    event: onEvent('opening', () => true, (event) => ({ ...event, mode: 'production' })),
    manifest: (manifest) => void (manifest['mode'] = 'production'),
    options: { expect: 'production' },
  },
});
