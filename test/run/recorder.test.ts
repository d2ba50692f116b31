import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { Recorder } from '../../src/run/recorder.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import { committedPart } from '../../src/transcript/committed.ts';
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

describe('committing events together', () => {
  const FILE = (path: string): EventData => ({
    ...{ type: 'file', step: 'sign', path, medium: null },
    ...{ sha256: NO_DIGEST, size: 0 },
  });

  test('chains each to the one before; all lines are there before the first chain line', async () => {
    const { files, recorder } = recorderOf(T(1), T(2), T(3), T(4));
    await recorder.commit(ABORT);
    const last = await recorder.commitAll([FILE('a'), FILE('b'), FILE('c')]);
    assert.deepEqual(files.log.slice(2), ['append events.jsonl', 'append chain.jsonl']);
    const { events, heads } = committedPart(await files.read('events.jsonl'), await files.read('chain.jsonl'));
    assert.deepEqual(
      events.map((event) => [event.seq, event.at, event.salt.slice(0, 2)]),
      [1, 2, 3, 4].map((seq) => [seq, T(seq), `0${seq}`]),
    );
    assert.deepEqual(recorder.events, events);
    assert.deepEqual([recorder.headAt(2), recorder.headAt(3), recorder.head], heads.slice(1));
    assert.deepEqual(last, { event: events[3], head: heads[3] });
  });

  test('none of them counts before both files are durable', async () => {
    const { files, recorder } = recorderOf(T(1), T(1));
    const seen: number[] = [];
    files.onChange = () => void seen.push(recorder.events.length);
    await recorder.commitAll([FILE('a'), FILE('b')]);
    assert.deepEqual(seen, [0, 0]);
  });

  test('cut anywhere in the chain lines, those before are committed, and what follows is not', async () => {
    const { files, recorder } = recorderOf(T(1), T(1), T(1), T(1));
    await recorder.commit(ABORT);
    const { length: before } = await files.read('chain.jsonl');
    await recorder.commitAll([FILE('a'), FILE('b'), FILE('c')]);
    const [events, chain] = [await files.read('events.jsonl'), await files.read('chain.jsonl')];
    const counts = new Set<number>();
    for (let cut = before; cut <= chain.length; cut++) {
      const whole = Buffer.from(chain.subarray(0, cut)).toString().split('\n').length - 1;
      const committed = committedPart(events, chain.subarray(0, cut));
      assert.equal(committed.events.length, whole);
      counts.add(whole);
    }
    assert.deepEqual([...counts], [1, 2, 3, 4]);
  });

  test('a clock that goes backwards between two of them: nothing of any is written', async () => {
    const { files, recorder } = recorderOf(T(2), T(3), T(1), T(4));
    await recorder.commit(ABORT);
    const before = new Map(files.content);
    await assertRejects(() => recorder.commitAll([FILE('a'), FILE('b')]), 'CLOCK_BACKWARDS', /./);
    assert.deepEqual(files.content, before);
    assert.equal((await recorder.commit(ABORT)).event.seq, 2);
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
