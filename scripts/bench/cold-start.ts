import { alternate, type Benchmark, QUORATE, timed } from './measure.ts';

/** From the shell to the version, over an empty program on the same runtime. Aim: at most 2. */
export const benchmark: Benchmark = {
  name: 'cold-start',
  measure: () =>
    alternate(
      31,
      'node -e 0 (the pinned one)',
      () => timed(QUORATE, ['--version']),
      () => timed(process.execPath, ['-e', '0']),
    ),
};
