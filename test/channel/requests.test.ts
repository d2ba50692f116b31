import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Octets } from '../../src/base/octets.ts';
import { encodeFrame, FrameDecoder } from '../../src/channel/frames.ts';
import { Caller, type Handlers, serve } from '../../src/channel/requests.ts';
import { assertRejects } from '../der/refusal.ts';
import { pipePair } from './pipes.ts';

function joined(handlers: Handlers): { caller: Caller; ended: Promise<void>; near: Duplex; far: Duplex } {
  const [near, far] = pipePair();
  return {
    caller: new Caller(near, 'the guard', 'GUARD_DIED'),
    ended: serve(far, handlers),
    near,
    far,
  };
}

describe('asking and answering', () => {
  test('a value and bytes come back, each to its own question', async () => {
    const { caller, ended } = joined({
      twice: ({ params, bytes }) => ({ value: Number(params['n']) * 2, bytes: Buffer.concat([bytes, bytes]) }),
    });
    const replies = await Promise.all([1, 2, 3].map((n) => caller.call('twice', { n }, { bytes: Buffer.of(n) })));
    assert.deepEqual(
      replies.map(({ value, bytes }) => [value, [...bytes]]),
      [
        [2, [1, 1]],
        [4, [2, 2]],
        [6, [3, 3]],
      ],
    );
    caller.close();
    await ended;
  });

  test('an answer of nothing is null and no bytes', async () => {
    const { caller } = joined({ nothing: () => undefined });
    assert.deepEqual(await caller.call('nothing'), { value: null, bytes: Buffer.alloc(0) });
  });

  test('requests are served one at a time, in the order they came', async () => {
    const log: string[] = [];
    const { caller } = joined({
      work: async ({ params }) => {
        log.push(`begin ${params['n']}`);
        await pause(Number(params['ms']));
        log.push(`end ${params['n']}`);
        return undefined;
      },
    });
    await Promise.all([
      caller.call('work', { n: 1, ms: 20 }),
      caller.call('work', { n: 2, ms: 0 }),
      caller.call('work', { n: 3, ms: 5 }),
    ]);
    assert.deepEqual(log, ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  test('answers find their questions in any order', async () => {
    const [near, far] = pipePair();
    const caller = new Caller(near, 'the guard', 'GUARD_DIED');
    const answers = [caller.call('a'), caller.call('b')];
    for (const id of [2, 7, 1]) far.write(encodeFrame({ id, value: `answer ${id}` }));
    assert.deepEqual(
      (await Promise.all(answers)).map(({ value }) => value),
      ['answer 1', 'answer 2'],
    );
  });

  test('serving ends when the peer closes its side, after what it asked last is done', async () => {
    let done = false;
    const { caller, ended } = joined({
      slow: async () => {
        await pause(20);
        done = true;
        return undefined;
      },
    });
    const call = caller.call('slow');
    caller.close();
    await ended;
    assert.equal(done, true);
    await call.catch(() => undefined);
  });
});

describe('errors cross the pipe', () => {
  const refusal = new CeremonyError('PIN_INCORRECT', 'the PIN of token "1" was not accepted', {
    hint: 'two tries are left',
    details: { triesLeft: 2, flags: ['COUNT_LOW'] },
  });

  test('a refusal keeps its code, message, hint and facts, and loses its stack', async () => {
    const { caller } = joined({ login: () => Promise.reject(refusal) });
    await assert.rejects(caller.call('login'), (error: unknown) => {
      assert.ok(error instanceof CeremonyError);
      assert.deepEqual(
        [error.code, error.message, error.hint, error.details],
        [refusal.code, refusal.message, refusal.hint, refusal.details],
      );
      assert.notEqual(error.stack, refusal.stack);
      return true;
    });
  });

  test('a handler that throws at once is no other than one that rejects', async () => {
    const { caller } = joined({
      login: () => {
        throw refusal;
      },
      next: () => ({ value: 1 }),
    });
    await assertRejects(() => caller.call('login'), 'PIN_INCORRECT', refusal.message);
    assert.equal((await caller.call('next')).value, 1);
  });

  test('anything else is a bug, and never dressed as a refusal', async () => {
    const { caller } = joined({
      type: () => {
        throw new TypeError('x is not a function');
      },
      text: () => Promise.reject('just text'),
    });
    for (const [method, message] of [
      ['type', 'the guard has a bug: TypeError: x is not a function'],
      ['text', 'the guard has a bug: just text'],
    ] as const) {
      await assert.rejects(caller.call(method), (error: unknown) => {
        assert.ok(error instanceof Error && !(error instanceof CeremonyError));
        assert.equal(error.message, message);
        return true;
      });
    }
  });

  test('a code that this program does not know is a bug, too', async () => {
    const [near, far] = pipePair();
    const caller = new Caller(near, 'the guard', 'GUARD_DIED');
    const answer = caller.call('a');
    far.write(encodeFrame({ id: 1, error: { code: 'TOASTER_ON_FIRE', message: 'smoke' } }));
    await assert.rejects(
      answer,
      (error: unknown) =>
        !(error instanceof CeremonyError) && (error as Error).message === 'the guard has a bug: smoke',
    );
  });

  test('a request that nobody knows is refused, also under names that every object has', async () => {
    const { caller } = joined({});
    for (const method of ['nothing', 'constructor', '__proto__', 'toString', '']) {
      await assertRejects(() => caller.call(method), 'REQUEST_UNKNOWN', `no such request: "${method}"`);
    }
  });

  test('an answer that cannot be written ends the serving, and the peer does not wait for it', async () => {
    const { caller, ended, far } = joined({
      odd: () => {
        throw new CeremonyError('USAGE', 'odd', { details: { big: 1n } });
      },
    });
    const call = caller.call('odd');
    await assert.rejects(ended, TypeError);
    far.destroy();
    await assertRejects(() => call, 'GUARD_DIED', 'the guard ended before it answered');
  });
});

describe('a peer that dies or is silent', () => {
  test('in the middle of a call: every call that waits is refused, and every later one', async () => {
    const [near, far] = pipePair();
    const caller = new Caller(near, 'the guard', 'GUARD_DIED');
    const waiting = [caller.call('a'), caller.call('b')];
    far.destroy();
    for (const call of waiting) await assertRejects(() => call, 'GUARD_DIED', 'the guard ended before it answered');
    await assertRejects(() => caller.call('c'), 'GUARD_DIED', 'the guard ended before it answered');
  });

  test('with half an answer written', async () => {
    const [near, far] = pipePair();
    const caller = new Caller(near, 'the guard', 'GUARD_DIED');
    const call = caller.call('a');
    far.end(encodeFrame({ id: 1, value: 'half' }).subarray(0, 12));
    await assertRejects(() => call, 'GUARD_DIED', 'the guard ended before it answered');
  });

  test('by an error of the pipe, which is the cause', async () => {
    const broken = new Error('EPIPE');
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(broken) });
    const caller = new Caller(stream, 'the guard', 'GUARD_DIED');
    await assert.rejects(
      caller.call('a'),
      (error: unknown) => error instanceof CeremonyError && error.code === 'GUARD_DIED' && error.cause === broken,
    );
  });

  test('that was being handed what cannot be read to its end gets no other request, and nothing in its place', async () => {
    const [near, far] = pipePair();
    const caller = new Caller(near, 'the guard', 'GUARD_DIED');
    const served: string[] = [];
    const ended = serve(far, { a: () => void served.push('a'), b: () => void served.push('b') });
    const bytes: Octets = {
      length: 3_000_000,
      subarray: (begin = 0, end = 3_000_000) => {
        if (end > 2_000_000) throw new CeremonyError('FILE_UNREADABLE', '"crls/root.crl" cannot be read: EIO');
        return new Uint8Array(end - begin);
      },
    };
    const [call, other] = [caller.call('a', {}, { bytes }), caller.call('b')];
    const said = 'what the guard was being handed could not be read to its end: "crls/root.crl" cannot be read: EIO';
    for (const one of [call, other, caller.call('c')]) await assertRejects(() => one, 'GUARD_DIED', said);
    await ended;
    assert.deepEqual(served, []);
    await assertRejects(() => caller.call('c'), 'GUARD_DIED', said);
  });

  for (const [name, garbage] of [
    ['text', Buffer.from('Segmentation fault\n')],
    ['a head that is no object', encodeFrame([] as never)],
    ['a frame without end', Buffer.alloc(8, 0xff)],
  ] as const) {
    test(`by sending ${name}`, async () => {
      const [near, far] = pipePair();
      const caller = new Caller(near, 'the guard', 'GUARD_DIED');
      const call = caller.call('a');
      far.write(garbage);
      await assertRejects(() => call, 'GUARD_DIED', 'the guard sent something that is not an answer');
      await assertRejects(() => caller.call('b'), 'GUARD_DIED', 'the guard sent something that is not an answer');
    });

    test(`serving ends when the peer sends ${name}`, async () => {
      const [near, far] = pipePair();
      const ended = serve(far, {});
      near.write(garbage);
      await assert.rejects(ended, (error: unknown) => error instanceof RangeError || error instanceof SyntaxError);
    });
  }
});

describe('bytes may be secrets', () => {
  test('a request’s are zeroed when its handler has settled, well or badly', async () => {
    const seen: Buffer[] = [];
    const { caller } = joined({
      keep: ({ bytes }) => {
        assert.equal(bytes.toString(), 'secret');
        seen.push(bytes);
        return undefined;
      },
      fail: ({ bytes }) => {
        seen.push(bytes);
        throw new CeremonyError('PIN_INCORRECT', 'no');
      },
    });
    await caller.call('keep', {}, { bytes: Buffer.from('secret') });
    await caller.call('fail', {}, { bytes: Buffer.from('secret') }).catch(() => undefined);
    await caller.call('unknown', {}, { bytes: Buffer.from('secret') }).catch(() => undefined);
    assert.deepEqual(seen, [Buffer.alloc(6), Buffer.alloc(6)]);
  });

  test('an answer’s are zeroed when it is marked as secret, and only then', async () => {
    const made = [Buffer.from('secret'), Buffer.from('public')];
    const { caller } = joined({
      secret: () => ({ bytes: made[0] as Buffer, secret: true }),
      public: () => ({ bytes: made[1] as Buffer }),
    });
    assert.equal((await caller.call('secret')).bytes.toString(), 'secret');
    assert.equal((await caller.call('public')).bytes.toString(), 'public');
    assert.deepEqual(made.map(String), ['\0\0\0\0\0\0', 'public']);
  });

  test('the frames themselves are zeroed once they are written', async () => {
    const written: Buffer[] = [];
    const decoder = new FrameDecoder();
    const stream: Duplex = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk);
        for (const { head } of decoder.push(Buffer.from(chunk))) this.push(encodeFrame({ id: head['id'] as number }));
        done();
      },
    });
    await new Caller(stream, 'the guard', 'GUARD_DIED').call('login', {}, { bytes: Buffer.from('secret PIN') });
    assert.equal(written.length, 1);
    assert.ok(written[0]?.every((octet) => octet === 0));
  });
});
