import { parseCertificate, parseTbsCertificate } from '../../../x509/certificate.ts';
import { derFault } from '../../der-fault.ts';
import { defineRule } from '../../rule.ts';

export const certificateDer = defineRule({
  id: 'rfc5280/certificate-der',
  title: 'the certificate is strict DER of the type Certificate, to its last byte',
  clause: 'RFC 5280 §4.1, X.690 §10, §11',
  severity: 'error',
  appliesTo: 'certificate-der',
  check: (der, part) => derFault(() => (part === 'whole' ? parseCertificate(der) : parseTbsCertificate(der))),
});
