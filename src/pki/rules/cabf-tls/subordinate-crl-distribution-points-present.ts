import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateCrlDistributionPointsPresent = defineRule({
  id: 'cabf-tls/subordinate-crl-distribution-points-present',
  title: 'a subordinate CA has cRLDistributionPoints',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3, §7.1.2.3.1, §7.1.2.6.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: isPresent(OID.cRLDistributionPoints),
});
