import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FolderFiles } from '../../src/adapters/files.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { assertRejects } from '../der/refusal.ts';

let folder: string;
let synced: string[];
let files: FolderFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-files-'));
  synced = [];
  files = new FolderFiles(folder, async (paths) => {
    for (const path of paths) {
      // Nobody can make durable what is not there.
      lstatSync(path);
      synced.push(path.slice(folder.length + 1));
    }
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const CONTENT = Buffer.from('content');
const at = (path: string) => join(folder, path);
const incoming = () => (existsSync(at('.incoming')) ? readdirSync(at('.incoming')) : []);

describe('a file is created', () => {
  test('whole, for its owner alone, with its folders, and read back', async () => {
    await files.create('roster/roster.json', CONTENT);
    assert.deepEqual(readFileSync(at('roster/roster.json')), CONTENT);
    assert.equal(statSync(at('roster/roster.json')).mode & 0o777, 0o600);
    assert.deepEqual(await files.read('roster/roster.json'), CONTENT);
    await files.create('empty', new Uint8Array(0));
    assert.deepEqual(await files.read('empty'), Buffer.alloc(0));
    assert.deepEqual(await files.list(), ['empty', 'roster/roster.json']);
  });

  test('durable before it has its name, and its name durable after', async () => {
    await files.create('a/b', CONTENT);
    assert.deepEqual(synced, ['', '.incoming/1/', '']);
    synced.length = 0;
    await files.create('a/c', CONTENT);
    assert.deepEqual(synced, ['.incoming/2', 'a']);
    assert.deepEqual(incoming(), []);
  });

  test('not under its name while it is not durable', async () => {
    const seen: (readonly string[])[] = [];
    const slow = new FolderFiles(folder, async () => {
      seen.push(readdirSync(folder).filter((name) => name !== '.incoming'));
    });
    await slow.create('late', CONTENT);
    assert.deepEqual(seen, [[], [], ['late']]);
  });

  test('never in place of another: the old one stays, and nothing is left over', async () => {
    await files.create('a', CONTENT);
    await assertRejects(
      () => files.create('a', Buffer.from('other')),
      'OUTPUT_EXISTS',
      `"a" exists already in "${folder}"; nothing is overwritten`,
    );
    assert.deepEqual(await files.read('a'), CONTENT);
    assert.deepEqual(incoming(), []);
    files.close();
    assert.deepEqual(readdirSync(folder), ['a']);
  });

  test('not over a link, a folder or a pipe, and not through them', async () => {
    writeFileSync(at('elsewhere'), 'precious');
    symlinkSync('elsewhere', at('link'));
    symlinkSync('nowhere', at('dangling'));
    mkdirSync(at('taken'));
    execFileSync('mkfifo', [at('pipe')]);
    for (const name of ['link', 'dangling', 'taken', 'pipe']) {
      await assertRejects(
        () => files.create(name, CONTENT),
        'OUTPUT_EXISTS',
        `"${name}" exists already in "${folder}"; nothing is overwritten`,
      );
    }
    assert.equal(readFileSync(at('elsewhere'), 'utf8'), 'precious');
    assert.equal(existsSync(at('nowhere')), false);
    assert.deepEqual(incoming(), []);
  });

  test('not through a link or a file where a folder must be', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'quorate-outside-'));
    try {
      symlinkSync(outside, at('roster'));
      writeFileSync(at('crls'), '');
      for (const name of ['roster', 'crls']) {
        const message = `"${name}" is a link or a file where a folder must be`;
        await assertRejects(() => files.create(`${name}/x`, CONTENT), 'PATH_REFUSED', message);
        await assertRejects(() => files.create(`${name}/deep/x`, CONTENT), 'PATH_REFUSED', message);
      }
      assert.deepEqual(readdirSync(outside), []);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('not by way of a link that lies where incoming files do', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'quorate-outside-'));
    try {
      symlinkSync(outside, at('.incoming'));
      await assertRejects(
        () => files.create('a', CONTENT),
        'PATH_REFUSED',
        '".incoming" is a link or a file where a folder must be',
      );
      assert.deepEqual(readdirSync(outside), []);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('beside what an earlier ceremony left behind', async () => {
    mkdirSync(at('.incoming'));
    writeFileSync(at('.incoming/1'), 'half');
    symlinkSync('/etc/passwd', at('.incoming/2'));
    await files.create('a', CONTENT);
    assert.deepEqual(await files.read('a'), CONTENT);
    assert.deepEqual(incoming(), ['1', '2']);
    files.close();
    assert.deepEqual(await files.list(), ['a']);
  });

  test('in a folder that is not there, or is none, it is refused', async () => {
    writeFileSync(at('file'), '');
    for (const [root, code] of [
      [at('nowhere'), 'ENOENT'],
      [at('file'), 'ENOTDIR'],
    ] as const) {
      const none = new FolderFiles(root, async () => undefined);
      await assertRejects(
        () => none.create('a', CONTENT),
        'OUTPUT_UNWRITABLE',
        `".incoming" cannot be written in "${root}": ${code}`,
      );
      await assertRejects(
        () => none.append('a', 'line'),
        'OUTPUT_UNWRITABLE',
        `"a" cannot be written in "${root}": ${code}`,
      );
      await assertRejects(() => none.list(), 'FILE_UNREADABLE', `"${root}" cannot be listed: ${code}`);
    }
  });

  test('without links (a memory stick) by renaming, and still never in place of another', async () => {
    const { linkSync } = fs;
    fs.linkSync = () => {
      throw Object.assign(new Error('no links here'), { code: 'EPERM' });
    };
    syncBuiltinESMExports();
    try {
      await files.create('a', CONTENT);
      await assertRejects(
        () => files.create('a', Buffer.from('other')),
        'OUTPUT_EXISTS',
        `"a" exists already in "${folder}"; nothing is overwritten`,
      );
    } finally {
      fs.linkSync = linkSync;
      syncBuiltinESMExports();
    }
    assert.deepEqual(await files.read('a'), CONTENT);
    assert.deepEqual(incoming(), []);
  });
});

describe('several files at once', () => {
  test('are durable together before the first has its name', async () => {
    await files.createAll([
      ['a/1', CONTENT],
      ['a/2', CONTENT],
      ['b', CONTENT],
    ]);
    assert.deepEqual(await files.list(), ['a/1', 'a/2', 'b']);
    assert.deepEqual(synced, ['', '.incoming/1/', '.incoming/2', '']);
  });

  test('end at the first that cannot be: those before it are whole, and nothing is left over', async () => {
    await files.create('b', CONTENT);
    const batch = [
      ['a', CONTENT],
      ['b', Buffer.from('other')],
      ['c', CONTENT],
    ] as const;
    await assertRejects(
      () => files.createAll(batch),
      'OUTPUT_EXISTS',
      `"b" exists already in "${folder}"; nothing is overwritten`,
    );
    assert.deepEqual(await files.list(), ['a', 'b']);
    assert.deepEqual([await files.read('a'), await files.read('b')], [CONTENT, CONTENT]);
    assert.deepEqual(incoming(), []);
  });

  test('with one path that leaves the folder: none is made', async () => {
    await assertRejects(
      () =>
        files.createAll([
          ['a', CONTENT],
          ['../b', CONTENT],
        ]),
      'PATH_REFUSED',
      '"../b" is not a path inside the output folder',
    );
    assert.deepEqual(await files.list(), []);
    assert.deepEqual(incoming(), []);
  });

  test('of folders that are not there get their names with the topmost of them', async () => {
    await files.create('pack/old', CONTENT);
    synced.length = 0;
    const names = ['x/y/1', 'x/y/z/2', 'x/3', 'pack/4', 'pack/in/5', 'pack/in/deep/6'];
    const seen: (readonly string[])[] = [];
    const watched = new FolderFiles(folder, async (paths) => {
      seen.push((await files.list()).filter((name) => name !== 'pack/old'));
      for (const path of paths) synced.push(path.slice(folder.length + 1));
    });
    await watched.createAll(names.map((name) => [name, Buffer.from(name)] as const));
    assert.deepEqual(synced, ['.incoming/1/', '.incoming/2', '.incoming/3/', '', 'pack']);
    assert.deepEqual(seen, [[], names.toSorted()]);
    for (const name of names) assert.equal(readFileSync(at(name), 'utf8'), name);
    await watched.createAll([['x/y/7', CONTENT]]);
    assert.deepEqual(synced.slice(5), ['.incoming/4', 'x/y']);
    assert.deepEqual(incoming(), []);
  });

  test('of a folder that somebody else makes meanwhile are refused, and nothing is left over', async () => {
    const raced = new FolderFiles(folder, async ([path]) => {
      if (!path?.endsWith('/')) return;
      mkdirSync(at('a'), { recursive: true });
      writeFileSync(at('a/theirs'), 'theirs');
    });
    await assertRejects(
      () => raced.createAll([['a/ours', CONTENT]]),
      'OUTPUT_EXISTS',
      `"a" exists already in "${folder}"; nothing is overwritten`,
    );
    assert.deepEqual(await files.list(), ['a/theirs']);
    assert.deepEqual(incoming(), []);
  });

  test('of which two have one name are refused, and none is made', async () => {
    await assertRejects(
      () =>
        files.createAll([
          ['a/1', CONTENT],
          ['a/1', CONTENT],
        ]),
      'OUTPUT_EXISTS',
      `"a/1" exists already in "${folder}"; nothing is overwritten`,
    );
    assert.deepEqual(await files.list(), []);
    assert.deepEqual(incoming(), []);
  });

  test('are written as they come: the next is made when the last is written', async () => {
    const there: number[] = [];
    const lazily = async function* () {
      for (const index of [1, 2, 3]) {
        there.push(existsSync(at('.incoming/1')) ? readdirSync(at('.incoming/1')).length : 0);
        yield [`a/${index}`, CONTENT] as const;
      }
    };
    await files.createAll(lazily());
    assert.deepEqual(there, [0, 1, 2]);
    assert.deepEqual(await files.list(), ['a/1', 'a/2', 'a/3']);
  });

  test('of an interrupted run are swept away, whole folders too', async () => {
    mkdirSync(at('.incoming/7/deep'), { recursive: true });
    writeFileSync(at('.incoming/7/deep/half'), 'half');
    writeFileSync(at('.incoming/8'), 'half');
    writeFileSync(at('.incoming/holder'), 'ours');
    files.sweep();
    assert.deepEqual(incoming(), ['holder']);
  });

  test('of no files is nothing', async () => {
    await files.createAll([]);
    assert.deepEqual(await files.list(), []);
  });
});

describe('paths stay inside the folder', () => {
  const paths = [
    '..',
    '../x',
    'a/../../x',
    '/etc/x',
    './x',
    'a//x',
    '',
    'a/',
    '.hidden',
    'a/.hidden',
    '.incoming/1',
    'a\\x',
    'a\0x',
    'a\nx',
    'a b',
    'é',
    '-x',
    'x'.repeat(161),
    'a:b',
  ];
  for (const path of paths) {
    test(JSON.stringify(path), async () => {
      const message = `"${path}" is not a path inside the output folder`;
      await assertRejects(() => files.create(path, CONTENT), 'PATH_REFUSED', message);
      await assertRejects(() => files.append(path, 'line'), 'PATH_REFUSED', message);
      await assertRejects(() => files.read(path), 'PATH_REFUSED', message);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name !== '.incoming'),
        [],
      );
    });
  }
});

describe('reading', () => {
  test('gives a file, and says what is not there', async () => {
    await assertRejects(() => files.read('none'), 'FILE_MISSING', `"none" is not in "${folder}"`);
    await assertRejects(() => files.read('no/where'), 'FILE_MISSING', `"no/where" is not in "${folder}"`);
  });

  test('follows no link, of a file or of a folder', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/x'), 'x');
    symlinkSync('real/x', at('link'));
    symlinkSync('real', at('folder'));
    symlinkSync('loop', at('loop'));
    await assertRejects(() => files.read('link'), 'PATH_REFUSED', '"link" is a link where a file must be');
    await assertRejects(() => files.read('loop'), 'PATH_REFUSED', '"loop" is a link where a file must be');
    await assertRejects(
      () => files.read('folder/x'),
      'PATH_REFUSED',
      '"folder" is a link or a file where a folder must be',
    );
  });

  test('waits for no pipe, and reads no folder', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    mkdirSync(at('folder'));
    for (const name of ['pipe', 'folder']) {
      await assertRejects(() => files.read(name), 'FILE_UNREADABLE', `"${name}" is not a regular file`);
    }
  });

  test('lists files alone, and refuses what is neither file nor folder', async () => {
    await files.create('b/c', CONTENT);
    await files.create('a', CONTENT);
    assert.deepEqual(await files.list(), ['a', 'b/c']);
    symlinkSync('a', at('b/link'));
    await assertRejects(() => files.list(), 'PATH_REFUSED', '"b/link" is neither a file nor a folder');
  });

  test('says what lies in a folder, each as what it is, and follows nothing', async () => {
    await files.create('b/c', CONTENT);
    await files.create('b/d/e', CONTENT);
    symlinkSync('c', at('b/link'));
    execFileSync('mkfifo', [at('b/pipe')]);
    const found = await files.entries('b', 10);
    assert.deepEqual(found.map(({ name, kind }) => `${name} ${kind}`).sort(), [
      'c file',
      'd folder',
      'link link',
      'pipe other',
    ]);
    assert.equal((await files.entries('b', 2)).length, 3, 'one more than may be');
    symlinkSync('b', at('folder'));
    for (const name of ['folder', 'b/c', 'folder/d'])
      await assertRejects(
        () => files.entries(name, 10),
        'PATH_REFUSED',
        `"${name.replace('/d', '')}" is a link or a file where a folder must be`,
      );
    await assertRejects(() => files.entries('x', 10), 'FILE_MISSING', `"x" is not in "${folder}"`);
    await assertRejects(
      () => files.entries('../x', 10),
      'PATH_REFUSED',
      '"../x" is not a path inside the output folder',
    );
  });
});

describe('the transcript', () => {
  test('grows by lines; the file is new, and its folder durable', async () => {
    await files.append('events.jsonl', '{"seq":1}');
    await files.append('events.jsonl', '');
    await files.append('chain.jsonl', 'x');
    assert.equal(readFileSync(at('events.jsonl'), 'utf8'), '{"seq":1}\n\n');
    assert.deepEqual(synced, ['', '']);
    assert.equal(statSync(at('events.jsonl')).mode & 0o777, 0o600);
    files.close();
    files.close();
  });

  test('is never continued: another ceremony’s stays as it is', async () => {
    writeFileSync(at('events.jsonl'), 'old\n');
    symlinkSync('nowhere', at('chain.jsonl'));
    for (const name of ['events.jsonl', 'chain.jsonl']) {
      await assertRejects(
        () => files.append(name, 'new'),
        'OUTPUT_EXISTS',
        `"${name}" exists already in "${folder}"; nothing is overwritten`,
      );
    }
    assert.equal(readFileSync(at('events.jsonl'), 'utf8'), 'old\n');
    assert.equal(existsSync(at('nowhere')), false);
  });
});

test('an error of the one who makes things durable is passed on, and nothing half written stays', async () => {
  const died = new CeremonyError('GUARD_DIED', 'the supervisor ended before it answered');
  let working = true;
  const unsure = new FolderFiles(folder, async () => {
    if (!working) throw died;
  });
  await unsure.create('a', CONTENT);
  working = false;
  await assert.rejects(unsure.create('b', CONTENT), died);
  assert.deepEqual(await unsure.list(), ['a']);
  assert.deepEqual(incoming(), []);
});
