import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Copies } from '../../src/ports.ts';
import { runCeremony } from '../../src/run/runner.ts';
import { CLOSE, fakeType, QUIET, recorded, type Stage, saw, stageOf, told } from './fakes.ts';

const LOST = new CeremonyError('COPY_LOST', 'the copy of the record in "/media/b" is lost: EIO');
const DIFFERS = new CeremonyError('COPY_DIFFERS', 'it holds something else');

/** Copies of which one is lost when the line of that event has been written. */
class Losing implements Copies {
  lost: CeremonyError | undefined;
  /** What `restore` throws, in turn. */
  readonly refusals: CeremonyError[] = [];
  forgone = false;

  async restore(): Promise<void> {
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    this.lost = undefined;
  }

  forgo(): void {
    this.forgone = true;
    this.lost = undefined;
  }
}

function losing(at: string, steps: readonly string[] = ['work', 'close']): { stage: Stage; copies: Losing } {
  const copies = new Losing();
  const work = fakeType('work', async function* (step) {
    yield saw(step.key, 1);
    yield saw(step.key, 2);
  });
  const stage = stageOf([{ steps: ['quiet', ...steps] }], [QUIET, work, CLOSE], { copies });
  stage.files.onChange = (change) => {
    if (change !== 'append chain.jsonl') return;
    const last = stage.files.lines('events.jsonl').at(-1) ?? '';
    if (last.includes(at)) copies.lost ??= LOST;
  };
  return { stage, copies };
}

describe('a copy of the record that is lost', () => {
  test('is asked about before the next line of the step, and what people decide is on record', async () => {
    const { stage, copies } = losing('"subject":"1","type":"observation"');
    stage.people.choices.push('one-copy');
    await runCeremony(stage.input);
    assert.deepEqual(told(recorded(stage)).slice(2, 6), [
      'quiet begin',
      'quiet saw 1',
      'quiet refused COPY_LOST',
      'quiet decided one-copy',
    ]);
    assert.deepEqual(stage.people.offered[0], ['again', 'one-copy', 'abort']);
    assert.ok(copies.forgone);
  });

  test('is asked about again where it cannot be completed, for what is wrong then', async () => {
    const { stage, copies } = losing('"subject":"2"');
    copies.refusals.push(DIFFERS);
    stage.people.choices.push('again', 'again');
    await runCeremony(stage.input);
    assert.deepEqual(told(recorded(stage)).slice(5, 12), [
      'work begin',
      'work saw 1',
      'work saw 2',
      'work refused COPY_LOST',
      'work decided again',
      'work refused COPY_DIFFERS',
      'work decided again',
    ]);
    assert.equal(told(recorded(stage)).at(-1), 'closed complete');
  });

  test('lets people end the ceremony, in order', async () => {
    const { stage } = losing('"subject":"2"');
    stage.people.choices.push('abort');
    const outcome = await runCeremony(stage.input);
    assert.deepEqual([outcome.outcome, outcome.error?.code], ['aborted', 'CEREMONY_ABORTED']);
    assert.match(outcome.error?.message ?? '', /the people ended the ceremony: the copy of the record in "\/media\/b"/);
    assert.equal(told(outcome.events).filter((line) => line.includes('saw 2')).length, 1);
  });

  test('lost between two steps, is asked about before the next one does anything', async () => {
    const { stage } = losing('"kind":"quiet","number":"1","phase":"end"');
    stage.people.choices.push('one-copy');
    await runCeremony(stage.input);
    const lines = told(recorded(stage));
    assert.deepEqual(lines.slice(lines.indexOf('quiet end'), lines.indexOf('work saw 1')), [
      'quiet end',
      'work begin',
      'work refused COPY_LOST',
      'work decided one-copy',
    ]);
  });
});

test('nobody is asked between an intent and what the HSM did, and before it if it is known then', async () => {
  const copies = new Losing();
  const order: string[] = [];
  const work = fakeType('work', async function* (step) {
    yield saw(step.key, 1);
    yield { type: 'intent', proposal: 1, approvers: [] };
    order.push(`HSM, lost: ${copies.lost !== undefined}`);
    yield { type: 'result', proposal: 1, outcome: 'failed', facts: {} };
  });
  const stage = stageOf([{ steps: ['work'] }], [work], { copies });
  stage.people.choices.push('one-copy', 'one-copy');
  stage.files.onChange = (change) => {
    const last = stage.files.lines('events.jsonl').at(-1) ?? '';
    if (change === 'append chain.jsonl' && last.includes('"type":"intent"')) copies.lost = LOST;
  };
  await runCeremony(stage.input);
  assert.deepEqual(order, ['HSM, lost: true']);
  const types = recorded(stage).map((event) => event.type);
  const at = types.indexOf('intent');
  assert.deepEqual(types.slice(at, at + 4), ['intent', 'result', 'refusal', 'decision']);
});
