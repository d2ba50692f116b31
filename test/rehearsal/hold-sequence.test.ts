import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import { holdSequence } from '../../src/rehearsal/hold-sequence.ts';
import { wholeCast } from '../../src/rehearsal/whole-cast.ts';
import { CAST } from './set-stage.ts';

const NOTHING = { tokens: [], uses: [] };
const of = (more: JsonObject) => readCast({ ...CAST, stands: NOTHING, ...more } as JsonObject);

const ROOT = of({ keys: ['example-root-g1'] });
const YEARLY = readCast(CAST);
const ENROLMENT = of({
  tokens: [],
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 5, present: 5 },
    witness: { of: 1, present: 1 },
  },
  enrols: { 'crypto-officer': 1 },
});

describe('scripts that are to be rehearsed one after another', () => {
  const refused = (sequence: readonly (readonly [string, typeof ROOT])[], message: string, before?: Ledger) =>
    assert.throws(
      () =>
        holdSequence(
          sequence.map(([, cast]) => cast),
          sequence.map(([name]) => name),
          before,
        ),
      { code: 'REHEARSAL_SETUP', message: `these ceremonies cannot follow one another: ${message}` },
    );
  const accepted = (casts: readonly (typeof ROOT)[], before?: Ledger) => holdSequence(casts, ['a', 'b', 'c'], before);

  test('may follow a root, one that is invented, or one of the pack before', () => {
    accepted([ROOT, YEARLY, YEARLY]);
    accepted([YEARLY, YEARLY]);
    accepted([ENROLMENT, ROOT, YEARLY]);
    const before = { keys: [{ label: 'rehearsal-example-root-g1' }], tokens: [{}] } as unknown as Ledger;
    accepted([of({ keys: ['example-root-g2'] }), YEARLY], before);
  });

  test('make no key twice', () =>
    refused(
      [
        ['root.yaml', ROOT],
        ['again.yaml', ROOT],
      ],
      '"again.yaml" makes a key labelled "example-root-g1", which "root.yaml" has made before it',
    ));

  test('use no key and no HSM that no ceremony before has', () => {
    const other = of({ keys: ['example-root-g2'] });
    refused(
      [
        ['other.yaml', other],
        ['yearly.yaml', YEARLY],
      ],
      '"yearly.yaml" uses a key labelled "example-root-g1", and no ceremony before it makes one',
    );
    const wiping = of({ stands: { ...NOTHING, tokens: ['root-hsm'] } });
    refused(
      [
        ['enrolment.yaml', ENROLMENT],
        ['wiping.yaml', wiping],
      ],
      '"wiping.yaml" expects the HSM "root-hsm" as the ledger has it, and no ceremony before it uses one',
    );
  });

  test('enrol their quorum first, and seat whom that enrols', () => {
    refused(
      [
        ['root.yaml', ROOT],
        ['enrolment.yaml', ENROLMENT],
      ],
      '"enrolment.yaml" is a first enrolment, which follows no ceremony',
    );
    const judged = of({ seats: { auditor: { of: 1, present: 1 }, 'crypto-officer': { of: 7, present: 6 } } });
    refused(
      [
        ['enrolment.yaml', ENROLMENT],
        ['judged.yaml', judged],
      ],
      '"judged.yaml" seats 1 as "auditor", and the roster that "enrolment.yaml" makes has 0; "judged.yaml" seats 6 as "crypto-officer", and the roster that "enrolment.yaml" makes has 5',
    );
  });

  test('have the most people of each role, and the highest quorum of each class', () => {
    const larger = of({
      seats: { auditor: { of: 1, present: 1 }, 'crypto-officer': { of: 7, present: 3 } },
      quorums: { sign: 2, generate: 4 },
    });
    const { seats, quorums } = wholeCast([YEARLY, larger]);
    assert.deepEqual(
      [seats.get('auditor'), seats.get('crypto-officer'), seats.get('witness')],
      [
        { of: 1, present: 1 },
        { of: 7, present: 3 },
        { of: 1, present: 1 },
      ],
    );
    assert.deepEqual(
      [...quorums],
      [
        ['sign', 3],
        ['generate', 4],
      ],
    );
    assert.deepEqual(wholeCast([ENROLMENT, larger]).seats.get('crypto-officer'), { of: 5, present: 5 });
  });
});
