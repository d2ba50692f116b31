import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { type Action, CKF, CKR, type FaultProxy, type Phase, type When } from '../softhsm/fault-proxy.ts';
import { type Interposed, interpose } from '../softhsm/interposed-stage.ts';
import { hsm, keyOperation, OFFICERS, prepareOperation, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const [FIRST = ''] = OFFICERS;

/** How often the calls were entered that the people at the table decide on. */
interface Counts {
  readonly C_Login: number;
  readonly C_InitToken: number;
  readonly C_GenerateKeyPair: number;
  readonly C_Sign: number;
}

function counts(proxy: FaultProxy): Counts {
  return {
    C_Login: proxy.count('C_Login'),
    C_InitToken: proxy.count('C_InitToken'),
    C_GenerateKeyPair: proxy.count('C_GenerateKeyPair'),
    C_Sign: proxy.count('C_Sign'),
  };
}

function since(proxy: FaultProxy, then: Counts): Counts {
  const now = counts(proxy);
  return {
    C_Login: now.C_Login - then.C_Login,
    C_InitToken: now.C_InitToken - then.C_InitToken,
    C_GenerateKeyPair: now.C_GenerateKeyPair - then.C_GenerateKeyPair,
    C_Sign: now.C_Sign - then.C_Sign,
  };
}

async function refusalOf(attempt: Promise<unknown>): Promise<CeremonyError> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof CeremonyError, `not a refusal: ${String(error)}`);
    return error;
  }
  throw new assert.AssertionError({ message: 'it was expected to be refused' });
}

async function start(tokens?: readonly string[]): Promise<{ staged: StagedGuard; interposed: Interposed }> {
  let interposed: Interposed | undefined;
  const staged = await StagedGuard.start(undefined, undefined, {
    ...(tokens ? { tokens } : {}),
    reset: async (stage, folder) => {
      interposed = await interpose(stage, join(folder, 'faults'));
      return interposed.stage;
    },
  });
  return { staged, interposed: interposed as Interposed };
}

describe('trouble with the HSM', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let serial: string;
  let user: ReadonlyMap<string, Uint8Array>;
  let number = 0;

  /** A fresh operation each time: no two may share a label or an id on the token. */
  const key = (hold: Operation['hold'] = null) => {
    number += 1;
    return keyOperation(serial, `0a0b0c${String(number).padStart(2, '0')}`, hold, `rehearsal-key-${number}`);
  };
  const approved = async (operation: Operation, envelopes = user) => {
    const { id } = await staged.propose(operation);
    return { id, approvals: await staged.approvals(id, THREE, envelopes) };
  };
  const carryOut = async (operation: Operation) => {
    const { id, approvals } = await approved(operation);
    return await staged.guard.execute(id, approvals);
  };
  /** The keys on the token, by the public halves, which it shows without a login. */
  const labels = async () =>
    ((await staged.guard.inspect('root-hsm'))['objects'] as { class: string; label: string }[])
      .filter((object) => object.class === 'public-key')
      .map((object) => object.label);

  before(async () => {
    const started = await start();
    staged = started.staged;
    proxy = started.interposed.hsm('root-hsm');
    const prepared = await staged.prepare();
    serial = prepared.serial;
    const set = prepared.sets.find((one) => one.kind === 'user')?.id ?? '?';
    user = new Map([...prepared.envelopes].filter(([name]) => name.startsWith(set)));
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  interface Case {
    readonly name: string;
    readonly at: readonly [call: string, when: When, action: Action, phase?: Phase];
    readonly code: ErrorCode;
    readonly what: RegExp;
    readonly reached: 'no' | 'maybe';
    readonly hint: RegExp;
    readonly spent: Partial<Counts>;
    /** Whether the key is on the token all the same. */
    readonly made: boolean;
  }

  const UNTOUCHED = /^nothing was done on it; .*, then propose the operation and approve it anew$/;
  const UNKNOWN = /^it is not known whether a key was made; .*, then see what is on it and hold that to the record/;
  const CASES: readonly Case[] = [
    {
      name: 'removed before the login',
      at: ['C_OpenSession', 1, 'remove'],
      code: 'HSM_REMOVED',
      what: /was removed during generate-key of step "root-key": C_OpenSession returned CKR_TOKEN_NOT_PRESENT \(224\)$/,
      reached: 'no',
      hint: /^nothing was done on it; put the same one back, then propose the operation and approve it anew$/,
      spent: {},
      made: false,
    },
    {
      name: 'removed between the login and the look right before the operation',
      at: ['C_Login', 1, 'remove', 'after'],
      code: 'HSM_REMOVED',
      what: /was removed during generate-key .*: C_Login returned CKR_DEVICE_REMOVED \(50\)$/,
      reached: 'no',
      hint: UNTOUCHED,
      spent: { C_Login: 1 },
      made: false,
    },
    {
      name: 'removed while it makes the key',
      at: ['C_GenerateKeyPair', 1, 'remove', 'after'],
      code: 'HSM_REMOVED',
      what: /was removed during generate-key .*: C_GenerateKeyPair returned CKR_DEVICE_REMOVED \(50\)$/,
      reached: 'maybe',
      hint: UNKNOWN,
      spent: { C_Login: 1, C_GenerateKeyPair: 1 },
      made: true,
    },
    {
      name: 'a device error instead of a key',
      at: ['C_GenerateKeyPair', 1, { return: CKR.deviceError }],
      code: 'HSM_DEVICE_ERROR',
      what: /failed during generate-key .*: C_GenerateKeyPair returned CKR_DEVICE_ERROR \(48\)$/,
      reached: 'maybe',
      hint: UNKNOWN,
      spent: { C_Login: 1, C_GenerateKeyPair: 1 },
      made: false,
    },
    {
      name: 'a device error while it looks for labels in the way',
      at: ['C_FindObjectsInit', 1, { return: CKR.deviceError }],
      code: 'HSM_DEVICE_ERROR',
      what: /failed during generate-key .*: C_FindObjects returned CKR_DEVICE_ERROR \(48\)$/,
      reached: 'no',
      hint: UNTOUCHED,
      spent: { C_Login: 1 },
      made: false,
    },
    {
      name: 'the session is closed under it',
      at: ['C_FindObjectsInit', 1, { return: CKR.sessionClosed }],
      code: 'HSM_SESSION_LOST',
      what: /lost its session during generate-key .*: C_FindObjects returned CKR_SESSION_CLOSED \(176\)$/,
      reached: 'no',
      hint: UNTOUCHED,
      spent: { C_Login: 1 },
      made: false,
    },
    {
      name: 'the login is forgotten',
      at: ['C_GenerateKeyPair', 1, { return: CKR.userNotLoggedIn }],
      code: 'HSM_SESSION_LOST',
      what: /lost its session during generate-key .*: C_GenerateKeyPair returned CKR_USER_NOT_LOGGED_IN \(257\)$/,
      reached: 'maybe',
      hint: UNKNOWN,
      spent: { C_Login: 1, C_GenerateKeyPair: 1 },
      made: false,
    },
    {
      name: 'the module crashes when it is initialised',
      at: ['C_Initialize', 1, 'segv'],
      code: 'TOKEN_PROCESS_DIED',
      what: / died during generate-key of step "root-key": SIGSEGV$/,
      reached: 'no',
      hint: UNTOUCHED,
      spent: {},
      made: false,
    },
    {
      name: 'the module crashes in the login',
      at: ['C_Login', 1, 'segv'],
      code: 'TOKEN_PROCESS_DIED',
      what: / died during generate-key of step "root-key": SIGSEGV in C_Login$/,
      reached: 'no',
      hint: /^nothing was done on it but perhaps a login; see whether the device and its cables are as they were/,
      spent: { C_Login: 1 },
      made: false,
    },
    {
      name: 'the module crashes before it makes the key',
      at: ['C_GenerateKeyPair', 1, 'segv'],
      code: 'TOKEN_PROCESS_DIED',
      what: / died during generate-key of step "root-key": SIGSEGV in C_GenerateKeyPair$/,
      reached: 'maybe',
      hint: UNKNOWN,
      spent: { C_Login: 1, C_GenerateKeyPair: 1 },
      made: false,
    },
    {
      name: 'the module crashes when it has made the key',
      at: ['C_GenerateKeyPair', 1, 'abort', 'after'],
      code: 'TOKEN_PROCESS_DIED',
      what: / died during generate-key of step "root-key": SIGABRT in C_GenerateKeyPair$/,
      reached: 'maybe',
      hint: UNKNOWN,
      spent: { C_Login: 1, C_GenerateKeyPair: 1 },
      made: true,
    },
    {
      name: 'the module crashes in the signature that proves possession',
      at: ['C_Sign', 1, 'segv'],
      code: 'TOKEN_PROCESS_DIED',
      what: / died during generate-key of step "root-key": SIGSEGV in C_Sign$/,
      reached: 'maybe',
      hint: /^a key was made; see whether the device and its cables are as they were, then see what is on it/,
      spent: { C_Login: 1, C_GenerateKeyPair: 1, C_Sign: 1 },
      made: true,
    },
    {
      name: 'an error that nobody has a name for',
      at: ['C_GenerateKeyPair', 1, { return: 0x80000001 }],
      code: 'PKCS11_ERROR',
      what: /refused during generate-key .*: C_GenerateKeyPair returned CKR_VENDOR_DEFINED\|0x1 \(2147483649\)$/,
      reached: 'maybe',
      hint: UNKNOWN,
      spent: { C_Login: 1, C_GenerateKeyPair: 1 },
      made: false,
    },
    {
      name: 'the PIN is locked',
      at: ['C_Login', 1, { return: CKR.pinLocked }],
      code: 'PIN_LOCKED',
      what: /is locked, during generate-key .*: C_Login returned CKR_PIN_LOCKED \(164\)$/,
      reached: 'no',
      hint: /^nothing was done on it; use a spare one, or have its security officer set a new PIN/,
      spent: { C_Login: 1 },
      made: false,
    },
    {
      name: 'the PIN of the shares is not its PIN',
      at: ['C_Login', 1, { return: CKR.pinIncorrect }],
      code: 'HSM_PIN_INCORRECT',
      what: /did not accept its PIN, and one try is spent, during .*: C_Login returned CKR_PIN_INCORRECT \(160\)$/,
      reached: 'no',
      hint: /^nothing was done on it; find out first who changed the PIN/,
      spent: { C_Login: 1 },
      made: false,
    },
  ];

  for (const one of CASES) {
    test(`${one.name}: ${one.code}, once, and the guard lives on`, async () => {
      const operation = key();
      const { id, approvals } = await approved(operation);
      proxy.at(...one.at);
      // Neither a failed logout nor a crash at the end hides what came first.
      proxy.at('C_Logout', 'always', { return: CKR.generalError }, 'after');
      proxy.at('C_Finalize', 'always', 'abort');
      const then = counts(proxy);
      const error = await refusalOf(staged.guard.execute(id, approvals));
      assert.equal(error.code, one.code, error.message);
      assert.ok(error.message.includes(`"root-hsm" ("SoftHSM v2", serial ${serial}) `), error.message);
      assert.match(error.message, one.what);
      assert.match(String(error.hint), one.hint);
      assert.equal(error.details?.['reached'], one.reached);
      assert.equal(error.details?.['hsm'], 'root-hsm');
      assert.equal(error.details?.['serial'], serial);
      assert.equal(error.details?.['operation'], 'generate-key');
      assert.deepEqual(since(proxy, then), {
        C_Login: 0,
        C_InitToken: 0,
        C_GenerateKeyPair: 0,
        C_Sign: 0,
        ...one.spent,
      });

      // Nobody asks the HSM again by themselves: neither with the same approvals nor with new ones but no shares.
      const asked = proxy.count();
      const again = await refusalOf(staged.guard.execute(id, approvals));
      assert.equal(again.code, 'PROPOSAL_CONSUMED');
      assert.equal(again.details?.['reached'], 'no');
      const unopened = await approved(key(), new Map());
      const refused = await refusalOf(staged.guard.execute(unopened.id, unopened.approvals));
      assert.equal(refused.code, 'QUORUM_NOT_MET');
      assert.match(refused.message, /^0 of the approvers opened their share; 3 are needed to activate "root-hsm"$/);
      assert.equal(proxy.count(), asked, 'not one call');

      proxy.heal();
      const healed = counts(proxy);
      await carryOut(key());
      assert.deepEqual(since(proxy, healed), { C_Login: 1, C_InitToken: 0, C_GenerateKeyPair: 1, C_Sign: 1 });
      if (operation.op !== 'generate-key') throw new Error('not a key');
      assert.equal((await labels()).includes(operation.label), one.made);
    });
  }

  test('a key that was made and could not prove itself is named, so that it is no secret of the HSM', async () => {
    const { id, approvals } = await approved(key());
    proxy.at('C_Sign', 1, { return: CKR.deviceError });
    const { details } = await refusalOf(staged.guard.execute(id, approvals));
    assert.equal(details?.['orphan'], true);
    assert.match(String(details?.['spkiSha256']), /^[0-9a-f]{64}$/);
    assert.equal(details?.['label'], `rehearsal-key-${number}`);
    assert.equal(details?.['name'], 'CKR_DEVICE_ERROR');
  });

  test('a logout that fails and a module that crashes at the end undo nothing', async () => {
    proxy.at('C_Logout', 'always', { return: CKR.sessionHandleInvalid }, 'after');
    proxy.at('C_CloseAllSessions', 'always', { return: CKR.deviceError }, 'after');
    proxy.at('C_Finalize', 'always', 'segv', 'after');
    const { facts } = await carryOut(key());
    assert.match(String(facts['spkiSha256']), /^[0-9a-f]{64}$/);
  });

  test('a locked PIN is seen before anything is sent', async () => {
    proxy.token(serial, { flags: CKF.userPinLocked });
    const { id, approvals } = await approved(key());
    const then = counts(proxy);
    const error = await refusalOf(staged.guard.execute(id, approvals));
    assert.equal(error.code, 'PIN_LOCKED');
    assert.match(error.message, /is locked, during .*: the token says so itself, and no PIN was sent$/);
    assert.deepEqual(since(proxy, then), { C_Login: 0, C_InitToken: 0, C_GenerateKeyPair: 0, C_Sign: 0 });
  });

  test('what it says of the tries that are left is read before its PIN goes to it', async () => {
    for (const [flags, what, asked] of [
      [CKF.userPinCountLow, 'a wrong PIN was entered before', 'Press Enter to log in; Ctrl-C leaves it alone.'],
      [CKF.userPinFinalTry, 'THIS IS THE LAST TRY', 'Type "last try" to log in; Ctrl-C leaves it alone:'],
    ] as const) {
      proxy.token(serial, { flags });
      const { id, approvals } = await approved(key());
      staged.screen = '';
      const then = counts(proxy);
      await staged.guard.execute(id, approvals);
      assert.equal(since(proxy, then)['C_Login'], 1);
      assert.match(staged.screen, new RegExp(`THE HSM "root-hsm" \\(serial ${serial}\\) REPORTS:\n${what}\n`));
      assert.ok(staged.screen.endsWith(`\n${asked} `), staged.screen);
    }
    proxy.heal();
    staged.screen = '';
    await carryOut(key());
    assert.doesNotMatch(staged.screen, /REPORTS/);
  });

  test('one that hangs is waited for or given up as people say, which is recorded, and the guard lives on', async () => {
    const waits = proxy.hold('C_GenerateKeyPair', 1);
    staged.onHang = () => {
      waits.release();
      return 'wait';
    };
    const { facts } = await carryOut(key());
    const [waited, ...more] = facts['waited'] as { seconds: number }[];
    assert.deepEqual(more, []);
    assert.ok(waited && waited.seconds >= 60);
    assert.deepEqual(
      { ...waited, seconds: 60 },
      { request: 'generate-key-pair', call: 'C_GenerateKeyPair', decided: 'wait', seconds: 60 },
    );
    staged.onHang = () => 'end';
    proxy.hold('C_GenerateKeyPair', 1);
    const error = await refusalOf(carryOut(key()));
    assert.equal(error.code, 'TOKEN_PROCESS_ENDED');
    assert.match(error.message, /^"root-hsm" .* did not answer, and people had its process ended, during generate-key/);
    assert.equal(error.details?.['reached'], 'maybe');
    const [ended] = (error.details?.['waited'] ?? []) as { decided: string }[];
    assert.equal(ended?.decided, 'end');
    proxy.heal();
    const { facts: after } = await carryOut(key());
    assert.equal(after['waited'], undefined);
  });

  test('the last try is spent for its word alone: any other leaves the HSM as it is', async () => {
    proxy.token(serial, { flags: CKF.userPinFinalTry });
    const { id, approvals } = await approved(key());
    staged.lastTry = '';
    const then = counts(proxy);
    const error = await refusalOf(staged.guard.execute(id, approvals));
    staged.lastTry = 'last try';
    assert.equal(error.code, 'PRESENTATION_CANCELLED');
    assert.equal(error.message, '"last try" was not typed in 5 tries');
    assert.equal(error.details?.['reached'], 'no');
    assert.deepEqual(since(proxy, then), { C_Login: 0, C_InitToken: 0, C_GenerateKeyPair: 0, C_Sign: 0 });
  });

  test('another serial or another model where the HSM was: nothing is done to it', async () => {
    for (const [edit, what] of [
      [
        { serial: 'ffffffffffffffff' },
        /is not what is connected for .*: in its place is the token with serial f{16} of/,
      ],
      [
        { model: 'SoftHSM v3' },
        /is not what is connected for .*: the token with serial \w+ is of model "SoftHSM v3"; the/,
      ],
    ] as const) {
      const { id, approvals } = await approved(key());
      proxy.token(serial, edit);
      const then = counts(proxy);
      for (const attempt of [() => staged.guard.inspect('root-hsm'), () => staged.guard.execute(id, approvals)]) {
        const error = await refusalOf(attempt());
        assert.equal(error.code, 'HSM_WRONG_TOKEN', error.message);
        assert.match(error.message, what);
        assert.match(String(error.hint), /^nothing was done on it; take out what is there and put the right one in/);
        assert.equal(error.details?.['reached'], 'no');
      }
      assert.deepEqual(since(proxy, then), { C_Login: 0, C_InitToken: 0, C_GenerateKeyPair: 0, C_Sign: 0 });
      proxy.heal();
    }
  });

  test('a HSM that is away is said to be, when it is looked at and when it should be locked', async () => {
    proxy.token(serial, 'removed');
    const looked = await refusalOf(staged.guard.inspect('root-hsm'));
    assert.equal(looked.code, 'HSM_REMOVED');
    assert.match(looked.message, /was removed during a look at it: it is in no slot any more$/);
    assert.equal(looked.hint, 'nothing was done on it; put the same one back, then repeat the step');
    assert.equal((await refusalOf(staged.guard.deactivate('root-hsm'))).code, 'TOKEN_MISSING');
    proxy.heal();
    // A module that dies has not refused a use.
    proxy.at('C_FindObjectsInit', { from: 1 }, 'segv');
    assert.equal((await refusalOf(staged.guard.deactivate('root-hsm'))).code, 'TOKEN_PROCESS_DIED');
    proxy.heal();
    assert.equal((await staged.guard.deactivate('root-hsm'))['privateObjectsVisible'], 0);
  });

  describe('while an activation is held', () => {
    const hold = { operations: 3, seconds: 600 };

    const lost: readonly (readonly [name: string, break_: () => void, code: ErrorCode, spent: Partial<Counts>])[] = [
      [
        'its session is lost',
        () => proxy.at('C_FindObjectsInit', 1, { return: CKR.sessionHandleInvalid }),
        'HSM_SESSION_LOST',
        {},
      ],
      [
        'its login is lost',
        () => proxy.at('C_GenerateKeyPair', 1, { return: CKR.userNotLoggedIn }),
        'HSM_SESSION_LOST',
        { C_GenerateKeyPair: 1 },
      ],
      ['it is taken away', () => proxy.token(serial, 'removed'), 'HSM_REMOVED', {}],
      ['it is exchanged', () => proxy.token(serial, { serial: 'ffffffffffffffff' }), 'HSM_WRONG_TOKEN', {}],
      ['its module crashes', () => proxy.at('C_GetSlotList', 1, 'abort'), 'TOKEN_PROCESS_DIED', {}],
    ];
    for (const [name, break_, code, spent] of lost) {
      test(`${name}: the activation is gone, and opens again only with shares`, async () => {
        await carryOut(key(hold));
        const next = await approved(key(hold), new Map());
        const after_ = await approved(key(hold), new Map());
        break_();
        const then = counts(proxy);
        const error = await refusalOf(staged.guard.execute(next.id, next.approvals));
        assert.equal(error.code, code, error.message);
        assert.deepEqual(since(proxy, then), { C_Login: 0, C_InitToken: 0, C_GenerateKeyPair: 0, C_Sign: 0, ...spent });
        proxy.heal();
        const refused = await refusalOf(staged.guard.execute(after_.id, after_.approvals));
        assert.equal(refused.code, 'QUORUM_NOT_MET');
        assert.match(
          String(refused.hint),
          code === 'TOKEN_PROCESS_DIED'
            ? /^the activation that stood has ended \(its token process ended\): the people who/
            : /^the activation that stood has ended \(an operation failed\): the people who/,
        );
        assert.equal(proxy.count('C_Login'), then.C_Login, 'no login by itself');
        await carryOut(key());
        assert.equal(proxy.count('C_Login'), then.C_Login + 1);
      });
    }

    test('shares that were opened for several operations serve none after a login that failed', async () => {
      const [one, two] = [await staged.propose(key()), await staged.propose(key())];
      const approvals = new Map<string, { seat: string; signature: Uint8Array }[]>([
        [one.id, []],
        [two.id, []],
      ]);
      for (const seat of THREE) {
        const own = new Map([...user].filter(([name]) => name.includes(`-${seat}-v1`)));
        const { decisions } = await staged.guard.approve(seat, [one.id, two.id], own);
        for (const [index, id] of [one.id, two.id].entries()) {
          const decision = decisions[index];
          if (decision && 'signature' in decision) approvals.get(id)?.push({ seat, signature: decision.signature });
        }
      }
      proxy.at('C_Login', 'always', { return: CKR.pinIncorrect });
      const then = proxy.count('C_Login');
      assert.equal(
        (await refusalOf(staged.guard.execute(one.id, approvals.get(one.id) ?? []))).code,
        'HSM_PIN_INCORRECT',
      );
      assert.equal((await refusalOf(staged.guard.execute(two.id, approvals.get(two.id) ?? []))).code, 'QUORUM_NOT_MET');
      assert.equal(proxy.count('C_Login'), then + 1, 'one try, and not one more');
    });
  });
});

describe('trouble with a quorum token', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let serial: string;
  let user: ReadonlyMap<string, Uint8Array>;
  let number = 0;

  const propose = async () => {
    number += 1;
    return await staged.propose(
      keyOperation(serial, `0a0b0d${String(number).padStart(2, '0')}`, null, `rehearsal-card-${number}`),
    );
  };
  const own = (seat: string) => new Map([...user].filter(([name]) => name.includes(`-${seat}-v1`)));

  before(async () => {
    const started = await start();
    staged = started.staged;
    proxy = started.interposed.cards;
    const prepared = await staged.prepare();
    serial = prepared.serial;
    const set = prepared.sets.find((one) => one.kind === 'user')?.id ?? '?';
    user = new Map([...prepared.envelopes].filter(([name]) => name.startsWith(set)));
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  const CASES: readonly (readonly [
    name: string,
    at: readonly [call: string, when: When, action: Action, phase?: Phase],
    code: ErrorCode,
    what: RegExp,
    logins: number,
  ])[] = [
    [
      'pulled while the PIN is typed',
      // The first one looks for the keys that the token shows.
      ['C_OpenSession', 2, 'remove'],
      'HSM_REMOVED',
      /was removed during its presentation: C_OpenSession returned CKR_TOKEN_NOT_PRESENT/,
      0,
    ],
    [
      'pulled in the login',
      ['C_Login', 1, 'remove', 'after'],
      'HSM_REMOVED',
      /was removed during .*: C_Login returned CKR_DEVICE_REMOVED/,
      1,
    ],
    [
      'pulled while it signs',
      ['C_Sign', 1, 'remove'],
      'HSM_REMOVED',
      /was removed during .*: C_Sign returned CKR_DEVICE_REMOVED/,
      1,
    ],
    [
      'pulled while it opens a share',
      ['C_DeriveKey', 1, 'remove'],
      'HSM_REMOVED',
      /was removed during .*: C_DeriveKey returned CKR_DEVICE_REMOVED/,
      1,
    ],
    [
      'a device error',
      ['C_Sign', 1, { return: CKR.deviceError }],
      'HSM_DEVICE_ERROR',
      /failed during .*: C_Sign returned CKR_DEVICE_ERROR/,
      1,
    ],
    [
      'a lost session',
      ['C_Sign', 1, { return: CKR.sessionHandleInvalid }],
      'HSM_SESSION_LOST',
      /lost its session during .*: C_Sign returned CKR_SESSION_HANDLE_INVALID/,
      1,
    ],
    [
      'a crash in the login',
      ['C_Login', 1, 'segv'],
      'TOKEN_PROCESS_DIED',
      / died during its presentation: SIGSEGV in C_Login$/,
      1,
    ],
    [
      'a crash in a signature',
      ['C_Sign', 1, 'abort', 'after'],
      'TOKEN_PROCESS_DIED',
      / died during its presentation: SIGABRT in C_Sign$/,
      1,
    ],
    [
      'locked',
      ['C_Login', 1, { return: CKR.pinLocked }],
      'PIN_LOCKED',
      /is locked, during .*: C_Login returned CKR_PIN_LOCKED/,
      1,
    ],
  ];
  for (const [name, at, code, what, logins] of CASES) {
    test(`${name}: ${code}, one login at most, and the next presentation begins anew`, async () => {
      const { id } = await propose();
      const then = { logins: proxy.count('C_Login'), started: proxy.count('C_Initialize') };
      await staged.guard.approve(OFFICERS[1] as string, [id], own(OFFICERS[1] as string));
      assert.equal(proxy.count('C_Login'), then.logins + 1);
      const running = proxy.count('C_Initialize');
      assert.ok(running - then.started <= 1);
      proxy.at(...at);
      proxy.at('C_Logout', 'always', { return: CKR.generalError }, 'after');
      proxy.at('C_Finalize', 'always', 'segv');
      const error = await refusalOf(staged.guard.approve(FIRST, [id], own(FIRST)));
      assert.equal(error.code, code, error.message);
      assert.ok(error.message.includes(`the quorum token of "${FIRST}" (serial ${staged.holder(FIRST).serial}) `));
      assert.match(error.message, what);
      assert.match(String(error.hint), /^nothing was done on it( but perhaps a login)?; .*, then present it again$/);
      assert.equal(error.details?.['reached'], 'no');
      assert.equal(error.details?.['seat'], FIRST);
      assert.equal(proxy.count('C_Login'), then.logins + 1 + logins, 'one presentation, at most one login');
      assert.equal(proxy.count('C_Initialize'), running, 'nothing was tried again');

      proxy.heal();
      const approvals = await staged.approvals(id, [FIRST, OFFICERS[2] as string], user);
      assert.equal(approvals.length, 2);
      assert.equal(proxy.count('C_Initialize'), running + 1, 'a new process');
      assert.equal(proxy.count('C_Login'), then.logins + 3 + logins);
    });
  }

  test('a token that says it is locked is not asked for its PIN, and one of another model is not used', async () => {
    const { id } = await propose();
    const card = staged.holder(FIRST).serial;
    for (const [edit, code, message] of [
      [{ flags: CKF.userPinLocked }, 'PIN_LOCKED', /: the token says so itself, and no PIN was asked for$/],
      [{ model: 'another' }, 'TOKEN_UNEXPECTED', /is of model "another"; the roster names "SoftHSM v2"$/],
    ] as const) {
      proxy.token(card, edit);
      staged.screen = '';
      const then = proxy.count('C_Login');
      const error = await refusalOf(staged.guard.approve(FIRST, [id], own(FIRST)));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.doesNotMatch(staged.screen, /PIN of token/);
      assert.equal(proxy.count('C_Login'), then);
      proxy.heal();
    }
  });

  test('a module that crashes when it is loaded is said to, and loads at the next presentation', async () => {
    const { id } = await propose();
    // The process that stands is ended by its own trouble; the next one does not come up.
    proxy.at('C_Sign', 1, 'abort');
    await refusalOf(staged.guard.approve(FIRST, [id], own(FIRST)));
    proxy.at('C_Initialize', 1, 'segv');
    staged.screen = '';
    const error = await refusalOf(staged.guard.approve(FIRST, [id], own(FIRST)));
    assert.equal(error.code, 'TOKEN_PROCESS_DIED');
    assert.match(error.message, /^the process that used the quorum token of .* died during its presentation: SIGSEGV$/);
    assert.doesNotMatch(staged.screen, /PIN of token/);
    const { decisions } = await staged.guard.approve(FIRST, [id], own(FIRST));
    assert.equal(decisions.length, 1);
  });

  test('the last try is announced before the PIN is asked for', async () => {
    const { id } = await propose();
    proxy.token(staged.holder(FIRST).serial, { flags: CKF.userPinFinalTry });
    staged.screen = '';
    await staged.guard.approve(FIRST, [id], own(FIRST));
    assert.match(staged.screen, /THIS IS THE LAST TRY[\s\S]*PIN of token/);
  });

  test('a logout that is refused undoes no approval, and ends the process instead', async () => {
    const { id } = await propose();
    proxy.at('C_Logout', 1, { return: CKR.generalError });
    const started = proxy.count('C_Initialize');
    const finalized = proxy.count('C_Finalize');
    const { decisions } = await staged.guard.approve(FIRST, [id], own(FIRST));
    assert.equal(decisions.length, 1);
    assert.equal(proxy.count('C_Finalize'), finalized + 1);
    await staged.guard.approve(OFFICERS[1] as string, [id], own(OFFICERS[1] as string));
    assert.ok(proxy.count('C_Initialize') > started);
  });

  test('a PIN of a length that the token cannot take is refused untried, and says so', async () => {
    const { id } = await propose();
    staged.behaviour.set(FIRST, { pin: Buffer.from('1') });
    const then = proxy.count('C_Login');
    const error = await refusalOf(staged.guard.approve(FIRST, [id], own(FIRST)));
    staged.behaviour.delete(FIRST);
    assert.equal(error.code, 'PIN_LENGTH');
    assert.equal(error.hint, 'no try is spent; nothing else was done');
    assert.equal(proxy.count('C_Login'), then);
  });
});

describe('trouble while a token is prepared', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;

  before(async () => {
    const started = await start();
    staged = started.staged;
    proxy = started.interposed.hsm('root-hsm');
  });
  after(() => staged.close());

  test('C_InitToken fails: not known, asked once, and done at the next approval', async () => {
    const made = await staged.guard.makeShareSets({
      hsm: 'root-hsm',
      label: 'rehearsal-root-hsm',
      holders: OFFICERS,
      userThreshold: 3,
      soThreshold: 3,
    });
    const attempt = async () => {
      const { id } = await staged.propose(prepareOperation(made.sets));
      const approvals = await staged.approvals(id, OFFICERS, made.envelopes);
      await staged.guard.proveShareSets('root-hsm');
      return await staged.guard.execute(id, approvals);
    };
    for (const [action, code, what] of [
      [{ return: CKR.deviceError }, 'HSM_DEVICE_ERROR', /C_InitToken returned CKR_DEVICE_ERROR/],
      ['segv', 'TOKEN_PROCESS_DIED', /: SIGSEGV in C_InitToken$/],
    ] as const) {
      proxy.at('C_InitToken', 1, action);
      const then = counts(proxy);
      const error = await refusalOf(attempt());
      assert.equal(error.code, code, error.message);
      assert.match(error.message, /"root-hsm" \("SoftHSM v2", blank\) .*during prepare-token of step "activation": /);
      assert.match(error.message, what);
      assert.match(String(error.hint), /^it is not known whether the token was initialised; /);
      assert.equal(error.details?.['reached'], 'maybe');
      assert.deepEqual(since(proxy, then), { C_Login: 0, C_InitToken: 1, C_GenerateKeyPair: 0, C_Sign: 0 });
      proxy.heal();
    }
    const then = counts(proxy);
    const { facts } = await attempt();
    assert.match(String(facts['serial']), /^[0-9a-f]{16}$/);
    // The security officer's and the user's: each its own PIN, once.
    assert.deepEqual(since(proxy, then), { C_Login: 2, C_InitToken: 1, C_GenerateKeyPair: 0, C_Sign: 0 });
  });
});

test('what fails after C_InitToken says that the token was initialised, and which it is', async () => {
  const { staged, interposed } = await start();
  try {
    const proxy = interposed.hsm('root-hsm');
    proxy.at('C_InitPIN', 1, { return: CKR.deviceError });
    const error = await refusalOf(staged.prepare());
    assert.equal(error.code, 'HSM_DEVICE_ERROR', error.message);
    assert.match(error.message, /^"root-hsm" \("SoftHSM v2", serial [0-9a-f]{16}\) failed during prepare-token/);
    assert.match(String(error.hint), /^the token was initialised; see what the device itself shows/);
    assert.equal(error.details?.['reached'], 'maybe');
    assert.equal(error.details?.['label'], 'rehearsal-root-hsm');
    const { token } = await staged.guard.inspect('root-hsm');
    assert.equal((token as { userPinInitialized: boolean }).userPinInitialized, false);
  } finally {
    await staged.close();
  }
});

test('a key that takes long to make keeps nobody waiting: requests are answered, and time limits hold', async () => {
  const { staged, interposed } = await start(['root-hsm', 'second-hsm']);
  try {
    const [one, two] = [await staged.prepare('root-hsm'), await staged.prepare('second-hsm')];
    const held = interposed.hsm('root-hsm').hold('C_GenerateKeyPair', 1);
    const other = interposed.hsm('second-hsm');

    // The other HSM is active for two seconds, by the guard's own timer and that of its token process.
    const limited = keyOperation(two.serial, '0a0b0c0e', { operations: 5, seconds: 2 }, 'rehearsal-other');
    const short = await staged.propose({ ...limited, hsm: hsm(two.serial, 'second-hsm') });
    const shortApprovals = await staged.approvals(short.id, THREE, two.envelopes.size > 0 ? userOf(two) : new Map());
    const long = await staged.propose(keyOperation(one.serial));
    const longApprovals = await staged.approvals(long.id, THREE, userOf(one));
    await staged.guard.execute(short.id, shortApprovals);
    const logouts = other.count('C_Logout');

    const pending = staged.guard.execute(long.id, longApprovals);
    await held.reached();
    const before = performance.now();
    for (let ping = 0; ping < 5; ping++) {
      const answer = await refusalOf(staged.supervisor.call('start', staged.stage.start));
      assert.equal(answer.code, 'REQUEST_UNKNOWN');
    }
    assert.ok(performance.now() - before < 1000, `${performance.now() - before} ms for five requests`);
    while (other.count('C_Logout') === logouts) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(performance.now() - before < 10_000, 'the other activation ended in its time');
    held.release();
    assert.match(String((await pending).facts['spkiSha256']), /^[0-9a-f]{64}$/);
  } finally {
    await staged.close();
  }
});

function userOf(prepared: Awaited<ReturnType<StagedGuard['prepare']>>): ReadonlyMap<string, Uint8Array> {
  const set = prepared.sets.find((one) => one.kind === 'user')?.id ?? '?';
  return new Map([...prepared.envelopes].filter(([name]) => name.startsWith(set)));
}
