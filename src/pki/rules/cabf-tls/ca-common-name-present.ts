import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const caCommonNamePresent = defineRule({
  id: 'cabf-tls/ca-common-name-present',
  title: 'the subject of a CA has commonName',
  clause: 'TLS BR §7.1.2.10.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { subject } }) =>
    subject.attributes.some(({ oid }) => oid === OID.commonName) ? [] : ['the subject has no commonName'],
});
