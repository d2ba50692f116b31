import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { ProposalMaterial, SimulateContext } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD, type World, type WorldToken } from '../../src/plan/world.ts';
import { rotateActivation } from '../../src/steps/rotate-activation.ts';
import type { Event } from '../../src/transcript/event.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { EVENTS, PLAN, ROSTER, recordedBy, stepOf } from './recorded.ts';

const STEP: PlannedStep = {
  ...stepOf('activation'),
  key: 'rotate',
  id: 'rotate',
  type: 'rotate-activation',
  operation: 'rotate-activation',
  params: { token: 'root-hsm', set: 'user', holders: 'crypto-officer', envelopes: 'envelopes' },
};
const HOLDERS = ['alice', 'bob', 'carol', 'dave', 'erin'];
/** The set that replaces the one of the ceremony; nothing looks into it here. */
const SET = { id: '77'.repeat(16), kind: 'user', threshold: 3, check: sha256('x'), shares: [] };

describe('in the plan, a rotation', () => {
  const token: WorldToken = { name: 'root-hsm', state: 'prepared', active: false, inspected: true, labels: new Set() };

  function problems(change: {
    readonly token?: Partial<WorldToken> | null;
    readonly params?: object;
    readonly world?: Partial<World>;
    readonly plan?: object;
  }): readonly string[] {
    const said: string[] = [];
    const tokens = change.token === null ? [] : [['root-hsm', { ...token, ...change.token }] as const];
    const world = {
      ...EMPTY_WORLD,
      tokens: new Map(tokens),
      ran: new Map([['roll-call', 5]]),
      present: new Set(HOLDERS),
      ...change.world,
    };
    const after = rotateActivation.simulate({ ...STEP.params, ...change.params } as never, world, {
      step: STEP,
      steps: [STEP],
      plan: { ...PLAN, ...change.plan },
      report: (code: string, path: readonly string[], text: string, hint?: string) =>
        said.push([code, path.join('.'), text, ...(hint === undefined ? [] : [`(${hint})`])].join(' ')),
    } as unknown as SimulateContext);
    assert.equal(after, world, 'what the script can do afterwards is what it could before');
    return said;
  }

  test('of a prepared or known token, with its custodians present and two media, has no problem', () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ token: { state: 'known' }, params: { set: 'security-officer' } }), []);
  });

  const cases: readonly [name: string, change: Parameters<typeof problems>[0], said: string][] = [
    ['of a token that is not there', { token: null }, 'PLAN_TOKEN with.token the script has no token "root-hsm"'],
    [
      'of a blank token',
      { token: { state: 'blank' } },
      'PLAN_ORDER with.token "root-hsm" is blank here: it has no activation that could be rotated (prepare the token first)',
    ],
    [
      'while an activation is held',
      { token: { active: true } },
      'PLAN_ACTIVATION step "root-hsm" is active here: nobody is logged in while its PIN changes (end the activation with a "deactivate" step before it)',
    ],
    [
      'of a token without shares',
      { plan: { tokens: PLAN.tokens.map((one) => ({ ...one, means: 'pin' })) } },
      'PLAN_TOKEN with.token the site activates "root-hsm" by pin; it has no share sets that could be replaced',
    ],
    [
      'for people whom the script does not have',
      { params: { holders: 'guest' } },
      'PLAN_PEOPLE with.holders the script has no seat "guest"',
    ],
    [
      'for people who did not answer a roll-call',
      { world: { present: new Set(HOLDERS.slice(1)) } },
      'PLAN_ORDER with.holders no roll-call before this of alice, who will hold shares',
    ],
    [
      'for too few people',
      { plan: { seats: { 'crypto-officer': ['alice', 'bob'] } } },
      'PLAN_PEOPLE with.holders 2 of "crypto-officer" would hold shares; 3 are needed to open the token',
    ],
    [
      'with one medium',
      { plan: { media: { envelopes: ['/media/one'] } } },
      'PLAN_MEDIUM with.envelopes the site has 1 media "envelopes"; the envelopes go on 2',
    ],
  ];
  for (const [name, change, said] of cases) test(name, () => assert.deepEqual(problems(change), [said]));

  test('takes these parameters and no others', () => {
    const { schema } = rotateActivation;
    for (const good of ['user', 'security-officer']) assert.ok(schema.safeParse({ ...STEP.params, set: good }).success);
    for (const bad of [{ set: 'so' }, { set: 'both' }, { threshold: 2 }, { token: 7 }])
      assert.equal(schema.safeParse({ ...STEP.params, ...bad }).success, false, JSON.stringify(bad));
  });

  test('says what is done, in words', () => {
    const lines = rotateActivation.describe({ ...STEP.params, set: 'security-officer' } as never, STEP, PLAN);
    assert.deepEqual(lines, [
      'A new secret for the security officer of "root-hsm" is made, split among alice, bob, carol, dave, erin, and sealed.',
      'The envelopes go on two media. One custodian more than its quorum opens theirs, and every quorum of these is tried.',
      'Only then the old shares open the token once more, and its PIN is changed. The old shares open nothing afterwards.',
    ]);
  });
});

describe('rotating', () => {
  /** What was done, in order; the material is what would be proposed now. */
  function stage(events: readonly Event[], isDone = false) {
    const log: string[] = [];
    const proposed: ProposalMaterial[] = [];
    const note = (what: string) =>
      async function* () {
        log.push(what);
        yield* [];
      };
    const media = [1, 2].map((n) => ({ name: `envelopes ${n}`, at: `/media/s${n}`, files: new MemoryFiles() }));
    return {
      log,
      proposed,
      media,
      context: {
        ceremony: { plan: PLAN, roster: () => ROSTER, events: () => events },
        guard: {
          makeNextShareSet: async (request: object) => {
            log.push(`make ${JSON.stringify(request)}`);
            return { set: SET, envelopes: new Map([['a.p7m', Buffer.from('sealed to a')]]) };
          },
          proveShareSets: async () => {
            log.push('prove');
            return { [SET.id]: {} };
          },
        },
        media: () => media,
        operations: {
          isDone: () => isDone,
          put: async function* (_step: PlannedStep, material: () => ProposalMaterial) {
            log.push('put');
            proposed.push(material());
            yield* [];
          },
          collectQuorum: note('collect'),
          execute: note('execute'),
        },
      },
    };
  }

  const user = (
    EVENTS.find((event) => event.type === 'proposed' && event.step === 'activation') as { descriptor?: unknown }
  ).descriptor as { readonly sets: readonly { readonly id: string; readonly kind: string }[] };
  const [old] = user.sets;

  test('envelopes lie on both media before it is proposed; the PIN is changed only when the new shares are proven', async () => {
    const { log, context, media, proposed } = stage(EVENTS);
    const { events, error } = await recordedBy(rotateActivation, STEP, context);
    assert.equal(error, undefined);
    assert.deepEqual(log, [
      'make {"hsm":"root-hsm","kind":"user","holders":["alice","bob","carol","dave","erin"],"threshold":3}',
      'put',
      'collect',
      'prove',
      'execute',
    ]);
    assert.deepEqual(
      events.map((event) => (event.type === 'file' ? `${event.path} on ${event.medium}` : event.type)),
      ['a.p7m on envelopes 1', 'a.p7m on envelopes 2', 'observation'],
    );
    for (const { files } of media) assert.deepEqual([...files.content.keys()], ['a.p7m']);
    const operation = proposed[0]?.operation;
    assert.ok(operation?.op === 'rotate-activation');
    assert.deepEqual(operation.replaces, { id: old?.id, threshold: 3, holders: HOLDERS });
    assert.deepEqual([operation.set, operation.adopts, operation.hold], [SET, null, null]);
  });

  test('what was begun before an interruption is finished with its own set: no other is made', async () => {
    const seq = EVENTS.length + 1;
    const begun = { ...SET, id: '88'.repeat(16) };
    const descriptor = { op: 'rotate-activation', hsm: { name: 'root-hsm' }, replaces: { id: old?.id }, set: begun };
    const interrupted = [
      ...EVENTS,
      { type: 'proposed', seq, step: 'rotate', operation: 'rotate-activation', digest: sha256('begun'), descriptor },
      { type: 'intent', seq: seq + 1, proposal: seq, approvers: [] },
    ] as unknown as readonly Event[];
    const { log, context, media, proposed } = stage(interrupted);
    const { events } = await recordedBy(rotateActivation, STEP, context);
    assert.deepEqual(log, ['put', 'collect', 'prove', 'execute']);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['observation'],
    );
    for (const { files } of media) assert.deepEqual([...files.content.keys()], []);
    const operation = proposed[0]?.operation;
    assert.ok(operation?.op === 'rotate-activation');
    assert.deepEqual([operation.set, operation.adopts], [begun, sha256('begun')]);
  });

  test('what was done before an interruption is not done again', async () => {
    const { log, context } = stage(EVENTS, true);
    assert.deepEqual(await recordedBy(rotateActivation, STEP, context), { events: [], error: undefined });
    assert.deepEqual(log, []);
  });

  test('a token whose sets the record does not have is refused before anything is proposed', async () => {
    const { context } = stage([]);
    const { error } = await recordedBy(rotateActivation, STEP, context);
    const { code, message } = error as { code?: string; message?: string };
    assert.deepEqual([code, message], ['SHARE_FOREIGN_SET', 'no user set of "root-hsm" is in the record']);
  });
});
