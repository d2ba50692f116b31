import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';
import { all, hasPurpose, ofCross } from '../../rule-scope.ts';

export const crossTlsPurposes = defineRule({
  id: 'cabf-tls/cross-tls-purposes',
  title: 'a cross-certificate for TLS servers has no purpose that the table forbids beside serverAuth',
  clause: 'TLS BR 2.2.6 §7.1.2.2.5',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: all(ofCross, hasPurpose(OID.serverAuth)),
  check: lacksPurposes(
    'a cross-certificate for TLS servers must not have',
    OID.emailProtection,
    OID.codeSigning,
    OID.timeStamping,
  ),
});
