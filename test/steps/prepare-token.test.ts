import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { SimulateContext } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD } from '../../src/plan/world.ts';
import { prepareToken } from '../../src/steps/prepare-token.ts';
import { MemoryFiles } from '../run/fakes.ts';
import {
  EVENTS,
  type Falsification,
  facts,
  judges,
  PLAN,
  recordedBy,
  resultFacts,
  stepOf,
  withoutEvent,
} from './recorded.ts';

const PROPOSED = EVENTS.find((event) => event.type === 'proposed' && event.step === 'activation');
assert.ok(PROPOSED?.type === 'proposed');
/** Ids of the two sets; the user's comes first. */
const [USER = '', SO = ''] = (PROPOSED.descriptor['sets'] as readonly { id: string }[]).map(({ id }) => id);
const finding = (message: string) => `STEP-PREPARE step 10 "activation": ${message}`;
// biome-ignore lint/suspicious/noExplicitAny: a record that tests falsify at will
const descriptor = (change: (descriptor: any) => void): Falsification => ({
  event: (event) => {
    if (event.type === 'proposed' && event.step === 'activation') change(event.descriptor);
  },
});
const file = (change: (event: { medium: string; sha256: string }) => void, on: string): Falsification => ({
  event: (event) => {
    if (event.type === 'file' && event.path === `${USER}-alice-v1.p7m` && event.medium === on) change(event);
  },
});
const onOne = finding('the user envelope of "alice" lies on 1 media, not 2');

judges('activation', [
  [
    'it was not proposed',
    { keep: (event) => !(event.type === 'proposed' && event.step === 'activation') },
    finding('the token was not prepared'),
  ],
  ['it was not done', { keep: (event) => event.type !== 'result' }, finding('the token was not prepared')],
  [
    'there is no set of the security officer',
    descriptor((all) => void all.sets.pop()),
    [
      finding('there are not exactly one user set and one of the security officer'),
      finding('it was prepared with other share sets than were approved'),
    ],
  ],
  [
    'the threshold is below the roster’s',
    descriptor((all) => {
      all.sets[1].threshold = 2;
    }),
    finding('the so set has threshold 2; the roster makes it 3'),
  ],
  [
    'a stranger holds a share',
    descriptor((all) => {
      all.sets[0].shares[0].seat = 'mallory';
    }),
    finding('the user set is not held by exactly the seat "crypto-officer"'),
  ],
  [
    'an envelope lies on one medium',
    {
      keep: (event) =>
        !(event.type === 'file' && event.medium === 'envelopes 2' && event.path === `${USER}-alice-v1.p7m`),
    },
    onOne,
  ],
  [
    'an envelope lies on one medium twice',
    file((event) => {
      event.medium = 'envelopes 1';
    }, 'envelopes 2'),
    onOne,
  ],
  [
    'another envelope was written',
    file((event) => {
      event.sha256 = sha256('x');
    }, 'envelopes 1'),
    onOne,
  ],
  [
    'nine of ten quorums were tried',
    facts('activation', (all) => {
      all.sets[SO].subsetsCompared = 9;
    }),
    finding('9 of 10 quorums of the so set were proven'),
  ],
  [
    'of one set no quorum was tried',
    facts('activation', (all) => {
      delete all.sets[USER];
    }),
    finding('none of 10 quorums of the user set were proven'),
  ],
  [
    'nothing was proven',
    withoutEvent('activation', 'observation'),
    [
      finding('none of 10 quorums of the user set were proven'),
      finding('none of 10 quorums of the so set were proven'),
    ],
  ],
  [
    'the token has another label',
    resultFacts('activation', (all) => {
      all.label = 'OTHER';
    }),
    finding('the token is labelled "OTHER", planned "ROOT-G1"'),
  ],
  ...[15, 65, 0, 24.5, '32', null].map((length): [string, Falsification, string] => [
    `the PIN has ${JSON.stringify(length)} characters`,
    resultFacts('activation', (all) => {
      all.pinLength.so = length;
    }),
    finding(`the so PIN has ${JSON.stringify(length)} characters; it must have 16 (80 bits) to 64`),
  ]),
  [
    'the lengths of the PINs are not said',
    resultFacts('activation', (all) => {
      delete all.pinLength;
    }),
    [
      finding('the user PIN has null characters; it must have 16 (80 bits) to 64'),
      finding('the so PIN has null characters; it must have 16 (80 bits) to 64'),
    ],
  ],
  [
    'it was prepared with another set',
    resultFacts('activation', (all) => {
      all.sets[0] = '00'.repeat(16);
    }),
    finding('it was prepared with other share sets than were approved'),
  ],
]);

describe('preparing', () => {
  const step = stepOf('activation');
  const envelopes = new Map([
    ['a.p7m', Buffer.from('sealed to a')],
    ['b.p7m', Buffer.from('sealed to b')],
  ]);

  function stage(media: readonly { name: string; files: object }[]) {
    const log: string[] = [];
    const note = (what: string) =>
      async function* () {
        log.push(what);
        yield* [];
      };
    return {
      log,
      context: {
        guard: {
          makeShareSets: async (request: object) => {
            log.push(`make ${JSON.stringify(request)}`);
            return { sets: [], envelopes };
          },
          proveShareSets: async () => {
            log.push('prove');
            return {};
          },
        },
        media: () => media,
        operations: {
          isDone: () => false,
          put: note('put'),
          collect: note('collect'),
          execute: note('execute'),
        },
      },
    };
  }

  test('envelopes lie on both media, read back, before it is proposed; it is done only when all are proven', async () => {
    const media = [1, 2].map((n) => ({ name: `envelopes ${n}`, at: `/media/s${n}`, files: new MemoryFiles() }));
    const { log, context } = stage(media);
    const { events, error } = await recordedBy(prepareToken, step, context);
    assert.equal(error, undefined);
    assert.deepEqual(log, [
      'make {"hsm":"root-hsm","label":"ROOT-G1","holders":["alice","bob","carol","dave","erin"],"userThreshold":3,"soThreshold":3}',
      'put',
      'collect',
      'prove',
      'execute',
    ]);
    assert.deepEqual(
      events.map((event) => (event.type === 'file' ? `${event.path} on ${event.medium}` : event.type)),
      ['a.p7m on envelopes 1', 'b.p7m on envelopes 1', 'a.p7m on envelopes 2', 'b.p7m on envelopes 2', 'observation'],
    );
    assert.deepEqual(
      media.map(({ files }) => [...files.content.keys()]),
      [
        ['a.p7m', 'b.p7m'],
        ['a.p7m', 'b.p7m'],
      ],
    );
  });

  test('a medium that reads back something else ends it before anything is proposed', async () => {
    const files = new MemoryFiles();
    files.read = async () => Buffer.from('worn out');
    const { log, context } = stage([{ name: 'envelopes 1', files }]);
    const { events, error } = await recordedBy(prepareToken, step, context);
    assert.equal((error as { code?: string }).code, 'MEDIUM_DIFFERS');
    assert.deepEqual([events, log.length], [[], 1]);
  });

  test('a roster with more quorums than can be tried is found at the desk', () => {
    const problems: string[] = [];
    const officers = Array.from({ length: 30 }, (_, index) => `officer-${index}`);
    const simulate = (need: number) => {
      problems.length = 0;
      prepareToken.simulate(
        step.params as never,
        {
          ...EMPTY_WORLD,
          tokens: new Map([
            ['root-hsm', { name: 'root-hsm', state: 'blank', active: false, inspected: false, labels: new Set() }],
          ]),
        },
        {
          step,
          steps: [step],
          plan: { ...PLAN, seats: { 'crypto-officer': officers }, quorums: { administer: need } },
          report: (code: string, path: readonly string[], text: string) =>
            problems.push(`${code} ${path.join('.')} ${text}`),
        } as unknown as SimulateContext,
      );
      return problems;
    };
    assert.deepEqual(simulate(4), []);
    assert.deepEqual(simulate(15), [
      'PLAN_PEOPLE with.holders 15 of 30 make more than 100000 quorums, and each is tried before the token is prepared',
    ]);
  });
});
