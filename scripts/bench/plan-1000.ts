import { alternate, type Benchmark, QUORATE, timed } from './measure.ts';

/** The whole plan of a script that issues up to 1,000 certificates from one folder of requests. Aim: below 2 s. */
export const benchmark: Benchmark = {
  name: 'plan-1000',
  measure: () =>
    alternate(
      11,
      'the version (bin/quorate --version)',
      () => timed(QUORATE, ['plan', 'ceremonies/device-batch.yaml']),
      () => timed(QUORATE, ['--version']),
    ),
};
