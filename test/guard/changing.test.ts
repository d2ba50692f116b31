import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { EnrolledToken } from '../../src/ports.ts';
import { deviationStatementBytes } from '../../src/quorum/deviation.ts';
import { enrolmentBytes, readEnrolment } from '../../src/quorum/enrolment.ts';
import { signAsMember } from '../../src/quorum/member-signature.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { nextRosterBytes, rosterChangeBytes } from '../../src/quorum/roster-change.ts';
import { assertRejects } from '../der/refusal.ts';
import { makeToken, signWith } from '../forge/stage.ts';
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
      renews: [],
    });

  /** A holder's token signs with other software, unseen by the guard. */
  /** All sign in front of a guard that then ends. */
  async function signedBeforeInterruption() {
    const first = await stage.guard(CEREMONY);
    try {
      const roster = next(await enrolled(first));
      return { roster, made: await signed(first, roster) };
    } finally {
      await first.close();
    }
  }
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
      await assertRejects(() => guard.client.rollCall(LEAVER), 'APPROVAL_STRANGER', `"${LEAVER}" is not on the roster`);
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
      const approvals = new Map(made.approvals).set(
        'crypto-officer-4',
        made.signatures.get('crypto-officer-4') as Uint8Array,
      );
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
      await assertRejects(
        () => guard.client.rollCall(NEWCOMER),
        'APPROVAL_STRANGER',
        `"${NEWCOMER}" is not on the roster`,
      );
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
      [
        'of another one before it',
        (all) => Object.assign(all, { previous: 'ab'.repeat(32) }),
        /: it names (ab){32} before it/,
      ],
      [
        'of the same version',
        (all) => Object.assign(all, { version: 1 }),
        /: it has version 1; after version 1 comes 2$/,
      ],
      [
        'with a weaker class',
        (all) => Object.assign(all.classes.sign, { need: 2 }),
        /: class "sign" is approved by 2 of role/,
      ],
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
      const enrol = (seat: string, role: string, card = NEWCOMER) =>
        guard.client.enrol({ ...guard.request(card), seat, role });
      await assertRejects(
        () => enrol('crypto-officer-1', 'policy-authority'),
        'ROSTER_INVALID',
        '"crypto-officer-1" is on the roster in force as crypto-officer, by token, and stays so',
      );
      await assertRejects(
        () => enrol('administrator-1', 'administrator'),
        'ROSTER_INVALID',
        '"administrator-1" is on the roster in force as administrator, by paper, and stays so',
      );
      const own = readRoster(old).members.find(({ seat }) => seat === 'crypto-officer-1')?.tokens[0];
      for (const [seat, role] of [
        ['crypto-officer-1', 'crypto-officer'],
        ['crypto-officer-3', 'crypto-officer'],
      ] as const)
        await assertRejects(
          () =>
            guard.client.enrol({
              ...{ ...guard.request(NEWCOMER), seat, role },
              ...{ serial: own?.serial ?? '', model: own?.model ?? '' },
            }),
          'ROSTER_INVALID',
          new RegExp(`stands on the roster in force, with "crypto-officer-1": "${seat}" gets another one$`),
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

  describe('of somebody who stays with another token', () => {
    const RENEWED = 'crypto-officer-3';
    const STAY = ['crypto-officer-1', 'crypto-officer-2', 'crypto-officer-4'];
    let guard: Guard;
    beforeEach(async () => {
      guard = await stage.guard(CEREMONY);
    });
    afterEach(() => guard.close());

    /** The card is the one that would be the newcomer's, which has its keys since an earlier test. */
    const renew = async () => {
      const request = { ...guard.request(NEWCOMER), seat: RENEWED, role: 'crypto-officer' };
      return await guard.client.enrol({ ...request, keys: 'adopted' });
    };

    function renewing(token: Pick<EnrolledToken, 'statement'>, change: (roster: Mutable) => void = () => undefined) {
      const { seat, role, entry } = readEnrolment(token.statement);
      const document = JSON.parse(
        Buffer.from(nextRosterBytes(old, [], [], [{ seat, role, tokens: [entry] }])).toString(),
      );
      change(document);
      return Buffer.from(canonicalJson(document));
    }

    test('the others approve it, and the old token is worth nothing from then on', async () => {
      const roster = renewing(await renew());
      assert.match(
        guard.screen,
        /crypto-officer-3 is on the roster with another token\.\nThat one is worth nothing once the roster changes\./,
      );
      await guard.client.rollCall(RENEWED);
      const { signatures, approvals } = await signed(guard, roster, [
        ...STAY,
        RENEWED,
        ...OTHERS.filter((seat) => seat !== NEWCOMER),
      ]);
      assert.deepEqual([...approvals.keys()], STAY);
      assert.ok(signatures.has(RENEWED));
      assert.match(guard.screen, /NEW TOKEN {3}crypto-officer-3, crypto-officer, who stays/);
      await guard.client.enactNextRoster(roster, signatures, approvals);
      const { token } = await guard.client.rollCall(RENEWED);
      assert.equal(token, stage.card(NEWCOMER).shown.serial);
    });

    test('the old token does not approve it, whoever has it', async () => {
      const roster = renewing(await renew());
      const { signatures, approvals } = await signed(guard, roster, [
        ...STAY,
        RENEWED,
        ...OTHERS.filter((seat) => seat !== NEWCOMER),
      ]);
      const statement = rosterChangeBytes({
        ...{ ceremony: guard.ceremony, authorization: stage.stage.authorization, previous: sha256(old) },
        ...{ roster: sha256(roster), leaves: [], joins: [], renews: [RENEWED] },
      });
      const old3 = await signedAlone(RENEWED, statement);
      const two = without(approvals, 'crypto-officer-4');
      await assertRejects(
        () => guard.client.enactNextRoster(roster, signatures, new Map(two).set(RENEWED, old3)),
        'APPROVAL_STRANGER',
        `"${RENEWED}" is enrolled anew: the others approve that, and no token of before`,
      );
      await assertRejects(
        () => guard.client.enactNextRoster(roster, signatures, two),
        'QUORUM_NOT_MET',
        /^2 of 3 needed people approved/,
      );
    });

    test('is refused with a token that was not enrolled here for them, or beside an old one', async () => {
      const token = await renew();
      const other = makeToken(RENEWED, 'invented');
      const { serial, model } = readEnrolment(token.statement).token;
      for (const [change, said] of [
        [
          (all: Mutable) => {
            const member = all.members.find(({ seat }: Mutable) => seat === RENEWED);
            const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
            member.tokens = [
              {
                ...{ serial, model, origin: 'generated-here' },
                ...{ signing: base64(other.signing), encryption: base64(other.encryption) },
              },
            ];
          },
          /of "crypto-officer-3" was not enrolled here as crypto-officer, as it stands there$/,
        ],
        [
          (all: Mutable) => {
            const before = (JSON.parse(Buffer.from(old).toString()) as Mutable).members;
            const member = all.members.find(({ seat }: Mutable) => seat === RENEWED);
            member.tokens.push(before.find(({ seat }: Mutable) => seat === RENEWED).tokens[0]);
          },
          /: "crypto-officer-3", who stays, does not stand in it as before, with the same role and certificates$/,
        ],
      ] as const) {
        const { screen } = guard;
        const bytes = renewing(token, change);
        await assertRejects(() => guard.client.signNextRoster('crypto-officer-1', bytes), 'ROSTER_INVALID', said);
        assert.equal(guard.screen, screen);
      }
    });
  });

  test('after an interruption another guard takes what was signed before the first one, and nothing else', async () => {
    const { roster, made } = await signedBeforeInterruption();
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
      await assertRejects(() => resumed.client.signNextRoster('crypto-officer-1', roster), 'DEVIATION_UNAPPROVED', /./);
      await resumed.client.enactNextRoster(roster, made.signatures, made.approvals);
      await resumed.client.rollCall(NEWCOMER);
    } finally {
      await resumed.close();
    }
  });

  describe('after an interruption, before a guard that has enrolled nobody', () => {
    let enrolment: EnrolledToken;
    let guard: Guard;
    before(async () => {
      const first = await stage.guard(CEREMONY);
      try {
        enrolment = await enrolled(first);
      } finally {
        await first.close();
      }
    });
    beforeEach(async () => {
      guard = await stage.guard(CEREMONY, (start) => ({ ...start, resumes: true }));
    });
    afterEach(() => guard.close());

    /** The quorum approves, before this guard, that the ceremony goes on. */
    async function goOn(seats = OFFICERS): Promise<void> {
      const statement = deviationStatementBytes({
        ...{
          ceremony: CEREMONY,
          deviation: sha256('head'),
          effect: 'resume',
          event: 9,
          names: [],
          step: 'next-roster',
        },
        ...{ what: 'The ceremony was interrupted, and goes on', why: 'the lights went out' },
      });
      await guard.client.deviate(statement);
      for (const seat of seats) await guard.client.approveDeviation(seat, statement);
    }

    /** A member's token whose keys are in a file: whoever has the core can make as many as they like. */
    function invented(change: Partial<{ seat: string; role: string; ceremony: string }> = {}) {
      const token = makeToken(NEWCOMER, 'invented');
      const { serial, model, origin } = readEnrolment(enrolment.statement).token;
      const entry = { serial, model, origin, signing: token.signing, encryption: token.encryption };
      const statement = enrolmentBytes({
        ...{ ceremony: CEREMONY, authorization: stage.stage.authorization, seat: NEWCOMER, role: 'crypto-officer' },
        ...change,
        token: entry,
      });
      return { statement, signature: signWith(token, statement), sign: (bytes: Uint8Array) => signWith(token, bytes) };
    }

    const unseen = (roster: Uint8Array) =>
      assertRejects(
        () => guard.client.signNextRoster('crypto-officer-1', roster),
        'ROSTER_INVALID',
        /of "crypto-officer-5" was not enrolled here as crypto-officer, as it stands there$/,
      );

    test('nobody reads or signs a roster on which somebody stands whom it has not seen', async () => {
      await goOn();
      const { screen } = guard;
      await unseen(next(enrolment));
      await unseen(next(invented() as unknown as EnrolledToken));
      assert.equal(guard.screen, screen);
    });

    test('whoever joins presents the token once more, and then it is signed and takes effect', async () => {
      await goOn();
      const roster = next(enrolment);
      const again = await guard.client.recallEnrolment(enrolment.statement, enrolment.signature);
      assert.equal(again.token, readEnrolment(enrolment.statement).token.serial);
      assert.match(guard.screen, /ENROLLED BEFORE THE INTERRUPTION: crypto-officer-5 as crypto-officer/);
      assert.match(guard.screen, /This guard did not see it\. It takes only what your token shows it now\./);
      const { signatures, approvals } = await signed(guard, roster);
      await guard.client.enactNextRoster(roster, signatures, approvals);
      await guard.client.rollCall(NEWCOMER);
    });

    test('keys that a core has made up are on no token', async () => {
      await goOn();
      const made = invented();
      await assertRejects(
        () => guard.client.recallEnrolment(made.statement, made.signature),
        'TOKEN_UNEXPECTED',
        /of "crypto-officer-5" shows other keys than the one by which it is known$/,
      );
      await unseen(next(made as unknown as EnrolledToken));
    });

    test('nor is an enrolment taken that its token has not signed, or that is of somebody or something else', async () => {
      const take = (statement: Uint8Array, signature: Uint8Array) => () =>
        guard.client.recallEnrolment(statement, signature);
      const { statement, signature } = enrolment;
      const { screen } = guard;
      await assertRejects(take(statement, invented().signature), 'APPROVAL_SIGNATURE', /./);
      for (const [change, code] of [
        [{ ceremony: sha256('another') }, 'APPROVAL_DIGEST'],
        [{ seat: 'administrator-1', role: 'administrator' }, 'ROSTER_INVALID'],
      ] as const) {
        const other = invented(change);
        await assertRejects(take(other.statement, other.signature), code, /./);
      }
      assert.equal(guard.screen, screen, 'nobody was asked for a PIN');
      await guard.client.recallEnrolment(statement, signature);
      const asOther = next(enrolment, (all) => Object.assign(all.members.at(-1), { role: 'policy-authority' }));
      await goOn();
      await assertRejects(
        () => guard.client.signNextRoster('crypto-officer-1', asOther),
        'ROSTER_INVALID',
        /was not enrolled here as policy-authority, as it stands there$/,
      );
    });

    test('once the ceremony goes on, no roster takes effect by signatures of before without that', async () => {
      const first = await stage.guard(CEREMONY);
      let roster: Uint8Array;
      let made: Awaited<ReturnType<typeof signed>>;
      let renewed: EnrolledToken;
      try {
        renewed = await enrolled(first);
        roster = next(renewed);
        made = await signed(first, roster);
      } finally {
        await first.close();
      }
      await goOn();
      const enact = () => guard.client.enactNextRoster(roster, made.signatures, made.approvals);
      await assertRejects(enact, 'ROSTER_INVALID', /of "crypto-officer-5" was not enrolled here/);
      await guard.client.recallEnrolment(renewed.statement, renewed.signature);
      await enact();
      await guard.client.rollCall(NEWCOMER);
    });

    test('while people are asked whether it goes on, no roster takes the place of the one that they have read', async () => {
      const { roster, made } = await signedBeforeInterruption();
      await goOn(OFFICERS.slice(0, 1));
      await assertRejects(
        () => guard.client.enactNextRoster(roster, made.signatures, made.approvals),
        'ROSTER_INVALID',
        /^people are being asked whether the ceremony goes on, under the roster [0-9a-f]{64}: none takes its place/,
      );
    });

    test('a guard that resumes nothing takes none of it', async () => {
      const other = await stage.guard(CEREMONY);
      try {
        await assertRejects(
          () => other.client.recallEnrolment(enrolment.statement, enrolment.signature),
          'DESCRIPTOR_INVALID',
          /^this guard was not started to resume a ceremony/,
        );
      } finally {
        await other.close();
      }
    });
  });
});
