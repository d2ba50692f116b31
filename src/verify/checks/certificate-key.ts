import { sameBytes } from '../../der/reader.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued } from '../pack-certificates.ts';

export const certificateKey = defineCheck({
  id: 'CERTIFICATE-KEY',
  title: 'every self-signed certificate certifies the key that was generated',
  needs: ['certificates'],
  run({ certificates }, { report }) {
    for (const { path, content, key } of certificates) {
      if (key && isSelfIssued(content) && !sameBytes(content.spki.der, key.spki.der))
        report(path, 'its public key is not the one that was generated');
    }
  },
});
