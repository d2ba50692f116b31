import { fingerprintsCsv } from '../../pki/fingerprints.ts';
import { pemOf } from '../../pki/pem.ts';
import type { Certificate } from '../../x509/model.ts';
import { textBeside } from '../../x509/render.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued } from '../pack-certificates.ts';
import { compareCopies } from '../signed-file.ts';

export const certificateCopies = defineCheck({
  id: 'CERTIFICATE-COPIES',
  title:
    'the PEM, the text, the chains, the fingerprints and the published files of every certificate are of that certificate',
  needs: ['certificates'],
  run({ certificates }, { pack, options, report }) {
    if (options.outcome === 'interrupted') return;
    for (const { item, der, content, issuer, chain } of certificates) {
      const name = item.out;
      const stem = name.replace(/\.crt$/, '');
      const pem = Buffer.from(pemOf('CERTIFICATE', der));
      const copies: [string, Uint8Array][] = [
        [`certificates/${stem}.pem`, pem],
        [`certificates/${stem}.txt`, textBeside(der)],
        [`publish/${name}`, der],
        [`publish/${stem}.pem`, pem],
        [`publish/${stem}.csv`, Buffer.from(fingerprintsCsv(name, content))],
        [`publish/${stem}.txt`, textBeside(der)],
      ];
      // Without an issuer in the pack there is no chain to compare: CERTIFICATE-ISSUER says so.
      if (issuer && !isSelfIssued(content)) {
        const above = chain.map((one) => one.content);
        const pems = (those: readonly Certificate[]) =>
          Buffer.concat([pem, ...those.map((one) => Buffer.from(pemOf('CERTIFICATE', one.der)))]);
        copies.push(
          [`publish/${stem}-chain.pem`, pems(above.filter((one) => !isSelfIssued(one)))],
          [`publish/${stem}-full-chain.pem`, pems(above)],
        );
      }
      compareCopies(pack, report, new Map(copies));
    }
  },
});
