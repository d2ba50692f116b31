import { pemOf } from '../../pki/pem.ts';
import { defineCheck } from '../check.ts';
import { compareCopies, textOf } from '../signed-file.ts';

export const certificateCopies = defineCheck({
  id: 'CERTIFICATE-COPIES',
  title: 'the PEM, the text and the published files of every certificate hold that certificate',
  needs: ['certificates'],
  run({ certificates }, { pack, options, report }) {
    if (options.outcome === 'interrupted') return;
    for (const { done, der } of certificates) {
      const name = done.operation.out;
      const stem = name.replace(/\.crt$/, '');
      const pem = Buffer.from(pemOf('CERTIFICATE', der));
      const copies: [string, Uint8Array][] = [
        [`certificates/${stem}.pem`, pem],
        [`certificates/${stem}.txt`, textOf(der)],
        [`publish/${name}`, der],
        [`publish/${stem}.pem`, pem],
      ];
      compareCopies(pack, report, new Map(copies));
    }
  },
});
