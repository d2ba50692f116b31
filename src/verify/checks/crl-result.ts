import { defineCheck } from '../check.ts';
import { resultFaultOf } from '../signed-file.ts';
import { at } from '../where.ts';

export const crlResult = defineCheck({
  id: 'CRL-RESULT',
  title: 'the signature in every CRL is the one that the HSM returned',
  needs: ['crls'],
  run({ crls }, { report }) {
    for (const file of crls) {
      const fault = resultFaultOf(file);
      if (fault) report(at(file.done.result), fault);
    }
  },
});
