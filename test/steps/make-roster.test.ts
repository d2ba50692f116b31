import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { SimulateContext } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD, type World } from '../../src/plan/world.ts';
import { OPERATION_CLASSES } from '../../src/quorum/classes.ts';
import { makeRoster } from '../../src/steps/make-roster.ts';
import type { Event } from '../../src/transcript/event.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { EVENTS, FILES, judges, PLAN, ROSTER, recordedBy, signAs, stepOf } from './founded.ts';
import { FAULTS } from './make-roster-faults.ts';

const KEY = 'first-roster';
const PATH = 'roster/roster.json';
const STEP = stepOf(KEY);
const HOLDERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'authority-1', 'authority-2'];

judges(KEY, FAULTS);

describe('in the plan, the first roster', () => {
  const enrolled = new Map(HOLDERS.map((seat) => [seat, 1]));

  function simulated(change: {
    readonly params?: object;
    readonly world?: Partial<World>;
    readonly plan?: object;
    readonly by?: readonly string[];
  }) {
    const said: string[] = [];
    const world = { ...EMPTY_WORLD, enrolled, ...change.world };
    const after = makeRoster.simulate({ ...STEP.params, ...change.params } as never, world, {
      step: { ...STEP, by: change.by ?? STEP.by },
      plan: { ...PLAN, ...change.plan },
      report: (code: string, path: readonly string[], text: string, hint?: string) =>
        said.push([code, path.join('.'), text, ...(hint === undefined ? [] : [`(${hint})`])].join(' ')),
    } as unknown as SimulateContext);
    assert.deepEqual(after, { ...world, rostered: true });
    return said;
  }

  test('of enough people who were enrolled has no problem', () => assert.deepEqual(simulated({}), []));

  const cases: readonly [name: string, change: Parameters<typeof simulated>[0], said: readonly string[]][] = [
    ['that nobody conducts', { by: [] }, ['PLAN_PEOPLE  nobody conducts this (add "by:")']],
    ['after another one', { world: { rostered: true } }, ['PLAN_ORDER step the roster has been made; there is one']],
    [
      'by which a role authorizes that the script does not have',
      { params: { authorizes: 'board' } },
      ['PLAN_PEOPLE with.authorizes the script has no seat "board"'],
    ],
    [
      'by which witnesses approve',
      { params: { approves: 'witness' } },
      ['PLAN_PEOPLE with.approves a witness never approves'],
    ],
    [
      'of too few officers',
      { world: { enrolled: new Map([...enrolled].slice(3)) } },
      ['PLAN_PEOPLE with.approves 2 of role "crypto-officer" are enrolled before this; "quorums" asks for 3'],
    ],
    [
      'of one authority',
      { world: { enrolled: new Map([...enrolled].slice(0, -1)) } },
      ['PLAN_PEOPLE with.authorizes 1 of role "policy-authority" are enrolled before this; "quorums" asks for 2'],
    ],
    [
      'by which the same people authorize and approve',
      { params: { authorizes: 'crypto-officer' } },
      ['PLAN_PEOPLE with.authorizes who authorizes a ceremony does not approve its operations: two roles are wanted'],
    ],
    [
      'without a number for a class',
      { plan: { quorums: without('backup', 'restore') } },
      ['PLAN_PEOPLE  "quorums" says nothing of backup, restore: nobody could ever approve that'],
    ],
    [
      'by which fewer administer than sign',
      { plan: { quorums: { ...PLAN.quorums, sign: 4 } } },
      ['PLAN_PEOPLE  "quorums" asks for 4 in class "sign", more than in "administer" (3), which could change it'],
    ],
  ];
  for (const [name, change, said] of cases) test(name, () => assert.deepEqual(simulated(change), said));

  function without(...classes: readonly string[]): object {
    return Object.fromEntries(Object.entries(PLAN.quorums).filter(([one]) => !classes.includes(one)));
  }

  test('takes these parameters and no others', () => {
    const { schema } = makeRoster;
    assert.ok(schema.safeParse(STEP.params).success);
    for (const bad of [{ authorizes: undefined }, { approves: 'Crypto Officer' }, { approves: 7 }, { need: 2 }])
      assert.equal(schema.safeParse({ ...STEP.params, ...bad }).success, false, JSON.stringify(bad));
  });

  test('says what is done, in words', () => {
    assert.deepEqual(makeRoster.describe(STEP.params as never, STEP, PLAN), [
      'The roster of all who are here: policy-authority authorize, crypto-officer approve (authorize 2, ' +
        `${OPERATION_CLASSES.filter((one) => one !== 'authorize')
          .map((one) => `${one} 3`)
          .join(', ')}).`,
      'Each token holder reads the roster with their own fingerprint in it, and signs. From then on it judges who is who.',
    ]);
  });
});

describe('making the first roster', () => {
  const before = EVENTS.slice(
    0,
    EVENTS.findIndex((event) => event.type === 'step' && event.step === KEY),
  );
  const signatures = HOLDERS.map((seat) => `roster/${seat}.p7s`);
  const certificates = HOLDERS.map((seat) => `roster/${seat}.pem`);

  /** @param recorded of the roster, before an interruption */
  function stage(recorded: readonly string[] = []) {
    const log: string[] = [];
    const said: string[] = [];
    const files = new MemoryFiles();
    for (const [path, bytes] of FILES)
      if (path.startsWith('statements/') || recorded.includes(path)) files.content.set(path, Buffer.from(bytes));
    const events = [
      ...before,
      ...EVENTS.filter((event: Event) => event.type === 'file' && recorded.includes(event.path)),
    ];
    const pack = {
      read: (path: string) => files.read(path),
      add: async function* (_step: PlannedStep, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          log.push(`add ${path}`);
          yield { type: 'file', path };
        }
      },
    };
    const guard = {
      signRoster: async (seat: string, bytes: Uint8Array) => {
        log.push(`sign ${seat} ${sha256(bytes)}`);
        return { seat, signature: signAs(seat, bytes) };
      },
      enactRoster: async (bytes: Uint8Array, signed: ReadonlyMap<string, Uint8Array>) => {
        log.push(`enact ${sha256(bytes)} ${[...signed.keys()].join(' ')}`);
        for (const [seat, signature] of signed)
          assert.equal(sha256(signature), sha256(files.content.get(`roster/${seat}.p7s`) ?? ''), seat);
      },
    };
    const terminal = { say: async (lines: readonly string[]) => void said.push(...lines) };
    const ceremony = { plan: PLAN, events: () => events };
    return { log, said, files, context: { guard, pack, terminal, ceremony } };
  }

  test('it is a file before anybody signs it, each signature is one before the next, and it is enacted last', async () => {
    const { log, said, files, context } = stage();
    const { events, error } = await recordedBy(makeRoster, STEP, context);
    assert.equal(error, undefined);
    assert.deepEqual(files.content.get(PATH), Buffer.from(FILES.get(PATH) ?? ''));
    assert.deepEqual(log, [
      ...[PATH, ...certificates].map((path) => `add ${path}`),
      ...HOLDERS.flatMap((seat) => [`sign ${seat} ${ROSTER.digest}`, `add roster/${seat}.p7s`]),
      `enact ${ROSTER.digest} ${HOLDERS.join(' ')}`,
    ]);
    assert.deepEqual(
      said,
      HOLDERS.map((seat, index) => `${index} of 7 have signed the roster. Next: ${seat}.`),
    );
    assert.deepEqual(events.at(-1), {
      type: 'observation',
      step: KEY,
      subject: 'roster',
      facts: { roster: ROSTER.digest, members: 10, signedBy: HOLDERS },
    });
  });

  test('who had signed before an interruption does not sign again, and no file is written twice', async () => {
    const { log, said, context } = stage([PATH, ...certificates, ...signatures.slice(0, 5)]);
    const { events, error } = await recordedBy(makeRoster, STEP, context);
    assert.equal(error, undefined);
    assert.deepEqual(log, [
      ...HOLDERS.slice(5).flatMap((seat) => [`sign ${seat} ${ROSTER.digest}`, `add roster/${seat}.p7s`]),
      `enact ${ROSTER.digest} ${HOLDERS.join(' ')}`,
    ]);
    assert.deepEqual(said, [
      '5 of 7 have signed the roster. Next: authority-1.',
      '6 of 7 have signed the roster. Next: authority-2.',
    ]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['file', 'file', 'observation'],
    );
  });

  test('somebody who does not sign leaves what was signed, and nothing is enacted', async () => {
    const { log, context } = stage();
    const refusal = new Error('declined');
    const guard = {
      ...context.guard,
      signRoster: async (seat: string, bytes: Uint8Array) => {
        if (seat === 'bob') throw refusal;
        return await context.guard.signRoster(seat, bytes);
      },
    };
    const { events, error } = await recordedBy(makeRoster, STEP, { ...context, guard });
    assert.equal(error, refusal);
    assert.equal(log.at(-1), 'add roster/alice.p7s');
    assert.equal(events.at(-1)?.type, 'file');
  });

  test('too few who were enrolled make none, and nobody is asked to sign', async () => {
    const { log, context } = stage();
    const ceremony = {
      plan: PLAN,
      events: () => before.filter((event) => !(event.type === 'statement' && event.step.endsWith('@authority-2'))),
    };
    const { events, error } = await recordedBy(makeRoster, STEP, { ...context, ceremony });
    const { code, message } = error as { code?: string; message?: string };
    assert.deepEqual(
      [code, message],
      [
        'ROSTER_INVALID',
        'roster.json: class "authorize" needs 2 of role "policy-authority", but the roster has 1 with a token',
      ],
    );
    assert.deepEqual([log, events], [[], []]);
  });
});
