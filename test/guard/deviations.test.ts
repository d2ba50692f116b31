import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { Deviations } from '../../src/guard/deviations.ts';
import { deviationStatementBytes } from '../../src/quorum/deviation.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { assertRefuses } from '../der/refusal.ts';
import { documentBytes, makeMembers, rosterDocument, signWith } from '../forge/stage.ts';

const CEREMONY = sha256('ceremony');
const MEMBERS = makeMembers();
const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
const seated = (seat: string) => {
  const member = memberOf(ROSTER, seat);
  assert.ok(member, `${seat} is on the roster`);
  return member;
};

function statementOf(change: Partial<Parameters<typeof deviationStatementBytes>[0]> = {}): Uint8Array {
  return deviationStatementBytes({
    ceremony: CEREMONY,
    deviation: sha256('head 7'),
    names: [],
    effect: 'none',
    event: 7,
    step: 'film',
    what: 'No film',
    why: 'Lost',
    ...change,
  });
}

function approve(deviations: Deviations, statement: Uint8Array, ...seats: readonly string[]): void {
  for (const seat of seats) {
    deviations.toApprove(statement, seated(seat));
    deviations.approved(statement, seat);
  }
}

describe('the guard and deviations', () => {
  test('without one, an HSM may be used', () => {
    new Deviations(() => ROSTER).requireAllApproved();
  });

  test('with one, not before as many have approved it as the roster demands', () => {
    const deviations = new Deviations(() => ROSTER);
    const statement = statementOf();
    deviations.add(CEREMONY, statement);
    for (const [count, seat] of ['alice', 'bob', 'carol'].entries()) {
      assertRefuses(
        () => deviations.requireAllApproved(),
        'DEVIATION_UNAPPROVED',
        `the deviation in step "film" has ${count} of 3 approvals; no HSM is used before`,
      );
      approve(deviations, statement, seat);
    }
    deviations.requireAllApproved();
  });

  test('of a ceremony that goes on after an interruption, not before that was put to it and approved', () => {
    const deviations = new Deviations(() => ROSTER, true);
    const unsaid = 'the ceremony was interrupted, and that it goes on was not put to the quorum; no HSM is used before';
    const other = statementOf();
    deviations.add(CEREMONY, other);
    approve(deviations, other, 'alice', 'bob', 'carol');
    assertRefuses(() => deviations.requireAllApproved(), 'DEVIATION_UNAPPROVED', unsaid);
    const goesOn = statementOf({ event: 9, effect: 'resume', deviation: sha256('head 9') });
    deviations.add(CEREMONY, goesOn);
    assertRefuses(
      () => deviations.requireAllApproved(),
      'DEVIATION_UNAPPROVED',
      'the deviation in step "film" has 0 of 3 approvals; no HSM is used before',
    );
    approve(deviations, goesOn, 'alice', 'bob', 'carol');
    deviations.requireAllApproved();
  });

  test('that goes on hears it anew: what an earlier guard heard, and its quorum approved, is not enough', () => {
    const deviations = new Deviations(() => ROSTER, true);
    const earlier = statementOf({ event: 9, effect: 'resume', deviation: sha256('head 9') });
    const approvals = MEMBERS.filter(({ seat }) => ['alice', 'bob', 'carol'].includes(seat)).map(
      ({ seat, tokens }) => ({
        seat,
        signature: signWith(tokens[0] as never, earlier),
      }),
    );
    deviations.add(CEREMONY, earlier, approvals);
    assertRefuses(
      () => deviations.requireAllApproved(),
      'DEVIATION_UNAPPROVED',
      'the ceremony was interrupted, and that it goes on was not put to the quorum; no HSM is used before',
    );
    // Whoever has these approvals says it once more, to a guard before which nobody has approved anything.
    deviations.add(CEREMONY, earlier);
    assertRefuses(() => deviations.requireAllApproved(), 'DEVIATION_UNAPPROVED', /was not put to the quorum/);
    assert.equal(deviations.isGoingOn, false);
    const said = new Deviations(() => ROSTER, true);
    said.add(CEREMONY, earlier);
    assertRefuses(
      () => said.add(CEREMONY, earlier, approvals),
      'DEVIATION_UNAPPROVED',
      'that the ceremony goes on is approved before this guard, and it was given approvals from elsewhere',
    );
    assertRefuses(() => said.requireAllApproved(), 'DEVIATION_UNAPPROVED', /has 0 of 3 approvals/);
    approve(said, earlier, 'alice', 'bob', 'carol');
    said.requireAllApproved();
    assert.equal(said.isGoingOn, true);
  });

  test('accepts the quirks of an HSM once they are approved, and those of no other', () => {
    const deviations = new Deviations(() => ROSTER);
    const accepting = statementOf({ effect: 'quirk', names: ['root-hsm', 'private-local', 'public-local'] });
    deviations.add(CEREMONY, accepting);
    approve(deviations, accepting, 'alice', 'bob');
    assert.deepEqual([...deviations.acceptedQuirks('root-hsm', 'film')], []);
    approve(deviations, accepting, 'carol');
    assert.deepEqual([...deviations.acceptedQuirks('root-hsm', 'film')], ['private-local', 'public-local']);
    assert.deepEqual([...deviations.acceptedQuirks('backup-hsm', 'film')], []);
    assert.deepEqual([...deviations.acceptedQuirks('root-hsm', 'camera')], []);
  });

  test('with two, not before both are approved', () => {
    const deviations = new Deviations(() => ROSTER);
    const [first, second] = [statementOf(), statementOf({ event: 9, step: 'camera', deviation: sha256('head 9') })];
    deviations.add(CEREMONY, first);
    approve(deviations, first, 'carol', 'dave', 'erin');
    deviations.add(CEREMONY, second);
    assertRefuses(
      () => deviations.requireAllApproved(),
      'DEVIATION_UNAPPROVED',
      'the deviation in step "camera" has 0 of 3 approvals; no HSM is used before',
    );
    approve(deviations, second, 'carol', 'dave', 'erin');
    deviations.requireAllApproved();
  });

  test('gives the person to read what the statement says', () => {
    const deviations = new Deviations(() => ROSTER);
    deviations.add(CEREMONY, statementOf({ effect: 'skip' }));
    const read = deviations.toApprove(statementOf({ effect: 'skip' }), seated('alice'));
    assert.deepEqual([read.step, read.what, read.why, read.effect], ['film', 'No film', 'Lost', 'skip']);
  });

  test('told of it after an interruption, counts the approvals that were signed before another guard', () => {
    const deviations = new Deviations(() => ROSTER);
    const statement = statementOf();
    const signedBy = (seat: string, content = statement) => {
      const token = MEMBERS.find((member) => member.seat === seat)?.tokens[0];
      assert.ok(token);
      return { seat, signature: signWith(token, content) };
    };
    deviations.add(CEREMONY, statement, [signedBy('alice'), signedBy('bob')]);
    assertRefuses(
      () => deviations.requireAllApproved(),
      'DEVIATION_UNAPPROVED',
      'the deviation in step "film" has 2 of 3 approvals; no HSM is used before',
    );
    assertRefuses(
      () => deviations.toApprove(statement, seated('bob')),
      'APPROVAL_DUPLICATE',
      '"bob" approved this deviation before; one person counts once',
    );
    approve(deviations, statement, 'carol');
    deviations.requireAllApproved();
    const other = statementOf({ event: 9 });
    for (const [approval, code] of [
      [{ ...signedBy('bob', other), seat: 'carol' }, 'APPROVAL_SIGNATURE'],
      [signedBy('alice', statement), 'APPROVAL_DIGEST'],
      [signedBy('gus', other), 'APPROVAL_ROLE'],
    ] as const) {
      assert.throws(() => deviations.add(CEREMONY, other, [approval]), { code });
    }
    deviations.requireAllApproved();
  });

  test('told of it again, keeps the approvals it has', () => {
    const deviations = new Deviations(() => ROSTER);
    deviations.add(CEREMONY, statementOf());
    approve(deviations, statementOf(), 'alice', 'bob', 'carol');
    deviations.add(CEREMONY, statementOf());
    deviations.requireAllApproved();
  });

  test('one that was read and not signed is not approved', () => {
    const deviations = new Deviations(() => ROSTER);
    deviations.add(CEREMONY, statementOf());
    for (const seat of ['alice', 'bob', 'carol']) deviations.toApprove(statementOf(), seated(seat));
    assertRefuses(
      () => deviations.requireAllApproved(),
      'DEVIATION_UNAPPROVED',
      'the deviation in step "film" has 0 of 3 approvals; no HSM is used before',
    );
  });
});

describe('the guard refuses', () => {
  const added = () => {
    const deviations = new Deviations(() => ROSTER);
    deviations.add(CEREMONY, statementOf());
    return deviations;
  };

  test('a deviation of another ceremony', () => {
    const deviations = new Deviations(() => ROSTER);
    assertRefuses(
      () => deviations.add(sha256('another'), statementOf()),
      'APPROVAL_DIGEST',
      'the deviation is of another ceremony',
    );
    deviations.requireAllApproved();
  });

  test('what is no statement of one', () => {
    assertRefuses(
      () => new Deviations(() => ROSTER).add(CEREMONY, Buffer.from('{"type":"quorate/approval/1"}')),
      'APPROVAL_DIGEST',
      `the deviation's approval "type" is "quorate/approval/1", expected quorate/deviation-approval/1`,
    );
  });

  test('an approval by another role, with or without a token', () => {
    for (const [seat, role] of [
      ['gus', 'witness'],
      ['authority-1', 'policy-authority'],
      ['dana', 'administrator'],
    ] as const) {
      assertRefuses(
        () => added().toApprove(statementOf(), seated(seat)),
        'APPROVAL_ROLE',
        `"${seat}" is ${role}; a deviation is approved by crypto-officer`,
      );
    }
  });

  test('a second approval by the same person', () => {
    const deviations = added();
    approve(deviations, statementOf(), 'alice');
    assertRefuses(
      () => deviations.toApprove(statementOf(), seated('alice')),
      'APPROVAL_DUPLICATE',
      '"alice" approved this deviation before; one person counts once',
    );
    deviations.approved(statementOf(), 'alice');
    approve(deviations, statementOf(), 'bob');
    assertRefuses(
      () => deviations.requireAllApproved(),
      'DEVIATION_UNAPPROVED',
      'the deviation in step "film" has 2 of 3 approvals; no HSM is used before',
    );
  });

  for (const [name, change] of [
    ['why', { why: 'Not lost' }],
    ['what', { what: 'No light' }],
    ['effect', { effect: 'skip' }],
    ['step', { step: 'camera' }],
    ['event', { event: 8 }],
    ['head', { deviation: sha256('head 8') }],
  ] as const) {
    test(`an approval of a statement that differs in its ${name}`, () => {
      const deviations = added();
      const message = 'the guard was not told of this deviation';
      assertRefuses(() => deviations.toApprove(statementOf(change), seated('alice')), 'PROPOSAL_UNKNOWN', message);
      assertRefuses(() => deviations.approved(statementOf(change), 'alice'), 'PROPOSAL_UNKNOWN', message);
    });
  }
});
