import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultProxy } from '../softhsm/fault-proxy.ts';
import { type Interposed, interpose } from '../softhsm/interposed-stage.ts';
import { type Conduct, type Held, hold, SCRIPT, type Setting, setting } from './conducted.ts';

const FATAL_WRITE = fileURLToPath(new URL('fatal-write.ts', import.meta.url));

/** As many people as a quorum needs, and one more officer: the ceremony is the shipped one, and shorter. */
export const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 3, present: 3 },
    witness: { of: 1, present: 1 },
    auditor: { of: 1, present: 1 },
  },
  tokens: ['root-hsm'],
  media: { envelopes: 2, evidence: 2, publish: 2 },
  quorums: { administer: 2, inventory: 2, generate: 2, sign: 2 },
  materials: {},
  vendor: [],
  enrols: {},
};

/** A stage on which the same ceremony can be begun again and again, each time as if it had never been held. */
export interface Table {
  readonly set: Setting;
  readonly proxies: Interposed;
  /** In front of the HSM at whose calls it is killed. */
  readonly hsm: FaultProxy;
  /** Everything is as it was before the ceremony: HSM, media, output folder, bags. */
  clear(): void;
  remove(): void;
}

/**
 * @param change makes another script of the shipped one
 * @param stands what the script takes from earlier ceremonies, where it follows some
 * @param cast who and what else it needs
 */
export async function layTable(
  change: (text: string) => string = (text) => text,
  stands?: object,
  cast: object = {},
): Promise<Table> {
  let proxies: Interposed | undefined;
  const set = await setting(
    {
      script: (folder) => shortScript(folder, change),
      reset: async (stage, folder) => {
        proxies = await interpose(stage, join(folder, 'proxies'));
        return proxies.stage;
      },
    },
    { ...CAST, ...(stands === undefined ? {} : { stands }), ...cast },
  );
  return keep(set, proxies as Interposed, 'root-hsm');
}

/** A stage that is set, kept as it is now. @param hsm name of the one at whose calls it is killed */
export function keep(set: Setting, proxies: Interposed, hsm: string): Table {
  const kept = `${set.folder}-kept`;
  cpSync(set.folder, kept, { recursive: true });
  const arrived = [...set.stage.bags];
  return {
    set,
    proxies,
    hsm: proxies.hsm(hsm),
    clear() {
      rmSync(set.folder, { recursive: true, force: true });
      cpSync(kept, set.folder, { recursive: true });
      set.stage.bags.clear();
      for (const [thing, bag] of arrived) set.stage.bags.set(thing, bag);
    },
    remove() {
      for (const folder of [set.folder, kept]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The ceremony of the root as it ships, with as many people as a quorum needs. @param change is made to it before */
export function shortText(change: (text: string) => string): string {
  return change(readFileSync(SCRIPT, 'utf8'))
    .replace('{ of: 5, present: 5,', '{ of: 3, present: 3,')
    .replace(
      '{ administer: 3, inventory: 3, generate: 3, sign: 3 }',
      '{ administer: 2, inventory: 2, generate: 2, sign: 2 }',
    );
}

function shortScript(folder: string, change: (text: string) => string): string {
  const text = shortText(change);
  mkdirSync(join(folder, 'script'));
  const path = join(folder, 'script', 'root-generation.yaml');
  writeFileSync(path, text, { flag: 'wx' });
  return path;
}

/** Where a run is killed. `name` tells it from others and groups it with its like. */
export type KillPoint =
  | {
      readonly at: 'write';
      /** The change of which it is the n-th, such as "link pack/ledger.json"; of all together unless told. */
      readonly of?: string;
      readonly nth: number;
      readonly phase: 'before' | 'half' | 'after';
      readonly name: string;
      readonly group: string;
    }
  | {
      readonly at: 'call';
      readonly module: 'cards' | 'hsm';
      /** The function of which it is the n-th call; of all together unless told. */
      readonly of?: string;
      readonly nth: number;
      readonly phase: 'before' | 'after';
      readonly name: string;
      readonly group: string;
    };

/** What goes at once: the core alone, or as when power fails, the guard and its token processes with it. */
export type Blow = 'core' | 'power';

/** When a change to the disk, known by how it is told, has been made for the n-th time. */
export function afterChange(of: string, nth = 1): KillPoint {
  return { at: 'write', of, nth, phase: 'after', name: `after ${of} ${nth}`, group: `after ${of}` };
}

/** Every point of a run, from what it told and what the proxies logged. */
export function pointsOf(told: string, proxies: Interposed): KillPoint[] {
  return [...writesIn(told), ...callsOf('cards', proxies.cards), ...callsOf('hsm', proxies.hsm('root-hsm'))];
}

export function writesIn(told: string): KillPoint[] {
  return told
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [number, what = '', path = '', event = ''] = line.split(' ');
      const isLine = event !== '';
      // What has no name yet is as good as not written: one look at each is enough.
      const isIncoming = path.includes('/.incoming');
      const phases = isLine
        ? (['before', 'half', 'after'] as const)
        : isIncoming
          ? (['after'] as const)
          : (['before', 'after'] as const);
      return phases.map((phase): KillPoint => {
        const group = `${phase} ${what} ${path.replaceAll(/[0-9a-f]{32}|[0-9]+/g, 'N')} ${event}`.trim();
        return { at: 'write', nth: Number(number), phase, name: `${phase} write ${line}`, group };
      });
    });
}

function callsOf(module: 'cards' | 'hsm', proxy: FaultProxy): KillPoint[] {
  return proxy.entered().flatMap((call, index) =>
    (['before', 'after'] as const).map(
      (phase): KillPoint => ({
        at: 'call',
        module,
        nth: index + 1,
        phase,
        name: `${phase} call ${index + 1} of ${module}, ${call}`,
        group: `${phase} ${module} ${call}`,
      }),
    ),
  );
}

/** Tells every change that the core makes to the disk, and kills nothing. */
export function telling({ set }: Table): NonNullable<Conduct['inCore']> {
  return { preload: FATAL_WRITE, environment: { FATAL_ROOT: set.folder } };
}

/** Runs the ceremony, or goes on with it, up to that point. */
export async function holdUntil(
  table: Table,
  point: KillPoint,
  blow: Blow,
  resume = false,
  wish: Pick<Conduct, 'answer'> = {},
): Promise<Held> {
  const guardEndsByItself = blow === 'core';
  if (point.at === 'write') {
    const environment = {
      ...{ FATAL_ROOT: table.set.folder, FATAL_WRITE: String(point.nth), FATAL_PHASE: point.phase },
      ...(point.of === undefined ? {} : { FATAL_OF: point.of }),
    };
    return await hold(table.set, { ...wish, resume, guardEndsByItself, inCore: { preload: FATAL_WRITE, environment } });
  }
  const proxy = point.module === 'cards' ? table.proxies.cards : table.hsm;
  const held = proxy.hold(point.of ?? '*', point.nth, point.phase);
  const over = new AbortController();
  const run = await hold(table.set, {
    ...wish,
    resume,
    guardEndsByItself,
    onStarted: ({ core }) => {
      void held.reached(over.signal).then((isReached) => {
        if (!isReached) return;
        core.kill('SIGKILL');
        // The HSM goes on with what it was told; nobody is there to hear what became of it.
        if (blow === 'core') held.release();
      });
    },
  });
  over.abort();
  proxy.heal();
  return run;
}
