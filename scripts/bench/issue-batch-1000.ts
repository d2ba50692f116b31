import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSoftHsm } from '../../src/rehearsal/soft-hsm.ts';
import { type Benchmark, compared, TOP } from './measure.ts';
import { rehearse, withScratch } from './rehearsal.ts';

const [MANY, FEW] = [1000, 1];

/**
 * What a thousand certificates of one list add to a ceremony: reading the requests, linting, approving, signing, checking
 * what was signed, and all files, in the pack and on two media. Over as many signatures alone. Aim: at most 1.5.
 */
export const benchmark: Benchmark = {
  name: 'issue-batch-1000',
  measure: () =>
    withScratch((folder) => {
      const [few, many] = [FEW, MANY].map((count) => rehearse(join(folder, `pack-${count}`), script(folder, count)));
      const added = (many?.milliseconds ?? 0) - (few?.milliseconds ?? 0);
      return compared('1,000 raw P-384 signatures', added, rawSignatures(join(folder, 'raw')));
    }),
};

/** The shipped ceremony with so many requests. */
function script(folder: string, count: number): string {
  const text = readFileSync(join(TOP, 'ceremonies', 'device-batch.yaml'), 'utf8');
  const changed = text.replace(/stand-ins: \d+/, `stand-ins: ${count}`);
  if (changed === text) throw new Error('ceremonies/device-batch.yaml says nothing of stand-ins');
  const path = join(folder, `batch-${count}.yaml`);
  writeFileSync(path, changed);
  return path;
}

/** Of a store that is thrown away: it guards nothing. */
const PIN = '12345678';

function rawSignatures(folder: string): number {
  const { environment } = makeSoftHsm(folder);
  const env = { ...process.env, ...environment };
  const ran = (program: string, args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${status}: ${stderr}`);
    return stdout;
  };
  ran('softhsm2-util', ['--init-token', '--free', '--label', 'bench', '--so-pin', PIN, '--pin', PIN]);
  return Number(ran(process.execPath, [join(import.meta.dirname, 'peers', 'raw-signatures.ts'), String(MANY), PIN]));
}
