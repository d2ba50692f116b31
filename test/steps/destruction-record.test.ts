import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destructionRecordStep } from '../../src/steps/destruction-record.ts';
import { accounting } from '../forge/destroying.ts';
import { recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';
import { type Falsified, recordOf } from './recording.ts';

const { judges, files, events, stepOf, plan } = recordOf(await recordCeremony(accounting));
const PATH = 'destruction/accounted.json';
const changed = (change: (record: Falsified) => void) => ({
  files: (there: Map<string, Uint8Array>) => {
    const record = JSON.parse(Buffer.from(there.get(PATH) as Uint8Array).toString('utf8'));
    change(record);
    there.set(PATH, Buffer.from(JSON.stringify(record)));
  },
});
const message = (text: string) => `STEP-DESTRUCTION-RECORD step 20 "accounted": ${text}`;
const OTHER = message('it is not what follows from the record');

test('names the HSM and both sets, and how each went', () => {
  const record = JSON.parse(Buffer.from(files.get(PATH) as Uint8Array).toString('utf8'));
  assert.deepEqual(
    [record.type, record.complete, record.key.state],
    ['quorate/destruction-record/1', true, 'destroyed'],
  );
  assert.deepEqual(
    record.copies.map(({ what, how, step }: Falsified) => [what, how, step]),
    [
      ['hsm', 'both objects destroyed', 'destroyed'],
      ['share-set', 'the HSM that it opens holds the key no more', null],
      ['share-set', 'the HSM that it opens holds the key no more', null],
    ],
  );
  assert.equal(record.copies[0].where, HSM_SERIAL);
  assert.ok(events.some((event) => event.type === 'file' && event.path === PATH));
});

test('says what it does, and that it refuses nothing', () => {
  const lines = destructionRecordStep.describe({ key: 'root' }, stepOf('accounted'), plan);
  assert.match(lines.join(' '), /A copy that nobody accounts for keeps the record incomplete/);
});

judges('accounted', [
  [
    'the file is not there',
    { files: (there) => void there.delete(PATH) },
    message('no destruction record was written'),
  ],
  [
    'a copy is left out',
    changed((record) => {
      record.copies.shift();
    }),
    OTHER,
  ],
  [
    'it is called incomplete',
    changed((record) => {
      record.complete = false;
    }),
    OTHER,
  ],
  [
    'the key was destroyed only afterwards',
    { keep: (event) => !(event.type === 'result' && event.facts['destroyed'] !== undefined) },
    OTHER,
  ],
]);
