import { defineCheck } from '../check.ts';
import { signatureFaultOf } from '../signed-file.ts';

export const crlSignature = defineCheck({
  id: 'CRL-SIGNATURE',
  title: 'the signature of every CRL verifies with the key that was approved for it',
  needs: ['crls'],
  run({ crls }, { report }) {
    for (const file of crls) {
      const fault = signatureFaultOf(file);
      if (fault) report(file.path, fault);
    }
  },
});
