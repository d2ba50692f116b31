import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { encodeFrame, FrameDecoder, MAX_FRAME } from '../../src/channel/frames.ts';

const FRAMES: readonly { readonly head: JsonObject; readonly bytes: Buffer }[] = [
  { head: { id: 1, method: 'login', params: { serial: 'Größe' } }, bytes: Buffer.from('secret PIN') },
  { head: {}, bytes: Buffer.alloc(0) },
  { head: { id: 2 }, bytes: Buffer.from([0, 255, 10, 13]) },
];
const STREAM = Buffer.concat(FRAMES.map(({ head, bytes }) => encodeFrame(head, bytes)));

function prefix(headLength: number, bytesLength: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32BE(headLength, 0);
  buffer.writeUInt32BE(bytesLength, 4);
  return buffer;
}

describe('a frame on the wire', () => {
  test('is two lengths, a JSON head, and the bytes as they are', () => {
    assert.equal(
      encodeFrame({ id: 1 }, Buffer.from([1, 2, 3])).toString('hex'),
      `0000000800000003${Buffer.from('{"id":1}').toString('hex')}010203`,
    );
    assert.equal(encodeFrame({}).toString('hex'), '00000002000000007b7d');
  });

  test('holds a copy: what was handed in can be zeroed at once', () => {
    const secret = Buffer.from('secret');
    const frame = encodeFrame({}, secret);
    secret.fill(0);
    assert.equal(frame.subarray(-6).toString(), 'secret');
  });

  test('has an end', () => {
    assert.throws(() => encodeFrame({}, new Uint8Array(MAX_FRAME)), {
      name: 'RangeError',
      message: `frame of ${MAX_FRAME + 2} bytes is too large`,
    });
  });
});

describe('a stream is cut into its frames', () => {
  test('in one piece', () => {
    const decoder = new FrameDecoder();
    assert.deepEqual(decoder.push(Buffer.from(STREAM)), FRAMES);
    assert.ok(decoder.isEmpty);
  });

  test('split in two at every place', () => {
    for (let at = 0; at <= STREAM.length; at++) {
      const decoder = new FrameDecoder();
      const got = [
        ...decoder.push(Buffer.from(STREAM.subarray(0, at))),
        ...decoder.push(Buffer.from(STREAM.subarray(at))),
      ];
      assert.deepEqual(got, FRAMES, `split at ${at}`);
      assert.ok(decoder.isEmpty);
    }
  });

  test('split in three at every two places of the first frame', () => {
    const [frame] = FRAMES;
    const whole = encodeFrame(frame?.head ?? {}, ...(frame ? [frame.bytes] : []));
    for (let one = 0; one <= whole.length; one++) {
      for (let two = one; two <= whole.length; two++) {
        const decoder = new FrameDecoder();
        const parts = [whole.subarray(0, one), whole.subarray(one, two), whole.subarray(two)];
        assert.deepEqual(
          parts.flatMap((part) => decoder.push(Buffer.from(part))),
          [frame],
        );
      }
    }
  });

  test('octet by octet, and it says whether something is left over', () => {
    const decoder = new FrameDecoder();
    const got = [...STREAM].flatMap((octet, index) => {
      const frames = decoder.push(Buffer.of(octet));
      assert.equal(decoder.isEmpty, frames.length > 0, `after octet ${index}`);
      return frames;
    });
    assert.deepEqual(got, FRAMES);
  });

  test('a large frame in small chunks takes time in proportion, not by its square', () => {
    const large = randomBytes(32 * 2 ** 20);
    const wire = encodeFrame({ id: 1 }, large);
    const decoder = new FrameDecoder();
    const before = process.cpuUsage();
    let got: readonly { bytes: Buffer }[] = [];
    for (let at = 0; at < wire.length; at += 65_536) got = decoder.push(wire.subarray(at, at + 65_536));
    const { user, system } = process.cpuUsage(before);
    assert.equal(Buffer.compare(got[0]?.bytes ?? Buffer.alloc(0), large), 0);
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms`);
  });
});

describe('what a frame carried does not stay behind', () => {
  test('every chunk is zeroed when it has been taken, whole or in parts', () => {
    for (const size of [3, 7, STREAM.length]) {
      const decoder = new FrameDecoder();
      for (let at = 0; at < STREAM.length; at += size) {
        const chunk = Buffer.from(STREAM.subarray(at, at + size));
        decoder.push(chunk);
        assert.ok(chunk.every((octet) => octet === 0));
      }
    }
  });

  test('the bytes of a frame are its own: zeroing the chunk leaves them, and zeroing them leaves the rest', () => {
    const chunk = Buffer.from(STREAM);
    const [first, , third] = new FrameDecoder().push(chunk);
    assert.equal(first?.bytes.toString(), 'secret PIN');
    first?.bytes.fill(0);
    assert.deepEqual(third?.bytes, FRAMES[2]?.bytes);
  });

  test('a chunk that was refused is zeroed, too', () => {
    const chunk = Buffer.concat([prefix(3, 6), Buffer.from('???secret')]);
    assert.throws(() => new FrameDecoder().push(chunk));
    assert.ok(chunk.every((octet) => octet === 0));
  });
});

describe('a peer that does not speak this protocol is refused', () => {
  const huge: readonly (readonly [head: number, bytes: number])[] = [
    [MAX_FRAME, 0],
    [0, MAX_FRAME],
    [MAX_FRAME / 2, MAX_FRAME / 2],
    [0xffffffff, 0xffffffff],
    // −1 as a signed number.
    [0xffffffff, 0],
    [0x80000000, 0],
  ];
  for (const [head, bytes] of huge) {
    test(`${head} and ${bytes} announced, before any of it comes`, () => {
      assert.throws(() => new FrameDecoder().push(prefix(head, bytes)), {
        name: 'RangeError',
        message: `frame of ${8 + head + bytes} bytes announced; at most ${MAX_FRAME} are allowed`,
      });
    });
  }

  test('the largest frame that is allowed is waited for', () => {
    const decoder = new FrameDecoder();
    assert.deepEqual(decoder.push(prefix(2, MAX_FRAME - 10)), []);
    assert.equal(decoder.isEmpty, false);
  });

  for (const head of ['', '{', 'null', '7', '"text"', '[]', '{}{}', '\u0000']) {
    test(`a head ${JSON.stringify(head)}`, () => {
      const text = Buffer.from(head);
      assert.throws(() => new FrameDecoder().push(Buffer.concat([prefix(text.length, 0), text])), SyntaxError);
    });
  }

  test('text where frames should be', () => {
    assert.throws(() => new FrameDecoder().push(Buffer.from('HTTP/1.1 200 OK\r\n')), RangeError);
  });
});
