import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isAbsent } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

export const caExtensionsInCaOnly = defineRule({
  id: 'rfc5280/ca-extensions-in-ca-only',
  title: 'the extensions that constrain paths are only in CA certificates',
  clause: 'RFC 5280 §4.2.1.5, §4.2.1.10, §4.2.1.11, §4.2.1.14',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofResponder,
  check: isAbsent(
    'only a CA may have',
    OID.nameConstraints,
    OID.policyConstraints,
    OID.policyMappings,
    OID.inhibitAnyPolicy,
  ),
});
