import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { destructionStatement } from '../../src/quorum/key-destruction.ts';
import { copyStatement } from '../../src/quorum/operation.ts';
import { destroying } from '../forge/destroying.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';
import { type Falsification, type Falsified, recordOf, withoutEvent } from './recording.ts';

const { events, judges, id, plan } = recordOf(await recordCeremony(destroying));
const result = events.find((event) => event.type === 'result' && event.facts['destroyed'] !== undefined);
const spkiSha256 = String(result?.type === 'result' ? result.facts['key'] : '');
const proposed = events.find((event) => event.type === 'proposed' && event.step === 'destroyed');

function facts(change: (facts: Falsified) => void): Falsification {
  return {
    event: (event) => {
      if (event.type === 'result' && event.facts.destroyed) change(event.facts);
    },
  };
}
const listed = (objects: readonly JsonObject[]) => ({ objects, digest: sha256(canonicalBytes(objects)) });
const signed = (statement: Uint8Array) => Buffer.from(hsmSign(HSM_KEY.privateKey, statement)).toString('base64');
const message = (text: string) => `STEP-DESTROY step 19 "destroyed": ${text}`;
const NOT_SHOWN = message('no signature shows that the private object was the one of this key');
const OTHERS = message('the objects afterwards are not those before without the two of the key');

test('the phrase was typed, then the quorum approved, then it was done', () => {
  const order = events.flatMap((event) => ('step' in event && event.step === 'destroyed' ? [event.type] : []));
  assert.deepEqual(order, ['step', 'answer', 'proposed', 'key-state', 'step']);
  const answer = events.find((event) => event.type === 'answer' && event.step === 'destroyed');
  assert.deepEqual(answer?.type === 'answer' && [answer.values, answer.checkedBy.length], [
    { phrase: 'destroy root' },
    1,
  ]);
  assert.equal(
    plan.acts.flatMap(({ steps }) => steps).find(({ key }) => key === 'destroyed')?.operation,
    'destroy-key',
  );
});

judges('destroyed', [
  [
    'there is no result',
    { keep: (event) => !(event.type === 'result' && 'destroyed' in event.facts) },
    message('the key was not destroyed'),
  ],
  ['the phrase was not typed', withoutEvent('destroyed', 'answer'), message('nobody typed the phrase')],
  [
    'another phrase was typed',
    {
      event: (event) => {
        if (event.type === 'answer' && event.step === 'destroyed') event.values.phrase = 'destroy rot';
      },
    },
    message('"destroy rot" was typed; the phrase is "destroy root"'),
  ],
  [
    'nobody is said to have checked it',
    {
      event: (event) => {
        if (event.type === 'answer' && event.step === 'destroyed') event.checkedBy = [];
      },
    },
    /the answer is checked by nobody; the plan says /,
  ],
  [
    'another key is said to be gone',
    facts((one) => {
      one.key = 'cd'.repeat(32);
    }),
    message(`the result states "key" "${'cd'.repeat(32)}"; it was "${spkiSha256}"`),
  ],
  [
    'it is not said to have been the last',
    facts((one) => {
      one.last = false;
    }),
    message('the result states "last" false; it was true'),
  ],
  [
    'the key was not refused afterwards',
    facts((one) => {
      one.refused = null;
    }),
    message('the result states "refused" null; it was "HSM_OBJECT_MISSING"'),
  ],
  [
    'half of it is said to have been destroyed',
    facts((one) => {
      one.destroyed = ['public-key'];
    }),
    message('the result states that ["public-key"] was destroyed; there was ["private-key","public-key"]'),
  ],
  [
    'an object is still there',
    facts((one) => {
      one.after = listed([one.before.objects[0]]);
    }),
    OTHERS,
  ],
  [
    'another object is gone too',
    facts((one) => {
      one.before = listed([...one.before.objects, { class: 'data', label: 'x', id: null }]);
    }),
    OTHERS,
  ],
  [
    'the digest is of another list',
    facts((one) => {
      one.after.digest = sha256('x');
    }),
    message('the objects before and after are not listed, or not under their digests'),
  ],
  [
    'two private objects were there',
    facts((one) => {
      one.before = listed([...one.before.objects, one.before.objects[0]]);
    }),
    message('3 objects of the key were there before; expected is one private and one public one'),
  ],
  [
    'the public object is of another key',
    facts((one) => {
      one.before = listed([one.before.objects[0], { ...one.before.objects[1], spkiSha256: sha256('y') }]);
    }),
    message('the public object is not that of the key'),
  ],
  [
    'it has not signed',
    facts((one) => {
      one.signature = null;
    }),
    NOT_SHOWN,
  ],
  [
    'it has signed that it is there, and not that it goes',
    facts((one) => {
      one.signature = signed(copyStatement(id, spkiSha256, HSM_SERIAL));
    }),
    NOT_SHOWN,
  ],
  [
    'it has signed so in another ceremony',
    facts((one) => {
      one.signature = signed(destructionStatement('ab'.repeat(32), spkiSha256, HSM_SERIAL));
    }),
    NOT_SHOWN,
  ],
  [
    'something else was proposed',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'destroyed') event.descriptor.adopts = 'ef'.repeat(32);
      },
    },
    /event [0-9]+ proposes "adopts" "(ef)+"; planned was null/,
  ],
]);

test('it is proposed as what the plan says, with the label and the id that the key was made with', () => {
  assert.ok(proposed?.type === 'proposed');
  const { descriptor } = proposed;
  assert.deepEqual(
    [descriptor['label'], descriptor['last'], descriptor['adopts'], descriptor['hold']],
    ['rehearsal-example-root-g1', true, null, null],
  );
});
