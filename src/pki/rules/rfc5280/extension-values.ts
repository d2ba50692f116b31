import { oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const extensionValues = defineRule({
  id: 'rfc5280/extension-values',
  title: 'the value of each known extension is strict DER of its type',
  clause: 'RFC 5280 §4.2, X.690 §10, §11',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ malformed }) => malformed.map(({ oid, message }) => `${oidName(oid) ?? oid}: ${message}`),
});
