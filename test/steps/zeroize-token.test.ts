import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { withoutOfficers } from '../../src/ledger/void-sets.ts';
import { erasing } from '../forge/destroying.ts';
import { recordCeremony } from '../forge/record.ts';
import { type Falsification, type Falsified, recordOf, withoutEvent } from './recording.ts';

const recording = await recordCeremony(erasing);
const { events, judges, plan } = recordOf(recording);
const facts = (change: (facts: Falsified) => void): Falsification => ({
  event: (event) => {
    if (event.type === 'result' && event.facts.seen !== undefined) change(event.facts);
  },
});
const listed = (objects: readonly JsonObject[]) => ({ objects, digest: sha256(canonicalBytes(objects)) });
const message = (text: string) => `STEP-ZEROIZE step 19 "erased": ${text}`;

test('by the shares of the security officer alone, and the ledger voids the set of its user: the PIN of the security officer outlasts it', () => {
  const proposed = events.find((event) => event.type === 'proposed' && event.step === 'erased');
  assert.ok(proposed?.type === 'proposed');
  const ledger = deriveLedger(plan, events, (path) => recording.files.get(path));
  const so = ledger.shareSets.find(({ kind }) => kind === 'so');
  assert.equal((proposed.descriptor['set'] as JsonObject)['id'], so?.id);
  assert.deepEqual(
    ledger.shareSets.map(({ kind, state }) => [kind, state]),
    [
      ['user', 'void'],
      ['so', 'current'],
    ],
  );
  const destroyed = (...units: string[]) =>
    units.map((unit) => ({
      ...{ unit, kind: 'medium', make: null, serial: null, bag: null, place: null, state: 'destroyed' as const },
    }));
  const officers = (...units: string[]) =>
    withoutOfficers(ledger.shareSets, { tokens: ledger.tokens, custody: destroyed(...units) }).at(-1)?.state;
  assert.equal(officers('envelopes.1'), 'current');
  assert.equal(officers('envelopes.1', 'envelopes.2'), 'void', 'nobody can put that PIN together any more');
  assert.deepEqual(ledger.tokens[0]?.sets, []);
  assert.deepEqual([ledger.keys[0]?.state, ledger.keys[0]?.destroyed?.step], ['destroyed', 'erased']);
  assert.equal(ledger.keys[0]?.destroyed?.stated, 'erased');
});

judges('erased', [
  [
    'there is no result',
    { keep: (event) => !(event.type === 'result' && 'seen' in event.facts) },
    message('the token was not erased'),
  ],
  ['the phrase was not typed', withoutEvent('erased', 'answer'), message('nobody typed the phrase')],
  [
    'something is listed afterwards',
    facts((one) => {
      Object.assign(one, listed([{ class: 'data', label: 'x' }]));
    }),
    message('1 objects are listed afterwards: it is not empty'),
  ],
  [
    'the digest is of another list',
    facts((one) => {
      one.digest = sha256('x');
    }),
    message('what is on it afterwards is not listed, or not under its digest'),
  ],
  [
    'it was another token',
    facts((one) => {
      one.serial = '1234';
    }),
    /the result states "serial" "1234"; it was /,
  ],
  [
    'no key is said to have gone with it',
    facts((one) => {
      one.destroyed = [];
    }),
    /the result states "destroyed" \[\]; it was \["[0-9a-f]{64}"\]$/,
  ],
  [
    'no key was approved to go with it',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'erased') event.descriptor.destroys = [];
      },
    },
    /proposes "destroys" \[\]; planned was \[/,
  ],
]);
