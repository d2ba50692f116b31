import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import {
  approvalBytes,
  attestationBytes,
  presenceBytes,
  readApproval,
  readStatement,
} from '../../src/quorum/statement.ts';
import { assertRefuses } from '../der/refusal.ts';

const [CEREMONY, DIGEST, PROPOSAL, HEAD] = ['ceremony', 'digest', 'proposal', 'head'].map((name) => sha256(name)) as [
  string,
  string,
  string,
  string,
];
const APPROVAL = {
  ceremony: CEREMONY,
  digest: DIGEST,
  expires: '2027-03-10T10:00:00Z',
  operation: 'sign',
  proposal: PROPOSAL,
  step: 'root-certificate',
};

describe('what people sign, byte for byte', () => {
  test('an approval', () => {
    assert.equal(
      Buffer.from(approvalBytes(APPROVAL)).toString('utf8'),
      `{"ceremony":"${CEREMONY}","decision":"approve","digest":"${DIGEST}","expires":"2027-03-10T10:00:00Z","operation":"sign","proposal":"${PROPOSAL}","step":"root-certificate","type":"quorate/approval/1"}`,
    );
  });

  test('a presence', () => {
    assert.equal(
      Buffer.from(presenceBytes({ ceremony: CEREMONY, authorization: DIGEST, seat: 'alice' })).toString('utf8'),
      `{"authorization":"${DIGEST}","ceremony":"${CEREMONY}","seat":"alice","type":"quorate/presence/1"}`,
    );
  });

  test('an attestation', () => {
    const attestation = { ceremony: CEREMONY, head: HEAD, seat: 'gus', step: 'witnessed@gus', text: 'I saw “it”.' };
    assert.equal(
      Buffer.from(attestationBytes(attestation)).toString('utf8'),
      `{"ceremony":"${CEREMONY}","head":"${HEAD}","seat":"gus","step":"witnessed@gus","text":"I saw “it”.","type":"quorate/attestation/1"}`,
    );
    assert.equal(readStatement(attestationBytes(attestation))['type'], 'quorate/attestation/1');
  });

  test('one statement cannot be passed off as another: each says its type, whatever it is given', () => {
    const forged = { ceremony: CEREMONY, authorization: DIGEST, seat: 'alice', type: 'quorate/approval/1' };
    assert.equal(readStatement(presenceBytes(forged))['type'], 'quorate/presence/1');
    const decided = { ...APPROVAL, decision: 'decline', type: 'x' };
    assert.equal(readApproval(approvalBytes(decided)).decision, 'approve');
  });
});

describe('reading an approval', () => {
  test('gives what was written', () => {
    assert.deepEqual(readApproval(approvalBytes(APPROVAL)), {
      ...APPROVAL,
      type: 'quorate/approval/1',
      decision: 'approve',
    });
  });

  const whole = { ...APPROVAL, type: 'quorate/approval/1', decision: 'approve' };
  const cases: readonly (readonly [change: object, message: string])[] = [
    [{ type: 'quorate/presence/1' }, 'the approval "type" is "quorate/presence/1", expected quorate/approval/1'],
    [{ decision: 'decline' }, 'the approval "decision" is "decline", expected approve'],
    [{ digest: 'x' }, 'the approval "digest" is not a SHA-256 digest of 64 lower-case hexadecimal digits'],
    [
      { expires: '2027-02-30T10:00:00Z' },
      'the approval "expires" is "2027-02-30T10:00:00Z", expected a time in UTC such as 2027-03-01T09:00:00Z',
    ],
    [{ step: 7 }, 'the approval "step" is not a string'],
    [{ note: '' }, 'the approval has an unknown member "note"'],
  ];
  for (const [change, message] of cases) {
    test(message, () =>
      assertRefuses(() => readApproval(canonicalBytes({ ...whole, ...change })), 'APPROVAL_DIGEST', message),
    );
  }

  test('without any one of its members it is refused', () => {
    for (const key of Object.keys(whole)) {
      const { [key as keyof typeof whole]: _, ...rest } = whole;
      assertRefuses(() => readApproval(canonicalBytes(rest)), 'APPROVAL_DIGEST', `the approval lacks "${key}"`);
    }
  });

  test('a statement that is no object is refused', () => {
    assertRefuses(() => readStatement(Buffer.from('[]')), 'JSON_NOT_CANONICAL', 'the statement is not a JSON object');
  });
});
