import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { HsmSession } from '../../src/guard/hsm.ts';
import { InForce } from '../../src/guard/in-force.ts';
import { Judging } from '../../src/guard/judging.ts';
import { Memory } from '../../src/guard/memory.ts';
import { holdSealedToRoster } from '../../src/guard/sealed-to-roster.ts';
import type { GuardSetup } from '../../src/guard/setup.ts';
import { readEnrolment } from '../../src/quorum/enrolment.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { memberOf, type Roster, readRoster } from '../../src/quorum/roster.ts';
import { nextRosterBytes } from '../../src/quorum/roster-change.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { assertRejects } from '../der/refusal.ts';
import { FoundingStage } from './founding-guard.ts';
import { hsm, inMinutes, prepareOperation, rotateOperation } from './staged-guard.ts';

const OFFICERS = [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`);
/** Whose card is lost: they stay, with another one. */
const LOST = 'crypto-officer-3';
const OTHERS = OFFICERS.filter((seat) => seat !== LOST);
const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 5, present: 5 },
    'policy-authority': { of: 2, present: 2 },
    witness: { of: 1, present: 1 },
    newcomer: { of: 1, present: 1 },
  },
  tokens: ['root-hsm', 'spare-hsm'],
  quorums: { administer: 3, inventory: 3, generate: 3, sign: 3, destroy: 3, backup: 3, restore: 3 },
  changes: { leaves: ['crypto-officer-2'], joins: 'newcomer', role: 'crypto-officer' },
};
const NEXT = { hsm: 'root-hsm', kind: 'user' as const, holders: OFFICERS, threshold: 3 };
const BLANK = { label: 'rehearsal-root-hsm', holders: OFFICERS, userThreshold: 3, soThreshold: 3 };

type Guard = Awaited<ReturnType<FoundingStage['guard']>>;
type Sealed = Awaited<ReturnType<Guard['client']['makeNextShareSet']>>;

describe('share sets that were sealed before the roster changed', { concurrency: false }, () => {
  let stage: FoundingStage;
  let guard: Guard;
  let [old, next]: Roster[] = [];
  let user: ShareSet;
  let serial: string;
  let sealed: ReadonlyMap<string, Uint8Array>;
  let beforehand: Sealed;
  let blank: Awaited<ReturnType<Guard['client']['makeShareSets']>>;

  async function propose(operation: Operation): Promise<string> {
    const proposal = sha256(randomBytes(32));
    const { bytes } = describeOperation(operation);
    await guard.client.propose({ descriptor: bytes, payload: null, proposal, expires: inMinutes(30) });
    return proposal;
  }

  async function approvals(id: string, seats: readonly string[], envelopes: ReadonlyMap<string, Uint8Array>) {
    const approved: { seat: string; signature: Uint8Array }[] = [];
    for (const seat of seats) {
      const own = new Map([...envelopes].filter(([name]) => name.includes(`-${seat}-v1`)));
      const { decisions } = await guard.client.approve(seat, [id], own);
      const [decision] = decisions;
      assert.ok(decision && 'signature' in decision && decision.signature);
      approved.push({ seat, signature: decision.signature });
    }
    return approved;
  }

  const recipientsOf = ({ set }: Sealed) => set.shares.find(({ seat }) => seat === LOST)?.recipients;
  const tokenOf = (roster: Roster | undefined) =>
    memberOf(roster as Roster, LOST)?.tokens.map(({ encryptionSpki }) => encryptionSpki);

  before(async () => {
    stage = await FoundingStage.lay({ newcomer: 1 }, undefined, CAST);
    guard = await stage.guard(sha256(randomBytes(32)));
    const bytes = Buffer.from(String(stage.stage.start['roster']), 'base64');
    old = readRoster(bytes);
    const made = await guard.client.makeShareSets({ hsm: 'root-hsm', ...BLANK });
    user = made.sets.find(({ kind }) => kind === 'user') as ShareSet;
    sealed = made.envelopes;
    const id = await propose(prepareOperation(made.sets));
    const approved = await approvals(id, OFFICERS, sealed);
    await guard.client.proveShareSets('root-hsm');
    serial = String((await guard.client.execute(id, approved)).facts['serial']);
    // A dishonest core has them made while the lost card still stands on the roster.
    beforehand = await guard.client.makeNextShareSet(NEXT);
    blank = await guard.client.makeShareSets({ hsm: 'spare-hsm', ...BLANK });

    const card = stage.stage.cards.find(
      ({ person }) => !stage.stage.enrolled.some((one) => one.person.seat === person.seat),
    );
    const request = { ...guard.request(String(card?.person.seat)), seat: LOST, role: 'crypto-officer' };
    const { seat, role, entry } = readEnrolment((await guard.client.enrol(request)).statement);
    const roster = nextRosterBytes(bytes, [], [], [{ seat, role, tokens: [entry] }]);
    next = readRoster(roster);
    const [signatures, agreed] = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
    for (const member of next.members.filter(({ tokens }) => tokens.length > 0)) {
      const one = await guard.client.signNextRoster(member.seat, Buffer.from(roster));
      if (one.signature) signatures.set(member.seat, one.signature);
      if (one.approval) agreed.set(member.seat, one.approval);
    }
    await guard.client.enactNextRoster(Buffer.from(roster), signatures, agreed);
  });
  after(async () => {
    await guard?.close();
    stage?.remove();
  });

  test('nobody is asked to put one in force after it: it is forgotten, also of an HSM that is to be prepared', async () => {
    const { screen } = guard;
    assert.deepEqual(recipientsOf(beforehand), tokenOf(old));
    await assertRejects(
      () => propose(rotateOperation(serial, user, beforehand.set)),
      'SHARE_FOREIGN_SET',
      'the share set of the descriptor is not the one made to replace another of "root-hsm"',
    );
    await assertRejects(
      () => propose(prepareOperation(blank.sets, 'spare-hsm')),
      'SHARE_FOREIGN_SET',
      'the share sets of the descriptor are not those made for "spare-hsm"',
    );
    assert.equal(guard.screen, screen);
  });

  test('one that is made after it replaces the old one, and is sealed to the new card', async () => {
    const made = await guard.client.makeNextShareSet(NEXT);
    assert.deepEqual(recipientsOf(made), tokenOf(next));
    const id = await propose(rotateOperation(serial, user, made.set));
    const own = new Map(
      [...sealed, ...made.envelopes].filter(([name]) => [user.id, made.set.id].some((set) => name.startsWith(set))),
    );
    // Who has a new card opens the new share alone: the old one is sealed to the card that is lost.
    const newest = new Map([...made.envelopes].filter(([name]) => name.startsWith(made.set.id)));
    const approved = [...(await approvals(id, OTHERS, own)), ...(await approvals(id, [LOST], newest))];
    await guard.client.proveShareSets('root-hsm');
    const { facts } = await guard.client.execute(id, approved);
    assert.equal(facts['set'], made.set.id);
  });

  describe('by the roster alone', () => {
    const named = () => hsm(serial);
    const shares = () => blank.sets as readonly ShareSet[];
    const holds = (operation: Operation, roster = next) => holdSealedToRoster(roster as Roster, operation);
    const wrap = (set: ShareSet) =>
      ({ op: 'wrap-key', hsm: named(), set: { ...set, kind: 'kek' } }) as unknown as Operation;
    const foreign = (said: RegExp) => (error: Error & { code?: string }) =>
      error.code === 'SHARE_FOREIGN_SET' && said.test(error.message);

    test('every operation that puts one to use is held to it, and one that finishes what was begun is not', () => {
      const sealedToOthers = foreign(
        /^the share of "crypto-officer-3" in the (user|kek) set [0-9a-f]{32} is sealed to/,
      );
      const [set] = shares() as [ShareSet];
      for (const operation of [prepareOperation(shares()), rotateOperation(serial, user, set), wrap(set)]) {
        assert.throws(() => holds(operation), sealedToOthers);
        holds(operation, old);
      }
      holds(rotateOperation(serial, user, set, sha256('begun')));
      holds({ ...prepareOperation(shares()), adopts: serial } as Operation);
    });

    test('a guard that still knew of such a set would refuse what puts it to use', () => {
      const roster = next as Roster;
      const { authorization } = { authorization: { roster: roster.digest } } as unknown as GuardSetup;
      const now = () => inMinutes(0);
      const inForce = new InForce({ authorization, roster, now });
      const memory = new Memory({ ledger: null, now }, inForce);
      const { model } = named();
      const authorized = { name: 'root-hsm', model, serial, activation: { means: 'shares' } };
      memory.hsms.add(new HsmSession(authorized as never, 'rehearsal', () => assert.fail('no HSM is asked')));
      memory.custody.recall('root-hsm', [user]);
      memory.custody.prepareNext('root-hsm', beforehand.set);
      const operation = rotateOperation(serial, user, beforehand.set);
      const judge = () =>
        new Judging({ authorization }, inForce, memory).judge({ descriptor: { operation } } as never, 'carried-out');
      assert.throws(
        judge,
        foreign(/^the share of "crypto-officer-3" .* is sealed to other tokens than the 1 that "crypto-officer-3" has/),
      );
      inForce.enact(old as Roster);
      judge();
    });

    test('whoever is not on it holds nothing, and a spare card is no more left out than another one let in', () => {
      const [set] = shares() as [ShareSet];
      const operation = rotateOperation(serial, user, set);
      const without = (old as Roster).members.filter(({ seat }) => seat !== LOST);
      assert.throws(
        () => holds(operation, { ...(old as Roster), members: without }),
        foreign(
          /^the user set [0-9a-f]{32} has a share of "crypto-officer-3", who has no token on the roster in force$/,
        ),
      );
      const changed = (change: (recipients: readonly string[]) => readonly string[]) => ({
        ...set,
        shares: set.shares.map((share) => ({ ...share, recipients: change(share.recipients) })),
      });
      for (const other of [changed((own) => [...own, sha256('another')]), changed((own) => [...own, ...own])])
        assert.throws(() => holds(rotateOperation(serial, user, other), old), foreign(/is sealed to other tokens/));
    });
  });
});
