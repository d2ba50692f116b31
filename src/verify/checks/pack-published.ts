import { ANSWERS, answerPath, requestWith } from '../../pki/ocsp-response.ts';
import { defineCheck } from '../check.ts';
import { isProductPath } from '../product-kinds.ts';

/** Endings of what is published of a certificate. */
const OF_CERTIFICATE = ['.crt', '.pem', '.csv', '.txt', '-chain.pem', '-full-chain.pem'];

export const packPublished = defineCheck({
  id: 'PACK-PUBLISHED',
  title: 'what lies there to be published is a copy of something that was made',
  needs: ['events', 'ocspResponses'],
  run({ events, ocspResponses }, { pack, report }) {
    const recorded = events.flatMap((event) => (event.type === 'file' && event.medium === null ? [event.path] : []));
    const copies = new Set([...pack.paths, ...recorded].flatMap(copiesOf));
    for (const { content } of ocspResponses)
      for (const { certId } of content.responses)
        copies.add(`publish/${ANSWERS}/${answerPath(requestWith(certId.der))}`);
    // Where a response that cannot be read was to be found is not known: that it cannot be read is a finding.
    const isOfUnread = (path: string) =>
      path.startsWith(`publish/${ANSWERS}/`) &&
      pack.paths.filter((one) => isProductPath('ocsp-response', one)).length > ocspResponses.length;
    for (const path of pack.paths)
      if (path.startsWith('publish/') && !copies.has(path) && !isOfUnread(path))
        report(path, 'it is a copy of no certificate, CRL, request or OCSP response of this ceremony');
  },
});

/** Of a product's DER; what its copies hold, other checks compare. */
function copiesOf(path: string): string[] {
  const [, folder, stem = '', ending] = /^([a-z-]+)\/([^/]+)\.([a-z]+)$/.exec(path) ?? [];
  switch (`${folder} ${ending}`) {
    case 'certificates crt':
      return OF_CERTIFICATE.map((end) => `publish/${stem}${end}`);
    case 'crls crl':
      return [`publish/${stem}.crl`];
    case 'requests-made csr':
      return [`publish/${stem}.csr`];
    case 'ocsp ors':
      return [`publish/${ANSWERS}/${stem}.ors`];
    default:
      return [];
  }
}
