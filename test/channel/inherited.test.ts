import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { after, test } from 'node:test';
import { Caller } from '../../src/channel/requests.ts';
import { assertRejects } from '../der/refusal.ts';

const SOURCE = new URL('../../src/channel/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'quorate-pipe-'));
after(() => rmSync(folder, { recursive: true }));

/** A process of ours that serves at file descriptor 3, under the permission model as the core is. */
const PROGRAM = join(folder, 'peer.mjs');
writeFileSync(
  PROGRAM,
  `import { inheritedPipe } from '${SOURCE}inherited.ts';
import { serve } from '${SOURCE}requests.ts';
await serve(inheritedPipe(3), {
  echo: ({ bytes }) => ({ bytes: Buffer.from(bytes) }),
  size: ({ bytes }) => ({ value: bytes.length }),
  die: () => process.kill(process.pid, 'SIGKILL'),
  connect: async () => {
    const { connect } = await import('node:net');
    return await new Promise((resolve) => {
      try {
        connect(1, '127.0.0.1').on('error', (error) => resolve({ value: error.code }));
      } catch (error) {
        resolve({ value: error.code });
      }
    });
  },
});
process.stdout.write('ended');
`,
);

function start(): { child: ChildProcess; caller: Caller; pipe: Duplex; output: Promise<string> } {
  const child = spawn(process.execPath, ['--permission', '--allow-fs-read=*', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const pipe = child.stdio[3] as Duplex;
  const output = new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('close', (code) => resolve(`${text} ${code}`));
  });
  return { child, caller: new Caller(pipe, 'the peer', 'GUARD_DIED'), pipe, output };
}

test('a pipe that the parent left open carries small and large frames both ways, many at once', async () => {
  const { caller, output } = start();
  const sizes = [0, 1, 65_535, 65_536, 65_537, 3_000_000];
  const sent = sizes.map((size) => randomBytes(size));
  const replies = await Promise.all(sent.map((bytes) => caller.call('echo', {}, { bytes: Buffer.from(bytes) })));
  for (const [index, reply] of replies.entries())
    assert.equal(Buffer.compare(reply.bytes, sent[index] as Buffer), 0, `${sizes[index]}`);
  caller.close();
  assert.equal(await output, 'ended 0');
});

test('frames that come in crumbs are put together', async () => {
  const { caller, pipe, output } = start();
  const write = pipe.write.bind(pipe) as (chunk: Buffer) => boolean;
  pipe.write = ((chunk: Buffer, done: () => void) => {
    for (const octet of chunk) write(Buffer.of(octet));
    done();
    return true;
  }) as typeof pipe.write;
  assert.equal((await caller.call('size', {}, { bytes: Buffer.alloc(300) })).value, 300);
  caller.close();
  assert.equal(await output, 'ended 0');
});

test('it is no way out: the process may not connect', async () => {
  const { caller, output } = start();
  assert.equal((await caller.call('connect')).value, 'ERR_ACCESS_DENIED');
  caller.close();
  assert.equal(await output, 'ended 0');
});

test('a peer that is killed in the middle of a call is known to have died', async () => {
  const { caller, child } = start();
  await assertRejects(() => caller.call('die'), 'GUARD_DIED', 'the peer ended before it answered');
  if (child.signalCode === null) await new Promise((resolve) => child.on('exit', resolve));
  assert.equal(child.signalCode, 'SIGKILL');
});
