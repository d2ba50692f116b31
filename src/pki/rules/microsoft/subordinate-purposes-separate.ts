import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { severalOf } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinatePurposesSeparate = defineRule({
  id: 'microsoft/subordinate-purposes-separate',
  title: 'a subordinate CA has only one of TLS servers, e-mail, code signing and time-stamping',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.13',
  severity: 'error',
  appliesTo: 'certificate',
  when: (subject, context) => ofSubordinate(subject, context) && subject.extKeyUsage !== undefined,
  check: severalOf([OID.serverAuth, OID.emailProtection, OID.codeSigning, OID.timeStamping]),
});
