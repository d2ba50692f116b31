import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { SimulateContext } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD, type World } from '../../src/plan/world.ts';
import type { EnrolRequest } from '../../src/ports.ts';
import { NO_ROSTER } from '../../src/quorum/roster.ts';
import { enrol } from '../../src/steps/enrol.ts';
import type { Event } from '../../src/transcript/event.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { FAULTS } from './enrol-faults.ts';
import { judged, judges, PLAN, recordedBy, stepOf } from './founded.ts';

const KEY = 'officer-token@alice';
const PATH = 'statements/officer-token.alice';
const STEP = stepOf(KEY);

judges(KEY, FAULTS);

test('an enrolment of a ceremony that was aborted before there was a roster is judged without one', () =>
  assert.deepEqual(judged(KEY, { roster: NO_ROSTER }), []));

describe('in the plan, an enrolment', () => {
  const [card] = PLAN.cards['alice'] ?? [];
  assert.ok(card);
  const spare = { ...card, serial: 'token-3-spare' };

  function simulated(change: {
    readonly params?: object;
    readonly world?: Partial<World>;
    readonly plan?: object;
    readonly by?: readonly string[];
  }) {
    const said: string[] = [];
    const after = enrol.simulate({ ...STEP.params, ...change.params } as never, { ...EMPTY_WORLD, ...change.world }, {
      step: { ...STEP, by: change.by ?? STEP.by },
      steps: [STEP],
      plan: { ...PLAN, ...change.plan },
      report: (code: string, path: readonly string[], text: string, hint?: string) =>
        said.push([code, path.join('.'), text, ...(hint === undefined ? [] : [`(${hint})`])].join(' ')),
    } as unknown as SimulateContext);
    return { said, enrolled: [...after.enrolled] };
  }

  const before = { enrolled: new Map([['alice', 1]]) };

  test('of the token that the site names has no problem, and counts', () =>
    assert.deepEqual(simulated({}), { said: [], enrolled: [['alice', 1]] }));

  test('of a spare token after the first has none either', () =>
    assert.deepEqual(simulated({ params: { spare: true }, world: before, plan: { cards: { alice: [card, spare] } } }), {
      said: [],
      enrolled: [['alice', 2]],
    }));

  test('of adopted keys has none', () => {
    const params = { keys: 'adopted', algorithm: undefined };
    assert.deepEqual(simulated({ params }).said, []);
  });

  const cases: readonly [name: string, change: Parameters<typeof simulated>[0], said: string][] = [
    ['of nobody', { by: [] }, 'PLAN_PEOPLE  nobody is enrolled (add "each: crypto-officer")'],
    [
      'in a script with an HSM',
      { plan: { tokens: [{ name: 'root-hsm' }] } },
      'PLAN_TOKEN step the script names HSMs and enrols a quorum: without a roster no HSM is used',
    ],
    [
      'of adopted keys with an algorithm',
      { params: { keys: 'adopted' } },
      'PLAN_PARAMETER with.algorithm keys that are adopted have their own algorithm',
    ],
    [
      'after the roster was made',
      { world: { rostered: true } },
      'PLAN_ORDER step the roster has been made; nobody is enrolled after it',
    ],
    [
      'of a spare token before the first',
      { params: { spare: true }, plan: { cards: { alice: [card, spare] } } },
      'PLAN_ORDER with.spare the first token of "alice" is enrolled before the spare',
    ],
    [
      'of the same token twice',
      { world: before },
      'PLAN_ORDER step a token of "alice" is enrolled already (for a second token: "spare: true")',
    ],
    [
      'of a third token',
      {
        params: { spare: true },
        world: { enrolled: new Map([['alice', 2]]) },
        plan: { cards: { alice: [card, spare] } },
      },
      'PLAN_ORDER step the spare of "alice" is enrolled already (for a second token: "spare: true")',
    ],
    [
      'of a token that the site does not name',
      { plan: { cards: {} } },
      'PLAN_TOKEN  the site names no token to enrol for "alice"',
    ],
    [
      'of a spare token that the site does not name',
      { params: { spare: true }, world: before },
      'PLAN_TOKEN  the site names no spare token to enrol for "alice"',
    ],
  ];
  for (const [name, change, said] of cases) test(name, () => assert.deepEqual(simulated(change).said, [said]));

  test('without a site has no problem with what it would name', () =>
    assert.deepEqual(simulated({ plan: { site: NO_DIGEST, cards: {} } }).said, []));

  test('takes these parameters and no others', () => {
    const { schema } = enrol;
    for (const good of [{ keys: 'generated' }, { keys: 'adopted', spare: true }, STEP.params])
      assert.ok(schema.safeParse(good).success, JSON.stringify(good));
    const bads = [{}, { keys: 'made' }, { keys: 'generated', algorithm: 'ecdsa-p521' }];
    for (const bad of [...bads, { keys: 'generated', spare: 1 }, { keys: 'generated', seat: 'alice' }])
      assert.equal(schema.safeParse(bad).success, false, JSON.stringify(bad));
  });

  test('says what is done, in words', () => {
    const said = (params: object, plan = PLAN) => enrol.describe(params as never, STEP, plan);
    const proof = 'It signs whose it is, and opens a test envelope.';
    assert.deepEqual(said(STEP.params), [
      'The token with serial token-3 is inserted; its holder types its PIN.',
      'Two key pairs (ecdsa-p256) are made on it: one signs, one opens envelopes. They never leave it.',
      proof,
    ]);
    assert.deepEqual(said({ keys: 'adopted', spare: true }), [
      'The spare token is inserted; its holder types its PIN.',
      'Its own key pairs are taken: one signs, one opens envelopes.',
      proof,
    ]);
  });
});

describe('enrolling', () => {
  function stage(events: readonly Event[] = []) {
    const files = new MemoryFiles();
    const asked: EnrolRequest[] = [];
    const pack = {
      add: async function* (_step: PlannedStep, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
    };
    const guard = {
      enrol: async (request: EnrolRequest) => {
        asked.push(request);
        return {
          seat: request.seat,
          token: request.serial,
          origin: 'generated-here',
          tries: 'no failed try reported',
          statement: Buffer.from('whose it is'),
          signature: Buffer.from('sig'),
          fingerprint: sha256('both keys'),
          attributes: { sign: {}, open: {} },
        };
      },
    };
    const ceremony = { plan: PLAN, events: () => events };
    return { files, asked, context: { guard, pack, ceremony } };
  }

  test('the guard is asked for the planned token; its statement and signature are files before the event', async () => {
    const { files, asked, context } = stage();
    const { events, error } = await recordedBy(enrol, STEP, context);
    assert.equal(error, undefined);
    assert.deepEqual(asked, [
      {
        seat: 'alice',
        role: 'crypto-officer',
        serial: 'token-3',
        model: 'Soft Token v1',
        keys: 'generated',
        algorithm: 'ecdsa-p256',
        sign: null,
        open: null,
        key: null,
        validity: 'P20Y',
      },
    ]);
    assert.deepEqual(
      [...files.content].map(([path, bytes]) => `${path} ${bytes}`),
      [`${PATH}.json whose it is`, `${PATH}.p7s sig`],
    );
    assert.deepEqual(
      events.map(({ type }) => type),
      ['file', 'file', 'statement'],
    );
    assert.deepEqual(events.at(-1), {
      type: 'statement',
      step: KEY,
      seat: 'alice',
      kind: 'enrolment',
      evidence: 'token',
      statement: `${PATH}.json`,
      signature: sha256('sig'),
      facts: {
        token: 'token-3',
        origin: 'generated-here',
        tries: 'no failed try reported',
        fingerprint: sha256('both keys'),
        attributes: { sign: {}, open: {} },
      },
    });
  });

  test('a spare is the second token of the seat, with the labels of the keys to adopt', async () => {
    const { asked, context } = stage();
    const spare = { serial: 'token-3-spare', model: 'Card v2', sign: 'SIGN key', open: 'DEC key' };
    const cards = { alice: [...(PLAN.cards['alice'] ?? []), spare] };
    const ceremony = { plan: { ...PLAN, cards }, events: () => [] };
    const step = { ...STEP, params: { keys: 'adopted', spare: true } };
    await recordedBy(enrol, step, { ...context, ceremony });
    assert.deepEqual(asked, [
      {
        seat: 'alice',
        role: 'crypto-officer',
        ...spare,
        keys: 'adopted',
        algorithm: 'ecdsa-p256',
        key: null,
        validity: 'P20Y',
      },
    ]);
  });

  test('of a token that the site lets keep its keys they are adopted, also where the script has them made', async () => {
    const { asked, context } = stage();
    const own = {
      serial: '',
      model: 'Card v2',
      sign: 'SIGN key',
      open: null,
      keys: 'adopted',
      key: 'ab'.repeat(32),
    } as const;
    const plan = { ...PLAN, cards: { alice: [own] } };
    await recordedBy(enrol, STEP, { ...context, ceremony: { plan, events: () => [] } });
    assert.deepEqual(asked, [
      { seat: 'alice', role: 'crypto-officer', ...own, algorithm: 'ecdsa-p256', validity: 'P20Y' },
    ]);
    assert.deepEqual(enrol.describe(STEP.params as never, STEP, plan).slice(0, 2), [
      'The token without a serial is inserted; its holder types its PIN.',
      'Its own key pairs are taken: one signs, one opens envelopes.',
    ]);
  });

  test('a second run, after an interruption, leaves the files of the first one alone', async () => {
    const begun = { type: 'step', step: KEY, phase: 'begin' } as unknown as Event;
    const { files, context } = stage([begun, begun]);
    await recordedBy(enrol, STEP, context);
    assert.deepEqual([...files.content.keys()], [`${PATH}.2.json`, `${PATH}.2.p7s`]);
  });

  test('without a token in the plan the guard is not asked', async () => {
    const { asked, context } = stage();
    const ceremony = { plan: { ...PLAN, cards: {} }, events: () => [] };
    const { events, error } = await recordedBy(enrol, STEP, { ...context, ceremony });
    const { code, message } = error as { code?: string; message?: string };
    assert.deepEqual([code, message], ['TOKEN_MISSING', 'no token is to be enrolled for "alice"']);
    assert.deepEqual([asked, events], [[], []]);
  });
});
