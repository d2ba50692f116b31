import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { copyStatement } from '../../src/quorum/operation.ts';
import { backedUpAndDestroyed, restoring } from '../forge/backing-up.ts';
import { forge } from '../forge/forge.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';
import { problemsAlone } from '../plan/planned.ts';
import { type Falsification, type Falsified, recordOf, withoutEvent } from './recording.ts';

const { files: follows } = await forge({ record: backedUpAndDestroyed });
const recording = await recordCeremony({ ...restoring(follows), follows });
const { events, judges, id } = recordOf(recording);
const result = events.find((event) => event.type === 'result' && event.facts['spki'] !== undefined);
const spkiSha256 = String(result?.type === 'result' ? result.facts['key'] : '');
const read = (name: string) => readFileSync(new URL(`../../ceremonies/${name}.yaml`, import.meta.url), 'utf8');

function facts(change: (facts: Falsified) => void): Falsification {
  return {
    event: (event) => {
      if (event.type === 'result' && event.facts.spki) change(event.facts);
    },
  };
}
const message = (text: string) => `STEP-RESTORE step 5 "restored": ${text}`;
const signed = (statement: Uint8Array) => Buffer.from(hsmSign(HSM_KEY.privateKey, statement)).toString('base64');

test('the file was read and held to the ledger before anything was proposed; the pack has its digest, and not it', () => {
  const seen = events.find((event) => event.type === 'observation' && event.subject === 'wrapped-key');
  const proposed = events.find((event) => event.type === 'proposed');
  assert.ok(seen?.type === 'observation' && proposed?.type === 'proposed' && seen.seq < proposed.seq);
  assert.deepEqual([seen.facts['medium'], seen.facts['sha256']], ['backups 1', recording.before?.backups?.[0]?.sha256]);
  assert.equal(proposed.payload, null);
  assert.ok([...recording.folder.keys()].every((path) => !path.endsWith('.kwp') && !path.endsWith('.tbs')));
});

judges('restored', [
  [
    'there is no result',
    { keep: (event) => !(event.type === 'result' && 'spki' in event.facts) },
    message('the key was not restored'),
  ],
  [
    'another key is stated',
    facts((one) => {
      one.spkiSha256 = 'ab'.repeat(32);
    }),
    message(`the result states "spkiSha256" "${'ab'.repeat(32)}"; it was "${spkiSha256}"`),
  ],
  [
    'another file was unwrapped',
    facts((one) => {
      one.sha256 = 'cd'.repeat(32);
    }),
    new RegExp(`^STEP-RESTORE step 5 "restored": the result states "sha256" "${'cd'.repeat(32)}"; it was "`),
  ],
  [
    'the key may leave again',
    facts((one) => {
      one.private.EXTRACTABLE = true;
    }),
    message('the restored key may leave its HSM'),
  ],
  [
    'the token does not say whether it may',
    facts((one) => {
      delete one.private.SENSITIVE;
    }),
    message('the restored key may leave its HSM'),
  ],
  [
    'the signature is of another HSM',
    facts((one) => {
      one.signature = signed(copyStatement(id, spkiSha256, `${HSM_SERIAL}0`));
    }),
    message('no signature shows that the key is on this HSM'),
  ],
  [
    'the wrapped key was never read',
    withoutEvent('restored', 'observation'),
    message('no wrapped key that is the one of the ledger was read before it was proposed'),
  ],
]);

describe('the plan', () => {
  const SHIPPED = read('restore');

  test('of the scripts that ship has no problem, alone', () => {
    assert.deepEqual(problemsAlone(SHIPPED, []), []);
    assert.deepEqual(problemsAlone(read('restore-drill'), []), []);
  });

  test('refuses a backup that nothing names, a token that is blank, and a key without a name', () => {
    assert.deepEqual(problemsAlone(SHIPPED, [['backup: root-backup', 'backup: rot']]), [
      'PLAN_NAME the script uses no backup "rot"',
    ]);
    const unprepared = /^ +- \{ id: activation,.*\n/m.exec(SHIPPED)?.[0] ?? '';
    const said = problemsAlone(SHIPPED, [[unprepared, '']]);
    assert.ok(said.includes('PLAN_ORDER "new-hsm" is blank here'), said.join('\n'));
    const unnamed = problemsAlone(SHIPPED, [[', makes: { key: restored } }', ' }']]);
    assert.ok(unnamed.includes('PLAN_NAME the key gets no name for later steps'), unnamed.join('\n'));
  });

  test('refuses to restore a key where it is', () => {
    const again = /^ +- \{ id: restored,.*\n/m.exec(SHIPPED)?.[0] ?? '';
    const twice = again.replace('id: restored', 'id: again').replace('key: restored', 'key: again');
    assert.deepEqual(problemsAlone(SHIPPED, [[again, `${again}${twice}`]]), [
      'PLAN_TOKEN "new-hsm" has the key "example-root-g1" already: it is restored on an HSM that has not',
    ]);
  });
});
