import { sameBytes } from '../../der/reader.ts';
import { defineCheck } from '../check.ts';

export const certificateTbs = defineCheck({
  id: 'CERTIFICATE-TBS',
  title: 'what is signed in every certificate is, byte for byte, what was approved',
  needs: ['certificates'],
  run({ certificates }, { report }) {
    for (const { path, content, payload, done } of certificates) {
      if (!sameBytes(content.tbs, payload))
        report(path, `its to-be-signed bytes are not those approved in event ${done.proposal.seq}`);
    }
  },
});
