import { sameBytes } from '../../../der/reader.ts';
import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';

export const rootSelfIssued = defineRule({
  id: 'cabf-tls/root-self-issued',
  title: "a root's issuer and subject are the same, byte for byte",
  clause: 'TLS BR 2.2.6 §7.1.2.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate: { issuer, subject } }) =>
    sameBytes(issuer.der, subject.der)
      ? []
      : [`the issuer is ${hexOf(issuer.der)}, but the subject ${hexOf(subject.der)}`],
});
