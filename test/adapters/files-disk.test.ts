import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { onSmallDisk } from './on-small-disk.ts';

describe('a disk that is full', () => {
  test('gives a code, leaves what was there, and nothing half written', () => {
    const result = onSmallDisk(
      { size: 64 },
      `const files = new FolderFiles(disk, fsync);
      await files.create('small', Buffer.alloc(8192, 1));
      const large = await refused(() => files.create('large', Buffer.alloc(65536)));
      const batch = await refused(() => files.createAll([['one', Buffer.alloc(4096)], ['two', Buffer.alloc(65536)]]));
      const after = await refused(() => files.create('after', Buffer.alloc(8192, 2)));
      console.log(JSON.stringify({ large, batch, after, list: await files.list(), incoming: fs.readdirSync(disk + '/.incoming'),
        small: fs.readFileSync(disk + '/small').every((octet) => octet === 1) }));`,
    ) as Record<string, unknown>;
    const message = (name: string) => ({
      code: 'OUTPUT_FULL',
      text: new RegExp(`^there is no room for "${name}" in "/.*"$`),
    });
    for (const [key, name] of [
      ['large', 'large'],
      ['batch', 'two'],
    ] as const) {
      const [kind, code, text] = result[key] as string[];
      assert.deepEqual([kind, code], ['CeremonyError', message(name).code]);
      assert.match(text ?? '', message(name).text);
    }
    assert.deepEqual(
      { ...result, large: 0, batch: 0 },
      { large: 0, batch: 0, after: 'done', list: ['after', 'small'], incoming: [], small: true },
    );
  });

  test('leaves nothing of what is written window by window, alone or among others, and the next has the room', () => {
    const result = onSmallDisk(
      { size: 2048 },
      `const files = new FolderFiles(disk, fsync);
      await files.reserve(65536);
      const looked = [];
      const octets = (length) => ({ length, subarray: (begin, end) => Buffer.alloc(end - begin, 7),
        copyTo: (target, begin) => { looked.push(begin); target.fill(7); } });
      const large = await refused(() => files.create('crls/large', octets(4000000)));
      const batch = await refused(() => files.createAll([['crls/one', octets(500000)], ['crls/two', octets(3000000)]]));
      const left = [fs.existsSync(disk + '/crls'), fs.readdirSync(disk + '/.incoming')];
      const after = await refused(() => files.create('crls/after', octets(1500000)));
      console.log(JSON.stringify({ large: large[1], batch: batch[1], left, after, windows: looked.length > 12,
        list: await files.list(), size: fs.statSync(disk + '/crls/after').size }));`,
    );
    assert.deepEqual(result, {
      large: 'OUTPUT_FULL',
      batch: 'OUTPUT_FULL',
      left: [false, []],
      after: 'done',
      windows: true,
      list: ['crls/after'],
      size: 1_500_000,
    });
  });

  test('goes with nothing half written where the process is killed in the middle of a long file', () => {
    const result = onSmallDisk(
      { size: 8192 },
      `const { spawnSync } = await import('node:child_process');
      const text = "const { FolderFiles } = await import('" + source + "');" +
        "let windows = 0; const octets = { length: 3000000, subarray: (a, b) => Buffer.alloc(b - a)," +
        "copyTo: () => { if (++windows === 5) process.kill(process.pid, 'SIGKILL'); } };" +
        "await new FolderFiles(process.argv[1], async () => undefined).createAll([['crls/one', Buffer.from('1')], ['crls/long', octets]]);";
      const killed = spawnSync(process.execPath, ['--input-type=module', '-e', text, disk]);
      const files = new FolderFiles(disk, fsync, true);
      const before = [fs.existsSync(disk + '/crls'), fs.readdirSync(disk + '/.incoming').length > 0];
      files.sweep();
      const after = fs.readdirSync(disk + '/.incoming');
      await files.create('crls/long', Buffer.alloc(3000000));
      console.log(JSON.stringify({ signal: killed.signal, before, after, list: await files.list() }));`,
    );
    assert.deepEqual(result, { signal: 'SIGKILL', before: [false, true], after: [], list: ['crls/long'] });
  });

  test('stops the transcript with a code; its lines before stay whole', () => {
    const result = onSmallDisk(
      { size: 64 },
      `const files = new FolderFiles(disk, fsync);
      let lines = 0;
      let stop;
      while (!stop && lines < 1000) {
        const end = await refused(() => files.append('events.jsonl', 'x'.repeat(999)));
        if (end === 'done') lines++; else stop = end;
      }
      const text = fs.readFileSync(disk + '/events.jsonl', 'utf8').split('\\n');
      console.log(JSON.stringify({ lines, code: stop?.[1], whole: text.slice(0, lines).every((line) => line.length === 999) }));`,
    ) as { lines: number; code: string; whole: boolean };
    assert.ok(result.lines > 10, String(result.lines));
    assert.deepEqual([result.code, result.whole], ['OUTPUT_FULL', true]);
  });

  test('gives a code when not even a folder fits', () => {
    const result = onSmallDisk(
      {
        size: 64,
        prepare: 'head -c 65536 /dev/zero >"$DISK/filler" 2>/dev/null; mount -o remount,nr_inodes=2 "$DISK"',
      },
      `console.log(JSON.stringify(await refused(() => new FolderFiles(disk, fsync).create('a/b', Buffer.alloc(1)))));`,
    ) as string[];
    assert.deepEqual(result.slice(0, 2), ['CeremonyError', 'OUTPUT_FULL']);
  });
});

describe('a disk that cannot be written', () => {
  test('gives a code for files, folders and the transcript, and stays as it was', () => {
    const result = onSmallDisk(
      {
        size: 64,
        prepare: 'mkdir "$DISK/.incoming" "$DISK/a" && echo old >"$DISK/a/old" && mount -o remount,ro "$DISK"',
      },
      `const files = new FolderFiles(disk, fsync);
      console.log(JSON.stringify({ file: await refused(() => files.create('a/new', Buffer.alloc(1))), folder: await refused(() => files.create('b/new', Buffer.alloc(1))),
        line: await refused(() => files.append('events.jsonl', 'x')), list: await files.list(), old: String(await files.read('a/old')) }));`,
    ) as Record<string, unknown>;
    const refusal = (value: unknown) => (value as string[]).join(' ').replace(/"\/.*"/, 'DISK');
    assert.equal(refusal(result['file']), 'CeremonyError OUTPUT_UNWRITABLE "a/new" cannot be written in DISK: EROFS');
    assert.equal(refusal(result['folder']), 'CeremonyError OUTPUT_UNWRITABLE "b" cannot be written in DISK: EROFS');
    assert.equal(
      refusal(result['line']),
      'CeremonyError OUTPUT_UNWRITABLE "events.jsonl" cannot be written in DISK: EROFS',
    );
    assert.deepEqual([result['list'], result['old']], [['a/old'], 'old\n']);
  });
});

describe('the smaller of two disks that hold the same', () => {
  test('fills up: the other has everything, and with room made both are the same again', () => {
    const result = onSmallDisk(
      { size: 128, prepare: 'mkdir "$DISK/other" "$DISK/small" && mount -t tmpfs -o size=1024k other "$DISK/other"' },
      `fs.writeFileSync(disk + '/filler', Buffer.alloc(65536));
      const [other, small] = [disk + '/other', disk + '/small'];
      const pair = [other, small].map((at) => ({ at, files: new FolderFiles(at, fsync) }));
      const files = new MirroredFiles(pair, async (at) => new FolderFiles(at, fsync, true));
      const lines = (at) => fs.readFileSync(at + '/events.jsonl', 'utf8').split('\\n');
      let written = 0;
      while (!files.lost && written < 1000) {
        await files.append('events.jsonl', 'x'.repeat(999));
        written++;
      }
      const lost = [files.lost?.code, /"events.jsonl" in ".*small"$/.test(files.lost?.message)];
      const whole = [lines(other).length - 1, lines(other).every((line) => line === '' || line.length === 999)];
      const full = (await refused(() => files.restore())).slice(0, 2);
      await files.create('after', Buffer.alloc(9000, 1));
      fs.rmSync(disk + '/filler');
      await files.restore();
      await files.append('events.jsonl', 'y');
      console.log(JSON.stringify({ written, lost, whole, full, at: files.lostAt ?? 'none',
        same: ['events.jsonl', 'after'].map((name) => fs.readFileSync(other + '/' + name).equals(fs.readFileSync(small + '/' + name))) }));`,
    ) as { written: number };
    assert.ok(result.written > 10, String(result.written));
    const expected = {
      lost: ['COPY_LOST', true],
      whole: [result.written, true],
      full: ['CeremonyError', 'COPY_LOST'],
      at: 'none',
      same: [true, true],
    };
    assert.deepEqual({ ...result, written: 0 }, { written: 0, ...expected });
  });
});
