import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { encodeFrame, FrameDecoder } from '../../src/channel/frames.ts';
import { Spool } from '../../src/guard/spool.ts';
import { openUnnamed } from '../../src/supervisor/output-folder.ts';
import { onSmallDisk } from '../adapters/on-small-disk.ts';
import { assertRefuses } from '../der/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-spool-'));
mkdirSync(join(folder, '.incoming'));
const fds: number[] = [];
after(() => {
  for (const fd of fds) closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

function opened(): { readonly fd: number; readonly spool: Spool } {
  const fd = openUnnamed(folder);
  fds.push(fd);
  const spool = Spool.at(fd);
  assert.ok(spool);
  return { fd, spool };
}

const [ONE, OTHER] = [randomBytes(1024 * 1024 + 1), randomBytes(1_500_000)];

function received(spool: Spool, ...all: readonly Uint8Array[]) {
  const decoder = new FrameDecoder((size) => spool.sink(size));
  const wire = Buffer.concat(all.map((bytes, id) => encodeFrame({ id }, bytes)));
  const frames = [];
  for (let at = 0; at < wire.length; at += 65_521)
    frames.push(...decoder.push(Buffer.from(wire.subarray(at, at + 65_521))));
  return frames;
}

describe('what is long and comes to the guard', () => {
  test('lies in a file without a name, whole, one behind the other; what is short stays in memory', () => {
    const { spool } = opened();
    assert.deepEqual(readdirSync(join(folder, '.incoming')), []);
    const frames = received(spool, ONE, Buffer.from('short'), OTHER);
    assert.deepEqual(
      frames.map(({ head, bytes, aside }) => [head['id'], bytes.length, aside === undefined]),
      [
        [0, 0, false],
        [1, 5, true],
        [2, 0, false],
      ],
    );
    const [one, , other] = frames.map(({ aside }) => aside?.());
    assert.deepEqual(Buffer.from(one?.subarray() ?? []), ONE);
    assert.deepEqual(Buffer.from(other?.subarray() ?? []), OTHER);
    assert.equal(other && sha256(other), sha256(OTHER));
  });

  test('is not read as anything else than what came, whoever writes to that file', () => {
    const { fd, spool } = opened();
    const [frame] = received(spool, ONE);
    const octets = frame?.aside?.();
    assert.ok(octets);
    writeSync(fd, Buffer.of((ONE[700_000] ?? 0) ^ 1), 0, 1, 700_000);
    assertRefuses(
      () => octets.subarray(700_000, 700_001),
      'FILE_UNREADABLE',
      '"what the guard was handed" changed while it was read',
    );
    assert.deepEqual(Buffer.from(octets.subarray(0, 100)), ONE.subarray(0, 100));
  });

  test('is refused, and not lost with the guard, where it cannot be put aside', () => {
    const fd = openUnnamed(folder);
    const spool = Spool.at(fd);
    assert.ok(spool);
    closeSync(fd);
    const [frame, next] = received(spool, ONE, Buffer.from('short'));
    assert.throws(() => frame?.aside?.(), /the guard cannot put 1048577 bytes aside: EBADF/);
    assert.equal(next?.bytes.toString(), 'short');
  });

  test('leaves no room taken where there is too little, and the next one has it', () => {
    const module = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url));
    const result = onSmallDisk(
      { size: 4096 },
      `const { Spool } = await import(${module('guard/spool.ts')});
      const { sha256 } = await import(${module('base/digest.ts')});
      const fd = fs.openSync(disk + '/0', 'wx+');
      fs.unlinkSync(disk + '/0');
      const spool = Spool.at(fd);
      const put = (size, octet) => {
        const sink = spool.sink(size);
        for (let at = 0; at < size; at += 65536) sink.write(Buffer.alloc(Math.min(65536, size - at), octet));
        return sink;
      };
      const first = put(1500000, 1).end();
      const large = put(6000000, 2);
      const room = fs.statfsSync(disk).bfree * fs.statfsSync(disk).bsize;
      const next = put(2000000, 3).end();
      console.log(JSON.stringify({ large: await refused(() => large.end()), room: room > 2500000,
        first: sha256(first.subarray()), next: sha256(next.subarray()) }));`,
    ) as Record<string, unknown>;
    assert.deepEqual(result, {
      large: ['CeremonyError', 'OUTPUT_FULL', 'the guard cannot put 6000000 bytes aside: ENOSPC'],
      room: true,
      first: sha256(Buffer.alloc(1_500_000, 1)),
      next: sha256(Buffer.alloc(2_000_000, 3)),
    });
  });

  test('is refused where it cannot be read any more', () => {
    const fd = openUnnamed(folder);
    const spool = Spool.at(fd);
    assert.ok(spool);
    const [frame] = received(spool, ONE);
    const octets = frame?.aside?.();
    closeSync(fd);
    assertRefuses(
      () => octets?.subarray(0, 1),
      'FILE_UNREADABLE',
      'what the guard was handed cannot be read any more: EBADF',
    );
  });

  test('stays in memory where the descriptor is no file, or one with a name', () => {
    const named = openSync(join(folder, 'named'), 'wx+');
    fds.push(named);
    assert.equal(Spool.at(named), undefined);
    assert.equal(Spool.at(9999), undefined);
  });
});
