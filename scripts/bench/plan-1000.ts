import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manySingleSteps } from './many-single-steps.ts';
import { alternate, type Benchmark, QUORATE, TOP, timed } from './measure.ts';
import { inScratch } from './rehearsal.ts';

/** The whole plan of a script that reads 1,000 requests and issues as many certificates, each by a step of its own. Aim: below 2 s. */
export const benchmark: Benchmark = {
  name: 'plan-1000',
  measure: () =>
    inScratch(async (folder) => {
      const script = join(folder, 'many.yaml');
      writeFileSync(script, manySingleSteps(TOP, 1000));
      return alternate(
        11,
        'the version (bin/quorate --version)',
        () => timed(QUORATE, ['plan', script]),
        () => timed(QUORATE, ['--version']),
      );
    }),
};
