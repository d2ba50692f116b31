import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical, namesCrlByHttp } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateCrlPresent = defineRule({
  id: 'cabf-cs/subordinate-crl-present',
  title: 'a subordinate CA has cRLDistributionPoints, not critical, with an http URL',
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: (subject) => [...namesCrlByHttp(subject), ...isNotCritical(OID.cRLDistributionPoints)(subject)],
});
