import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { severalOf } from '../../rule-checks.ts';
import { ofRoot } from '../../rule-scope.ts';

/** As read second hand, in the pull request that added it. */
export const rootPurposeDedicated = defineRule({
  id: 'microsoft/root-purpose-dedicated',
  title: 'a root that names its purposes has only one of TLS servers, e-mail and code signing',
  clause: 'Microsoft Trusted Root Program 1.2 §3.4.3',
  severity: 'error',
  effective: { from: '2026-07-01' },
  appliesTo: 'certificate',
  when: (subject, context) => ofRoot(subject, context) && subject.extKeyUsage !== undefined,
  check: severalOf([OID.serverAuth, OID.emailProtection, OID.codeSigning]),
});
