import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSoftHsm } from '../../src/rehearsal/soft-hsm.ts';
import { type Benchmark, compared, QUORATE, TOP, type Watched, watched } from './measure.ts';
import { inScratch } from './rehearsal.ts';

const [MANY, FEW] = [1000, 1];

/** What is done with each certificate until it is in the pack, by the keys of the steps. */
const ISSUING = ['read-requests', 'agreed', 'site-cas'];

/**
 * What a thousand certificates of one list add to a ceremony, over as many signatures alone.
 *
 * `issue-batch-1000` are three of its steps, added up: each request is read, its proof of possession and its key are judged;
 * each certificate is made, read by other code, compared and linted, shown and approved with the others; it is signed, each
 * signature verified by the guard and again against the issuer's certificate, and the whole linted again; nine files of each
 * are durable in the pack, with their events. Aim: at most 1.5; and the memory of the greatest process, beside that of the
 * same ceremony with one certificate.
 *
 * `ceremony-batch-1000` is all of the rehearsal: with that, the requests are made up, their digest is read from paper, and the
 * pack is written onto two media and read back before people sign and again when it is sealed, what is published onto a third;
 * ledger, manifest and a report that shows each certificate.
 */
export const benchmarks: readonly Benchmark[] = [
  {
    name: 'issue-batch-1000',
    measure: async () => {
      const { few, many, raw } = await rehearsed();
      return {
        ...compared(PEER, issuingOf(many) - issuingOf(few), raw),
        memory: { value: many.peak, peerValue: few.peak, of: 'with one certificate' },
      };
    },
  },
  {
    name: 'ceremony-batch-1000',
    measure: async () => {
      const { few, many, raw } = await rehearsed();
      return compared(PEER, many.milliseconds - few.milliseconds, raw);
    },
  },
];

const PEER = '1,000 raw P-384 signatures';

interface Rehearsals {
  readonly few: Watched;
  readonly many: Watched;
  /** Milliseconds. */
  readonly raw: number;
}

let rehearsing: Promise<Rehearsals> | undefined;

/** Both rows are of the same rehearsals. */
function rehearsed(): Promise<Rehearsals> {
  rehearsing ??= inScratch(async (folder) => {
    const of = (count: number) =>
      watched(QUORATE, ['rehearse', script(folder, count), '--out', join(folder, `pack-${count}`), '--json']);
    return { few: await of(FEW), many: await of(MANY), raw: rawSignatures(join(folder, 'raw')) };
  });
  return rehearsing;
}

function issuingOf({ output }: Watched): number {
  const { stepMilliseconds } = JSON.parse(output) as { readonly stepMilliseconds: Readonly<Record<string, number>> };
  return ISSUING.reduce((sum, key) => {
    const time = stepMilliseconds[key];
    if (time === undefined) throw new Error(`quorate rehearse --json says nothing of step "${key}"`);
    return sum + time;
  }, 0);
}

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
