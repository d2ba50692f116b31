import { changing } from '../forge/edit.ts';
import { lookedUp } from '../forge/looked-up.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-INPUT',
  title: 'an RSA key was looked up in no list of weak keys, where the site names one',
  faults: {
    record: lookedUp(),
    events: changing(
      'observation',
      (event) => event.step === 'read-request',
      ({ facts: { weakKeys: _list, weakKeyEntries: _entries, ...facts }, ...event }) => ({ ...event, facts }),
    ),
  },
});
