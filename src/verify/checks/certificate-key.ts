import { sameBytes } from '../../der/reader.ts';
import { defineCheck } from '../check.ts';

export const certificateKey = defineCheck({
  id: 'CERTIFICATE-KEY',
  title: 'every self-signed certificate certifies the key that was generated',
  needs: ['certificates'],
  run({ certificates }, { report }) {
    for (const { path, content, key } of certificates) {
      const selfIssued = sameBytes(content.issuer.der, content.subject.der);
      if (key && selfIssued && !sameBytes(content.spki.der, key.spki.der))
        report(path, 'its public key is not the one that was generated');
    }
  },
});
