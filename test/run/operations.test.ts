import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { ProposalMaterial } from '../../src/plan/step-type.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { assertRejects } from '../der/refusal.ts';
import { documentBytes, makeMembers, rosterDocument } from '../forge/stage.ts';
import { common, deskOf, MATERIAL, NOON, PAYLOAD, PREPARE, RESTORE, ROTATE, SIGN, signing, TAKE } from './desk.ts';
import { clockOf, MemoryFiles, ROSTER } from './fakes.ts';

/** Who approved, in the order in which they did. */
async function approvers({ desk, drain, events }: ReturnType<typeof deskOf>, steps: readonly PlannedStep[]) {
  await drain(desk.propose(steps));
  await drain(desk.collectQuorum(steps));
  return events.flatMap((event) => (event.type === 'approval' && event.proposal === 1 ? [event.seat] : []));
}

describe('proposing', () => {
  test('the bytes are in the pack before the event, and the statement comes from the guard after it', async () => {
    const { desk, drain, log, files, events, recorder } = deskOf();
    await drain(desk.propose([SIGN]));
    assert.deepEqual(log, ['create approvals/1.tbs', 'proposed', 'guard propose', 'create approvals/1.json']);
    assert.deepEqual(files.content.get('approvals/1.tbs'), PAYLOAD);
    assert.equal(String(files.content.get('approvals/1.json')), `statement ${recorder.headAt(1)}`);
    const [event] = events;
    assert.ok(event?.type === 'proposed');
    assert.equal(canonicalJson(event.descriptor), Buffer.from(describeOperation(signing).bytes).toString('utf8'));
    assert.deepEqual(
      [event.digest, event.expires, event.payload, event.step],
      [describeOperation(signing).digest, '2027-03-10T13:00:00Z', 'approvals/1.tbs', 'sign-it'],
    );
  });

  test('what has no payload has no file of one', async () => {
    const { desk, drain, log, events } = deskOf();
    await drain(desk.propose([TAKE]));
    assert.deepEqual(log, ['proposed', 'guard propose', 'create approvals/1.json']);
    assert.equal(events[0]?.type === 'proposed' ? events[0].payload : '', null);
  });

  test('the guard gets the very bytes of the descriptor and the payload, and the head of the record', async () => {
    const asked: unknown[] = [];
    const { desk, drain, recorder } = deskOf({
      propose: async (proposal) => {
        asked.push(proposal);
        return Buffer.alloc(0);
      },
    });
    await drain(desk.propose([SIGN]));
    assert.deepEqual(asked, [
      {
        descriptor: describeOperation(signing).bytes,
        payload: PAYLOAD,
        proposal: recorder.headAt(1),
        expires: '2027-03-10T13:00:00Z',
      },
    ]);
  });

  test('dates are bound to the time that the event carries', async () => {
    const bound: string[] = [];
    const { desk, drain, events } = deskOf(
      {},
      {
        clock: clockOf(NOON, '2027-03-10T12:00:09Z'),
        material: async (step, at) => {
          bound.push(at);
          return MATERIAL[step.key] as ProposalMaterial;
        },
      },
    );
    await drain(desk.propose([TAKE]));
    assert.deepEqual(bound, [NOON]);
    assert.equal(events[0]?.at, NOON);
  });
});

describe('collecting approvals', () => {
  test('each person once for all operations: a file and an event for each signature', async () => {
    const { desk, drain, log, events } = deskOf();
    await drain(desk.propose([SIGN, TAKE]));
    log.length = 0;
    await drain(desk.collect([SIGN, TAKE], ['alice', 'bob']));
    assert.deepEqual(log, [
      'guard approve alice',
      'create approvals/1-alice.p7s',
      'approval alice',
      'create approvals/2-alice.p7s',
      'approval alice',
      'guard approve bob',
      'create approvals/1-bob.p7s',
      'approval bob',
      'create approvals/2-bob.p7s',
      'approval bob',
    ]);
    const approval = events.find((event) => event.type === 'approval');
    assert.deepEqual(
      [approval?.proposal, approval?.signature, approval?.token, approval?.origin],
      [1, sha256('by alice'), 'token of alice', 'attested'],
    );
  });

  test('who declines ends it, after that and what they did approve are recorded', async () => {
    const { desk, drain, log } = deskOf({
      approve: async (seat) => ({
        seat,
        decisions: [{ declined: 'wrong name' }, { signature: Buffer.from('x'), token: 't', origin: 'o' }],
        opened: [],
      }),
    });
    await drain(desk.propose([SIGN, TAKE]));
    log.length = 0;
    await assertRejects(
      () => drain(desk.collect([SIGN, TAKE], ['alice', 'bob'])),
      'OFFICER_DECLINED',
      '"alice" declined 1 of 2 operations; each needs 3 people',
    );
    assert.deepEqual(log, ['declined alice', 'create approvals/2-alice.p7s', 'approval alice', 'decision abort']);
    await assertRejects(() => drain(desk.execute(SIGN)), 'PROPOSAL_UNKNOWN', 'step "sign-it" has no open proposal');
  });

  test('a guard that answers for fewer operations than it was asked is not believed', async () => {
    const { desk, drain } = deskOf({
      approve: async (seat) => ({ seat, decisions: [], opened: [] }),
    });
    await drain(desk.propose([SIGN]));
    await assertRejects(
      () => drain(desk.collect([SIGN], ['alice'])),
      'GUARD_DIED',
      'the guard gave no decision of "alice" on step "sign-it"',
    );
  });

  test('of what was not proposed there is nothing to approve', async () => {
    const { desk, drain } = deskOf();
    await assertRejects(
      () => drain(desk.collect([SIGN], ['alice'])),
      'PROPOSAL_UNKNOWN',
      'step "sign-it" has no open proposal',
    );
  });
});

describe('who approves', () => {
  const rosterWith = (
    change: (roster: {
      classes: Record<string, JsonObject>;
      members: { seat: string; evidence: string; tokens?: unknown }[];
    }) => void,
  ) => {
    const document = structuredClone(rosterDocument(makeMembers())) as never;
    change(document);
    return readRoster(documentBytes(document));
  };

  test('as many of the role as are needed, in the order in which they are seated', async () => {
    assert.deepEqual(await approvers(deskOf(), [SIGN]), ['alice', 'bob', 'carol']);
  });

  test('as many as the shares need, where the class needs fewer', async () => {
    const roster = rosterWith(({ classes }) => {
      classes['sign'] = { role: 'crypto-officer', need: 2 };
      classes['inventory'] = { role: 'crypto-officer', need: 3 };
    });
    assert.equal((await approvers(deskOf({}, { roster }), [SIGN])).length, 3);
  });

  test('as many as the strictest of a batch needs', async () => {
    const roster = rosterWith(({ classes }) => {
      classes['administer'] = { role: 'crypto-officer', need: 4 };
      classes['inventory'] = { role: 'crypto-officer', need: 4 };
    });
    assert.equal((await approvers(deskOf({}, { roster }), [SIGN, TAKE])).length, 4);
  });

  test('nobody who is not here, has another role, or has no token', async () => {
    const roster = rosterWith(({ members }) => {
      const bob = members.find(({ seat }) => seat === 'bob');
      if (bob) {
        bob.evidence = 'paper';
        delete bob.tokens;
      }
    });
    const desk = deskOf({}, { roster, present: () => ['gus', 'bob', 'erin', 'alice'] });
    await assertRejects(
      () => approvers(desk, [SIGN]),
      'QUORUM_NOT_MET',
      'each operation needs 3 people; nobody is left to approve',
    );
    assert.deepEqual(
      desk.events.flatMap((event) => (event.type === 'approval' ? [event.seat] : [])),
      ['erin', 'alice'],
    );
  });
});

describe('executing', () => {
  test('the intent, with who approved, is recorded before the guard is asked, and the result after', async () => {
    const { desk, drain, log, events } = deskOf();
    await drain(desk.propose([SIGN]));
    await drain(desk.collect([SIGN], ['carol', 'alice']));
    log.length = 0;
    const done = await drain(desk.execute(SIGN));
    assert.deepEqual(log, ['intent', 'guard execute', 'result done']);
    const { signatures: _none, ...rest } = done;
    assert.deepEqual(rest, { facts: { done: true }, bytes: Buffer.from('signature'), payload: PAYLOAD });
    const intent = events.find((event) => event.type === 'intent');
    assert.deepEqual([intent?.proposal, intent?.approvers], [1, ['alice', 'carol']]);
  });

  test('the guard gets the proposal and every approval of it', async () => {
    const asked: unknown[] = [];
    const { desk, drain, recorder } = deskOf({
      execute: async (...args) => {
        asked.push(args);
        return { facts: {}, bytes: Buffer.alloc(0) };
      },
    });
    await drain(desk.propose([SIGN]));
    await drain(desk.collect([SIGN], ['alice', 'bob']));
    await drain(desk.execute(SIGN));
    assert.deepEqual(asked, [
      [recorder.headAt(1), ['alice', 'bob'].map((seat) => ({ seat, signature: Buffer.from(`by ${seat}`) }))],
    ]);
  });

  test('a proposal is used once: what was done is not done again, and its result is the recorded one', async () => {
    const { desk, drain, log } = deskOf();
    await drain(desk.propose([TAKE]));
    const done = await drain(desk.execute(TAKE));
    log.length = 0;
    const { facts } = await drain(desk.execute(TAKE));
    assert.deepEqual(facts, done.facts);
    assert.deepEqual(log, []);
  });

  test('a proposal is used once: what failed has none any more', async () => {
    const { desk, drain, log } = deskOf({ execute: () => Promise.reject(new CeremonyError('QUORUM_NOT_MET', 'no')) });
    await drain(desk.propose([TAKE]));
    await drain(desk.execute(TAKE)).catch(() => undefined);
    log.length = 0;
    await assertRejects(() => drain(desk.execute(TAKE)), 'PROPOSAL_UNKNOWN', 'step "look" has no open proposal');
    assert.deepEqual(log, []);
  });

  test('what the guard refuses is recorded as failed, with its facts, and thrown', async () => {
    const refusal = new CeremonyError('HSM_OBJECT_EXISTS', 'there is one already', { details: { label: 'root' } });
    const { desk, drain, log, events } = deskOf({ execute: () => Promise.reject(refusal) });
    await drain(desk.propose([TAKE]));
    await assert.rejects(drain(desk.execute(TAKE)), refusal);
    assert.deepEqual(log.slice(-3), ['intent', 'result failed', 'decision abort']);
    const result = events.find((event) => event.type === 'result');
    assert.deepEqual(result?.facts, { code: 'HSM_OBJECT_EXISTS', message: 'there is one already', label: 'root' });
  });

  test('a bug is no result: whether it was done, nobody knows', async () => {
    const { desk, drain, log } = deskOf({ execute: () => Promise.reject(new TypeError('x')) });
    await drain(desk.propose([TAKE]));
    await assert.rejects(drain(desk.execute(TAKE)), TypeError);
    assert.equal(log.at(-1), 'intent');
  });
});

describe('envelopes', () => {
  const keysOf = (seat: string) => memberOf(ROSTER, seat)?.tokens.map(({ encryptionSpki }) => encryptionSpki) ?? [];
  const set = (kind: string, id: string) => ({
    id: id.repeat(16),
    kind,
    threshold: 1,
    shares: ['alice', 'carol'].map((seat) => ({ seat, recipients: keysOf(seat) })),
  });
  const [USER, SO, NEXT] = [set('user', '11'), set('so', '22'), set('user', '33')];
  const hsm = { name: 'root-hsm' };
  const preparation = { op: 'prepare-token', hsm, sets: [USER, SO] };
  const rotation = { op: 'rotate-activation', hsm, replaces: { id: USER.id, threshold: 1, holders: [] }, set: NEXT };
  const name = ({ id }: { readonly id: string }) => `${id}-alice-v1.p7m`;

  /** What alice is handed when she approves that step, after a token was prepared, and what else was recorded. */
  async function envelopesFor(
    step: PlannedStep,
    seat: string,
    before: readonly object[] = [],
    roster = ROSTER,
  ): Promise<readonly string[]> {
    const media = { envelopes: new MemoryFiles(), others: new MemoryFiles() };
    for (const one of [USER, SO]) await media.envelopes.create(name(one), Buffer.from(one.kind));
    await media.others.create(name(NEXT), Buffer.from('next'));
    const got: string[] = [];
    const steps = [
      { ...PREPARE, params: { envelopes: 'envelopes' } },
      { ...ROTATE, params: { envelopes: 'others' } },
    ];
    const act = { index: 0, title: '', always: false, activation: null, steps };
    const { desk, drain, recorder } = deskOf(
      {
        approve: async (who, proposals, envelopes) => {
          got.push(...[...envelopes].map(([path, bytes]) => `${path} ${Buffer.from(bytes)}`));
          return {
            seat: who,
            decisions: proposals.map(() => ({ signature: Buffer.alloc(1), token: '', origin: '' })),
            opened: [],
          };
        },
      },
      {
        roster,
        plan: { tokens: [], acts: [act] },
        media: (of) => [{ name: `${of} 1`, at: '/media/s1', files: media[of as keyof typeof media] }],
      },
    );
    await recorder.commit({
      type: 'proposed',
      at: NOON,
      step: PREPARE.key,
      operation: 'prepare-token',
      descriptor: preparation,
    } as never);
    for (const event of before) await recorder.commit(event as never);
    const own = step === PREPARE ? preparation : step === ROTATE ? rotation : { ...common, op: 'inventory' };
    const operation = { ...own, step: step.key } as unknown as Operation;
    await drain(desk.put(step, () => ({ operation, payload: null, lint: [] })));
    await drain(desk.collect([step], [seat]));
    return got;
  }

  /** The rotation proposed, begun, and ended so. */
  const rotated = (outcome: 'done' | 'failed') => [
    { type: 'proposed', at: NOON, step: ROTATE.key, operation: 'rotate-activation', descriptor: rotation },
    { type: 'intent', proposal: 2, approvers: [] },
    { type: 'result', proposal: 2, outcome, facts: {} },
  ];

  test('of the user set alone come with an operation; the security officer’s stay where they are', async () => {
    assert.deepEqual(await envelopesFor(TAKE, 'alice'), [`${name(USER)} user`]);
    assert.deepEqual(await envelopesFor(SIGN, 'alice'), [`${name(USER)} user`]);
  });

  test('that are sealed to a token which was replaced stay where they are', async () => {
    const another = ROSTER.members.map((member) => ({
      ...member,
      tokens: member.tokens.map((token) => ({ ...token, encryptionSpki: sha256('another') })),
    }));
    assert.deepEqual(await envelopesFor(TAKE, 'alice', [], { ...ROSTER, members: another }), []);
  });

  test('of both sets come when the token is prepared', async () => {
    assert.deepEqual(await envelopesFor(PREPARE, 'alice'), [`${name(USER)} user`, `${name(SO)} so`]);
  });

  test('of the old set and of the new one, from the media of each, come when one replaces the other', async () => {
    assert.deepEqual(await envelopesFor(ROTATE, 'alice'), [`${name(USER)} user`, `${name(NEXT)} next`]);
  });

  test('of the new set come once it has replaced the old one, and not before', async () => {
    assert.deepEqual(await envelopesFor(TAKE, 'alice', rotated('done')), [`${name(NEXT)} next`]);
    assert.deepEqual(await envelopesFor(TAKE, 'alice', rotated('failed')), [`${name(USER)} user`]);
    assert.deepEqual(await envelopesFor(TAKE, 'alice', rotated('done').slice(0, 2)), [`${name(USER)} user`]);
  });

  test('of a wrapping key come from the first medium that has them, or from none: its custodian may have it on paper', async () => {
    const kek = set('kek', '44');
    const handed = async (copies: readonly MemoryFiles[]) => {
      const got: string[] = [];
      const act = {
        index: 0,
        title: '',
        always: false,
        activation: null,
        steps: [{ ...RESTORE, params: { envelopes: 'envelopes' } }],
      };
      const { desk, drain } = deskOf(
        {
          approve: async (who, proposals, envelopes) => {
            got.push(...[...envelopes].map(([path, bytes]) => `${path} ${Buffer.from(bytes)}`));
            return {
              seat: who,
              decisions: proposals.map(() => ({ signature: Buffer.alloc(1), token: '', origin: '' })),
              opened: [],
            };
          },
        },
        {
          plan: { tokens: [], acts: [act], uses: { backup: { kind: 'backup', set: kek } } } as never,
          media: () => copies.map((files, index) => ({ name: `envelopes ${index + 1}`, at: '/media/s', files })),
        },
      );
      const operation = { ...common, op: 'unwrap-key', step: RESTORE.key, set: { id: kek.id } } as unknown as Operation;
      await drain(desk.put(RESTORE, () => ({ operation, payload: null, lint: [] })));
      await drain(desk.collect([RESTORE], ['alice']));
      return got;
    };
    const [lost, kept] = [new MemoryFiles(), new MemoryFiles()];
    await kept.create(name(kek), Buffer.from('kek'));
    assert.deepEqual(await handed([lost, kept]), [`${name(kek)} kek`]);
    assert.deepEqual(await handed([lost, lost]), []);
  });

  test('of nobody else', async () => {
    assert.deepEqual(await envelopesFor(TAKE, 'bob'), []);
  });
});

test('what is still open is withdrawn on abort, and cannot be used afterwards', async () => {
  const { desk, drain, log, recorder } = deskOf();
  await drain(desk.propose([SIGN, TAKE]));
  log.length = 0;
  await desk.withdrawAll();
  assert.deepEqual(
    log,
    [1, 2].map((seq) => `withdraw ${recorder.headAt(seq).slice(0, 12)}`),
  );
  await assertRejects(() => drain(desk.execute(SIGN)), 'PROPOSAL_UNKNOWN', 'step "sign-it" has no open proposal');
});

describe('after an interruption', () => {
  const resume = {
    type: 'resume',
    step: '',
    head: sha256('head'),
    recovered: [],
    open: null,
    voided: [1],
    typedBy: [],
    mistyped: 0,
    program: sha256('program'),
  } as const;

  /** The desk of the program that goes on: it has the record, and nothing open. */
  async function resumedDesk() {
    const all = deskOf();
    await all.drain(all.desk.propose([TAKE]));
    await all.desk.withdrawAll();
    await all.recorder.commit(resume);
    all.log.length = 0;
    return all;
  }

  test('what was proposed before is proposed and approved anew, and done', async () => {
    const { desk, drain, log, events } = await resumedDesk();
    await drain(desk.execute(TAKE));
    assert.deepEqual(
      log.filter((line) => !line.startsWith('create') && !line.startsWith('guard')),
      ['proposed', 'approval alice', 'approval bob', 'approval carol', 'intent', 'result done'],
    );
    assert.equal(events.find((event) => event.type === 'intent')?.proposal, 3);
  });

  test('what was declined since then is not put up again unasked', async () => {
    const { desk, drain } = await resumedDesk();
    await drain(desk.propose([TAKE]));
    await desk.withdrawAll();
    await assertRejects(() => drain(desk.execute(TAKE)), 'PROPOSAL_UNKNOWN', 'step "look" has no open proposal');
  });
});
