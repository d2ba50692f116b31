import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasPurpose, ofNewSubordinate, ofRoot } from '../../rule-scope.ts';

export const caOrganizationalUnitAbsent = defineRule({
  id: 'cabf-tls/ca-organizational-unit-absent',
  title: 'the subject of a root, and of a CA for TLS servers, has no organizationalUnitName',
  clause: 'TLS BR 2.2.6 §7.1.2.10.2',
  severity: 'error',
  version: 2,
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) =>
    ofRoot(subject, context) || (ofNewSubordinate(subject, context) && hasPurpose(OID.serverAuth)(subject, context)),
  check: ({ certificate: { subject } }) =>
    subject.attributes.some(({ oid }) => oid === OID.organizationalUnitName)
      ? ['the subject has an organizationalUnitName']
      : [],
});
