import { CeremonyError } from '../../base/errors.ts';
import { parseCrl } from '../../x509/crl.ts';
import { defineCheck } from '../check.ts';

export const crlRead = defineCheck({
  id: 'CRL-READ',
  title: 'every CRL is strict DER',
  needs: [],
  run(_parts, { pack, report }) {
    for (const path of pack.paths) {
      const der = /^crls\/.*\.crl$/.test(path) ? pack.file(path) : undefined;
      if (!der) continue;
      try {
        parseCrl(der, path);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        report(path, error.message);
      }
    }
  },
});
