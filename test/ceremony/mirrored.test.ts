import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openPackFolder } from '../../src/adapters/pack-folder.ts';
import { verificationGuide } from '../../src/cli/program-files.ts';
import { derivePlan } from '../../src/cli/verify.ts';
import { kindOf } from '../../src/pack/layout.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { type Conduct, type Held, hold } from './conducted.ts';
import { type KillPoint, layTable, type Table, telling, writesIn } from './kill-points.ts';
import { assertDoneOnce, assertNothingIncoming, assertVerifies, eventsIn, filesIn } from './went-on.ts';

const FATAL_WRITE = new URL('fatal-write.ts', import.meta.url).pathname;

describe('a ceremony with two folders', { concurrency: false }, () => {
  let table: Table;
  let mirror: string;
  /** Every change that a ceremony makes to the disk that nothing disturbs. */
  let told = '';
  before(async () => {
    table = await layTable();
    mirror = join(table.set.folder, 'mirror');
  });
  after(() => table.remove());

  const held = (wish: Conduct & { resume?: boolean } = {}): Promise<Held> =>
    hold(table.set, { mirror, guardEndsByItself: true, ...wish });

  /** Whether there is a key, and a certificate is about to be signed with it. */
  const isKeyRead = () => {
    const events = join(table.set.out, 'events.jsonl');
    return existsSync(events) && readFileSync(events, 'utf8').includes('"step":"cert-agreed"');
  };

  async function assertBothVerify(where: string): Promise<void> {
    assert.deepEqual(filesIn(mirror), filesIn(table.set.out), where);
    await assertVerifies(table, 'complete', where);
    const options = {
      expect: 'rehearsal',
      outcome: 'complete',
      roster: String(table.set.stage.start['expectedRoster']),
    };
    const source = openPackFolder(mirror, (path) => kindOf(path)?.limit);
    const tools = { plan: derivePlan, steps: STEP_TYPES, guide: verificationGuide() };
    assert.deepEqual(verifyPack(source, options as never, tools).findings, [], where);
    assertNothingIncoming(table, where);
  }

  test('has the same pack in both, and each verifies', async () => {
    table.clear();
    const undisturbed = await held({ inCore: telling(table) });
    assert.equal(undisturbed.code, 0, undisturbed.stderr);
    told = undisturbed.told;
    await assertBothVerify('not disturbed');
    // A medium that was lost after the end: what is sealed is copied, and nothing is done anew.
    const sealed = filesIn(table.set.out);
    rmSync(mirror, { recursive: true });
    const completed = await held({ resume: true });
    assert.equal(completed.code, 0, completed.stderr);
    assert.match(completed.stderr, /its pack sealed, now in "\/.*\/pack" and in "\/.*\/mirror"/);
    await assertBothVerify('completed after the end');
    assert.deepEqual(filesIn(table.set.out), sealed);
    const again = await held({ resume: true });
    assert.equal(again.code, 5, again.stderr);
    assert.match(again.stderr, /OUTPUT_SEALED/);
  });

  test('goes on after kill -9 at any write to either, with the folders named either way round', async () => {
    const points = spread(writesIn(told));
    assert.ok(
      points.some(({ name }) => name.includes(' mirror/')) && points.some(({ name }) => name.includes(' pack/')),
    );
    for (const [index, point] of points.entries()) {
      assert.ok(point.at === 'write');
      table.clear();
      const environment = { FATAL_ROOT: table.set.folder, FATAL_WRITE: String(point.nth), FATAL_PHASE: point.phase };
      const killed = await held({ inCore: { preload: FATAL_WRITE, environment } });
      assert.equal(killed.code, 137, `${point.name}: ${killed.stderr}`);
      const turned = index % 2 === 0 ? {} : { out: mirror, mirror: table.set.out };
      const wentOn = await held({ resume: true, ...turned });
      assert.equal(wentOn.code, 0, `${point.name}: ${wentOn.stderr}`);
      await assertBothVerify(point.name);
      assertDoneOnce(table, eventsIn(table.set.out), point.name);
    }
  });

  test('goes on from the second alone, where the first is gone; and the first is made whole again', async () => {
    table.clear();
    let isPulled = false;
    const killed = await held({
      onSync: (_count, core) => {
        if (isPulled || !isKeyRead()) return;
        isPulled = true;
        core.kill('SIGKILL');
      },
    });
    assert.equal(killed.code, 137, killed.stderr);
    rmSync(table.set.out, { recursive: true });
    const wentOn = await held({ resume: true });
    assert.equal(wentOn.code, 0, wentOn.stderr);
    await assertBothVerify('the first was gone');
  });

  /** The mirror is pulled in the midst of it, and people choose. */
  async function pulled(choose: () => string): Promise<Held> {
    table.clear();
    let isPulled = false;
    return await held({
      onSync: () => {
        if (isPulled || !isKeyRead()) return;
        isPulled = true;
        renameSync(mirror, `${table.set.folder}/pulled`);
      },
      answer: ({ kind, options }, honest) =>
        kind === 'choice' && String(options).includes('one-copy') ? choose() : honest,
    });
  }

  const decisions = () => eventsIn(table.set.out).flatMap((event) => (event.type === 'decision' ? [event.choice] : []));

  test('asks when one is pulled, takes it back, and both are the same in the end', async () => {
    const { code, stderr } = await pulled(() => {
      if (!decisions().includes('again')) return 'again';
      return 'abort';
    });
    assert.equal(code, 0, stderr);
    assert.deepEqual(decisions(), ['again']);
    rmSync(`${table.set.folder}/pulled`, { recursive: true });
    await assertBothVerify('pulled, and an empty one in its place');
  });

  test('goes on with one where people decide so, and what they decided is in the pack that verifies', async () => {
    const { code, stderr } = await pulled(() => 'one-copy');
    assert.equal(code, 0, stderr);
    assert.deepEqual(decisions(), ['one-copy']);
    await assertVerifies(table, 'complete', 'one copy');
  });

  test('is not sealed where both are lost: the record ends, and no HSM is used after it', async () => {
    table.clear();
    let isLost = false;
    let calls = 0;
    const { code, stderr } = await held({
      onSync: () => {
        if (isLost || !isKeyRead()) return;
        isLost = true;
        calls = table.proxies.hsm('root-hsm').entered().length;
        for (const folder of [table.set.out, mirror]) rmSync(folder, { recursive: true });
      },
    });
    assert.equal(code, 5, stderr);
    assert.match(stderr, /OUTPUT_UNWRITABLE|PATH_REFUSED/);
    const since = table.proxies.hsm('root-hsm').entered().slice(calls);
    assert.deepEqual(
      since.filter((call) => /C_(?:Sign|Generate|Login|Init)/.test(call) && call !== 'C_Initialize'),
      [],
    );
  });
});

/** Some of each kind: lines and files, in both folders. */
function spread(points: readonly KillPoint[]): KillPoint[] {
  const ours = points.filter(({ name }) => / (?:mirror|pack)\//.test(name) && !name.includes('.incoming'));
  const late = ours.slice(Math.floor(ours.length / 6));
  const wanted = [
    /^half write \d+ write mirror\/events\.jsonl intent/,
    // Some of the files that are committed together count then, and some do not.
    /^half write \d+ write pack\/chain\.jsonl file\+/,
    /^after write \d+ write pack\/chain\.jsonl result/,
    /^after write \d+ link pack\/manifest\.json/,
  ];
  return wanted.map((one) => {
    const found = late.filter(({ name }) => one.test(name));
    assert.ok(found.length > 0, `no write is ${one}`);
    return found[Math.floor(found.length / 2)] as KillPoint;
  });
}
