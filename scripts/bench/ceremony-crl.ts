import { join } from 'node:path';
import { type Benchmark, compared, QUORATE, TOP, type Watched, watched } from './measure.ts';
import { inScratch } from './rehearsal.ts';

const [MANY, FEW] = [1_000_000, 1000];

/**
 * The yearly CRL of a CA whose last one lists a million certificates, over that of a CA whose last one lists a thousand: the whole
 * rehearsal, with the plan, the CRL as it was published read and compared, the quorum, the signature, the pack on its media and
 * the report. Aim: the greatest process, which is the core, takes no more than 100 octets of each entry, and the CRL has 50.
 */
export const benchmark: Benchmark = {
  name: 'ceremony-crl-1m',
  measure: () =>
    inScratch(async (folder) => {
      const few = await refreshed(folder, FEW);
      const many = await refreshed(folder, MANY);
      return {
        ...compared('that of 1,000 entries', many.milliseconds, few.milliseconds),
        memory: { value: many.peak, peerValue: few.peak, of: 'with 1,000 entries' },
      };
    }),
};

async function refreshed(folder: string, count: number): Promise<Watched> {
  const [adopted, out] = [join(folder, `adopted-${count}`), join(folder, `refreshed-${count}`)];
  const listed = ['--listed', String(count)];
  await watched(QUORATE, ['rehearse', join(TOP, 'ceremonies', 'adopt-ca.yaml'), '--out', adopted, ...listed]);
  const yearly = join(TOP, 'test', 'script', 'examples', 'crl-refresh.yaml');
  return await watched(QUORATE, ['rehearse', yearly, '--from', adopted, '--out', out]);
}
