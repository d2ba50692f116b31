import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { copyStatement } from '../../src/quorum/operation.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { BACKUP_SERIAL, HSM_SERIAL } from '../forge/stage.ts';
import { CEREMONY, EVENTS, type Falsification, judges } from './backup.ts';
import type { Falsified } from './recording.ts';

const KEYS = ['same-key@root-hsm', 'same-key@backup-hsm'] as const;
const spkiSha256 = String(
  EVENTS.flatMap((event) => (event.type === 'result' && event.facts['spkiSha256']) || [])[0] ?? '',
);

/** Changes the result of the round of that HSM. */
function result(serial: string, change: (facts: Falsified) => void): Falsification {
  return {
    event: (event) => {
      if (event.type === 'result' && event.facts.serial === serial && event.facts.signature) change(event.facts);
    },
  };
}
const signed = (statement: Uint8Array, key = HSM_KEY.privateKey) =>
  Buffer.from(hsmSign(key, statement)).toString('base64');
const NOT_SHOWN = 'the signature does not show that the key is on this HSM';

test('both HSMs signed, once each, in one presentation', () => {
  const proposed = EVENTS.filter((event) => event.type === 'proposed' && event.operation === 'prove-key');
  assert.deepEqual(
    proposed.map((event) => event.type === 'proposed' && event.step),
    KEYS,
  );
  const seqs = proposed.map(({ seq }) => seq);
  const approvals = EVENTS.filter((event) => event.type === 'approval' && seqs.includes(event.proposal));
  assert.equal(approvals.length, 6);
  assert.ok(approvals.every(({ seq }) => seq > Math.max(...seqs)));
});

for (const [key, serial, number] of [
  [KEYS[0], HSM_SERIAL, '20.1'],
  [KEYS[1], BACKUP_SERIAL, '20.2'],
] as const) {
  const message = (text: string) => `STEP-COPY step ${number} "${key}": ${text}`;
  judges(key, [
    [
      'there is no result',
      {
        keep: (event) =>
          !(event.type === 'result' && event.facts['serial'] === serial && event.facts['signature'] !== undefined),
      },
      message('no key has signed that it is on this HSM'),
    ],
    [
      'it is the signature of the other HSM',
      result(serial, (facts) => {
        const other = serial === HSM_SERIAL ? BACKUP_SERIAL : HSM_SERIAL;
        facts.signature = signed(copyStatement(CEREMONY, spkiSha256, other));
      }),
      message(NOT_SHOWN),
    ],
    [
      'it was made in another ceremony',
      result(serial, (facts) => {
        facts.signature = signed(copyStatement('ab'.repeat(32), spkiSha256, serial));
      }),
      message(NOT_SHOWN),
    ],
    [
      'another key has signed',
      result(serial, (facts) => {
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
        facts.signature = signed(copyStatement(CEREMONY, spkiSha256, serial), privateKey);
      }),
      message(NOT_SHOWN),
    ],
    [
      'another key is named',
      result(serial, (facts) => {
        facts.key = 'cd'.repeat(32);
      }),
      message('another key has signed'),
    ],
    [
      'the proposal was of another key',
      {
        event: (event) => {
          if (event.type === 'proposed' && event.step === key) event.descriptor.key = 'cd'.repeat(32);
        },
      },
      /proposes "key" "(cd)+"; planned was/,
    ],
  ]);
}
