import type { ChainCheck } from '../chain-check.ts';
import { crlSteps } from '../crl-steps.ts';

export const chainCrlNumber: ChainCheck = {
  id: 'CHAIN-CRL-NUMBER',
  title:
    'along the chain the CRL numbers of each issuer, and of each of its partitions, only rise, those of delta CRLs among them',
  run(chain, { report }) {
    for (const { last, next } of crlSteps(chain))
      if (last && next.number <= last.state.number)
        report(
          next.link.name,
          next.path,
          `number ${next.number} of "${next.issuer}" comes after ${last.state.number}, of ${last.state.said}`,
        );
  },
};
