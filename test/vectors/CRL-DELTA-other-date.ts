import { besideScript, failingOnce } from '../forge/delta.ts';
import { defineVector } from '../forge/vector.ts';

/** Its date is that of the complete one's first proposal, which was never signed: a guard refuses that. */
export const vector = defineVector({
  check: 'CRL-DELTA',
  title: 'a delta CRL has the number of a complete one, and another date',
  faults: {
    follows: {},
    record: {
      script: besideScript,
      guard: failingOnce('crl'),
      choose: ({ options }) => options.find(({ name }) => name === 'propose-again')?.name,
    },
  },
});
