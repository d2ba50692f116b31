import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { presenceBytes } from '../../src/quorum/statement.ts';
import { rollCall } from '../../src/steps/roll-call.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { AUTHORIZATION, FILES, facts, judges, recordedBy, signAs, stepOf, withoutEvent } from './recorded.ts';

const KEY = 'roll-call@alice';
const PATH = 'statements/roll-call.alice';
const finding = (message: string) => `STEP-ROLL-CALL step 7.1 "${KEY}": ${message}`;
const changed = (change: (files: Map<string, Uint8Array>) => void) => ({ files: change });
const other = (member: object) => {
  const statement = JSON.parse(Buffer.from(FILES.get(`${PATH}.json`) ?? '').toString()) as {
    ceremony: string;
    authorization: string;
    seat: string;
  };
  return presenceBytes({ ...statement, ...member });
};

judges(KEY, [
  ['nobody answered', withoutEvent(KEY, 'statement'), finding('no presence by "alice"')],
  [
    'somebody else answered',
    facts(KEY, (_facts, event) => {
      event.seat = 'bob';
    }),
    finding('no presence by "alice"'),
  ],
  [
    'it is another kind of statement',
    facts(KEY, (_facts, event) => {
      event.kind = 'attestation';
    }),
    finding('no presence by "alice"'),
  ],
  [
    'it was signed on paper, and there is a token',
    facts(KEY, (_facts, event) => {
      event.evidence = 'paper';
    }),
    finding('"alice" has a token and signed paper only'),
  ],
  [
    'no test envelope was opened',
    facts(KEY, (all) => {
      delete all.testEnvelope;
    }),
    finding('no test envelope was opened'),
  ],
  [
    'a token answered that the roster does not know',
    facts(KEY, (all) => {
      all.token = 'another';
    }),
    finding('"another" is no token of "alice" on the roster'),
  ],
  [
    'the token is another person’s',
    facts(KEY, (all) => {
      all.token = 'token-4';
    }),
    finding('"token-4" is no token of "alice" on the roster'),
  ],
  [
    'it is not said which token answered',
    facts(KEY, (all) => {
      delete all.token;
    }),
    finding('null is no token of "alice" on the roster'),
  ],
  [
    'the token is called attested, and is not',
    facts(KEY, (all) => {
      all.origin = 'attested';
    }),
    finding('the origin of "token-3" is "attested"; the roster says "generated-here"'),
  ],
  [
    'the statement is not in the pack',
    changed((files) => void files.delete(`${PATH}.json`)),
    finding('the signed statement is not in the pack'),
  ],
  [
    'the signature is not in the pack',
    changed((files) => void files.delete(`${PATH}.p7s`)),
    finding('the signed statement is not in the pack'),
  ],
  [
    'the statement is of another ceremony',
    changed((files) => void files.set(`${PATH}.json`, other({ ceremony: sha256('x') }))),
    finding('the statement says something else than it must'),
  ],
  [
    'the statement is of another authorization',
    changed((files) => void files.set(`${PATH}.json`, other({ authorization: sha256('x') }))),
    finding('the statement says something else than it must'),
  ],
  [
    'it is the statement of another person',
    changed((files) => void files.set(`${PATH}.json`, other({ seat: 'bob' }))),
    finding('the statement says something else than it must'),
  ],
  [
    'another person signed it',
    changed((files) => void files.set(`${PATH}.p7s`, signAs('bob', FILES.get(`${PATH}.json`) as Uint8Array))),
    /^STEP-ROLL-CALL step 7\.1 "roll-call@alice": the signature of "alice": signature, byte \d+: expected the subjectKeyIdentifier "[0-9a-f]{40}" of the pinned certificate, found "[0-9a-f]{40}"$/,
  ],
  [
    'something else was signed',
    changed((files) => void files.set(`${PATH}.p7s`, signAs('alice', Buffer.from('x')))),
    /^STEP-ROLL-CALL step 7\.1 "roll-call@alice": the signature of "alice": signature, byte \d+: expected the messageDigest "[0-9a-f]{64}" of the content, found "[0-9a-f]{64}"$/,
  ],
]);

judges('roll-call@erin', [
  [
    'the spare token is said to have answered, and the usual one signed',
    facts('roll-call@erin', (all) => {
      all.token = `${all.token}-spare`;
    }),
    /^STEP-ROLL-CALL step 7\.5 "roll-call@erin": the signature of "erin": signature, byte \d+: expected the subjectKeyIdentifier /,
  ],
]);

describe('calling the roll', () => {
  const step = stepOf(KEY);
  const ROOM = 64 * 2 ** 20;

  function stage(room: number) {
    const asked: string[] = [];
    const files = new MemoryFiles();
    const statement = presenceBytes({ ceremony: sha256('c'), authorization: AUTHORIZATION.digest, seat: 'alice' });
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
    };
    const guard = {
      rollCall: async (seat: string) => {
        asked.push(seat);
        return {
          seat,
          token: 't-1',
          origin: 'attested',
          tries: 'no failed try reported',
          statement,
          signature: Buffer.from('sig'),
        };
      },
    };
    return { asked, files, context: { guard, pack, machine: { room: async () => room } } };
  }

  test('the statement and its signature are files before the event that names them', async () => {
    const { asked, files, context } = stage(ROOM);
    const { events, error } = await recordedBy(rollCall, step, context);
    assert.equal(error, undefined);
    assert.deepEqual(asked, ['alice']);
    assert.deepEqual([...files.content.keys()], [`${PATH}.json`, `${PATH}.p7s`]);
    assert.deepEqual(events.at(-1), {
      type: 'statement',
      step: KEY,
      seat: 'alice',
      kind: 'presence',
      evidence: 'token',
      statement: `${PATH}.json`,
      signature: sha256('sig'),
      facts: { token: 't-1', origin: 'attested', tries: 'no failed try reported', testEnvelope: 'opened' },
    });
  });

  test('a second run, after an interruption, leaves the files of the first one alone', async () => {
    const { files, context } = stage(ROOM);
    const begun = { type: 'step', step: KEY, phase: 'begin' } as unknown as Event;
    for (const runs of [1, 2, 3]) {
      const ceremony = { events: () => Array.from({ length: runs }, () => begun) };
      const { error } = await recordedBy(rollCall, step, { ...context, ceremony });
      assert.equal(error, undefined);
    }
    assert.deepEqual(
      [...files.content.keys()],
      ['', '.2', '.3'].flatMap((run) => [`${PATH}${run}.json`, `${PATH}${run}.p7s`]),
    );
  });

  test('without room for the whole pack nobody is called', async () => {
    const { asked, context } = stage(ROOM - 1);
    const { events, error } = await recordedBy(rollCall, step, context);
    assert.deepEqual([asked, events], [[], []]);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'OUTPUT_FULL');
    assert.equal(error.message, `${ROOM - 1} bytes are free where the pack is written; ${ROOM} are wanted`);
  });
});
