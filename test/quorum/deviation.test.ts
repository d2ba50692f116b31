import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { countInClass } from '../../src/quorum/count.ts';
import {
  DEVIATION_CLASS,
  DEVIATION_EFFECTS,
  deviationStatementBytes,
  LONGEST_DEVIATION_TEXT,
  readDeviationStatement,
} from '../../src/quorum/deviation.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readApproval } from '../../src/quorum/statement.ts';
import { assertRefuses } from '../der/refusal.ts';
import { documentBytes, makeMembers, rosterDocument, type SoftMember, signWith } from '../forge/stage.ts';

const CEREMONY = sha256('ceremony');
const DEVIATION = sha256('chain line 41');
const STATEMENT = {
  ceremony: CEREMONY,
  deviation: DEVIATION,
  effect: 'skip',
  event: 41,
  names: [],
  step: 'camera@witness-1',
  what: 'The second camera has “no film”.',
  why: 'It was not delivered.',
} as const;
const WHOLE = { ...STATEMENT, type: 'quorate/deviation-approval/1', decision: 'approve' };

describe('the approval of a deviation', () => {
  test('is these bytes', () => {
    assert.equal(
      Buffer.from(deviationStatementBytes(STATEMENT)).toString('utf8'),
      `{"ceremony":"${CEREMONY}","decision":"approve","deviation":"${DEVIATION}","effect":"skip","event":41,"names":[],"step":"camera@witness-1","type":"quorate/deviation-approval/1","what":"The second camera has “no film”.","why":"It was not delivered."}`,
    );
  });

  test('is read as it was written', () => {
    for (const effect of DEVIATION_EFFECTS) {
      const names = effect === 'exchange' || effect === 'quirk' ? ['witness-1', 'witness-2'] : [];
      assert.deepEqual(readDeviationStatement(deviationStatementBytes({ ...STATEMENT, effect, names })), {
        ...WHOLE,
        effect,
        names,
      });
    }
  });

  test('says its type and decision, whatever it is given, and is no approval of an operation', () => {
    const forged = { ...STATEMENT, type: 'quorate/approval/1', decision: 'decline', more: 1 };
    assert.deepEqual(deviationStatementBytes(forged), deviationStatementBytes(STATEMENT));
    assertRefuses(
      () => readApproval(deviationStatementBytes(STATEMENT)),
      'APPROVAL_DIGEST',
      'the approval "type" is "quorate/deviation-approval/1", expected quorate/approval/1',
    );
  });

  const long = 'x'.repeat(LONGEST_DEVIATION_TEXT + 1);
  const unreadable = (key: string) =>
    `the deviation's approval: "${key}" is longer than 400 characters, or holds a character that may hide or change what people read`;
  const named = (names: string, count: number | string, effect: string) =>
    `the deviation's approval: "names" is "${names}", expected ${count} different names for "${effect}"`;
  const cases: readonly (readonly [change: object, message: string])[] = [
    [
      { type: 'quorate/approval/1' },
      `the deviation's approval "type" is "quorate/approval/1", expected quorate/deviation-approval/1`,
    ],
    [{ decision: 'decline' }, `the deviation's approval "decision" is "decline", expected approve`],
    [
      { effect: 'abort' },
      `the deviation's approval "effect" is "abort", expected none or skip or repeat or resume or exchange or quirk`,
    ],
    [{ names: ['bob', 'alice'] }, named('bob, alice', 0, 'skip')],
    [{ effect: 'exchange' }, named('', 2, 'exchange')],
    [{ effect: 'quirk', names: ['root-hsm'] }, named('root-hsm', '2 to 33', 'quirk')],
    [{ effect: 'exchange', names: ['bob'] }, named('bob', 2, 'exchange')],
    [{ effect: 'exchange', names: ['bob', 'bob'] }, named('bob, bob', 2, 'exchange')],
    [{ effect: 'exchange', names: ['bob', 'alice', 'carol'] }, named('bob, alice, carol', 2, 'exchange')],
    [
      { effect: 'exchange', names: ['bob', 'Alice'] },
      `the deviation's approval: names[1] "names" is "Alice", expected /^[a-z][a-z0-9-]{0,63}$/`,
    ],
    [{ event: 0 }, `the deviation's approval "event" is 0, expected an integer from 1 to 9007199254740991`],
    [
      { deviation: 'x' },
      `the deviation's approval "deviation" is not a SHA-256 digest of 64 lower-case hexadecimal digits`,
    ],
    [{ what: ' ' }, `the deviation's approval "what" is " ", expected /\\S/`],
    [{ what: long }, unreadable('what')],
    [{ why: 'abc\u202edef' }, unreadable('why')],
    [{ note: '' }, `the deviation's approval has an unknown member "note"`],
  ];
  for (const [change, message] of cases) {
    test(`is refused: ${message}`, () =>
      assertRefuses(() => readDeviationStatement(canonicalBytes({ ...WHOLE, ...change })), 'APPROVAL_DIGEST', message));
  }

  test('is refused without any one of its members', () => {
    for (const key of Object.keys(WHOLE)) {
      const { [key as keyof typeof WHOLE]: _, ...rest } = WHOLE;
      assertRefuses(
        () => readDeviationStatement(canonicalBytes(rest)),
        'APPROVAL_DIGEST',
        `the deviation's approval lacks "${key}"`,
      );
    }
  });

  test('is refused in another spelling of the same JSON', () => {
    const spaced = Buffer.from(JSON.stringify(WHOLE, null, 1));
    assert.throws(
      () => readDeviationStatement(spaced),
      (error) => error instanceof CeremonyError && error.code === 'JSON_NOT_CANONICAL',
    );
  });

  test('is counted by the class that administers, people and not signatures', () => {
    const members = makeMembers();
    const roster = readRoster(documentBytes(rosterDocument(members)));
    const statement = deviationStatementBytes(STATEMENT);
    const signed = (seat: string, index = 0, content = statement) => {
      const { tokens } = members.find((member) => member.seat === seat) as SoftMember;
      return { seat, signature: signWith(tokens[index] as SoftMember['tokens'][number], content) };
    };
    const other = deviationStatementBytes({ ...STATEMENT, effect: 'none' });
    const count = countInClass(roster, DEVIATION_CLASS, statement, [
      signed('erin'),
      signed('erin', 1),
      signed('alice'),
      signed('gus'),
      signed('bob', 0, other),
    ]);
    assert.deepEqual([count.seats, count.need], [['alice', 'erin'], 3]);
    assert.deepEqual(
      count.faults.map(({ code, seat, message }) => [code, seat, message.split(/;|signature, byte/)[0]]),
      [
        ['APPROVAL_DUPLICATE', 'erin', '"erin" approved twice'],
        ['APPROVAL_ROLE', 'gus', '"gus" is witness'],
        ['APPROVAL_DIGEST', 'bob', '"bob": '],
      ],
    );
  });
});
