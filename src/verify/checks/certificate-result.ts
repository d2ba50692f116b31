import { defineCheck } from '../check.ts';
import { resultFaultOf } from '../signed-file.ts';
import { at } from '../where.ts';

export const certificateResult = defineCheck({
  id: 'CERTIFICATE-RESULT',
  title: 'the signature in every certificate is the one that the HSM returned',
  needs: ['certificates'],
  run({ certificates }, { report }) {
    for (const file of certificates) {
      const fault = resultFaultOf(file);
      if (fault) report(at(file.done.result), fault);
    }
  },
});
