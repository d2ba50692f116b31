import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { SimulateContext } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD, type World } from '../../src/plan/world.ts';
import { readEnrolment } from '../../src/quorum/enrolment.ts';
import { changeRoster } from '../../src/steps/change-roster.ts';
import type { Event } from '../../src/transcript/event.ts';
import { recordCeremony } from '../forge/record.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { type Falsification, type Falsified, type Faults, facts, recordOf, withoutEvent } from './recording.ts';

const RECORD = recordOf(await recordCeremony({ changing: true }));
const { plan: PLAN, events: EVENTS, files: FILES, signAs, stepOf, judges, recordedBy } = RECORD;
const KEY = 'next-roster';
const STEP = stepOf(KEY);
const NEXT = 'roster/next/roster.json';
const CHANGE = 'roster/change.json';
const OFFICERS = ['alice', 'bob', 'carol', 'dave'];
const OTHERS = ['authority-1', 'authority-2', 'gus', 'frank'];
const finding = (message: string) => `STEP-CHANGE step 6 "${KEY}": ${message}`;

/** A document with something changed in it. */
const altered = (path: string, change: (document: Falsified) => void): Falsification => ({
  files: (files) => {
    const document = JSON.parse(Buffer.from(files.get(path) ?? '').toString()) as Falsified;
    change(document);
    files.set(path, canonicalBytes(document as never));
  },
});
const said = (member: string, is: unknown, was: unknown) =>
  finding(`the record states "${member}" ${JSON.stringify(is)}; it was ${JSON.stringify(was)}`);

const FAULTS: Faults = [
  ['nothing was changed', withoutEvent(KEY, 'observation'), finding('the roster was not changed')],
  [
    'the next roster is not there',
    { files: (files) => void files.delete(NEXT) },
    finding('the roster was not changed'),
  ],
  [
    'the next roster has other members',
    altered(NEXT, (all) => all.members.reverse()),
    /the roster is not the one before with the changes of the script, and of those who were enrolled/,
  ],
  [
    'what was approved is another change',
    altered(CHANGE, (all) => Object.assign(all, { leaves: ['dave'] })),
    finding('what was approved is another change than this'),
  ],
  [
    'what was approved is not there',
    { files: (files) => void files.delete(CHANGE) },
    finding('what was approved is not in the pack'),
  ],
  [
    'another left, by the record',
    facts(KEY, (all) => Object.assign(all, { leaves: ['dave'] })),
    said('leaves', ['dave'], ['erin']),
  ],
  [
    'who came had been enrolled before an interruption, and showed nothing after it',
    {
      add: (events) =>
        events.flatMap((event) => {
          const isBegun = event.type === 'step' && event.step === KEY && event.phase === 'begin';
          return isBegun ? [{ type: 'resume', seq: event.seq - 0.5 } as unknown as Event, event] : [event];
        }),
    },
    finding('"frank" was enrolled before an interruption, and did not present the token token-frank after it'),
  ],
  ['nobody came, by the record', facts(KEY, (all) => Object.assign(all, { joins: [] })), said('joins', [], ['frank'])],
  [
    'others approved, by the record',
    facts(KEY, (all) => Object.assign(all, { approvedBy: ['alice', 'bob'] })),
    said('approvedBy', ['alice', 'bob'], OFFICERS),
  ],
  [
    'others signed, by the record',
    facts(KEY, (all) => Object.assign(all, { signedBy: OFFICERS })),
    said('signedBy', OFFICERS, [...OFFICERS, ...OTHERS]),
  ],
];

judges(KEY, FAULTS);

describe('in the plan, a change of the roster', () => {
  const enrolled = new Map([['frank', 1]]);

  function simulated(change: {
    readonly params?: object;
    readonly world?: Partial<World>;
    readonly plan?: object;
    readonly by?: readonly string[];
    readonly steps?: readonly object[];
  }) {
    const found: string[] = [];
    const world = { ...EMPTY_WORLD, enrolled, ...change.world };
    const params = { ...STEP.params, ...change.params };
    const step = { ...STEP, by: change.by ?? STEP.by, params };
    const after = changeRoster.simulate(params as never, world, {
      step,
      steps: [...(change.steps ?? []), step],
      plan: { ...PLAN, ...change.plan },
      report: (code: string, path: readonly string[], text: string, hint?: string) =>
        found.push([code, path.join('.'), text, ...(hint === undefined ? [] : [`(${hint})`])].join(' ')),
    } as unknown as SimulateContext);
    assert.equal(after, world);
    return found;
  }

  test('of somebody who was enrolled has no problem', () => assert.deepEqual(simulated({}), []));

  const token = { name: 'root-hsm', state: 'known', active: true, inspected: true, labels: new Set<string>() } as const;
  const cases: readonly [name: string, change: Parameters<typeof simulated>[0], said: readonly string[]][] = [
    ['that nobody conducts', { by: [] }, ['PLAN_PEOPLE  nobody conducts this (add "by:")']],
    [
      'after another one',
      { world: { ran: new Map([['change-roster', 1]]) } },
      ['PLAN_ORDER step the roster has been changed; that is done once in a ceremony'],
    ],
    [
      'beside a first one',
      { steps: [{ ...STEP, type: 'make-roster', key: 'first' }] },
      ['PLAN_ORDER step the script makes the first roster; there is none that could be changed'],
    ],
    [
      'after the sign-off',
      { world: { signedOff: true } },
      ['PLAN_ORDER step the roster is changed after the sign-off'],
    ],
    [
      'while an HSM is active',
      { world: { tokens: new Map([['root-hsm', token]]) } },
      ['PLAN_ACTIVATION step an HSM is active here: nobody uses one while those change who may'],
    ],
    [
      'of people whom the script does not have',
      { params: { joins: 'deputies' } },
      ['PLAN_PEOPLE with.joins the script has no seat "deputies"'],
    ],
    [
      'by which officers become officers',
      { params: { joins: 'crypto-officer' }, world: { enrolled: new Map(OFFICERS.map((seat) => [seat, 1])) } },
      [
        'PLAN_PEOPLE with.joins the seat "crypto-officer" is of those who are "crypto-officer" already; who joins has a seat of their own until then',
      ],
    ],
    [
      'of somebody who was not enrolled',
      { world: { enrolled: new Map() } },
      ['PLAN_ORDER with.joins "frank" is not enrolled before this (add a step of type "enrol", each: newcomer)'],
    ],
  ];
  for (const [name, change, said] of cases) test(name, () => assert.deepEqual(simulated(change), said));

  test('takes these parameters and no others', () => {
    const { schema } = changeRoster;
    for (const good of [
      STEP.params,
      { leaves: ['erin'] },
      { joins: 'newcomer', role: 'crypto-officer' },
      { leaves: ['erin'], unrotated: 'The second HSM is at the other site until May.' },
    ])
      assert.ok(schema.safeParse(good).success, JSON.stringify(good));
    for (const bad of [
      {},
      { leaves: [] },
      { leaves: ['Erin B'] },
      { joins: 'newcomer' },
      { leaves: ['erin'], role: 'crypto-officer' },
      { ...STEP.params, quorums: { sign: 2 } },
    ])
      assert.equal(schema.safeParse(bad).success, false, JSON.stringify(bad));
  });

  test('says who leaves, who comes, and who decides', () => {
    assert.deepEqual(changeRoster.describe(STEP.params as never, STEP, PLAN), [
      'erin leave the roster. Their tokens sign and open nothing any more.',
      'frank join it as crypto-officer, with the token that was enrolled.',
      '3 of those who approve "administer" must approve, by the roster in force; everybody on the new one signs it.',
      'From then on it judges who is who.',
    ]);
  });
});

describe('changing the roster', () => {
  const before = EVENTS.slice(
    0,
    EVENTS.findIndex((event) => event.type === 'step' && event.step === KEY),
  );
  const made = EVENTS.flatMap((event) =>
    event.type === 'file' && event.step === KEY && event.medium === null ? [event.path] : [],
  );
  const digest = sha256(FILES.get(NEXT) ?? '');

  /** @param recorded of the change, before an interruption */
  function stage(recorded: readonly string[] = [], more: readonly Event[] = []) {
    const log: string[] = [];
    const files = new MemoryFiles();
    for (const [path, bytes] of FILES)
      if (/^(statements\/|roster\/[^/]*$)/.test(path) || recorded.includes(path))
        if (path !== CHANGE || recorded.includes(path)) files.content.set(path, Buffer.from(bytes));
    const events = [
      ...before,
      ...EVENTS.filter((event: Event) => event.type === 'file' && recorded.includes(event.path)),
      ...more,
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
      signNextRoster: async (seat: string, bytes: Uint8Array) => {
        log.push(`sign ${seat}`);
        assert.equal(sha256(bytes), digest);
        const approval = OFFICERS.includes(seat) ? signAs(seat, files.content.get(CHANGE) ?? Buffer.alloc(0)) : null;
        return { seat, signature: signAs(seat, bytes), approval };
      },
      recallEnrolment: async (statement: Uint8Array, signature: Uint8Array) => {
        const { seat, token } = readEnrolment(statement);
        assert.deepEqual(Buffer.from(signature), files.content.get('statements/new-token.frank.p7s'));
        log.push(`again ${seat}`);
        return { seat, token: token.serial, origin: token.origin, tries: 'no failed try reported', signature };
      },
      enactNextRoster: async (bytes: Uint8Array, signed: ReadonlyMap<string, Uint8Array>, approved: typeof signed) => {
        log.push(`enact ${sha256(bytes)} ${[...signed.keys()].join(' ')}, by ${[...approved.keys()].join(' ')}`);
      },
    };
    const terminal = { say: async () => undefined };
    const ceremony = { plan: PLAN, events: () => events, id: RECORD.id, authorization: RECORD.authorization };
    return { log, files, context: { guard, pack, terminal, ceremony } };
  }

  test('what is approved and signed are files first; each signature is one before the next, and it takes effect last', async () => {
    const { log, files, context } = stage();
    const { events, error } = await recordedBy(changeRoster, STEP, context);
    assert.equal(error, undefined);
    for (const path of [NEXT, CHANGE]) assert.deepEqual(files.content.get(path), Buffer.from(FILES.get(path) ?? ''));
    assert.deepEqual(
      log.filter((line) => line.startsWith('add ')),
      made.map((path) => `add ${path}`),
    );
    assert.deepEqual(log.slice(log.indexOf('sign alice'), log.indexOf('sign bob')), [
      'sign alice',
      'add roster/next/alice.p7s',
      'add roster/change/alice.p7s',
    ]);
    assert.deepEqual(log.slice(log.indexOf('sign frank')), [
      'sign frank',
      'add roster/next/frank.p7s',
      `enact ${digest} ${[...OFFICERS, ...OTHERS].join(' ')}, by ${OFFICERS.join(' ')}`,
    ]);
    assert.deepEqual(events.at(-1), {
      type: 'observation',
      step: KEY,
      subject: 'roster',
      facts: {
        ...{ roster: digest, previous: RECORD.roster.digest, members: 10, leaves: ['erin'], joins: ['frank'] },
        ...{ approvedBy: OFFICERS, signedBy: [...OFFICERS, ...OTHERS] },
      },
    });
  });

  test('who had signed before an interruption is not asked again, and no file is written twice', async () => {
    const recorded = made.filter((path) => !/(carol|dave|authority-2|gus|frank)\.p7s$/.test(path));
    const { log, context } = stage(recorded);
    assert.equal((await recordedBy(changeRoster, STEP, context)).error, undefined);
    assert.deepEqual(
      log.filter((line) => line.startsWith('sign ')),
      ['carol', 'dave', 'authority-2', 'gus', 'frank'].map((seat) => `sign ${seat}`),
    );
    assert.match(log.at(-1) ?? '', /^enact /);
  });

  test('after an interruption whoever joins presents the token once more, before anybody signs', async () => {
    const resumed = { type: 'resume', seq: 10_000 } as unknown as Event;
    const { log, context } = stage([], [resumed]);
    const { events, error } = await recordedBy(changeRoster, STEP, context);
    assert.equal(error, undefined);
    assert.deepEqual(log.filter((line) => !line.startsWith('add ')).slice(0, 2), ['again frank', 'sign alice']);
    assert.deepEqual(
      events.filter((event) => event.type === 'observation').map((event) => event.facts['seat'] ?? event.subject),
      ['frank', 'roster'],
    );
  });

  test('one that had taken effect before an interruption is not made again', async () => {
    const changed = EVENTS.filter((event) => event.type === 'observation' && event.subject === 'roster');
    const { log, context } = stage(made, changed);
    assert.deepEqual(await recordedBy(changeRoster, STEP, context), { events: [], error: undefined });
    assert.deepEqual(log, []);
  });
});
