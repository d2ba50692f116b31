import { pemOf } from '../../pki/pem.ts';
import { defineCheck } from '../check.ts';
import { compareCopies, textOf } from '../signed-file.ts';

export const crlCopies = defineCheck({
  id: 'CRL-COPIES',
  title: 'the PEM, the text and the published file of every CRL hold that CRL',
  needs: ['crls'],
  run({ crls }, { pack, options, report }) {
    if (options.outcome === 'interrupted') return;
    for (const { done, der } of crls) {
      const name = done.operation.out;
      const stem = name.replace(/\.crl$/, '');
      const copies: [string, Uint8Array][] = [
        [`crls/${stem}.pem`, Buffer.from(pemOf('X509 CRL', der))],
        [`crls/${stem}.txt`, textOf(der)],
        [`publish/${name}`, der],
      ];
      compareCopies(pack, report, new Map(copies));
    }
  },
});
