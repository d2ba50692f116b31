import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FolderFiles } from '../../src/adapters/files.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { alignCopies, type Copy, completeCopy } from '../../src/run/complete-copy.ts';
import { MirroredFiles } from '../../src/run/mirrored-files.ts';
import { Recorder } from '../../src/run/recorder.ts';
import { clockOf, countingRandom, OPENING, saw } from './fakes.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'quorate-mirror-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const noSync = async () => undefined;

function folder(name: string): string {
  const at = join(parent, name);
  mkdirSync(at, { recursive: true });
  return at;
}

function copyAt(name: string, goesOn = false): Copy {
  const at = folder(name);
  return { at, files: new FolderFiles(at, noSync, goesOn) };
}

function pair(): MirroredFiles {
  return new MirroredFiles([copyAt('a'), copyAt('b')], async (at) => {
    mkdirSync(at, { recursive: true });
    return new FolderFiles(at, noSync, true);
  });
}

/** Everything in a folder that has a name, as text. */
function held(name: string): Record<string, string> {
  const at = join(parent, name);
  const files = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('.incoming'))
      .sort()
      .map((path) => [path.slice(at.length + 1), readFileSync(path, 'latin1')]),
  );
}

function refusal(code: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof CeremonyError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

/** A record of so many events, the first of which is an opening. */
async function record(files: Pick<FolderFiles, 'append'>, count: number, salt = countingRandom()): Promise<Recorder> {
  const recorder = new Recorder(files as never, clockOf('2027-03-10T09:00:00Z'), salt);
  await recorder.commit(OPENING);
  for (let index = 1; index < count; index++) await recorder.commit(saw('step', index));
  return recorder;
}

describe('two folders that hold the same', () => {
  test('are not told apart by a medium that is pulled out while a long file of it is written', async () => {
    const bytes = Buffer.alloc(700_000, 'what comes in on a medium, ');
    // Each folder reads it in three windows.
    for (const [looks, code] of [
      [1, 'FILE_UNREADABLE'],
      [4, undefined],
      [9, undefined],
    ] as const) {
      // So many looks succeed, and none after them.
      let left: number = looks;
      const octets = {
        length: bytes.length,
        subarray: (begin?: number, end?: number) => bytes.subarray(begin, end),
        copyTo: (target: Uint8Array, begin: number) => {
          if (--left < 0) throw new CeremonyError('FILE_UNREADABLE', '"published.crl" cannot be read: EIO');
          target.set(bytes.subarray(begin, begin + target.length));
        },
      };
      const [name, files] = [`inputs/${looks}.crl`, pair()];
      const written = files.createAll([
        [name, octets],
        ['inputs/beside.txt', Buffer.from(String(looks))],
      ]);
      if (code === undefined) await written;
      else await assert.rejects(written, refusal(code, /published/));
      assert.equal(files.lost, undefined);
      for (const folder of ['a', 'b']) {
        const there = held(folder);
        assert.equal(there[name], code === undefined ? bytes.toString('latin1') : undefined, `${looks} in ${folder}`);
        assert.equal(there['inputs/beside.txt'], code === undefined ? String(looks) : undefined);
        rmSync(join(parent, folder), { recursive: true });
      }
    }
  });

  test('have every file and every line, in both, when a call returns', async () => {
    const files = pair();
    await files.create('script.yaml', Buffer.from('one'));
    assert.deepEqual(held('b'), { 'script.yaml': 'one' });
    await files.createAll(new Map([['x/1', Buffer.from('two')]]));
    await record(files, 3);
    assert.equal(Object.keys(held('a')).length, 4);
    assert.deepEqual(held('a'), held('b'));
    assert.equal(files.lost, undefined);
  });

  for (const name of ['a', 'b']) {
    test(`hold on to what was written when "${name}" is taken away, and say so until people decide`, async () => {
      const files = pair();
      const recorder = await record(files, 2);
      renameSync(join(parent, name), join(parent, 'elsewhere'));
      writeFileSync(join(parent, name), 'no folder');
      await files.create('file', Buffer.from('two'));
      assert.equal(files.lost?.code, 'COPY_LOST');
      assert.match(files.lost?.message ?? '', new RegExp(`copy of the record in "/.*/${name}" is lost`));
      await recorder.commit(saw('step', 2));
      assert.equal(held(name === 'a' ? 'b' : 'a')['file'], 'two');
      assert.equal((await files.read('file')).toString(), 'two');
      files.forgo();
      assert.equal(files.lost, undefined);
      assert.equal(files.lostAt, join(parent, name));
    });
  }

  test('notice that the files of the transcript were removed, though their descriptors still take lines', async () => {
    const files = pair();
    const recorder = await record(files, 2);
    rmSync(join(parent, 'b'), { recursive: true });
    await recorder.commit(saw('step', 2));
    assert.equal(files.lostAt, join(parent, 'b'));
  });

  test('read what the other has when the first cannot be read', async () => {
    const files = pair();
    await files.create('file', Buffer.from('two'));
    rmSync(join(parent, 'a', 'file'));
    assert.equal((await files.read('file')).toString(), 'two');
    assert.equal(files.lostAt, join(parent, 'a'));
  });

  test('refuse what both refuse, and nothing is lost by that', async () => {
    const files = pair();
    await files.create('file', Buffer.from('two'));
    await assert.rejects(files.create('file', Buffer.from('three')), refusal('OUTPUT_EXISTS', /exists already/));
    await assert.rejects(files.read('other'), refusal('FILE_MISSING', /"other" is not in/));
    assert.equal(files.lostAt, undefined);
  });

  test('let nothing be committed when both are lost', async () => {
    const files = pair();
    const recorder = await record(files, 2);
    rmSync(join(parent, 'a'), { recursive: true });
    rmSync(join(parent, 'b'), { recursive: true });
    const gone = refusal('OUTPUT_UNWRITABLE', /"events.jsonl" cannot be written/);
    await assert.rejects(recorder.commit(saw('step', 2)), gone);
    await assert.rejects(recorder.commit(saw('step', 2)), gone);
    assert.equal(recorder.events.length, 2);
  });

  test('are the same again when the medium is put back, or an empty one in its place', async () => {
    for (const isEmpty of [false, true]) {
      rmSync(join(parent, 'a'), { recursive: true, force: true });
      rmSync(join(parent, 'b'), { recursive: true, force: true });
      const files = pair();
      await files.create('before', Buffer.from('one'));
      const recorder = await record(files, 2);
      renameSync(join(parent, 'b'), join(parent, 'pulled'));
      writeFileSync(join(parent, 'b'), 'no folder');
      await files.create('file', Buffer.from('two'));
      await recorder.commit(saw('step', 2));
      rmSync(join(parent, 'b'));
      if (isEmpty) rmSync(join(parent, 'pulled'), { recursive: true });
      else renameSync(join(parent, 'pulled'), join(parent, 'b'));
      await files.restore();
      assert.equal(files.lostAt, undefined);
      await recorder.commit(saw('step', 3));
      assert.deepEqual(held('b'), held('a'));
      assert.equal(held('b')['chain.jsonl']?.split('\n').length, 5);
    }
  });

  test('take back no medium that holds something else', async () => {
    const files = pair();
    await files.create('file', Buffer.from('two'));
    rmSync(join(parent, 'b', 'file'));
    writeFileSync(join(parent, 'b', 'foreign'), 'x');
    writeFileSync(join(parent, 'b', 'next'), 'x');
    await files.create('next', Buffer.from('three'));
    await assert.rejects(
      files.restore(),
      refusal('COPY_DIFFERS', /"next" is not the same in both; nothing was changed/),
    );
    assert.deepEqual(held('b'), { foreign: 'x', next: 'x' });
    assert.equal(files.lostAt, join(parent, 'b'));
  });
});

describe('the two folders of an interrupted ceremony', () => {
  const transcript = (name: string) => [held(name)['events.jsonl'], held(name)['chain.jsonl']];

  test('become the same, whichever is ahead: its files and lines are added to the other', async () => {
    for (const ahead of ['a', 'b']) {
      rmSync(join(parent, 'a'), { recursive: true, force: true });
      rmSync(join(parent, 'b'), { recursive: true, force: true });
      const copies = { a: copyAt('a'), b: copyAt('b') };
      await record(copies.a.files, ahead === 'a' ? 4 : 2);
      await record(copies.b.files, ahead === 'b' ? 4 : 2);
      await copies[ahead as 'a' | 'b'].files.create('x/file', Buffer.from('two'));
      const before = transcript(ahead);
      assert.equal(await alignCopies(copyAt('a', true), copyAt('b', true)), true);
      assert.deepEqual(held('a'), held('b'));
      assert.deepEqual(transcript('a'), before);
      assert.equal(await alignCopies(copyAt('a', true), copyAt('b', true)), false, 'nothing is left to be done');
    }
  });

  test('are completed from half a line of the transcript, and from nothing at all', async () => {
    await record(copyAt('a').files, 3);
    const events = held('a')['events.jsonl'] ?? '';
    for (const half of [events.slice(0, -20), '', undefined]) {
      rmSync(join(folder('b')), { recursive: true });
      folder('b');
      if (half !== undefined) writeFileSync(join(parent, 'b', 'events.jsonl'), half);
      await alignCopies(copyAt('a', true), copyAt('b', true));
      assert.deepEqual(held('b'), held('a'));
    }
  });

  test('keep aside, in both, what the one behind holds besides', async () => {
    await record(copyAt('a').files, 3);
    await record(copyAt('b').files, 2);
    writeFileSync(join(parent, 'b', 'events.jsonl'), `${held('b')['events.jsonl']}{"torn`);
    await copyAt('b').files.create('approvals/9.json', Buffer.from('nobody names it'));
    await alignCopies(copyAt('a', true), copyAt('b', true));
    assert.deepEqual(held('b'), held('a'));
    const { 'recovered/1/copy.events.jsonl.tail': tail, 'recovered/1/copy.approvals.9.json': file } = held('a');
    assert.deepEqual([tail, file], ['{"torn', 'nobody names it']);
  });

  test('are not gone on with where their records part, or a file is another one; and stay as they are', async () => {
    await record(copyAt('a').files, 3);
    const other = countingRandom();
    other.bytes(1);
    await record(copyAt('b').files, 2, other);
    const before = [held('a'), held('b')];
    const parts = refusal('COPY_DIFFERS', /do not hold one record: their records part at event 1; nothing was changed/);
    await assert.rejects(alignCopies(copyAt('a', true), copyAt('b', true)), parts);
    assert.deepEqual([held('a'), held('b')], before);

    rmSync(folder('b'), { recursive: true });
    await record(copyAt('b').files, 2);
    writeFileSync(join(parent, 'a', 'file'), 'one');
    writeFileSync(join(parent, 'b', 'file'), 'two');
    const another = refusal('COPY_DIFFERS', /"file" is not the same in both; nothing was changed/);
    await assert.rejects(alignCopies(copyAt('a', true), copyAt('b', true)), another);
    assert.equal(held('b')['file'], 'two');
    assert.equal(held('b')['chain.jsonl']?.split('\n').length, 3);
  });

  test('are not gone on with where one holds other files and no record of this ceremony', async () => {
    await record(copyAt('a').files, 3);
    writeFileSync(join(folder('b'), 'holiday.jpg'), 'x');
    const foreign = refusal('COPY_DIFFERS', /"holiday.jpg" is in "\/.*\/b" alone/);
    await assert.rejects(alignCopies(copyAt('a', true), copyAt('b', true)), foreign);
    assert.deepEqual(held('b'), { 'holiday.jpg': 'x' });
  });

  test('do not come together while the ceremony goes on where the lost one is ahead', async () => {
    await record(copyAt('a').files, 2);
    await record(copyAt('b').files, 3);
    const ahead = refusal('COPY_DIFFERS', /"\/.*\/b" has 3 events, more than the other/);
    await assert.rejects(completeCopy(copyAt('a', true), copyAt('b', true)), ahead);
  });
});
