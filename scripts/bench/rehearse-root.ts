import { join } from 'node:path';
import { type Benchmark, compared, median } from './measure.ts';
import { rehearse, withScratch } from './rehearsal.ts';

const RUNS = 5;

/** A whole rehearsal, over the time that it spends inside the PKCS#11 module. */
export const benchmark: Benchmark = {
  name: 'rehearse-root',
  measure: () =>
    withScratch((folder) => {
      rehearse(join(folder, 'warm-up'));
      const runs = Array.from({ length: RUNS }, (_, index) => rehearse(join(folder, String(index))));
      if (!runs.every((run) => run.pkcs11Milliseconds > 0)) {
        throw new Error('quorate rehearse --json says nothing of "pkcs11Milliseconds"');
      }
      return compared(
        'time inside PKCS#11 calls',
        median(runs.map((run) => run.milliseconds)),
        median(runs.map((run) => run.pkcs11Milliseconds)),
      );
    }),
};
