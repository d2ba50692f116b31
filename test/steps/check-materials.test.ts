import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMaterials } from '../../src/steps/check-materials.ts';
import { facts, judges, recordedBy, stepOf, twice, withoutEvent } from './vault.ts';

const STEP = 'STEP-MATERIALS step 12 "table"';

judges('table', [
  ['nothing is recorded', withoutEvent('table', 'answer'), `${STEP}: 0 answers are recorded, where one is asked for`],
  ['it is recorded twice', twice('table', 'answer'), `${STEP}: 2 answers are recorded, where one is asked for`],
  [
    'one thing was not compared',
    facts('table', (values) => {
      delete values.hsm;
    }),
    `${STEP}: "hsm" was not compared with the list`,
  ],
  [
    'one thing was not as on the list',
    facts('table', (values) => {
      values.cards = 'one is missing';
    }),
    `${STEP}: "cards" was not compared with the list`,
  ],
  [
    'something else was on the table',
    facts('table', (values) => {
      values.phone = 'as listed';
    }),
    `${STEP}: "phone" is nothing of the list`,
  ],
]);

test('the list has every thing with its bag', async () => {
  const said: string[] = [];
  const terminal = {
    say: async (lines: readonly string[]) => void said.push(...lines),
    ask: async () => 'done',
  };
  const { error } = await recordedBy(checkMaterials, stepOf('table'), { terminal });
  assert.equal(error, undefined);
  assert.equal(said.length, 13);
  assert.equal(said[0], 'laptop (Example T1, serial PF2X1): sealed in bag A0012345, kept in safe-1');
  assert.ok(said.includes('cards@erin: sealed in bag A0012355'), said.join('\n'));
  assert.ok(said.includes('evidence.2: it lies in the room'));
});
