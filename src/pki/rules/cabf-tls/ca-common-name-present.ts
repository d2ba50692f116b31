import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { not, ofCross } from '../../rule-scope.ts';

export const caCommonNamePresent = defineRule({
  id: 'cabf-tls/ca-common-name-present',
  title: 'the subject of a CA has commonName',
  clause: 'TLS BR 2.2.6 §7.1.2.10.2',
  severity: 'error',
  version: 2,
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: not(ofCross),
  check: ({ certificate: { subject } }) =>
    subject.attributes.some(({ oid }) => oid === OID.commonName) ? [] : ['the subject has no commonName'],
});
