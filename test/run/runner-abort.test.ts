import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { runCeremony } from '../../src/run/runner.ts';
import {
  CLOSE,
  clockOf,
  fakeType,
  guardLog,
  QUIET,
  REFUSE,
  REFUSED,
  recorded,
  run,
  saw,
  stageOf,
  told,
} from './fakes.ts';

describe('a refusal', () => {
  test('is recorded, ends the ceremony, and what is always done is still done', async () => {
    const { outcome, asked } = await run(
      [{ steps: ['refuse', 'quiet'] }, { steps: ['quiet'] }, { always: true, steps: ['quiet', 'close'] }],
      [QUIET, REFUSE, CLOSE],
    );
    assert.deepEqual(told(outcome.events).slice(2), [
      'refuse begin',
      'refuse saw 1',
      'refuse refused CLOCK_OFFSET',
      'refuse aborted CLOCK_OFFSET',
      'act 0 end',
      'act 2 begin',
      'quiet begin',
      'quiet saw 1',
      'quiet end',
      'close begin',
      'closed aborted',
    ]);
    assert.equal(outcome.outcome, 'aborted');
    assert.equal(outcome.error, REFUSED);
    assert.deepEqual(asked.slice(1), ['signOff']);
    const refusal = outcome.events.find((event) => event.type === 'refusal');
    assert.deepEqual([refusal?.message, refusal?.seat, refusal?.proposal], [REFUSED.message, null, null]);
  });

  test('is told to the people, who see no more than the end of the act otherwise', async () => {
    const stage = stageOf([{ steps: ['refuse'] }], [REFUSE]);
    await runCeremony(stage.input);
    assert.deepEqual(stage.people.told, [
      'THE CEREMONY IS ABORTED, and ends in order.',
      `CLOCK_OFFSET: ${REFUSED.message}`,
    ]);
  });

  test('locks the HSM before the ceremony is declared aborted', async () => {
    const order: string[] = [];
    const stage = stageOf([{ steps: ['refuse'] }], [REFUSE], {
      guard: guardLog([], {
        signOff: async () => {
          order.push(...told(recorded(stage)).slice(-1));
        },
      }),
    });
    await runCeremony(stage.input);
    assert.deepEqual(order, ['refuse refused CLOCK_OFFSET']);
  });

  test('names the proposal that it left behind', async () => {
    const proposed = {
      type: 'proposed',
      at: '2027-03-10T09:00:00Z',
      operation: 'sign',
      descriptor: {},
      digest: sha256(''),
      expires: '2027-03-10T10:00:00Z',
      payload: null,
      lint: [],
    } as const;
    const { outcome } = await run(
      [{ steps: ['propose'] }],
      [
        fakeType('propose', async function* (step) {
          yield { ...proposed, step: step.key };
          throw REFUSED;
        }),
      ],
    );
    const refusal = outcome.events.find((event) => event.type === 'refusal');
    assert.equal(refusal?.proposal, outcome.events.find((event) => event.type === 'proposed')?.seq);
  });

  test('in what is always done: the rest of it is still done, and it closes as aborted', async () => {
    const { outcome } = await run([{ always: true, steps: ['refuse', 'quiet', 'close'] }], [QUIET, REFUSE, CLOSE]);
    assert.deepEqual(told(outcome.events).slice(-5), [
      'quiet begin',
      'quiet saw 1',
      'quiet end',
      'close begin',
      'closed aborted',
    ]);
    assert.equal(outcome.error, REFUSED);
  });

  test('a second one, in what is always done, is thrown: nothing is dressed as closed', async () => {
    const stage = stageOf([{ steps: ['refuse'] }, { always: true, steps: ['refuse', 'close'] }], [REFUSE, CLOSE]);
    await assert.rejects(runCeremony(stage.input), REFUSED);
    assert.deepEqual(told(recorded(stage)).slice(-3), ['act 1 begin', 'refuse begin', 'refuse saw 1']);
  });

  test('of the guard to lock is recorded, and the ceremony is still brought to its end', async () => {
    const died = new CeremonyError('GUARD_DIED', 'the guard ended before it answered');
    const { outcome } = await run([{ steps: ['refuse'] }, { always: true, steps: ['close'] }], [REFUSE, CLOSE], {
      guard: guardLog([], { signOff: () => Promise.reject(died) }),
    });
    assert.deepEqual(told(outcome.events).slice(-7), [
      'refuse refused CLOCK_OFFSET',
      'refuse refused GUARD_DIED',
      'refuse aborted CLOCK_OFFSET',
      'act 0 end',
      'act 1 begin',
      'close begin',
      'closed aborted',
    ]);
    assert.equal(outcome.error, REFUSED);
  });

  test('of the guard to be bound is thrown: there is no ceremony yet', async () => {
    const stage = stageOf([{ steps: ['quiet'] }], [QUIET], {
      guard: guardLog([], { begin: () => Promise.reject(REFUSED) }),
    });
    await assert.rejects(runCeremony(stage.input), REFUSED);
    assert.deepEqual(told(recorded(stage)), ['opening']);
  });

  test('a clock that goes backwards once aborts, with everything in order', async () => {
    const times = ['05', '05', '05', '04', '06'].map((second) => `2027-03-10T09:00:${second}Z`);
    const { outcome } = await run([{ steps: ['quiet'] }, { always: true, steps: ['close'] }], [QUIET, CLOSE], {
      clock: clockOf(...times),
    });
    assert.deepEqual(told(outcome.events).slice(2), [
      'quiet begin',
      'quiet refused CLOCK_BACKWARDS',
      'quiet aborted CLOCK_BACKWARDS',
      'act 0 end',
      'act 1 begin',
      'close begin',
      'closed aborted',
    ]);
  });

  test('a step type that is not there is one', async () => {
    const { outcome } = await run([{ steps: ['unheard-of'] }], []);
    assert.deepEqual(
      [outcome.error?.code, outcome.error?.message],
      ['SCRIPT_NOT_SUPPORTED', 'there is no step type "unheard-of"'],
    );
  });
});

describe('a bug', () => {
  for (const [name, bug] of [
    ['a TypeError', new TypeError('x is not a function')],
    ['what is no error at all', 'just text'],
  ] as const) {
    test(`${name} is thrown as it is: no refusal, no abort, no close`, async () => {
      const stage = stageOf(
        [{ steps: ['broken'] }, { always: true, steps: ['close'] }],
        [
          fakeType('broken', async function* (step) {
            yield saw(step.key, 1);
            throw bug;
          }),
          CLOSE,
        ],
      );
      await assert.rejects(runCeremony(stage.input), (error: unknown) => error === bug);
      assert.deepEqual(told(recorded(stage)), ['opening', 'act 0 begin', 'broken begin', 'broken saw 1']);
    });
  }
});
