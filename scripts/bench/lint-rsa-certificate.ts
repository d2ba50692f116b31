import { lintOverSignature } from './ca-pair.ts';
import type { Benchmark } from './measure.ts';

/** The same with keys of RSA 4096, of which most is asked. Aim: below 2 ms. */
export const benchmark: Benchmark = {
  name: 'lint-rsa-certificate',
  measure: () => lintOverSignature('one RSA 4096 signature check', ['-newkey', 'rsa:4096']),
};
