import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSoftHsm } from '../../src/rehearsal/soft-hsm.ts';
import { type Benchmark, compared, QUORATE, TOP, watched } from './measure.ts';
import { inScratch } from './rehearsal.ts';

const [MANY, FEW] = [1000, 1];

/**
 * What a thousand certificates of one list add to a ceremony: reading the requests, linting, approving, signing, checking
 * what was signed, and all files, in the pack and on two media. Over as many signatures alone. Aim: at most 1.5. And the
 * memory of the greatest process, beside that of the same ceremony with one certificate.
 */
export const benchmark: Benchmark = {
  name: 'issue-batch-1000',
  measure: () =>
    inScratch(async (folder) => {
      const rehearsed = (count: number) =>
        watched(QUORATE, ['rehearse', script(folder, count), '--out', join(folder, `pack-${count}`)]);
      const [few, many] = [await rehearsed(FEW), await rehearsed(MANY)];
      const added = many.milliseconds - few.milliseconds;
      return {
        ...compared('1,000 raw P-384 signatures', added, rawSignatures(join(folder, 'raw'))),
        memory: { value: many.peak, peerValue: few.peak, of: 'with one certificate' },
      };
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
