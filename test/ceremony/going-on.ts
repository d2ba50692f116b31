import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { type Cast, readCast } from '../../src/rehearsal/cast.ts';
import { afterCeremony, type Lasting, openStage } from '../../src/rehearsal/lasting.ts';
import { COMMON_FLAGS, coreFlags } from '../../src/supervisor/processes.ts';
import { CODE_FOLDER, CODE_SUFFIX } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { type Interposed, interpose } from '../softhsm/interposed-stage.ts';
import { hold, setting } from './conducted.ts';
import { type Blow, holdUntil, type KillPoint, keep, layTable, type Table } from './kill-points.ts';
import { setIn } from './set-in.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

/** Whom and what a rehearsal of a script needs, as the supervisor has it told. */
function castOf(text: string): object {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-cast-'));
  try {
    const path = join(folder, 'script.yaml');
    writeFileSync(path, text);
    const core = [...coreFlags([path], []), join(CODE_FOLDER, `main${CODE_SUFFIX}`), 'cast', path];
    const { casts } = JSON.parse(execFileSync(process.execPath, [...COMMON_FLAGS, ...core], { encoding: 'utf8' }));
    return casts[0];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A table for a script, on which stands what it takes from earlier ceremonies. */
export async function layFor(text: string): Promise<Table> {
  return await layTable(() => text, undefined, castOf(text));
}

/**
 * The same with no proxies in front of the modules, for an HSM that is played: what plays it stands in that place, and two do not
 * stand in front of each other. It is killed at changes to the disk alone.
 */
export async function layPlayed(text: string): Promise<Table> {
  const script = (folder: string) => {
    writeFileSync(join(folder, 'script.yaml'), text);
    return join(folder, 'script.yaml');
  };
  const set = await setting({ script }, castOf(text));
  const none = { entered: () => [] } as unknown as Interposed['cards'];
  return keep(set, { stage: set.stage, cards: none, hsm: () => none, all: [] }, 'root-hsm');
}

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** A table for the last of these scripts, once the others were held on the same stage; the HSM is made ready in the first. */
export async function layAfter(texts: readonly string[]): Promise<Table> {
  const top = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-going-on-'));
  const kept = `${top}-kept`;
  const remove = () => {
    for (const folder of [top, kept]) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const casts = texts.map((text) => readCast(castOf(text) as JsonObject));
    const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
    let lasting: Lasting = await openStage({ casts, folder: top, window });
    for (const [index, cast] of casts.slice(0, -1).entries()) {
      const set = await setIn(lasting, cast, join(top, String(index)), texts[index] as string);
      const { code, stderr } = await hold(set, { guardEndsByItself: true });
      if (code !== 0) throw new Error(stderr);
      lasting = await afterCeremony(lasting, set.stage.used, set.out);
    }
    const set = await setIn(lasting, casts.at(-1) as Cast, join(top, 'last'), texts.at(-1) as string);
    const proxies = await interpose(set.stage, join(set.folder, 'proxies'));
    const table = keep({ ...set, stage: proxies.stage }, proxies, 'root-hsm');
    // HSM and quorum tokens are those of the whole stage, outside the folder of this ceremony.
    cpSync(top, kept, { recursive: true });
    const clear = () => {
      rmSync(top, { recursive: true, force: true });
      cpSync(kept, top, { recursive: true });
      table.clear();
    };
    return { ...table, clear, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** When the n-th line of that type is written to the record by one run of the program. */
export function atLine(type: Event['type'], nth: number, phase: 'before' | 'half' | 'after'): KillPoint {
  const name = `${phase} line ${nth} of type ${type}`;
  return { at: 'write', of: `write pack/events.jsonl ${type}`, nth, phase, name, group: `${phase} ${type}` };
}

/** The same for the first line that is such a one, by the record of a run that nobody has killed. */
export function atEvent(
  events: readonly Event[],
  type: Event['type'],
  phase: 'before' | 'half' | 'after',
  isIt: (event: Event) => boolean = () => true,
): KillPoint {
  const same = events.filter((event) => event.type === type);
  const nth = same.findIndex(isIt) + 1;
  assert.ok(nth > 0, `no such "${type}" is in the record`);
  return atLine(type, nth, phase);
}

/**
 * Holds the ceremony up to the first point, goes on with it to each of the others, and then to its end. What each left verifies, and
 * stays.
 * @param whole holds what came of it to what comes of it when nobody kills it
 * @returns whether the first was reached, and anything was there to go on with
 */
export async function killAndGoOn(
  table: Table,
  [first, ...others]: readonly [KillPoint, ...KillPoint[]],
  blow: Blow,
  whole: (where: string) => Promise<void>,
): Promise<boolean> {
  let where = `${blow} killed ${first.name}`;
  table.clear();
  const killed = await holdUntil(table, first, blow);
  // Of calls some more or fewer are made from run to run, at the very end.
  if (killed.code === 0) {
    await whole(`${where}: not reached`);
    return false;
  }
  assert.equal(killed.code, 137, `${where}: ${killed.stderr}`);
  let left = filesIn(table.set.out);
  // Where nothing is committed yet, a ceremony is begun anew: that is shown where the root is made.
  if (!Buffer.from(left.get('chain.jsonl') ?? []).includes(0x0a)) return false;
  await assertInterrupted(where);
  for (const point of others) {
    where = `${where}, and again ${point.name}`;
    const again = await holdUntil(table, point, blow === 'core' ? 'power' : 'core', true);
    assert.equal(again.code, 137, `${where}: ${again.stderr}`);
    const now = filesIn(table.set.out);
    assertNothingLost(left, now, where);
    left = now;
    await assertInterrupted(where);
  }
  const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
  assert.equal(wentOn.code, 0, `${where}: ${wentOn.stderr}`);
  assertNothingLost(left, filesIn(table.set.out), where);
  assertNothingIncoming(table, where);
  await whole(where);
  return true;

  /** A closed one lacks but a part of its seal. */
  async function assertInterrupted(at: string): Promise<void> {
    if (eventsIn(table.set.out).at(-1)?.type !== 'close') await assertVerifies(table, 'interrupted', at);
  }
}

/** The verifier in shell that the pack brings along. @param rosters digests, each of which it is asked by */
export function assertShell({ set }: Table, where: string, ...rosters: readonly string[]): void {
  for (const roster of rosters) {
    const { status, stdout } = spawnSync('sh', ['verify.sh', roster], { cwd: set.out, encoding: 'utf8' });
    assert.equal(
      status,
      0,
      `${where}: ${stdout
        .split('\n')
        .filter((line) => !line.startsWith('ok'))
        .join('\n')}`,
    );
  }
}
