import { OID, oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderInfoAccessForm = defineRule({
  id: 'cabf-tls/responder-info-access-form',
  title: 'authorityInfoAccess of an OCSP responder, where present, names OCSP and nothing else',
  clause: 'TLS BR 2.2.6 §7.1.2.8.3',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofResponder(subject, context) && subject.authorityInfoAccess !== undefined,
  check: ({ authorityInfoAccess = [] }) =>
    authorityInfoAccess
      .filter(({ method }) => method !== OID.ocsp)
      .map(({ method }) => `authorityInfoAccess has ${oidName(method) ?? method}, expected ocsp alone`),
});
