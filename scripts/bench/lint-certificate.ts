import { lintOverSignature } from './ca-pair.ts';
import type { Benchmark } from './measure.ts';

/** All rule packs over one certificate. Aim: below 2 ms. */
export const benchmark: Benchmark = {
  name: 'lint-certificate',
  measure: () =>
    lintOverSignature('one ECDSA P-384 signature check', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']),
};
