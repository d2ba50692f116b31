import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const caOrganizationalUnitAbsent = defineRule({
  id: 'cabf-tls/ca-organizational-unit-absent',
  title: 'the subject of a root has no organizationalUnitName',
  clause: 'TLS BR 2.2.6 §7.1.2.10.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate: { subject } }) =>
    subject.attributes.some(({ oid }) => oid === OID.organizationalUnitName)
      ? ['the subject has an organizationalUnitName']
      : [],
});
