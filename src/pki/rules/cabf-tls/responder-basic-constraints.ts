import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isMarkedCritical } from '../../rule-checks.ts';
import { all, has, ofResponder } from '../../rule-scope.ts';

export const responderBasicConstraints = defineRule({
  id: 'cabf-tls/responder-basic-constraints',
  title: 'basicConstraints of an OCSP responder, where present, is critical and empty',
  clause: 'TLS BR 2.2.6 §7.1.2.8.4',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: all(ofResponder, has(OID.basicConstraints)),
  check: (subject) => [
    ...(subject.basicConstraints?.ca ? ['cA is TRUE'] : []),
    ...(subject.basicConstraints?.pathLength === undefined ? [] : ['a path length is set']),
    ...isMarkedCritical(OID.basicConstraints)(subject),
  ],
});
