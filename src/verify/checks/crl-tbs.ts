import { sameBytes } from '../../der/reader.ts';
import { defineCheck } from '../check.ts';

export const crlTbs = defineCheck({
  id: 'CRL-TBS',
  title: 'what is signed in every CRL is, byte for byte, what was approved',
  needs: ['crls'],
  run({ crls }, { report }) {
    for (const { path, content, payload, done } of crls) {
      if (!sameBytes(content.tbs, payload))
        report(path, `its to-be-signed bytes are not those approved in event ${done.proposal.seq}`);
    }
  },
});
