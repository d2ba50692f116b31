import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Needs } from '../../src/plan/step-type.ts';
import { runCeremony } from '../../src/run/runner.ts';
import type { FileEvent } from '../../src/transcript/event.ts';
import { CLOSE, type FakeAct, fakeType, QUIET, recorded, run, saw, stageOf, told } from './fakes.ts';

describe('a ceremony that goes well', () => {
  const acts: readonly FakeAct[] = [{ steps: ['quiet'] }, { always: true, steps: ['close'] }];

  test('is opened, framed act by act and step by step, and closed; nothing follows the close', async () => {
    const { outcome, files } = await run(acts, [QUIET, CLOSE]);
    assert.deepEqual(told(outcome.events), [
      'opening',
      'act 0 begin',
      'quiet begin',
      'quiet saw 1',
      'quiet end',
      'act 0 end',
      'act 1 begin',
      'close begin',
      'closed complete',
    ]);
    assert.equal(outcome.outcome, 'complete');
    assert.equal(outcome.error, undefined);
    assert.deepEqual(recorded({ files }), outcome.events);
    assert.equal(outcome.head, sha256(files.lines('chain.jsonl').at(-1) ?? ''));
  });

  test('has the digest of its first line as its id, and the guard is bound to it before anything else', async () => {
    const { outcome, files, asked } = await run(acts, [QUIET, CLOSE]);
    assert.equal(outcome.ceremony, sha256(files.lines('events.jsonl')[0] ?? ''));
    assert.deepEqual(asked, [`begin ${outcome.ceremony.slice(0, 12)}`]);
  });

  test('lets people in and out of each step, and tells them of the opening and the end of each act', async () => {
    const stage = stageOf(acts, [QUIET, CLOSE]);
    const seen: string[] = [];
    stage.people.onDoor = (phase, { step, act, position: { index, of } }) =>
      seen.push(`${phase} ${step.key} of "${act.title}" ${index}/${of} after ${recorded(stage).length}`);
    await runCeremony(stage.input);
    assert.deepEqual(seen, [
      'enter quiet of "act 0" 1/2 after 3',
      'leave quiet of "act 0" 1/2 after 4',
      'enter close of "act 1" 2/2 after 8',
    ]);
    assert.deepEqual(stage.people.passed, ['open', 'enter quiet', 'leave quiet', 'end of act 0', 'enter close']);
  });
});

describe('what a step yields', () => {
  test('is durable before its next line runs, and comes back with its head', async () => {
    const seen: unknown[] = [];
    const stage = stageOf(
      [{ steps: ['two'] }],
      [
        fakeType('two', async function* (step, { ceremony }) {
          for (const n of [1, 2]) {
            const { event, head } = yield saw(step.key, n);
            const line = stage.files.lines('chain.jsonl').at(-1) ?? '';
            seen.push([
              event.seq,
              stage.files.lines('events.jsonl').length,
              head === sha256(line),
              ceremony.head() === head,
              ceremony.events().at(-1) === event,
            ]);
          }
        }),
      ],
    );
    await runCeremony(stage.input);
    assert.deepEqual(seen, [
      [4, 4, true, true, true],
      [5, 5, true, true, true],
    ]);
  });

  test('is not run past an event that could not be written', async () => {
    const full = new CeremonyError('OUTPUT_FULL', 'no room');
    const went: string[] = [];
    const stage = stageOf(
      [{ steps: ['two'] }, { always: true, steps: ['close'] }],
      [
        fakeType('two', async function* (step) {
          try {
            went.push('before');
            yield saw(step.key, 1);
            went.push('after');
          } finally {
            went.push('cleaned up');
          }
        }),
        CLOSE,
      ],
    );
    stage.files.onChange = () => {
      if (went.includes('before')) throw full;
    };
    await assert.rejects(runCeremony(stage.input), full);
    assert.deepEqual(went, ['before', 'cleaned up']);
    assert.deepEqual(told(recorded(stage)), ['opening', 'act 0 begin', 'two begin']);
    // The transcript can say nothing any more; the HSM is locked all the same.
    assert.deepEqual(stage.asked.slice(1), ['signOff']);
  });
});

describe('what a step reaches', () => {
  const ALL: readonly (keyof Needs)[] = [
    'terminal',
    'clock',
    'random',
    'guard',
    'issue',
    'machine',
    'media',
    'pack',
    'operations',
  ];

  for (const needs of [[], ['clock'], ['terminal', 'pack'], ALL] as const) {
    test(`${needs.join(', ') || 'nothing'} when that is what it declares`, async () => {
      let keys: readonly string[] = [];
      await run(
        [{ steps: ['look'] }],
        [
          fakeType(
            'look',
            async function* (_step, context) {
              keys = Object.keys(context);
              yield* [];
            },
            needs,
          ),
        ],
      );
      assert.deepEqual([...keys].sort(), [...needs, 'ceremony'].sort());
    });
  }

  test('of the ceremony nothing that it could change', async () => {
    let ceremony: Record<string, unknown> = {};
    const { outcome } = await run(
      [{ steps: ['look'] }],
      [
        fakeType('look', async function* (_step, context) {
          ceremony = { ...context.ceremony };
          yield* [];
        }),
      ],
    );
    assert.deepEqual(Object.keys(ceremony).sort(), [
      'authorization',
      'events',
      'head',
      'headAt',
      'id',
      'outcome',
      'plan',
      'roster',
    ]);
    assert.equal(ceremony['id'], outcome.ceremony);
  });

  test('the pack: a file is there before its event, and read back', async () => {
    const order: string[] = [];
    const { outcome, files } = await run(
      [{ steps: ['write'] }],
      [
        fakeType(
          'write',
          async function* (step, { pack }) {
            const writing = pack.add(step, [['certificates/root.crt', Buffer.from('der')]]);
            const first = await writing.next();
            order.push(...(await pack.list()).filter((path) => path.startsWith('certificates')), String(first.done));
            yield first.value as readonly FileEvent[];
            order.push(String(await pack.read('certificates/root.crt')));
          },
          ['pack'],
        ),
      ],
    );
    assert.deepEqual(order, ['certificates/root.crt', 'false', 'der']);
    const event = outcome.events.find((one) => one.type === 'file');
    assert.deepEqual(
      [event?.path, event?.sha256, event?.size, event?.medium],
      ['certificates/root.crt', sha256('der'), 3, null],
    );
    assert.equal(files.log.indexOf('create certificates/root.crt') > 0, true);
  });
});

describe('a condition', () => {
  const ask = (answer: string) =>
    fakeType('ask', async function* (step) {
      yield { type: 'answer', step: step.key, seat: 'dana', checkedBy: [], question: 'Film?', values: { answer } };
    });
  const acts = (is: string): readonly FakeAct[] => [{ steps: ['ask', { id: 'quiet', when: { answer: 'ask', is } }] }];

  test('that is met lets the step be done', async () => {
    const { outcome } = await run(acts('yes'), [ask('yes'), QUIET]);
    assert.deepEqual(told(outcome.events).slice(-4), ['quiet begin', 'quiet saw 1', 'quiet end', 'act 0 end']);
  });

  test('that is not met leaves an event with the reason, and nothing of the step', async () => {
    const { outcome } = await run(acts('yes'), [ask('no'), QUIET]);
    assert.deepEqual(told(outcome.events).slice(-2), ['quiet skip', 'act 0 end']);
    const skip = outcome.events.find((event) => event.type === 'step' && event.phase === 'skip');
    assert.equal(skip?.type === 'step' ? skip.why : '', '"ask" was not answered yes');
  });

  test('on a question that was skipped itself is not met', async () => {
    const { outcome } = await run(
      [
        {
          steps: [
            'ask',
            { id: 'inner', type: 'ask', when: { answer: 'ask', is: 'no' } },
            { id: 'quiet', when: { answer: 'inner', is: 'no' } },
          ],
        },
      ],
      [ask('yes'), QUIET],
    );
    assert.deepEqual(
      told(outcome.events).filter((line) => line.endsWith('skip')),
      ['inner skip', 'quiet skip'],
    );
  });
});
