import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { countApprovals, requireQuorum, type SignedApproval } from '../../src/quorum/count.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { approvalBytes } from '../../src/quorum/statement.ts';
import { assertRefuses } from '../der/refusal.ts';
import {
  documentBytes,
  makeMembers,
  makeStrangers,
  rosterDocument,
  type SoftMember,
  signWith,
} from '../forge/stage.ts';

const MEMBERS = makeMembers();
const STRANGERS = makeStrangers();
const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
const statementFor = (digest: string) =>
  approvalBytes({
    ceremony: NO_DIGEST,
    digest,
    expires: '2027-03-10T10:00:00Z',
    operation: 'sign',
    proposal: sha256('proposal'),
    step: 'root-certificate',
  });
const STATEMENT = statementFor(sha256('descriptor'));

function by(
  seat: string,
  options: { as?: string; token?: number; statement?: Uint8Array; from?: readonly SoftMember[] } = {},
): SignedApproval {
  const token = (options.from ?? MEMBERS).find((member) => member.seat === seat)?.tokens[options.token ?? 0];
  assert.ok(token);
  return { seat: options.as ?? seat, signature: signWith(token, options.statement ?? STATEMENT) };
}
const count = (...approvals: readonly SignedApproval[]) => countApprovals(ROSTER, 'sign', STATEMENT, approvals);
const faultsOf = (...approvals: readonly SignedApproval[]) =>
  count(...approvals).faults.map(({ code, seat }) => `${code} ${seat}`);

describe('distinct people are counted', () => {
  test('three of five, in any order', () => {
    const result = count(by('erin'), by('alice'), by('carol'));
    assert.deepEqual(result, { seats: ['alice', 'carol', 'erin'], need: 3, faults: [] });
    assert.deepEqual(requireQuorum(ROSTER, 'sign', STATEMENT, [by('erin'), by('alice'), by('carol')]), [
      'alice',
      'carol',
      'erin',
    ]);
  });

  test('one person who approves three times is one person', () => {
    const result = count(by('alice'), by('alice'), by('alice'));
    assert.deepEqual(result.seats, ['alice']);
    assert.deepEqual(
      result.faults.map(({ code, message }) => [code, message]),
      Array(2).fill(['APPROVAL_DUPLICATE', '"alice" approved twice; one person counts once']),
    );
  });

  test('two tokens of one person are one person', () => {
    assert.deepEqual(count(by('erin')).seats, ['erin']);
    assert.deepEqual(count(by('erin', { token: 1 })).seats, ['erin']);
    const both = count(by('erin'), by('erin', { token: 1 }), by('alice'));
    assert.deepEqual(both.seats, ['alice', 'erin']);
    assert.deepEqual(
      both.faults.map(({ code }) => code),
      ['APPROVAL_DUPLICATE'],
    );
  });

  test('what is wrong with an approval is said of the token that made it, not of the spare', () => {
    assert.deepEqual(faultsOf(by('erin', { statement: statementFor(sha256('other')) })), ['APPROVAL_DIGEST erin']);
    assert.deepEqual(faultsOf(by('erin', { token: 1, statement: statementFor(sha256('other')) })), [
      'APPROVAL_DIGEST erin',
    ]);
  });

  test('the copy of an approval under another name is no approval of that person', () => {
    assert.deepEqual(faultsOf(by('alice'), by('alice', { as: 'bob' }), by('carol')), ['APPROVAL_SIGNATURE bob']);
    assert.deepEqual(count(by('alice'), by('alice', { as: 'bob' }), by('carol')).seats, ['alice', 'carol']);
  });

  test('after an approval that does not hold, the person may still approve', () => {
    const result = count(by('bob', { statement: statementFor(sha256('other')) }), by('bob'));
    assert.deepEqual(result.seats, ['bob']);
    assert.deepEqual(
      result.faults.map(({ code }) => code),
      ['APPROVAL_DIGEST'],
    );
  });
});

describe('what does not count', () => {
  const cases: readonly (readonly [
    name: string,
    approval: () => SignedApproval,
    code: Parameters<typeof assertRefuses>[1],
    message: string | RegExp,
  ])[] = [
    ['a witness', () => by('gus'), 'APPROVAL_ROLE', '"gus" is witness; class "sign" is approved by crypto-officer'],
    [
      'the policy authority',
      () => by('authority-1'),
      'APPROVAL_ROLE',
      '"authority-1" is policy-authority; class "sign" is approved by crypto-officer',
    ],
    [
      'somebody on paper',
      () => ({ ...by('alice'), seat: 'ivo' }),
      'APPROVAL_ROLE',
      '"ivo" is auditor; class "sign" is approved by crypto-officer',
    ],
    ['a stranger', () => by('alice', { as: 'mallory' }), 'APPROVAL_STRANGER', '"mallory" is not on the roster'],
    ['a token that is not enrolled', () => by('alice', { from: STRANGERS }), 'APPROVAL_SIGNATURE', /^"alice": /],
    [
      'an approval of another operation',
      () => by('alice', { statement: statementFor(sha256('other')) }),
      'APPROVAL_DIGEST',
      /^"alice": /,
    ],
    [
      'bytes that are no signature',
      () => ({ seat: 'alice', signature: Buffer.from('3000', 'hex') }),
      'APPROVAL_SIGNATURE',
      /^"alice": /,
    ],
    ['no bytes', () => ({ seat: 'alice', signature: Buffer.alloc(0) }), 'APPROVAL_SIGNATURE', /^"alice": /],
  ];
  for (const [name, approval, code, message] of cases) {
    test(name, () => {
      const [fault, ...others] = count(by('bob'), approval(), by('carol')).faults;
      assert.deepEqual(others, []);
      assert.equal(fault?.code, code);
      if (typeof message === 'string') assert.equal(fault?.message, message);
      else assert.match(fault?.message ?? '', message);
      // One fault refuses, even where enough others approved.
      assertRefuses(
        () => requireQuorum(ROSTER, 'sign', STATEMENT, [by('bob'), by('carol'), by('dave'), approval()]),
        code,
        message,
      );
    });
  }
});

describe('too few people', () => {
  test('two of the three that are needed', () => {
    assertRefuses(
      () => requireQuorum(ROSTER, 'sign', STATEMENT, [by('dave'), by('bob')]),
      'QUORUM_NOT_MET',
      '2 of 3 needed people approved this "sign" operation (bob, dave)',
    );
  });

  test('nobody', () => {
    try {
      requireQuorum(ROSTER, 'inventory', STATEMENT, []);
      assert.fail('nobody is no quorum');
    } catch (error) {
      assert.ok(error instanceof CeremonyError);
      assert.equal(error.message, '0 of 3 needed people approved this "inventory" operation (nobody)');
      assert.equal(error.hint, '3 more of role "crypto-officer" must approve');
      assert.equal(error.exitCode, 3);
    }
  });

  test('each operation has the class that its kind fixes', () => {
    const strict = structuredClone(rosterDocument(MEMBERS)) as { classes: Record<string, { need: number }> };
    for (const [index, name] of ['inventory', 'generate', 'sign', 'administer'].entries()) {
      strict.classes[name] = { ...strict.classes[name], need: index + 2 };
    }
    const roster = readRoster(documentBytes(strict as never));
    const needs = (['inventory', 'generate-key', 'sign', 'prepare-token'] as const).map(
      (operation) => countApprovals(roster, operation, STATEMENT, []).need,
    );
    assert.deepEqual(needs, [2, 3, 4, 5]);
  });
});
