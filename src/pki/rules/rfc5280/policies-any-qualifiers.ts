import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

const KNOWN: readonly string[] = [OID.cps, OID.userNotice];

export const policiesAnyQualifiers = defineRule({
  id: 'rfc5280/policies-any-qualifiers',
  title: 'anyPolicy has no qualifiers but those of RFC 5280',
  clause: 'RFC 5280 §4.2.1.4',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificatePolicies = [] }) => certificatePolicies.some(({ oid }) => oid === OID.anyPolicy),
  check: ({ certificatePolicies = [] }) =>
    certificatePolicies
      .filter(({ oid }) => oid === OID.anyPolicy)
      .flatMap(({ qualifiers = [] }) => qualifiers)
      .filter(({ oid }) => !KNOWN.includes(oid))
      .map(({ oid }) => `anyPolicy has the qualifier ${oid}, expected cps or userNotice`),
});
