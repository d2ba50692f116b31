import { defineCheck } from '../check.ts';
import { signatureFaultOf } from '../signed-file.ts';

export const certificateSignature = defineCheck({
  id: 'CERTIFICATE-SIGNATURE',
  title: 'the signature of every certificate verifies with the key that was approved for it',
  needs: ['certificates'],
  run({ certificates }, { report }) {
    for (const file of certificates) {
      const fault = signatureFaultOf(file);
      if (fault) report(file.path, fault);
    }
  },
});
