import { parseCrl, parseTbsCertList } from '../../../x509/crl.ts';
import { derFault } from '../../der-fault.ts';
import { defineRule } from '../../rule.ts';

export const crlDer = defineRule({
  id: 'rfc5280/crl-der',
  title: 'the CRL is strict DER of the type CertificateList, to its last byte',
  clause: 'RFC 5280 §5.1, X.690 §10, §11',
  severity: 'error',
  appliesTo: 'crl-der',
  check: (der, part) => derFault(() => (part === 'whole' ? parseCrl(der) : parseTbsCertList(der))),
});
