import { ANSWERS, answerPath, requestWith } from '../../pki/ocsp-response.ts';
import { textBeside } from '../../x509/render.ts';
import { defineCheck } from '../check.ts';
import { compareCopies } from '../signed-file.ts';

export const ocspCopies = defineCheck({
  id: 'OCSP-COPIES',
  title: 'the text of every OCSP response and the files at which requests find it hold that response',
  needs: ['ocspResponses'],
  run({ ocspResponses }, { pack, options, report }) {
    if (options.outcome === 'interrupted') return;
    for (const { item, der, content } of ocspResponses) {
      const asked = content.responses.map(({ certId }) => answerPath(requestWith(certId.der)));
      const copies = new Map<string, Uint8Array>([
        [`ocsp/${item.out.replace(/ors$/, 'txt')}`, textBeside(der)],
        ...[item.out, ...asked].map((name): [string, Uint8Array] => [`publish/${ANSWERS}/${name}`, der]),
      ]);
      compareCopies(pack, report, copies);
    }
  },
});
