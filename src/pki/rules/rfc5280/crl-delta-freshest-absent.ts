import { OID } from '../../../der/oid.ts';
import { isDelta } from '../../../x509/constructed-crl.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlDeltaFreshestAbsent = defineRule({
  id: 'rfc5280/crl-delta-freshest-absent',
  title: 'a delta CRL has no freshestCRL',
  clause: 'RFC 5280 §5.2.6',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => isDelta(crl),
  check: ({ crl }) => (extensionOf(crl.extensions, OID.freshestCRL) ? ['freshestCRL is present in a delta CRL'] : []),
});
