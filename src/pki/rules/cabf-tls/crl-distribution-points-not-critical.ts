import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical } from '../../rule-checks.ts';
import { has } from '../../rule-scope.ts';

export const crlDistributionPointsNotCritical = defineRule({
  id: 'cabf-tls/crl-distribution-points-not-critical',
  title: 'cRLDistributionPoints is not critical',
  clause: 'TLS BR 2.2.6 §7.1.2.11.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: has(OID.cRLDistributionPoints),
  check: isNotCritical(OID.cRLDistributionPoints),
});
