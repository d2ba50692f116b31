import { oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const crlExtensionValues = defineRule({
  id: 'rfc5280/crl-extension-values',
  title: 'the value of each known CRL extension is strict DER of its type',
  clause: 'RFC 5280 §5.2, X.690 §10, §11',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ malformed }) => malformed.map(({ oid, message }) => `${oidName(oid) ?? oid}: ${message}`),
});
