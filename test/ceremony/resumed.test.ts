import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { hold } from './conducted.ts';
import { drawing, SEED, spread } from './drawn.ts';
import {
  type Blow,
  holdUntil,
  type KillPoint,
  layTable,
  pointsOf,
  type Table,
  telling,
  writesIn,
} from './kill-points.ts';
import {
  assertDoneOnce,
  assertNothingIncoming,
  assertNothingLost,
  assertVerifies,
  eventsIn,
  filesIn,
} from './went-on.ts';

/**
 * A ceremony is killed at a change that it makes to the disk, or at a call to a PKCS#11 module, and goes on to a pack
 * that verifies. By default at some points, spread over all kinds, and at a few drawn at random; QUORATE_KILLS=all kills
 * at every one of them, QUORATE_KILLS=N at N, and QUORATE_SEED=S draws the random ones again.
 */
const WISH = process.env['QUORATE_KILLS'] ?? '';
/** Of the tests that kill at many points. */
const LASTS = WISH === '' ? {} : { timeout: Number.POSITIVE_INFINITY };
const SAMPLE = 4;
const AT_RANDOM = 1;
const SECOND_KILLS = 1;
const LANES = Math.max(2, Math.min(availableParallelism(), 8));

function chosen(points: readonly KillPoint[]): readonly KillPoint[] {
  if (WISH === 'all') return points;
  const count = WISH === '' ? SAMPLE : Number(WISH);
  assert.ok(Number.isInteger(count) && count > 0, `QUORATE_KILLS is "${WISH}", expected "all" or a number`);
  const draw = drawing(SEED);
  // Calls that leave something behind or use a secret, calls that only look, and changes to the disk: each its share.
  const isCall = (point: KillPoint) => point.at === 'call';
  const leaves = (point: KillPoint) =>
    isCall(point) && /C_(?:Init|Set|Generate|Sign|Decrypt|Derive|Log)/.test(point.group);
  const third = Math.round(count / 3);
  return [
    ...spread(points.filter(leaves), third),
    ...spread(
      points.filter((point) => isCall(point) && !leaves(point)),
      Math.max(1, Math.floor(third / 3)),
    ),
    ...spread(
      points.filter((point) => !isCall(point)),
      count - third - Math.max(1, Math.floor(third / 3)),
    ),
    ...Array.from({ length: AT_RANDOM }, () => points[Math.floor(draw() * points.length)] as KillPoint),
  ];
}

/** In every second point power fails: the guard and its token processes go at once, too. */
const blowAt = (index: number): Blow => (index % 2 === 0 ? 'core' : 'power');

interface Tally {
  killed: number;
  /** The run had ended before it came there. */
  readonly notReached: string[];
  /** Nothing was on record yet: there was nothing to go on with. */
  nothingBegun: number;
  readonly outcomes: Map<string, number>;
}

/** Kills a run that begins, or goes on, and then lets the ceremony go on to its end. */
async function killAndGoOn(
  table: Table,
  point: KillPoint,
  blow: Blow,
  tally: Tally,
  second?: KillPoint,
): Promise<void> {
  const { set } = table;
  const where = `${blow} killed ${point.name}${second ? `, and again ${second.name}` : ''}`;
  table.clear();
  const killed = await holdUntil(table, point, blow);
  if (killed.code === 0) {
    tally.notReached.push(point.name);
    return await assertVerifies(table, 'complete', `not reached: ${point.name}`);
  }
  assert.equal(killed.code, 137, `${where}: ${killed.stderr}`);
  let left = filesIn(set.out);
  if (isNothingBegun(left)) {
    tally.nothingBegun += 1;
    return await assertNothingToGoOn(table, left, where);
  }
  // What lies there verifies up to its last line; a closed one lacks but a part of its seal.
  if (!isClosed(table)) await assertVerifies(table, 'interrupted', where);
  if (second) {
    const again = await holdUntil(table, second, blow === 'core' ? 'power' : 'core', true);
    assert.ok(again.code === 137 || again.code === 0, `${where}: ${again.stderr}`);
    const now = filesIn(set.out);
    assertNothingLost(left, now, where);
    left = now;
    if (again.code === 0) {
      tally.notReached.push(second.name);
      return await assertVerifies(table, 'complete', where);
    }
  }
  const wentOn = await hold(set, { resume: true, guardEndsByItself: true });
  assert.equal(wentOn.code, 0, `${where}: ${wentOn.stderr}`);
  tally.killed += 1;
  assertNothingLost(left, filesIn(set.out), where);
  assertNothingIncoming(table, where);
  await assertVerifies(table, 'complete', where);
  const events = eventsIn(set.out);
  assertDoneOnce(table, events, where);
  for (const event of events) {
    if (event.type !== 'reconciliation') continue;
    const outcome = `${String(event.facts['operation'])} ${event.outcome}`;
    tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
  }
}

function isClosed({ set }: Table): boolean {
  return eventsIn(set.out).at(-1)?.type === 'close';
}

function isNothingBegun(files: ReadonlyMap<string, Uint8Array>): boolean {
  return !Buffer.from(files.get('chain.jsonl') ?? []).includes(0x0a);
}

/** Before the first event is committed a ceremony is begun anew; what lies there stays as it is. */
async function assertNothingToGoOn({ set }: Table, left: ReadonlyMap<string, Buffer>, where: string): Promise<void> {
  if (left.has('events.jsonl')) {
    const { code, stderr } = await hold(set, { resume: true });
    assert.equal(code, 2, `${where}: ${stderr}`);
    assert.match(stderr, /quorate: FILE_MISSING: no ceremony was begun in this folder: not one event is committed/);
    assert.match(stderr, /start anew, in a new folder/);
  } else {
    await assert.rejects(hold(set, { resume: true }), {
      code: 'FILE_MISSING',
      message: `"${set.out}" holds no record of a ceremony`,
    });
  }
  assert.deepEqual(filesIn(set.out), left, where);
}

describe('a ceremony that is killed', { concurrency: false }, () => {
  const tables: Table[] = [];
  let points: readonly KillPoint[] = [];

  before(async () => {
    for (let lane = 0; lane < LANES; lane++) tables.push(await layTable());
    const [table] = tables as [Table];
    const { code, told, stderr } = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(code, 0, stderr);
    await assertVerifies(table, 'complete', 'not killed');
    assertDoneOnce(table, eventsIn(table.set.out), 'not killed');
    points = pointsOf(told, table.proxies);
  });

  after(() => {
    for (const table of tables) table.remove();
  });

  /** Each lane has a table of its own. All points are tried, whatever came of one. */
  async function inLanes<T>(work: readonly T[], act: (table: Table, one: T, index: number) => Promise<void>) {
    const queue = [...work.entries()];
    const failed: unknown[] = [];
    await Promise.all(
      tables.map(async (table) => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          await act(table, next[1], next[0]).catch((error: unknown) => failed.push(error));
        }
      }),
    );
    if (failed.length > 0) throw new AggregateError(failed, failed.map((error) => String(error)).join('\n\n'));
  }

  test('at a change to the disk or a PKCS#11 call goes on to a pack that verifies', LASTS, async (t) => {
    const tally: Tally = { killed: 0, notReached: [], nothingBegun: 0, outcomes: new Map() };
    const work = chosen(points);
    t.diagnostic(`seed ${SEED} (QUORATE_SEED draws the same random points again)`);
    await inLanes(work, (table, point, index) => killAndGoOn(table, point, blowAt(index), tally));
    t.diagnostic(
      `killed at ${work.length} of ${points.length} points: ${tally.killed} went on to a complete pack, ` +
        `${tally.nothingBegun} had begun nothing, ${tally.notReached.length} were not reached`,
    );
    const outcomes = [...tally.outcomes].sort().map(([outcome, count]) => `${count} ${outcome}`);
    t.diagnostic(`operations that were cut short: ${outcomes.join(', ') || 'none'}`);
    assert.ok(tally.notReached.length <= work.length / 20 + 1, `not reached: ${tally.notReached.join('; ')}`);
  });

  test('is killed again while it goes on, and goes on', LASTS, async (t) => {
    const tally: Tally = { killed: 0, notReached: [], nothingBegun: 0, outcomes: new Map() };
    const draw = drawing(SEED + 1);
    const firsts = points.filter((point) =>
      /^(?:after|half) write pack\/(?:events|chain)\.jsonl (?:intent|approval|result|statement|file|proposed)/.test(
        point.group,
      ),
    );
    const early = points.filter((point) => point.at === 'write' && point.nth > 60 && point.nth < 200);
    const work = [
      ...spread(firsts, WISH === 'all' ? firsts.length : SECOND_KILLS).map((first) => ({
        first,
        second: early[Math.floor(draw() * early.length)] as KillPoint,
      })),
      // What the first one left on the HSM is being taken up, or made anew, when the second one comes.
      { first: callOf('C_InitToken'), second: callOf('C_InitPIN') },
      { first: callOf('C_GenerateKeyPair'), second: callOf('C_GetAttributeValue') },
      { first: callOf('C_Sign'), second: callOf('C_Sign') },
    ];
    await inLanes(work, (table, { first, second }, index) => killAndGoOn(table, first, blowAt(index), tally, second));
    t.diagnostic(
      `killed twice at ${work.length} pairs of points; ${tally.notReached.length} second ones were not reached`,
    );
  });

  test('is aborted and killed while that is put away, or sealed, and ends as aborted', async () => {
    const isLast = (pattern: RegExp) => points.findLast((point) => pattern.test(point.group)) as KillPoint;
    const [table] = tables as [Table];
    // The witness does not find the words on the printed copy: it ends before the HSM is touched.
    const answer = (question: JsonObject, honest: string) =>
      question['step'] === 'documents' && question['kind'] === 'words' ? 'other words' : honest;
    table.clear();
    const told = await hold(table.set, { answer, inCore: telling(table), guardEndsByItself: true });
    assert.equal(told.code, 2, told.stderr);
    for (const pattern of [/^half write pack\/events\.jsonl answer$/, /^after link pack\/manifest\.json$/]) {
      const { nth, phase } = lastOf(told.told, isLast(pattern));
      table.clear();
      const killed = await holdUntil(table, { ...isLast(pattern), nth, phase } as KillPoint, 'power', false, {
        answer,
      });
      assert.equal(killed.code, 137, killed.stderr);
      const left = filesIn(table.set.out);
      const wentOn = await hold(table.set, { resume: true });
      assert.equal(wentOn.code, 2, wentOn.stderr);
      assert.match(wentOn.stderr, /quorate: COMPARISON_FAILED: /);
      assertNothingLost(left, filesIn(table.set.out), pattern.source);
      await assertVerifies(table, 'aborted', pattern.source);
    }
  });

  test('by its guard alone ends without a decision, and goes on', async () => {
    const [table] = tables as [Table];
    table.clear();
    const died = await hold(table.set, {
      onStarted: ({ core, guard }) => {
        const look = setInterval(() => {
          if (!isAt(table, /"step":"root-key".*"type":"step"/)) return;
          clearInterval(look);
          guard.kill('SIGKILL');
        }, 5);
        core.once('exit', () => clearInterval(look));
      },
    });
    assert.equal(died.code, 4, died.stderr);
    assert.match(died.stderr, /quorate: GUARD_DIED: the guard ended before it answered/);
    assert.match(died.stderr, /nothing was decided by this: the same command with --resume goes on from here/);
    assert.deepEqual(
      eventsIn(table.set.out).filter((event) => event.type === 'abort' || event.type === 'refusal'),
      [],
    );
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, wentOn.stderr);
    await assertVerifies(table, 'complete', 'the guard was killed');
    assertDoneOnce(table, eventsIn(table.set.out), 'the guard was killed');
    execFileSync('sh', ['verify.sh', String(table.set.stage.start['expectedRoster'])], { cwd: table.set.out });
  });
});

describe('going on', { concurrency: false }, () => {
  let table: Table;
  let sealed = new Map<string, Buffer>();

  before(async () => {
    table = await layTable();
    const { code, stderr } = await hold(table.set, {});
    assert.equal(code, 0, stderr);
    sealed = filesIn(table.set.folder);
  });

  after(() => table.remove());

  /** Cuts the record behind an event, as when nothing had been written since. */
  function cutBehind(pattern: RegExp): void {
    const { out } = table.set;
    const lines = readFileSync(join(out, 'events.jsonl'), 'utf8').split('\n');
    const count = lines.findIndex((line) => pattern.test(line)) + 1;
    assert.ok(count > 0);
    for (const name of ['events.jsonl', 'chain.jsonl']) {
      const kept = readFileSync(join(out, name), 'utf8').split('\n').slice(0, count);
      writeFileSync(join(out, name), `${kept.join('\n')}\n`);
    }
  }

  async function refused(code: number, message: RegExp, set = table.set): Promise<void> {
    const left = filesIn(table.set.folder);
    const { code: found, stderr } = await hold(set, { resume: true });
    assert.match(stderr, message);
    assert.equal(found, code, stderr);
    assert.deepEqual([...filesIn(table.set.folder)], [...left], 'something was changed');
  }

  test('with a sealed pack is refused, and changes nothing', async () => {
    await refused(
      5,
      /quorate: OUTPUT_SEALED: the ceremony in "[^"]+" is closed and its pack sealed: there is nothing to go on with/,
    );
    assert.deepEqual([...filesIn(table.set.folder).keys()], [...sealed.keys()]);
    assert.equal(existsSync(join(table.set.out, '.incoming')), false);
  });

  test('where a medium lacks a file of the sealed pack writes it', async () => {
    const lacking = join(table.set.folder, 'media', 'evidence.2', 'pack', 'SHA256SUMS');
    rmSync(lacking);
    const { code, stderr } = await hold(table.set, { resume: true });
    assert.equal(code, 0, stderr);
    assert.deepEqual([...filesIn(table.set.folder)].sort(), [...sealed].sort());
  });

  test('does not ask for a signature that the rendered report does not know of', async () => {
    const { out, folder } = table.set;
    for (const path of [join(out, 'SHA256SUMS'), join(out, 'signatures', 'crypto-officer-3.p7s')]) rmSync(path);
    for (const copy of ['evidence.1', 'evidence.2']) rmSync(join(folder, 'media', copy, 'pack'), { recursive: true });
    const { code, stderr, screen } = await hold(table.set, { resume: true });
    assert.match(stderr, /"crypto-officer-3" has not signed the manifest: had not signed when the report was rendered/);
    assert.equal(code, 130, stderr);
    assert.equal(screen, '', 'nobody is asked for a PIN');
    const after = filesIn(folder);
    const lacking = ['pack', 'media/evidence.1/pack', 'media/evidence.2/pack'].map(
      (path) => `${path}/signatures/crypto-officer-3.p7s`,
    );
    assert.deepEqual([...after].sort(), [...sealed].filter(([path]) => !lacking.includes(path)).sort());
  });

  test('on another stage is refused: its site, roster and authorization are others', async () => {
    const other = await layTable();
    try {
      const set = { ...other.set, out: table.set.out };
      await refused(
        5,
        /quorate: OUTPUT_EXISTS: the ceremony in this folder was begun under another authorization/,
        set,
      );
    } finally {
      other.remove();
    }
  });

  test('with a script or a site that was changed is refused before anybody is asked', async () => {
    const left = filesIn(table.set.out);
    const script = join(table.set.folder, 'script', 'other.yaml');
    writeFileSync(script, `${readFileSync(table.set.script, 'utf8')}# changed\n`);
    await assert.rejects(hold({ ...table.set, script }, { resume: true }), { code: 'AUTHORIZATION_SCRIPT' });
    const site = join(table.set.stage.inputs, 'site.yaml');
    const before = readFileSync(site);
    appendFileSync(site, '\n');
    await assert.rejects(hold(table.set, { resume: true }), { code: 'AUTHORIZATION_SITE' });
    writeFileSync(site, before);
    rmSync(script);
    assert.deepEqual([...filesIn(table.set.out)], [...left]);
  });

  test('from a committed line in which a byte was flipped is refused', async () => {
    cutBehind(/"type":"intent"/);
    for (const name of ['events.jsonl', 'chain.jsonl']) {
      const path = join(table.set.out, name);
      const good = readFileSync(path);
      const bad = Buffer.from(good);
      const place = good.indexOf(0x0a, good.length / 2) + 20;
      bad.writeUInt8(good.readUInt8(place) ^ 1, place);
      writeFileSync(path, bad);
      await refused(5, /quorate: TRANSCRIPT_BROKEN: (?:line \d+ of the transcript does not chain|chain line \d+)/);
      writeFileSync(path, good);
    }
  });

  test('from a record whose files are not as it says is refused', async () => {
    const path = join(table.set.out, 'statements', 'roll-call.crypto-officer-2.p7s');
    const good = readFileSync(path);
    writeFileSync(path, Buffer.concat([good, Buffer.from('x')]));
    await refused(
      5,
      /TRANSCRIPT_BROKEN: "statements\/roll-call\.crypto-officer-2\.p7s" has SHA-256 [0-9a-f]{64}; event \d+ records/,
    );
    rmSync(path);
    await refused(
      5,
      /TRANSCRIPT_BROKEN: "statements\/roll-call\.crypto-officer-2\.p7s" is not there; event \d+ records/,
    );
    writeFileSync(path, good);
  });

  test('while the run that was begun goes on is refused, and does not disturb it', async () => {
    table.clear();
    let second: Promise<unknown> | undefined;
    const first = await hold(table.set, {
      answer: (question, honest) => {
        if (question['step'] === 'cameras')
          second ??= Promise.allSettled([hold(table.set, { resume: true }), hold(table.set)]);
        return honest;
      },
    });
    assert.equal(first.code, 0, first.stderr);
    const reasons = ((await second) as PromiseRejectedResult[]).map(
      ({ reason }) => `${reason.code}: ${reason.message}`,
    );
    assert.deepEqual(reasons, [
      `OUTPUT_HELD: another run of the program holds "${table.set.out}": process ${process.pid}`,
      `OUTPUT_EXISTS: "${table.set.out}" exists and is not an empty folder`,
    ]);
    await assertVerifies(table, 'complete', 'two at once');
  });

  test('where no ceremony was begun is refused', async () => {
    table.clear();
    await assert.rejects(hold(table.set, { resume: true }), {
      code: 'FILE_MISSING',
      message: `"${table.set.out}" holds no record of a ceremony`,
    });
    assert.equal(existsSync(table.set.out), false);
  });
});

/** After the first call of a function of the HSM's module. */
function callOf(name: string): KillPoint {
  const group = `after hsm ${name}`;
  return { at: 'call', module: 'hsm', of: name, nth: 1, phase: 'after', name: `after the first ${name} of hsm`, group };
}

/** Whether the record has a line like it. */
function isAt({ set }: Table, line: RegExp): boolean {
  const path = join(set.out, 'events.jsonl');
  return existsSync(path) && line.test(readFileSync(path, 'utf8'));
}

/** The last change to the disk in a run that is like a point of another one. */
function lastOf(told: string, like: KillPoint): { readonly nth: number; readonly phase: KillPoint['phase'] } {
  const last = writesIn(told).findLast((point) => point.group === like.group);
  if (!last) throw new Error(`nothing is like ${like.group}`);
  return last;
}
