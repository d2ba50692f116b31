import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { type Cast, readCast } from '../../src/rehearsal/cast.ts';
import { afterCeremony, type Lasting, openStage } from '../../src/rehearsal/lasting.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { BACKUP_MEDIA, withBackup } from './backed-up.ts';
import { type Held, hold, type Setting } from './conducted.ts';
import { CAST, keep, shortText, type Table } from './kill-points.ts';
import { setIn } from './set-in.ts';

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const GONE = `      - { id: gone, step: destroy-key, by: administrator, check: [witness, auditor], with: { key: restored, token: drill-hsm, reason: "The drill is over." } }\n`;

/** The drill as it ships, but for what lies in bags and what is written onto media. */
const DRILL = `quorate: 1
ceremony:
  title: Example Root CA G1, restore drill
  objectives: [restore-drill]
  policy: Example CPS 1.2, section 6.2.4
  place: Class 5 vault
rules: []
seats:
  administrator:  { of: 1 }
  crypto-officer: { of: 3, present: 3 }
  witness:        { of: 1 }
  auditor:        { of: 1, independent: true }
quorums: { administer: 2, inventory: 2, restore: 2, destroy: 2 }
uses:
  root-backup: { backup: latest, of: example-root-g1 }
tokens:
  drill-hsm: { expect: blank }
acts:
  - title: Opening
    steps:
      - { id: documents, step: compare, by: administrator, check: all, with: { values: [authorization], against: print } }
      - { id: clock, step: check-clock, by: administrator, check: witness, with: { references: 2, tolerance: PT1M } }
      - { id: environment, step: check-environment, by: administrator, check: auditor }
      - { id: roll-call, step: roll-call, each: crypto-officer, check: witness }
      - { id: activation, step: prepare-token, by: administrator, check: witness, with: { token: drill-hsm, holders: crypto-officer, means: [shares], envelopes: drill-envelopes } }
  - title: The key comes back
    steps:
      - { id: restored, step: restore-key, by: administrator, check: [witness, auditor], with: { backup: root-backup, token: drill-hsm, envelopes: kek-envelopes, backups: backups }, makes: { key: restored } }
      - { id: key-read, step: compare, by: administrator, check: all, with: { value: restored.spki, against: paper } }
${GONE}  - title: Judgement
    steps:
      - { id: judged, step: attest, by: auditor, say: "The script was followed; the key was restored." }
      - { id: sign-off, step: sign-off, each: all }
  - title: Putting away
    always: true
    steps:
      - { id: close, step: close, by: administrator, check: auditor }
`;

export type Restoring = 'drill' | 'restore';

const SCRIPTS: Readonly<Record<Restoring, string>> = {
  drill: DRILL,
  restore: DRILL.replace(GONE, '').replace('[restore-drill]', '[restore]').replace('restore drill', 'restored'),
};

const ROOT_CAST = {
  ...CAST,
  media: BACKUP_MEDIA,
  keys: ['example-root-g1'],
};

const RESTORE_CAST = {
  ...CAST,
  tokens: ['drill-hsm'],
  media: { 'drill-envelopes': 2, 'kek-envelopes': 2, backups: 2 },
  quorums: { administer: 2, inventory: 2, restore: 2, destroy: 2 },
  stands: {
    tokens: [],
    uses: [{ kind: 'backup', called: 'latest', of: 'example-root-g1' }],
    restores: { envelopes: ['kek-envelopes'], backups: ['backups'] },
  },
};

/** Tables on which the backup of a root is restored, in a drill and for good; the ceremony that made it is over. */
export interface Restorings {
  readonly tables: Readonly<Record<Restoring, Table>>;
  /** Of the ceremony that has made the backup. */
  readonly before: Ledger;
  remove(): void;
}

/** @param holdFirst holds the ceremony that makes the root and its backup; at one go unless told */
export async function layRestorings(
  holdFirst: (set: Setting) => Promise<Pick<Held, 'code' | 'stderr'>> = (set) => hold(set, { guardEndsByItself: true }),
): Promise<Restorings> {
  const top = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-restoring-'));
  const remove = () => rmSync(top, { recursive: true, force: true });
  try {
    const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
    const casts = [ROOT_CAST, RESTORE_CAST].map((cast) => readCast(cast as unknown as JsonObject)) as [Cast, Cast];
    const stage = await openStage({ casts, folder: top, window });
    const first = await setIn(stage, casts[0], join(top, 'root'), shortText(withBackup));
    const { code, stderr } = await holdFirst(first);
    if (code !== 0) throw new Error(stderr);
    const lasting = await afterCeremony(stage, first.stage.used, first.out);
    const lay = async (name: Restoring) => {
      const before = await setIn(lasting, casts[1], join(top, name), SCRIPTS[name]);
      const proxies = await interpose(before.stage, join(before.folder, 'proxies'));
      return keep({ ...before, stage: proxies.stage }, proxies, 'drill-hsm');
    };
    const tables = { drill: await lay('drill'), restore: await lay('restore') };
    return { tables, before: (lasting.before as NonNullable<Lasting['before']>).ledger, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
