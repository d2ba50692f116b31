import { defineCheck } from '../check.ts';
import { isSelfIssued } from '../pack-certificates.ts';

export const certificateIssuer = defineCheck({
  id: 'CERTIFICATE-ISSUER',
  title: 'every certificate names as its issuer the CA whose key signed it, and that has a certificate in the pack',
  needs: ['certificates'],
  run({ certificates }, { report }) {
    for (const { path, key, issuer, content } of certificates) {
      // A self-signed one of another key is a finding of CERTIFICATE-KEY.
      if (!key || issuer || isSelfIssued(content)) continue;
      report(path, `no certificate in the pack has the name of its issuer and the key ${key.digest} that signed it`);
    }
  },
});
