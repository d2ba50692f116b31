import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical, namesCrlByHttp } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateCrlPresent = defineRule({
  id: 'cabf-smime/subordinate-crl-present',
  title: 'a subordinate CA has cRLDistributionPoints, not critical, with an http URL',
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: (subject) => [...namesCrlByHttp(subject), ...isNotCritical(OID.cRLDistributionPoints)(subject)],
});
