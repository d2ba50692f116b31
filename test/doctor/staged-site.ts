import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../src/base/digest.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { Enrolled } from '../../src/rehearsal/enrol.ts';
import { setStage } from '../../src/rehearsal/stage.ts';

const QUORATE = join(import.meta.dirname, '..', '..', 'bin', 'quorate');

const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 3, present: 3 },
    witness: { of: 1, present: 1 },
    auditor: { of: 1, present: 1 },
  },
  tokens: ['root-hsm'],
  media: { envelopes: 2 },
  quorums: { administer: 2, inventory: 2, generate: 2, sign: 2 },
  materials: {},
  vendor: [],
  enrols: {},
};

const utc = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** A site of a rehearsal, on real SoftHSM tokens, with everything that lies beside it. */
export interface StagedSite {
  /** Everything: tokens, media, inputs. */
  readonly folder: string;
  readonly path: string;
  readonly enrolled: readonly Enrolled[];
  remove(): void;
}

export async function stageSite(): Promise<StagedSite> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-site-'));
  const { inputs, enrolled } = await setStage({
    cast: readCast(CAST),
    folder,
    script: sha256('script'),
    program: programDigest(),
    window: { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) },
  });
  return { folder, path: join(inputs, 'site.yaml'), enrolled, remove: () => rmSync(folder, { recursive: true }) };
}

/** A file with this content in the folder of the site. */
export function beside(site: StagedSite, name: string, content: string | Uint8Array): string {
  const path = join(site.folder, name);
  writeFileSync(path, content);
  return path;
}

/** What the launcher starts is measured by itself: sources or a build. */
function programDigest(): string {
  const { stdout } = spawnSync(QUORATE, ['doctor', '--within', '5', '--json'], { encoding: 'utf8' });
  return (JSON.parse(stdout) as { seen: { program: { digest: string } } }).seen.program.digest;
}
