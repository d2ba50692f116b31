import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { EnrolledToken } from '../../src/ports.ts';
import { readEnrolment } from '../../src/quorum/enrolment.ts';
import { signAsMember } from '../../src/quorum/member-signature.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { nextRosterBytes, rosterChangeBytes } from '../../src/quorum/roster-change.ts';
import { assertRejects } from '../der/refusal.ts';
import { FoundingStage } from './founding-guard.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
type Mutable = any;
type Guard = Awaited<ReturnType<FoundingStage['guard']>>;
type Signatures = Map<string, Uint8Array>;

const LEAVER = 'crypto-officer-2';
const NEWCOMER = 'crypto-officer-5';
const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 4, present: 3 },
    'policy-authority': { of: 2, present: 2 },
    witness: { of: 1, present: 1 },
    newcomer: { of: 1, present: 1 },
  },
  quorums: {},
  changes: { leaves: [LEAVER], joins: 'newcomer', role: 'crypto-officer' },
};
const OFFICERS = ['crypto-officer-1', 'crypto-officer-3', 'crypto-officer-4'];
const OTHERS = ['policy-authority-1', 'policy-authority-2', 'witness-1', NEWCOMER];

/** One for all guards here: keys that a token has are known by it, and taken up. */
const CEREMONY = sha256(randomBytes(32));

describe('a change of the roster, before the guard', { concurrency: false }, () => {
  let stage: FoundingStage;
  let old: Uint8Array;
  before(async () => {
    stage = await FoundingStage.lay({ newcomer: 1 }, undefined, CAST);
    old = Buffer.from(String(stage.stage.start['roster']), 'base64');
  });
  after(() => stage.remove());

  const enrolled = (guard: Guard): Promise<EnrolledToken> => guard.enrol(NEWCOMER, { role: 'crypto-officer' });

  /** The next roster, as the step makes it; with a change as a dishonest core would make it. */
  function next(token: EnrolledToken, change: (roster: Mutable) => void = () => undefined): Uint8Array {
    const { seat, role, entry } = readEnrolment(token.statement);
    const bytes = nextRosterBytes(old, [LEAVER], [{ seat, role, tokens: [entry] }]);
    const document = JSON.parse(Buffer.from(bytes).toString()) as Mutable;
    change(document);
    return Buffer.from(canonicalJson(document));
  }

  async function signed(guard: Guard, roster: Uint8Array, seats = [...OFFICERS, ...OTHERS]) {
    const [signatures, approvals]: [Signatures, Signatures] = [new Map(), new Map()];
    for (const seat of seats) {
      const one = await guard.client.signNextRoster(seat, roster);
      if (one.signature) signatures.set(seat, one.signature);
      if (one.approval) approvals.set(seat, one.approval);
    }
    return { signatures, approvals };
  }

  const without = (all: Signatures, ...seats: string[]): Signatures =>
    new Map([...all].filter(([seat]) => !seats.includes(seat)));

  /** What the people of the roster before approve. */
  const statementOf = (guard: Guard, roster: Uint8Array) =>
    rosterChangeBytes({
      ceremony: guard.ceremony,
      authorization: stage.stage.authorization,
      previous: sha256(old),
      roster: sha256(roster),
      leaves: [LEAVER],
      joins: [NEWCOMER],
    });

  /** A holder's token signs with other software, unseen by the guard. */
  const signedAlone = (seat: string, content: Uint8Array): Promise<Uint8Array> =>
    stage.alone(seat, async (client, serial) => {
      const token = readRoster(old).members.find((one) => one.seat === seat)?.tokens[0];
      assert.ok(token);
      const spki = stage.stage.enrolled.find((one) => one.person.seat === seat)?.signing.spki as Uint8Array;
      return await signAsMember(content, token.signing, (mechanism, bytes) =>
        client.sign({ serial }, Buffer.from(spki), mechanism, bytes),
      );
    });

  test('takes effect, approved by those of before and signed by all; then who left is nobody', async () => {
    const guard = await stage.guard(CEREMONY);
    try {
      const roster = next(await enrolled(guard));
      const { signatures, approvals } = await signed(guard, roster);
      assert.deepEqual([...approvals.keys()], OFFICERS);
      assert.deepEqual([...signatures.keys()], [...OFFICERS, ...OTHERS]);
      assert.match(guard.screen, /LEAVES {6}crypto-officer-2, crypto-officer/);
      assert.match(guard.screen, /JOINS {7}crypto-officer-5, crypto-officer/);
      await guard.client.rollCall(LEAVER);
      await guard.client.enactNextRoster(roster, signatures, approvals);
      await assertRejects(
        () => guard.client.rollCall(LEAVER),
        'APPROVAL_STRANGER',
        `"${LEAVER}" is not on the roster`,
      );
      await guard.client.rollCall(NEWCOMER);
      await assertRejects(
        () => enrolled(guard),
        'ROSTER_INVALID',
        `the roster in force, ${sha256(roster)}, was made in this ceremony; nobody is enrolled beside it`,
      );
      await assertRejects(
        () => guard.client.signNextRoster('crypto-officer-1', roster),
        'ROSTER_INVALID',
        /was made in this ceremony/,
      );
    } finally {
      await guard.close();
    }
  });

  describe('is refused', () => {
    let guard: Guard;
    let token: EnrolledToken;
    let roster: Uint8Array;
    let made: Awaited<ReturnType<typeof signed>>;
    before(async () => {
      guard = await stage.guard(CEREMONY);
      token = await enrolled(guard);
      roster = next(token);
      made = await signed(guard, roster);
    });
    after(() => guard.close());

    const enact = (signatures: Signatures, approvals: Signatures, bytes = roster) =>
      guard.client.enactNextRoster(bytes, signatures, approvals);

    test('unsigned by somebody who is on it', async () =>
      assertRejects(
        () => enact(without(made.signatures, 'policy-authority-2'), made.approvals),
        'ROSTER_INVALID',
        '"policy-authority-2" has not signed the roster',
      ));

    test('approved by too few of those of before', async () =>
      assertRejects(
        () => enact(made.signatures, without(made.approvals, 'crypto-officer-4')),
        'QUORUM_NOT_MET',
        '2 of 3 needed people approved the change of the roster (crypto-officer-1, crypto-officer-3)',
      ));

    test('approved by whoever joins', async () => {
      const approvals = new Map(without(made.approvals, 'crypto-officer-4')).set(
        NEWCOMER,
        made.signatures.get(NEWCOMER) as Uint8Array,
      );
      await assertRejects(
        () => enact(made.signatures, approvals),
        'APPROVAL_STRANGER',
        `"${NEWCOMER}" is not on the roster`,
      );
    });

    test('approved by a signature over the roster itself, which is none over the change', async () => {
      const approvals = new Map(made.approvals).set('crypto-officer-4', made.signatures.get('crypto-officer-4') as Uint8Array);
      await assertRejects(() => enact(made.signatures, approvals), 'APPROVAL_DIGEST', /^"crypto-officer-4": /);
    });

    test('approved by the token of whoever leaves, which this guard has not seen', async () => {
      const approvals = new Map(without(made.approvals, 'crypto-officer-4')).set(
        LEAVER,
        await signedAlone(LEAVER, statementOf(guard, roster)),
      );
      await assertRejects(
        () => enact(made.signatures, approvals),
        'QUORUM_NOT_MET',
        `"${LEAVER}" signed, but did not present their token to this guard for it`,
      );
    });

    test('swapped for another one than was signed', async () => {
      const other = next(token, (all) => all.members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' }));
      for (const act of [
        () => enact(made.signatures, made.approvals, other),
        () => guard.client.signNextRoster('crypto-officer-1', other),
      ])
        await assertRejects(
          act,
          'ROSTER_INVALID',
          `the roster ${sha256(roster)} is being signed; this is another one: ${sha256(other)}`,
        );
    });

    test('with somebody enrolled beside it', async () =>
      assertRejects(
        () => enrolled(guard),
        'ROSTER_INVALID',
        `the roster ${sha256(roster)} is being signed; nobody is enrolled beside it`,
      ));

    test('and nothing of it has changed who is who', async () => {
      await guard.client.rollCall(LEAVER);
      await assertRejects(() => guard.client.rollCall(NEWCOMER), 'APPROVAL_STRANGER', `"${NEWCOMER}" is not on the roster`);
    });
  });

  describe('is not even shown', () => {
    let guard: Guard;
    let token: EnrolledToken;
    before(async () => {
      guard = await stage.guard(CEREMONY);
      token = await enrolled(guard);
    });
    after(() => guard.close());

    const cases: readonly [name: string, change: (roster: Mutable) => void, said: RegExp][] = [
      ['of another one before it', (all) => Object.assign(all, { previous: 'ab'.repeat(32) }), /: it names (ab){32} before it/],
      ['of the same version', (all) => Object.assign(all, { version: 1 }), /: it has version 1; after version 1 comes 2$/],
      ['with a weaker class', (all) => Object.assign(all.classes.sign, { need: 2 }), /: class "sign" is approved by 2 of role/],
      [
        'with a member more who has no token',
        (all) => all.members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' }),
        /: "mallory" joins without a token$/,
      ],
      [
        'without whoever was enrolled',
        (all) => Object.assign(all, { members: all.members.filter(({ seat }: Mutable) => seat !== NEWCOMER) }),
        /^"crypto-officer-5" was enrolled here, and does not stand in the roster$/,
      ],
      [
        'with whoever was enrolled in another role',
        (all) => Object.assign(all.members.at(-1), { role: 'policy-authority' }),
        /was not enrolled here as policy-authority, as it stands there$/,
      ],
      [
        'with whoever was enrolled under another name',
        (all) => Object.assign(all.members.at(-1), { seat: 'crypto-officer-9' }),
        /of "crypto-officer-9" was not enrolled here as crypto-officer, as it stands there$/,
      ],
      [
        'with the keys of whoever leaves for somebody who stays',
        (all) => {
          const { members } = JSON.parse(Buffer.from(old).toString()) as Mutable;
          const leaver = members.find(({ seat }: Mutable) => seat === LEAVER);
          all.members.find(({ seat }: Mutable) => seat === 'crypto-officer-1').tokens = leaver.tokens;
        },
        /: "crypto-officer-1", who stays, does not stand in it as before, with the same role and certificates$/,
      ],
    ];
    for (const [name, change, said] of cases)
      test(name, async () => {
        const { screen } = guard;
        const bytes = next(token, change);
        await assertRejects(() => guard.client.signNextRoster('crypto-officer-1', bytes), 'ROSTER_INVALID', said);
        await assertRejects(() => guard.client.enactNextRoster(bytes, new Map(), new Map()), 'ROSTER_INVALID', said);
        assert.equal(guard.screen, screen);
      });

    test('to somebody who has no part in it', async () =>
      assertRejects(
        () => guard.client.signNextRoster('administrator-1', next(token)),
        'APPROVAL_STRANGER',
        '"administrator-1" has no token that could sign the roster or approve its change',
      ));
  });

  test('nobody is enrolled who is on the roster, or beside a first enrolment that is none', async () => {
    const guard = await stage.guard(CEREMONY);
    try {
      await assertRejects(
        () => guard.client.enrol({ ...guard.request(NEWCOMER), seat: 'crypto-officer-1', role: 'crypto-officer' }),
        'ROSTER_INVALID',
        '"crypto-officer-1" is on the roster in force, with the token that stands there',
      );
      await assertRejects(
        () => guard.client.signRoster('crypto-officer-1', old),
        'ROSTER_INVALID',
        /^a roster is in force: /,
      );
    } finally {
      await guard.close();
    }
  });

  test('after an interruption another guard takes what was signed before the first one, and nothing else', async () => {
    const first = await stage.guard(CEREMONY);
    let roster: Uint8Array;
    let made: Awaited<ReturnType<typeof signed>>;
    try {
      roster = next(await enrolled(first));
      made = await signed(first, roster);
    } finally {
      await first.close();
    }
    const unasked = await stage.guard(CEREMONY);
    try {
      await assertRejects(
        () => unasked.client.enactNextRoster(roster, made.signatures, made.approvals),
        'ROSTER_INVALID',
        /of "crypto-officer-5" was not enrolled here as crypto-officer, as it stands there$/,
      );
    } finally {
      await unasked.close();
    }
    const resumed = await stage.guard(CEREMONY, (start) => ({ ...start, resumes: true }));
    try {
      await assertRejects(
        () => resumed.client.enactNextRoster(roster, made.signatures, without(made.approvals, 'crypto-officer-1')),
        'QUORUM_NOT_MET',
        '2 of 3 needed people approved the change of the roster (crypto-officer-3, crypto-officer-4)',
      );
      // Who goes on approves that first: until then no token signs anything of it.
      await assertRejects(
        () => resumed.client.signNextRoster('crypto-officer-1', roster),
        'DEVIATION_UNAPPROVED',
        /./,
      );
      await resumed.client.enactNextRoster(roster, made.signatures, made.approvals);
      await resumed.client.rollCall(NEWCOMER);
    } finally {
      await resumed.close();
    }
  });
});
