import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { Recorder } from '../../src/run/recorder.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import type { EventData } from '../../src/transcript/event.ts';
import { assertRejects } from '../der/refusal.ts';
import { clockOf, countingRandom, MemoryFiles } from './fakes.ts';

const ABORT: EventData = { type: 'abort', step: 'clock', code: 'CLOCK_OFFSET', message: 'zwölf' };
const T = (second: number) => `2027-03-10T09:00:${String(second).padStart(2, '0')}Z`;

function recorderOf(...times: readonly string[]) {
  const files = new MemoryFiles();
  return { files, recorder: new Recorder(files, clockOf(...times), countingRandom()) };
}

describe('committing an event', () => {
  test('writes its line and then its chain line, each whole', async () => {
    const { files, recorder } = recorderOf(T(1), T(2));
    const first = await recorder.commit(ABORT);
    const second = await recorder.commit({ ...ABORT, message: 'again' });
    const links = [linkEvent(ABORT, { seq: 1, at: T(1), salt: '01'.repeat(16) }, NO_DIGEST)];
    links.push(
      linkEvent({ ...ABORT, message: 'again' }, { seq: 2, at: T(2), salt: '02'.repeat(16) }, links[0]?.head ?? ''),
    );
    assert.deepEqual(
      files.lines('events.jsonl'),
      links.map(({ eventLine }) => eventLine),
    );
    assert.deepEqual(
      files.lines('chain.jsonl'),
      links.map(({ chainLine }) => chainLine),
    );
    assert.deepEqual(files.log, [
      'append events.jsonl',
      'append chain.jsonl',
      'append events.jsonl',
      'append chain.jsonl',
    ]);
    assert.deepEqual(
      [first, second],
      links.map(({ event, head }) => ({ event, head })),
    );
  });

  test('counts only when both are durable', async () => {
    const { files, recorder } = recorderOf(T(1));
    const seen: number[] = [];
    files.onChange = () => void seen.push(recorder.events.length);
    await recorder.commit(ABORT);
    assert.deepEqual(seen, [0, 0]);
    assert.equal(recorder.events.length, 1);
  });

  test('moves the head', async () => {
    const { files, recorder } = recorderOf(T(1));
    assert.equal(recorder.head, NO_DIGEST);
    const { head } = await recorder.commit(ABORT);
    assert.equal(head, sha256(files.lines('chain.jsonl')[0] ?? ''));
    assert.equal(recorder.head, head);
    await recorder.commit(ABORT);
    assert.equal(recorder.headAt(1), head);
    assert.equal(recorder.headAt(2), recorder.head);
    assert.equal(recorder.headAt(3), '');
    assert.equal(recorder.headAt(0), '');
  });

  test('takes 16 new random bytes each time', async () => {
    const { recorder } = recorderOf(T(1));
    const salts = [await recorder.commit(ABORT), await recorder.commit(ABORT)].map(({ event }) => event.salt);
    assert.deepEqual(salts, ['01'.repeat(16), '02'.repeat(16)]);
  });

  test('gives a proposal the time to which its dates were bound', async () => {
    const { recorder } = recorderOf(T(1), T(9));
    await recorder.commit(ABORT);
    const proposed = {
      type: 'proposed',
      at: T(4),
      step: 'a',
      operation: 'sign',
      descriptor: {},
      digest: NO_DIGEST,
      expires: T(59),
      payload: null,
      lint: [],
    } as const;
    assert.equal((await recorder.commit(proposed)).event.at, T(4));
  });
});

describe('a clock that goes backwards', () => {
  test('is refused, and nothing is written', async () => {
    const { files, recorder } = recorderOf(T(5), T(4));
    await recorder.commit(ABORT);
    const before = new Map(files.content);
    await assertRejects(
      () => recorder.commit(ABORT),
      'CLOCK_BACKWARDS',
      `the clock says ${T(4)}, and the last event was at ${T(5)}`,
    );
    assert.deepEqual(files.content, before);
    assert.equal(recorder.events.length, 1);
  });

  test('may stand still, and the record goes on when it is right again', async () => {
    const { recorder } = recorderOf(T(5), T(5), T(4), T(5));
    await recorder.commit(ABORT);
    await recorder.commit(ABORT);
    await assertRejects(() => recorder.commit(ABORT), 'CLOCK_BACKWARDS', /./);
    assert.equal((await recorder.commit(ABORT)).event.seq, 3);
  });
});

describe('a disk that takes no more', () => {
  const full = new CeremonyError('OUTPUT_FULL', 'there is no room for "events.jsonl"');

  for (const [name, failing] of [
    ['the event line', 'append events.jsonl'],
    ['the chain line', 'append chain.jsonl'],
  ] as const) {
    test(`at ${name}: the event does not count, and nothing is ever written after it`, async () => {
      const { files, recorder } = recorderOf(T(1));
      const { head } = await recorder.commit(ABORT);
      let failures = 0;
      files.onChange = (change) => {
        if (change !== failing) return;
        failures++;
        throw full;
      };
      await assert.rejects(recorder.commit(ABORT), full);
      files.onChange = () => undefined;
      const before = new Map(files.content);
      await assert.rejects(recorder.commit(ABORT), full);
      await assert.rejects(recorder.commit({ ...ABORT, message: 'room again' }), full);
      assert.deepEqual(files.content, before);
      assert.deepEqual([recorder.events.length, recorder.head, failures], [1, head, 1]);
    });
  }
});
