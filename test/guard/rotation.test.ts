import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { CKF, CKR, type FaultProxy } from '../softhsm/fault-proxy.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { inMinutes, keyOperation, OFFICERS, prepareOperation, rotateOperation, StagedGuard } from './staged-guard.ts';

type Envelopes = ReadonlyMap<string, Uint8Array>;
type Kind = ShareSet['kind'];

const THREE = OFFICERS.slice(0, 3);
const FOUR = OFFICERS.slice(0, 4);
const [FIRST = '', SECOND = ''] = OFFICERS;

function refuses(code: ErrorCode, message: RegExp, more: (error: CeremonyError) => void = () => undefined) {
  return (error: unknown) => {
    assert.ok(error instanceof CeremonyError, `not a refusal: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    more(error);
    return true;
  };
}

describe('an activation is rotated', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let serial: string;
  let prepared: Awaited<ReturnType<StagedGuard['prepare']>>['past'];
  /** What opens the token now, by kind, and every envelope that was ever sealed. */
  const current = new Map<Kind, ShareSet>();
  const sealed = new Map<string, Uint8Array>();
  let number = 0;

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, {
      reset: async (stage, folder) => {
        const interposed = await interpose(stage, join(folder, 'faults'));
        proxy = interposed.hsm('root-hsm');
        return interposed.stage;
      },
    });
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  const of = (...sets: readonly ShareSet[]): Envelopes =>
    new Map([...sealed].filter(([name]) => sets.some((set) => name.startsWith(set.id))));
  const now = (kind: Kind): ShareSet => current.get(kind) as ShareSet;
  const wanted = (kind: Kind) => ({ hsm: 'root-hsm', kind, holders: OFFICERS, threshold: 3 });

  async function next(kind: Kind, change: Partial<ReturnType<typeof wanted>> = {}): Promise<ShareSet> {
    const { set, envelopes } = await staged.guard.makeNextShareSet({ ...wanted(kind), ...change });
    for (const [name, bytes] of envelopes) sealed.set(name, bytes);
    return set;
  }

  /** Proposes, has people open old and new shares, and proves what they opened. */
  async function approved(operation: Operation & { readonly op: 'rotate-activation' }, seats = FOUR) {
    const expires = inMinutes(30);
    const { id } = await staged.propose(operation, null, expires);
    const approvals = await staged.approvals(id, seats, of(now(operation.set.kind), operation.set));
    return { id, approvals, expires };
  }

  async function rotate(kind: Kind, adopts: string | null = null, set?: ShareSet) {
    const made = set ?? (await next(kind));
    const operation = rotateOperation(serial, now(kind), made, adopts);
    const { id, approvals, expires } = await approved(operation);
    const proof = await staged.guard.proveShareSets('root-hsm');
    const { facts } = await staged.guard.execute(id, approvals);
    current.set(kind, made);
    return { facts, proof, operation, id, approvals, expires };
  }

  const key = () => {
    number += 1;
    return keyOperation(serial, `0a0b0d${String(number).padStart(2, '0')}`, null, `rehearsal-key-${number}`);
  };

  /** A key is made under the shares of these sets. */
  async function used(...sets: readonly ShareSet[]) {
    const { id } = await staged.propose(key());
    return await staged.guard.execute(id, await staged.approvals(id, THREE, of(...sets)));
  }

  const tries = () => {
    const lines = proxy.returned();
    const logins = lines.filter((line) => line.startsWith('C_Login '));
    return {
      logins: logins.length,
      refused: logins.filter((line) => line.endsWith('rv=160')).length,
      changed: proxy.count('C_SetPIN'),
    };
  };
  const since = (then: ReturnType<typeof tries>) => {
    const { logins, refused, changed } = tries();
    return { logins: logins - then.logins, refused: refused - then.refused, changed: changed - then.changed };
  };

  test('not before the token has one', async () => {
    await assert.rejects(next('user'), refuses('TOKEN_UNEXPECTED', /no share set of "root-hsm" is known/));
    const made = await staged.prepare();
    ({ serial } = made);
    for (const set of made.sets) current.set(set.kind, set);
    for (const [name, bytes] of made.envelopes) sealed.set(name, bytes);
    prepared = made.past;
  });

  test('the honest way: another PIN, by another secret; one login with the old and one with the new', async () => {
    for (const kind of ['user', 'so'] as const) {
      const old = now(kind);
      const then = tries();
      const { facts, proof } = await rotate(kind);
      assert.deepEqual(since(then), { logins: 2, refused: 0, changed: 1 });
      const { id } = now(kind);
      const expected = { serial, kind, set: id, replaced: old.id, found: 'old', pinLength: 64 };
      assert.deepEqual(facts, { ...expected, protection: facts['protection'] });
      const counted = { kind, threshold: 3, custodians: 5, opened: FOUR, unproven: OFFICERS.slice(4) };
      assert.deepEqual(proof, { [id]: { ...counted, subsetsCompared: 4 } });
      assert.notEqual(now(kind).check, old.check);
      await assert.rejects(
        staged.approvals((await staged.propose(key())).id, [FIRST], of(old)),
        refuses('SHARE_FOREIGN_SET', /is of a superseded set: its share opens nothing any more/),
      );
    }
    await used(now('user'));
  });

  test('the old shares do not open the token, even where the core hands them over beside the new ones', async () => {
    const old = now('user');
    await rotate('user');
    await assert.rejects(used(old, now('user')), refuses('SHARE_FOREIGN_SET', /superseded set/));
    const { id } = await staged.propose(key());
    const then = tries();
    await assert.rejects(
      staged.guard.execute(id, await staged.approvals(id, THREE)),
      refuses('QUORUM_NOT_MET', /0 of the approvers opened their share; 3 are needed/),
    );
    assert.deepEqual(since(then), { logins: 0, refused: 0, changed: 0 });
  });

  test('no threshold below the roster, none of the security officer below the user’s', async () => {
    const bad: [Kind, object, ErrorCode, RegExp][] = [
      ['user', { threshold: 2 }, 'DESCRIPTOR_INVALID', /threshold 2 of 5 custodians for a new user set .* 3 to 3$/],
      ['user', { threshold: 4 }, 'DESCRIPTOR_INVALID', /threshold 4 of 5 .* it must be 3 to 3$/],
      ['so', { threshold: 2 }, 'DESCRIPTOR_INVALID', /threshold 2 of 5 custodians for a new so set .* 3 to 5$/],
      ['so', { threshold: 6 }, 'DESCRIPTOR_INVALID', /threshold 6 of 5/],
      ['user', { holders: THREE.slice(1) }, 'DESCRIPTOR_INVALID', /threshold 3 of 2 custodians/],
      ['user', { holders: [...FOUR, 'witness-1'] }, 'APPROVAL_ROLE', /a custodian is a crypto-officer/],
      ['user', { holders: [...FOUR, FIRST] }, 'APPROVAL_DUPLICATE', /one person holds one share/],
      ['user', { hsm: 'other' }, 'AUTHORIZATION_TOKEN', /no HSM "other"/],
    ];
    for (const [kind, change, code, message] of bad)
      await assert.rejects(next(kind, change), refuses(code, message), JSON.stringify(change));
  });

  test('the security officer’s threshold is raised, and then that of the user may not pass it, nor it fall below', async () => {
    const raised = await next('so', { threshold: 4 });
    await assert.rejects(rotate('so', null, raised), refuses('SHARE_UNPROVEN', /4 of 5 .*; 5 must/));
    const operation = rotateOperation(serial, now('so'), raised);
    const { id, approvals } = await approved(operation, OFFICERS);
    await staged.guard.proveShareSets('root-hsm');
    await staged.guard.execute(id, approvals);
    current.set('so', raised);
    const user = await next('user', { threshold: 4 });
    const both = await approved(rotateOperation(serial, now('user'), user), OFFICERS);
    await staged.guard.proveShareSets('root-hsm');
    await staged.guard.execute(both.id, both.approvals);
    current.set('user', user);
    await assert.rejects(next('so'), refuses('DESCRIPTOR_INVALID', /threshold 3 .* new so set .* it must be 4 to 5$/));
    await assert.rejects(next('user', { threshold: 5 }), refuses('DESCRIPTOR_INVALID', /it must be 3 to 4$/));
    current.set('user', await lowered());
  });

  async function lowered(): Promise<ShareSet> {
    const set = await next('user');
    const { id, approvals } = await approved(rotateOperation(serial, now('user'), set));
    await staged.guard.proveShareSets('root-hsm');
    await staged.guard.execute(id, approvals);
    return set;
  }

  test('too few custodians who open theirs, and nobody who stands for two', async () => {
    const operation = rotateOperation(serial, now('user'), await next('user'));
    const { id, approvals } = await approved(operation, THREE);
    const then = tries();
    await assert.rejects(
      staged.guard.proveShareSets('root-hsm'),
      refuses('SHARE_UNPROVEN', /^3 of 5 custodians opened their share of the user set [0-9a-f]{32}; 4 must/),
    );
    await assert.rejects(
      staged.guard.execute(id, approvals),
      refuses('SHARE_UNPROVEN', /has not been proven by enough of its custodians/),
    );
    await assert.rejects(
      staged.approvals(id, [FIRST], of(now('user'), operation.set)),
      refuses('APPROVAL_DUPLICATE', /one person counts once/),
    );
    await staged.approvals(id, [OFFICERS[3] as string], of(now('user'), operation.set));
    await staged.guard.proveShareSets('root-hsm');
    await assert.rejects(
      staged.guard.execute(id, [...approvals.slice(0, 2), approvals[0]!]),
      refuses('APPROVAL_DUPLICATE', /"crypto-officer-1" approved twice/),
    );
    await assert.rejects(
      staged.guard.execute(id, approvals.slice(0, 2)),
      refuses('QUORUM_NOT_MET', /2 of 3 needed people/),
    );
    assert.deepEqual(since(then), { logins: 0, refused: 0, changed: 0 });
    await staged.guard.withdraw(id);
  });

  test('nobody’s share but their own, and not without the old ones', async () => {
    const set = await next('user');
    const operation = rotateOperation(serial, now('user'), set);
    const { id } = await staged.propose(operation);
    const own = [...of(set)].find(([name]) => name.includes(FIRST)) as [string, Uint8Array];
    const other = [...of(set)].find(([name]) => name.includes(SECOND)) as [string, Uint8Array];
    await assert.rejects(
      staged.guard.approve(FIRST, [id], new Map([other])).then(() => undefined),
      refuses('SHARE_ENVELOPE_ALTERED', /the envelope of "crypto-officer-1" has SHA-256/),
    );
    await assert.rejects(
      staged.guard.approve(FIRST, [id], new Map([[own[0], other[1]]])),
      refuses('SHARE_ENVELOPE_ALTERED', /the envelope of "crypto-officer-1" has SHA-256/),
    );
    const approvals = await staged.approvals(id, FOUR, of(set));
    await staged.guard.proveShareSets('root-hsm');
    const then = tries();
    await assert.rejects(
      staged.guard.execute(id, approvals),
      refuses('QUORUM_NOT_MET', /0 of the approvers opened their share; 3 are needed/),
    );
    assert.deepEqual(since(then), { logins: 0, refused: 0, changed: 0 });
    await staged.guard.withdraw(id);
  });

  test('an envelope for nothing but what it is for', async () => {
    const set = await next('user');
    const rotation = await staged.propose(rotateOperation(serial, now('user'), set));
    await assert.rejects(
      staged.approvals(rotation.id, [FIRST], of(now('so'))),
      refuses('SHARE_CLASS', /the so set [0-9a-f]{32} is not the one that is replaced/),
    );
    const { id } = await staged.propose(key());
    await assert.rejects(
      staged.approvals(id, [FIRST], of(set)),
      refuses('SHARE_CLASS', /the set [0-9a-f]{32} opens nothing yet/),
    );
    await staged.guard.withdraw(rotation.id);
  });

  test('nothing but what was made, in place of nothing but what is there', async () => {
    const set = await next('user');
    const good = rotateOperation(serial, now('user'), set);
    const bad: [object, ErrorCode, RegExp][] = [
      [{ set: { ...set, check: sha256('other') } }, 'SHARE_FOREIGN_SET', /is not the one made to replace another/],
      [{ set: now('so') }, 'SHARE_FOREIGN_SET', /the so set of "root-hsm" is/],
      [{ replaces: { ...good.replaces, id: 'ab'.repeat(16) } }, 'SHARE_FOREIGN_SET', /replaces the set abab/],
      [{ replaces: { ...good.replaces, threshold: 2 } }, 'SHARE_FOREIGN_SET', /\(2 of 5\)/],
      [{ replaces: { ...good.replaces, holders: FOUR } }, 'SHARE_FOREIGN_SET', /\(3 of 4\)/],
      [{ adopts: sha256('another') }, 'DESCRIPTOR_INVALID', /finishes [0-9a-f]{64}; begun on "root-hsm" was none/],
      [{ hold: { operations: 2, seconds: 60 } }, 'DESCRIPTOR_INVALID', /is not held open by the operation/],
      [{ hsm: { ...good.hsm, serial: null } }, 'DESCRIPTOR_INVALID', /a blank token has no activation/],
      [{ hsm: { ...good.hsm, serial: '1234' } }, 'AUTHORIZATION_TOKEN', /serial 1234/],
    ];
    for (const [change, code, message] of bad)
      await assert.rejects(
        staged.propose({ ...good, ...change } as never),
        refuses(code, message),
        JSON.stringify(change),
      );
  });

  test('not while an activation stands', async () => {
    const set = await next('user');
    const { id } = await staged.propose({ ...key(), hold: { operations: 2, seconds: 600 } });
    await staged.guard.execute(id, await staged.approvals(id, THREE, of(now('user'))));
    const message = /"root-hsm" is active; nobody is logged in while its PIN changes/;
    await assert.rejects(
      staged.propose(rotateOperation(serial, now('user'), set)),
      refuses('DESCRIPTOR_INVALID', message),
    );
    await assert.rejects(next('user'), refuses('DESCRIPTOR_INVALID', message));
    await staged.guard.deactivate('root-hsm');
  });

  test('an old PIN that the token refuses: one try, nothing changed, and it may be approved again', async () => {
    const set = await next('user');
    const operation = rotateOperation(serial, now('user'), set);
    proxy.at('C_Login', 1, { return: CKR.pinIncorrect });
    const then = tries();
    const { id, approvals } = await approved(operation);
    await staged.guard.proveShareSets('root-hsm');
    await assert.rejects(
      staged.guard.execute(id, approvals),
      refuses(
        'HSM_PIN_INCORRECT',
        /did not accept its PIN, and one try is spent, during rotate-activation of step "rotate-user"/,
        (error) => assert.equal(error.details?.['reached'], 'no'),
      ),
    );
    assert.equal(since(then).changed, 0);
    proxy.heal();
    await rotate('user', null, set);
    await used(now('user'));
  });

  for (const [kind, low, final, locked] of [
    ['user', CKF.userPinCountLow, CKF.userPinFinalTry, CKF.userPinLocked],
    ['so', CKF.soPinCountLow, CKF.soPinFinalTry, CKF.soPinLocked],
  ] as const) {
    const whose = kind === 'user' ? '' : 'PIN of its security officer: ';
    const other = kind === 'user' ? CKF.soPinFinalTry : CKF.userPinFinalTry;

    test(`what the token says of the tries of the PIN is read before it goes to it: ${kind}`, async () => {
      const shown = (what: string) => `THE HSM "root-hsm" (serial ${serial}) REPORTS:\n${whose}${what}\n`;
      proxy.token(serial, { flags: other });
      staged.screen = '';
      await rotate(kind);
      assert.doesNotMatch(staged.screen, /REPORTS/);
      for (const [flags, what] of [
        [low, 'a wrong PIN was entered before'],
        [final, 'THIS IS THE LAST TRY'],
      ] as const) {
        proxy.heal();
        proxy.token(serial, { flags });
        staged.screen = '';
        await rotate(kind);
        assert.ok(staged.screen.includes(shown(what)), staged.screen);
      }
      staged.lastTry = 'no';
      const then = tries();
      const set = await next(kind);
      await assert.rejects(rotate(kind, null, set), refuses('PRESENTATION_CANCELLED', /^"last try" was not typed/));
      staged.lastTry = 'last try';
      proxy.token(serial, { flags: locked });
      await assert.rejects(rotate(kind, null, set), refuses('PIN_LOCKED', /says so itself, and no PIN was sent$/));
      assert.deepEqual(since(then), { logins: 0, refused: 0, changed: 0 });
      proxy.heal();
      await rotate(kind, null, set);
    });
  }

  describe('with an end that nobody knows', () => {
    let set: ShareSet;
    let begun = '';

    async function failed(phase: 'before' | 'after', kind: Kind = 'user') {
      set = await next(kind);
      const operation = rotateOperation(serial, now(kind), set);
      begun = describeOperation(operation).digest;
      proxy.at('C_SetPIN', 1, { return: CKR.deviceError }, phase);
      const { id, approvals } = await approved(operation);
      await staged.guard.proveShareSets('root-hsm');
      await assert.rejects(
        staged.guard.execute(id, approvals),
        refuses('HSM_DEVICE_ERROR', /C_SetPIN returned CKR_DEVICE_ERROR/, (error) => {
          assert.equal(error.details?.['reached'], 'maybe');
          assert.match(String(error.hint), /^it is not known whether the PIN was changed; /);
        }),
      );
      proxy.heal();
    }

    test('nothing else is done with it, and no other secret is made', async () => {
      await failed('before');
      const then = tries();
      await assert.rejects(
        used(now('user')),
        refuses('HSM_NOT_ACTIVE', /which user PIN "root-hsm" has is not known: a rotation of its activation was begun/),
      );
      for (const kind of ['user', 'so'] as const)
        await assert.rejects(next(kind), refuses('DESCRIPTOR_INVALID', /was begun and its end is not known/));
      await assert.rejects(
        staged.propose(rotateOperation(serial, now('user'), set)),
        refuses('DESCRIPTOR_INVALID', /finishes no rotation; begun on "root-hsm" was [0-9a-f]{64}/),
      );
      assert.deepEqual(since(then), { logins: 0, refused: 0, changed: 0 });
    });

    test('not where one more wrong PIN would lock the token: none is tried', async () => {
      proxy.token(serial, { flags: CKF.userPinFinalTry });
      const then = tries();
      await assert.rejects(
        rotate('user', begun, set),
        refuses('TOKEN_UNEXPECTED', /one more wrong PIN of the user locks the token, .*; no PIN was sent/),
      );
      assert.deepEqual(since(then), { logins: 0, refused: 0, changed: 0 });
    });

    test('both PINs refused: two tries, as was approved, and no third', async () => {
      proxy.at('C_Login', 'always', { return: CKR.pinIncorrect });
      const then = proxy.count('C_Login');
      await assert.rejects(rotate('user', begun, set), refuses('HSM_PIN_INCORRECT', /did not accept its PIN/));
      assert.equal(proxy.count('C_Login') - then, 2);
    });

    test('finished where the token had the old PIN: the new one costs a try, and is set', async () => {
      const then = tries();
      staged.screen = '';
      const { facts } = await rotate('user', begun, set);
      assert.equal(facts['found'], 'old');
      assert.deepEqual(since(then), { logins: 3, refused: 1, changed: 1 });
      assert.match(staged.screen, /FINISHES +a rotation that was begun: NOBODY KNOWS WHICH PIN THE TOKEN HAS/);
      assert.match(staged.screen, /logs in +first with the NEW PIN; if it is refused, WHICH COSTS ONE TRY,/);
      await used(now('user'));
    });

    test('finished where the token had the new PIN: nothing is left to do', async () => {
      for (const kind of ['user', 'so'] as const) {
        await failed('after', kind);
        const then = tries();
        const { facts } = await rotate(kind, begun, set);
        assert.equal(facts['found'], 'new');
        assert.deepEqual(since(then), { logins: 1, refused: 0, changed: 0 });
      }
      await used(now('user'));
    });
  });

  test('a new guard is told of it by what the quorum signed, in the order of what was done', async () => {
    const { operation, id, approvals, expires } = await rotate('user');
    const past = {
      descriptor: describeOperation(operation).bytes,
      proposal: id,
      expires,
      approvals,
      serial,
      keys: [],
    };
    await used(now('user'));
    staged = await staged.resumed();
    await staged.guard.recall(prepared);
    // It has not been told of those before it: what this one replaced is not there.
    await assert.rejects(
      staged.guard.recall(past),
      refuses('SHARE_FOREIGN_SET', /the user set of "root-hsm" is [0-9a-f]{32}$/),
    );
    await assert.rejects(
      staged.guard.recall({ ...past, approvals: approvals.slice(0, 2) }),
      refuses('QUORUM_NOT_MET', /2 of 3 needed people approved this "rotate-activation"/),
    );
    await assert.rejects(
      staged.guard.recall({ ...past, serial: '1234' }),
      refuses('TOKEN_UNEXPECTED', /the token with serial 1234 was rotated; "root-hsm" has serial/),
    );
    await assert.rejects(
      staged.guard.recall({ ...past, descriptor: describeOperation(key()).bytes }),
      refuses('DESCRIPTOR_INVALID', /"generate-key" has set no PIN of a token/),
    );
  });
});

test('what a token was prepared with does not come back when it was rotated', async () => {
  let staged = await StagedGuard.start();
  try {
    const made = await staged.guard.makeShareSets({
      hsm: 'root-hsm',
      label: 'rehearsal-root-hsm',
      holders: OFFICERS,
      userThreshold: 3,
      soThreshold: 3,
    });
    const expires = inMinutes(30);
    const preparation = prepareOperation(made.sets);
    const { id } = await staged.propose(preparation, null, expires);
    const approvals = await staged.approvals(id, OFFICERS, made.envelopes);
    // The same, approved once more, and not done.
    const more = await staged.propose(preparation, null, expires);
    const signed = await staged.approvals(more.id, OFFICERS);
    await staged.guard.proveShareSets('root-hsm');
    const serial = String((await staged.guard.execute(id, approvals)).facts['serial']);
    const { set, envelopes } = await staged.guard.makeNextShareSet({
      hsm: 'root-hsm',
      kind: 'user',
      holders: OFFICERS,
      threshold: 3,
    });
    const user = made.sets.find(({ kind }) => kind === 'user') as ShareSet;
    const rotated = rotateOperation(serial, user, set);
    const rotation = await staged.propose(rotated, null, expires);
    const opened = [...made.envelopes, ...envelopes].filter(([name]) =>
      [user.id, set.id].some((one) => name.startsWith(one)),
    );
    const agreed = await staged.approvals(rotation.id, FOUR, new Map(opened));
    await staged.guard.proveShareSets('root-hsm');
    await staged.guard.execute(rotation.id, agreed);
    staged = await staged.resumed();
    const past = {
      descriptor: describeOperation(preparation).bytes,
      proposal: id,
      expires,
      approvals,
      serial,
      keys: [],
    };
    await staged.guard.recall(past);
    await staged.guard.recall({
      ...past,
      descriptor: describeOperation(rotated).bytes,
      proposal: rotation.id,
      approvals: agreed,
    });
    await assert.rejects(
      staged.guard.recall({ ...past, proposal: more.id, approvals: signed }),
      refuses('SHARE_FOREIGN_SET', /the sets that "root-hsm" was prepared with are superseded/),
    );
  } finally {
    await staged.close();
  }
});
