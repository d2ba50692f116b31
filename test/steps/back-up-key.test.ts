import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PREVIOUS_LEDGER } from '../../src/ledger/carried.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { wrapStatement } from '../../src/quorum/key-backup.ts';
import { backingUp } from '../forge/backing-up.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';
import { planned, problemsAlone, SCRIPT } from '../plan/planned.ts';
import { type Falsification, type Falsified, recordOf, withoutEvent } from './recording.ts';

const { events, files, judges, id, plan } = recordOf(await recordCeremony(backingUp));
const result = events.find((event) => event.type === 'result' && event.facts['proof'] !== undefined);
const set = String(result?.type === 'result' ? result.facts['set'] : '');
const spkiSha256 = String(result?.type === 'result' ? result.facts['key'] : '');
const SHIPPED = readFileSync(new URL('../../ceremonies/backup-split.yaml', import.meta.url), 'utf8');

function facts(change: (facts: Falsified) => void): Falsification {
  return {
    event: (event) => {
      if (event.type === 'result' && event.facts.proof) change(event.facts);
    },
  };
}
const UNSIGNED = 'no signature of the key shows that the wrapped key which lies on the media is the key';
const message = (text: string) => `STEP-BACKUP step 19 "backup": ${text}`;

test('envelopes, approvals of all, their proof, the wrapped key on both media, and only then the result', () => {
  const proposed = events.find((event) => event.type === 'proposed' && event.step === 'backup');
  const from = events.findIndex((event) => event.type === 'step' && event.step === 'backup' && event.phase === 'begin');
  const to = events.findIndex((event) => event.type === 'step' && event.step === 'backup' && event.phase === 'end');
  const order = events
    .slice(from, to)
    .map((event) => (event.type === 'file' ? `file ${event.medium?.replace(/ \d$/, '')}` : event.type));
  assert.deepEqual(
    order.filter((one, index) => one !== order[index - 1]),
    ['step', 'file kek-envelopes', 'proposed', 'approval', 'observation', 'intent', 'file backups', 'result'],
  );
  assert.equal(order.filter((one) => one === 'file kek-envelopes').length, 10);
  assert.equal(order.filter((one) => one === 'file backups').length, 2);
  assert.equal(events.filter((event) => event.type === 'approval' && event.proposal === proposed?.seq).length, 5);
});

judges('backup', [
  [
    'there is no result',
    { keep: (event) => !(event.type === 'result' && 'proof' in event.facts) },
    message('the key was not backed up'),
  ],
  [
    'another file is stated',
    facts((one) => {
      one.file = `${set}-other.kwp`;
    }),
    message(`the result states "file" "${set}-other.kwp"; it was "${set}-root.kwp"`),
  ],
  [
    'another HSM is stated',
    facts((one) => {
      one.serial = 'other';
    }),
    message(`the result states "serial" "other"; it was "${HSM_SERIAL}"`),
  ],
  [
    'the wrapping key was not trusted',
    facts((one) => {
      one.kek.attributes.TRUSTED = false;
    }),
    message('the wrapping key was not one that is trusted and never leaves the HSM'),
  ],
  [
    'the wrapping key is still there',
    facts((one) => {
      one.kek.absent = null;
    }),
    message('the wrapping key was not shown to be gone from the HSM'),
  ],
  [
    'the proof is of another set',
    facts((one) => {
      const statement = wrapStatement(id, spkiSha256, 'ab'.repeat(16), { sha256: one.sha256, size: one.size });
      one.proof = Buffer.from(hsmSign(HSM_KEY.privateKey, statement)).toString('base64');
    }),
    message(UNSIGNED),
  ],
  [
    'the proof is of a file of another length',
    facts((one) => {
      const statement = wrapStatement(id, spkiSha256, one.set, { sha256: one.sha256, size: one.size + 8 });
      one.proof = Buffer.from(hsmSign(HSM_KEY.privateKey, statement)).toString('base64');
    }),
    message(UNSIGNED),
  ],
  [
    'the shares were not proven',
    withoutEvent('backup', 'observation'),
    message('none of 10 quorums of the kek set were tried before the key was wrapped'),
  ],
  [
    'the set is of an earlier ceremony',
    {
      files: (there) => {
        const left = deriveLedger(plan, events, (path) => files.get(path), null);
        there.set(PREVIOUS_LEDGER, ledgerBytes(left));
      },
    },
    message(`the kek set ${set} is of an earlier ceremony: it was not made to wrap the key with`),
  ],
  [
    'the digest is of another file',
    facts((one) => {
      one.sha256 = 'cd'.repeat(32);
    }),
    [message('the wrapped key lies on 0 media, not 2'), message(UNSIGNED)],
  ],
]);

describe('the plan', () => {
  const STEP = `      - { id: backup, step: back-up-key, by: administrator, check: witness, with: { key: root, token: root-hsm, holders: crypto-officer, envelopes: kek-envelopes, backups: backups } }
`;
  const ACT = '  - title: Backup\n    steps:\n';
  const [lock = ''] = /^ +- \{ id: lock,.*\n/m.exec(SCRIPT) ?? [];
  const WRAPPABLE = ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }'] as const;
  const MEDIA = [
    'media:\n',
    'media:\n  kek-envelopes: [{ at: /k1 }, { at: /k2 }]\n  backups: [{ at: /b1 }, { at: /b2 }]\n',
  ] as const;
  const problems = async (script: readonly (readonly [string, string])[], site = [MEDIA]) =>
    (await planned({ script: [...script], site })).all.flatMap(({ code, text, severity }) =>
      severity === 'warning' ? [] : [`${code} ${text}`],
    );

  test('is sound, and warns of the key that may leave', async () => {
    const { all } = await planned({ script: [WRAPPABLE, [lock, `${lock}${ACT}${STEP}`]], site: [MEDIA] });
    assert.deepEqual(
      all.map(({ severity, text }) => [severity, text]),
      [['warning', 'the key "root" may leave its HSM wrapped: it is never NEVER_EXTRACTABLE, and the report says so']],
    );
  });

  test('refuses a key that was not made to leave, an HSM that is active, and media that are too few or one', async () => {
    assert.deepEqual(await problems([[lock, `${lock}${ACT}${STEP}`]]), [
      'PLAN_PARAMETER the key "root" never leaves its HSM: it was not made with "wrappable: true"',
    ]);
    const active = await problems([WRAPPABLE, [lock, `${STEP}${lock}`]]);
    assert.ok(
      active.includes('PLAN_ACTIVATION "root-hsm" is active here: its security officer cannot log in beside its user'),
      active.join('\n'),
    );
    const one = ['media:\n', 'media:\n  kek-envelopes: [{ at: /k1 }]\n  backups: [{ at: /b1 }]\n'] as const;
    assert.deepEqual(await problems([WRAPPABLE, [lock, `${lock}${ACT}${STEP}`]], [one as never]), [
      'PLAN_MEDIUM the site has 1 media "kek-envelopes"; the envelopes go on 2',
      'PLAN_MEDIUM the site has 1 media "backups"; the wrapped key goes on 2',
    ]);
    const beside = STEP.replace('backups: backups', 'backups: kek-envelopes');
    assert.deepEqual(await problems([WRAPPABLE, [lock, `${lock}${ACT}${beside}`]]), [
      'PLAN_MEDIUM the wrapped key would lie beside the shares that open it, on "kek-envelopes"',
    ]);
  });

  test('refuses a key and an HSM that are not there', async () => {
    const at = async (from: string, to: string) =>
      (await problems([WRAPPABLE, [lock, `${lock}${ACT}${STEP.replace(from, to)}`]])).join('\n');
    assert.match(await at('key: root,', 'key: rot,'), /^PLAN_NAME no key "rot" is made or used before this$/m);
    assert.match(await at('token: root-hsm', 'token: other'), /^PLAN_TOKEN the script has no token "other"$/m);
  });

  test('refuses an Ed25519 key that is to be wrapped', async () => {
    const said = (await problems([['algorithm: ecdsa-p384 }', 'algorithm: ed25519, wrappable: true }']])).join('\n');
    assert.match(
      said,
      /^PLAN_PARAMETER an Ed25519 key is not made to be wrapped: HSMs wrap the PKCS #8 of EC and RSA keys$/m,
    );
  });

  test('of the script that ships has no problem, alone', () => {
    assert.deepEqual(problemsAlone(SHIPPED, []), []);
  });
});
