import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlNumberPresent = defineRule({
  id: 'rfc5280/crl-number-present',
  title: 'a CRL has cRLNumber',
  clause: 'RFC 5280 §5.2.3',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => (extensionOf(crl.extensions, OID.cRLNumber) ? [] : ['cRLNumber is absent']),
});
