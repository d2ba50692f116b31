import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { Printed } from '../../src/supervisor/printed.ts';
import { type Started, startGuard } from '../../src/supervisor/processes.ts';
import { StagedGuard } from '../guard/staged-guard.ts';
import { interpose } from '../softhsm/interposed-stage.ts';

/** All that was told of these chunks. */
async function told(chunks: readonly (Buffer | string)[], failed: boolean, isTTY: boolean): Promise<string> {
  const printed = new Printed(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
  const parts: string[] = [];
  await printed.tell(failed, { isTTY, write: (text) => parts.push(text) });
  return parts.join('');
}

describe('what a process prints', () => {
  const line = 'quorate: printed by the guard or a module: hello\n';

  test('is told on a terminal when something failed, and in a log in any case', async () => {
    assert.equal(await told(['hello\n'], true, true), line);
    assert.equal(await told(['hello\n'], true, false), line);
    assert.equal(await told(['hello\n'], false, false), line);
    assert.equal(await told(['hello\n'], false, true), '');
    assert.equal(await told([], true, true), '');
  });

  test('is told a row each, whole where it came in pieces, and with nothing that a terminal would obey', async () => {
    const text = await told(['one\r\ntw', 'o \u001b[2J\u001b]52;c;x\u0007', '\u202e\nthree'], true, true);
    assert.deepEqual(
      text.split('\n').map((row) => row.slice('quorate: printed by the guard or a module: '.length)),
      ['one', 'two \\u{1B}[2J\\u{1B}]52;c;x\\u{7}\\u{202E}', 'three', ''],
    );
  });

  test('is kept to its last 64 KiB, however much it is', async () => {
    const chunks = Array.from({ length: 300 }, (_, index) => `${String(index).padStart(999, '.')}\n`);
    const rows = (await told(chunks, true, true)).split('\n').slice(0, -1);
    assert.match(rows[0] ?? '', /: \(234464 bytes before this were not kept\)$/);
    assert.match(rows.at(-1) ?? '', /\.299$/);
    assert.equal(rows.length, 1 + 66);
    const [first] = (await told([Buffer.alloc(2 ** 20, 0x2e)], true, true)).split('\n');
    assert.match(first ?? '', /: \(983040 bytes before this were not kept\)$/);
  });

  test('does not hold it up: what nobody has asked for yet is read', async () => {
    const child = spawn('sh', ['-c', 'head -c 4000000 /dev/zero >&2; echo done >&2'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const printed = new Printed(child.stderr as Readable);
    await new Promise((resolve) => child.once('close', resolve));
    assert.match(printed.lines().at(-1) ?? '', /done$/);
  });
});

test('a module that prints at every call is heard by nobody at the table', { timeout: 120_000 }, async () => {
  let started: Started | undefined;
  const start: typeof startGuard = (...args) => {
    started = startGuard(...args);
    return started;
  };
  const staged = await StagedGuard.start(undefined, start, {
    reset: async (set, folder) => {
      const { stage, all } = await interpose(set, `${folder}/proxies`);
      for (const proxy of all) proxy.say('prints');
      return stage;
    },
  });
  try {
    await staged.guard.rollCall('crypto-officer-1');
    const lines = started?.printed?.lines() ?? [];
    assert.ok(lines.length > 10, lines.join('\n'));
    for (const line of lines) assert.match(line, /^\\u\{1B\}\[2J\\u\{1B\}\[HC_\w+ says: type your PIN here$/);
    assert.ok(lines.some((line) => line.includes('C_Sign ')));
  } finally {
    await staged.close();
  }
});
