import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { deactivate } from '../../src/steps/deactivate.ts';
import { type Falsification, facts, judges, recordedBy, stepOf, twice, withoutEvent } from './recorded.ts';

const MESSAGE = 'STEP-DEACTIVATE step 18 "lock": the HSM was not shown to be locked';

judges('lock', [
  ['nothing was observed', withoutEvent('lock', 'observation'), MESSAGE],
  [
    'private objects were still seen',
    facts('lock', (all) => {
      all.privateObjectsVisible = 1;
    }),
    MESSAGE,
  ],
  [
    'it is not said',
    facts('lock', (all) => {
      delete all.privateObjectsVisible;
    }),
    MESSAGE,
  ],
  ...[0, -1, 0.5, '1', null].map((uses): [string, Falsification, string] => [
    `${JSON.stringify(uses)} uses were refused`,
    facts('lock', (all) => {
      all.usesRefused = uses;
    }),
    MESSAGE,
  ]),
  ['it was locked twice, and nobody knows which counts', twice('lock', 'observation'), MESSAGE],
  [
    'another HSM was locked',
    facts('lock', (all) => {
      all.hsm = 'other-hsm';
    }),
    MESSAGE,
  ],
]);

test('what the guard shows is recorded; what it refuses is not dressed up', async () => {
  const step = stepOf('lock');
  const shown = { hsm: 'root-hsm', privateObjectsVisible: 0, usesRefused: 1 };
  const { events } = await recordedBy(deactivate, step, {
    guard: { deactivate: async (hsm: string) => ({ ...shown, hsm }) },
  });
  assert.deepEqual(events, [{ type: 'observation', step: 'lock', subject: 'deactivation', facts: shown }]);
  const refusal = new CeremonyError('PKCS11_ERROR', 'C_Logout returned CKR_DEVICE_ERROR');
  assert.equal(
    (await recordedBy(deactivate, step, { guard: { deactivate: () => Promise.reject(refusal) } })).error,
    refusal,
  );
});
