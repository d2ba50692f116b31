import { CeremonyError } from '../../base/errors.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { defineCheck } from '../check.ts';

export const certificateRead = defineCheck({
  id: 'CERTIFICATE-READ',
  title: 'every certificate is strict DER',
  needs: [],
  run(_parts, { pack, report }) {
    for (const path of pack.paths) {
      const der = /^certificates\/.*\.crt$/.test(path) ? pack.file(path) : undefined;
      if (!der) continue;
      try {
        parseCertificate(der, path);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        report(path, error.message);
      }
    }
  },
});
