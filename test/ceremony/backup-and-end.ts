import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import { afterCeremony, type Lasting, openStage } from '../../src/rehearsal/lasting.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { hold } from './conducted.ts';
import { CAST, type KillPoint, keep, pointsOf, shortText, type Table, telling } from './kill-points.ts';
import { setIn } from './set-in.ts';

/*
 * The ceremonies of the end of a key's life as they ship, with as many people as a quorum needs: it was generated, is backed up
 * in a ceremony of its own, and is destroyed with everything that is left of it.
 */

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const LABEL = 'example-root-g1';
const MATERIALS = {
  laptop: { kind: 'computer', sealed: true, each: null, copies: 1 },
  hsm: { kind: 'hsm', sealed: true, each: null, copies: 1 },
  cards: { kind: 'quorum-token', sealed: true, each: 'crypto-officer', copies: 3 },
  evidence: { kind: 'medium', sealed: false, each: null, copies: 2 },
};
const medium = (sealed: boolean) => ({ kind: 'medium', sealed, each: null, copies: 2 });

const ROOT_CAST = { ...CAST, keys: [LABEL] };
const BACKUP_CAST = {
  ...CAST,
  media: { 'kek-envelopes': 2, backups: 2, evidence: 2 },
  materials: { ...MATERIALS, 'kek-envelopes': medium(false), backups: medium(false) },
  quorums: { administer: 2, inventory: 2, backup: 2, restore: 2 },
  stands: { tokens: ['root-hsm'], uses: [{ kind: 'key', called: 'root', of: LABEL, wrappable: true }] },
};
const END_CAST = {
  ...CAST,
  media: { envelopes: 2, 'kek-envelopes': 2, backups: 2, evidence: 2 },
  materials: { ...MATERIALS, envelopes: medium(true), 'kek-envelopes': medium(true), backups: medium(true) },
  quorums: { administer: 2, inventory: 2, destroy: 2 },
  stands: {
    tokens: ['root-hsm'],
    uses: [
      { kind: 'key', called: 'root', of: LABEL },
      { kind: 'certificate', called: 'root', of: LABEL },
    ],
    envelopes: 'envelopes',
    restores: { envelopes: ['kek-envelopes'], backups: ['backups'] },
  },
};

const ROOT = shortText((text) => text.replace('algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }'));

/** A shipped script of five officers and a quorum of three: here they are three, and two. */
function shortened(name: string): string {
  return readFileSync(join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`), 'utf8')
    .replace('{ of: 5, present: 5,', '{ of: 3, present: 3,')
    .replace(/^quorums: .*$/m, (line) => line.replaceAll(': 3', ': 2'));
}

/** One ceremony that can be begun again and again, and what it does when nobody kills it. */
export interface Sweep {
  readonly table: Table;
  /** Everywhere it can be killed. */
  readonly points: readonly KillPoint[];
  /** Of the ceremony before it. */
  readonly before: Ledger;
  /** Where the tokens of the HSM lie. */
  readonly tokens: string;
}

export interface BackupAndEnd {
  readonly backup: Sweep;
  readonly end: Sweep;
  remove(): void;
}

/** Both have been held once, as far as `whole` takes them for well done; the end follows that backup. */
export async function layBackupAndEnd(
  whole: (name: 'backup' | 'end', sweep: Sweep) => Promise<void>,
): Promise<BackupAndEnd> {
  const top = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-backup-and-end-'));
  const remove = () => rmSync(top, { recursive: true, force: true });
  const [rootCast, backupCast, endCast] = ([ROOT_CAST, BACKUP_CAST, END_CAST] as const).map((cast) =>
    readCast(cast as unknown as JsonObject),
  ) as [ReturnType<typeof readCast>, ReturnType<typeof readCast>, ReturnType<typeof readCast>];
  try {
    const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
    const stage = await openStage({ casts: [rootCast, backupCast, endCast], folder: top, window });
    const root = await setIn(stage, rootCast, join(top, 'root'), ROOT);
    const { code, stderr } = await hold(root, { guardEndsByItself: true });
    if (code !== 0) throw new Error(stderr);
    const tokens = join(root.folder, 'hsm-root-hsm', 'tokens');

    const sweep = async (lasting: Lasting, cast: typeof endCast, name: 'backup' | 'end', text: string) => {
      const set = await setIn(lasting, cast, join(top, name), text);
      const proxies = await interpose(set.stage, join(set.folder, 'proxies'));
      const table = withTokens(keep({ ...set, stage: proxies.stage }, proxies, 'root-hsm'), tokens);
      const held = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
      if (held.code !== 0) throw new Error(held.stderr);
      const before = (lasting.before as NonNullable<Lasting['before']>).ledger;
      const made = { table, points: pointsOf(held.told, proxies), before, tokens };
      await whole(name, made);
      return made;
    };
    const founded = await afterCeremony(stage, root.stage.used, root.out);
    const backup = await sweep(founded, backupCast, 'backup', shortened('backup-split'));
    const { used } = backup.table.set.stage;
    const backedUp = await afterCeremony(founded, used, backup.table.set.out);
    const end = await sweep(backedUp, endCast, 'end', shortened('destruction'));
    return { backup, end, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The HSM is one that an earlier ceremony has left, outside the folder of this one. */
function withTokens(table: Table, tokens: string): Table {
  const kept = `${table.set.folder}-kept-tokens`;
  cpSync(tokens, kept, { recursive: true });
  return {
    ...table,
    clear() {
      table.clear();
      rmSync(tokens, { recursive: true, force: true });
      cpSync(kept, tokens, { recursive: true });
    },
  };
}
