import { sha256 } from '../../src/base/digest.ts';
import { changing } from '../forge/edit.ts';
import { lineOf, listOf, revoking } from '../forge/revoking.ts';
import { defineVector } from '../forge/vector.ts';

const [SHORT, LONG] = [listOf(lineOf('tls-ca-1')), listOf(lineOf('tls-ca-1'), lineOf('tls-ca-2'))];

export const vector = defineVector({
  check: 'STEP-INPUT',
  title: 'the list on the medium had more lines than the one that was kept',
  faults: {
    ...revoking(SHORT),
    events: changing(
      'observation',
      (event) => event.step === 'read-revocations',
      (event) => ({ ...event, facts: { ...event.facts, sha256: sha256(LONG), size: LONG.length } }),
    ),
  },
});
