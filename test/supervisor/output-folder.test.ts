import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { CeremonyError } from '../../src/base/errors.ts';
import { makeOutputFolder, reopenOutputFolder } from '../../src/supervisor/output-folder.ts';
import { identify, isRunning, type ProcessIdentity } from '../../src/supervisor/process-identity.ts';

let folder = '';
let out = '';
const holder = () => join(out, '.incoming', 'holder');
const held = (pid?: number) => ({
  code: 'OUTPUT_HELD',
  message: `another run of the program holds "${out}"${pid === undefined ? '' : `: process ${pid}`}`,
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-output-'));
  out = join(folder, 'pack');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that does nothing for that many seconds. */
function sleeper(seconds: number): { child: ChildProcess; identity: ProcessIdentity; ended: Promise<unknown> } {
  const child = spawn('sleep', [String(seconds)]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { child, identity: identify(child.pid as number) as ProcessIdentity, ended };
}

async function deadProcess(): Promise<ProcessIdentity> {
  const { child, identity, ended } = sleeper(60);
  child.kill('SIGKILL');
  await ended;
  return identity;
}

/** What a run leaves that was killed: a record, something half written, and the file that names its processes. */
function left(processes: readonly ProcessIdentity[] | string): void {
  mkdirSync(join(out, '.incoming'), { recursive: true });
  writeFileSync(join(out, 'events.jsonl'), '');
  writeFileSync(join(out, '.incoming', '7'), 'half');
  writeFileSync(holder(), typeof processes === 'string' ? processes : JSON.stringify(processes));
}

const me = () => identify(process.pid) as ProcessIdentity;

describe('a new output folder', () => {
  test('is held by this process, and goes when nothing was written', () => {
    const claim = makeOutputFolder(out);
    assert.deepEqual(JSON.parse(readFileSync(holder(), 'utf8')), [me()]);
    assert.deepEqual(readdirSync(join(out, '.incoming')), ['holder']);
    claim.release();
    assert.equal(existsSync(out), false);
  });

  test('stays when something was written, and nothing else stays in it', () => {
    const claim = makeOutputFolder(out);
    writeFileSync(join(out, 'events.jsonl'), '');
    claim.release();
    assert.deepEqual(readdirSync(out), ['events.jsonl']);
  });

  test('is not taken twice, and who comes second takes nothing from the first', () => {
    const claim = makeOutputFolder(out);
    assert.throws(() => makeOutputFolder(out), {
      code: 'OUTPUT_EXISTS',
      message: `"${out}" exists and is not an empty folder`,
    });
    assert.ok(existsSync(holder()));
    claim.release();
  });
});

describe('a folder that is not empty', () => {
  const hintFor = (name: string) => {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, name), '');
    try {
      makeOutputFolder(out).release();
      return undefined;
    } catch (error) {
      return (error as CeremonyError).hint;
    }
  };

  test('and has a record is to be gone on with', () =>
    assert.match(String(hintFor('events.jsonl')), /--resume goes on/));

  test('and has none is not', () => assert.equal(hintFor('notes.txt'), 'name a new folder: nothing is overwritten'));
});

describe('the folder of an interrupted ceremony', () => {
  test('has a record, or is none', async () => {
    mkdirSync(out);
    await assert.rejects(reopenOutputFolder(out), {
      code: 'FILE_MISSING',
      message: `"${out}" holds no record of a ceremony`,
    });
    assert.deepEqual(readdirSync(out), []);
  });

  test('is not opened while the run that made it goes on', async () => {
    const claim = makeOutputFolder(out);
    writeFileSync(join(out, 'events.jsonl'), '');
    await assert.rejects(reopenOutputFolder(out), held(process.pid));
    claim.release();
    (await reopenOutputFolder(out)).release();
  });

  const stale: readonly (readonly [string, () => Promise<readonly ProcessIdentity[] | string>])[] = [
    ['has ended', async () => [await deadProcess()]],
    ['had the number that another process has now', async () => [{ ...me(), started: '1' }]],
    ['was on the computer before it was started anew', async () => [{ ...me(), boot: 'another' }]],
    ['could not write its name before power failed', async () => ''],
    ['was released', async () => '[]'],
  ];
  for (const [which, processes] of stale) {
    test(`is taken over from a run that ${which}; what has no name yet goes`, async () => {
      left(await processes());
      const claim = await reopenOutputFolder(out);
      assert.deepEqual(JSON.parse(readFileSync(holder(), 'utf8')), [me()]);
      assert.deepEqual(readdirSync(join(out, '.incoming')), ['holder']);
      claim.release();
      assert.deepEqual(readdirSync(out), ['events.jsonl']);
    });
  }

  test('is taken over once the last process of a killed run has noticed', async () => {
    const { child, identity } = sleeper(0.4);
    left([await deadProcess(), identity]);
    const claim = await reopenOutputFolder(out);
    assert.equal(isRunning(identity), false);
    claim.release();
    child.kill();
  });

  test('is taken over by one of two that come at once', async () => {
    left([await deadProcess()]);
    const both = await Promise.allSettled([reopenOutputFolder(out), reopenOutputFolder(out)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const lost = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    assert.equal(lost.reason.code, 'OUTPUT_HELD');
    assert.deepEqual(JSON.parse(readFileSync(holder(), 'utf8')), [me()]);
  });

  test('is held by every process that was added', async () => {
    const { child, identity, ended } = sleeper(60);
    const claim = makeOutputFolder(out);
    claim.add(child.pid as number);
    assert.deepEqual(JSON.parse(readFileSync(holder(), 'utf8')), [me(), identity]);
    child.kill('SIGKILL');
    await ended;
    claim.release();
  });
});

test('a process that has ended and waits to be noticed runs no more', async () => {
  assert.equal(isRunning(me()), true);
  assert.equal(identify(2 ** 22 + 1), undefined);
  assert.equal(isRunning(await deadProcess()), false);
});
