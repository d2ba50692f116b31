import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

export const caCountryNamePresent = defineRule({
  id: 'cabf-tls/ca-country-name-present',
  title: 'the subject of a CA has countryName',
  clause: 'TLS BR §7.1.2.10.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { subject } }) =>
    subject.attributes.some(({ oid }) => oid === OID.countryName) ? [] : ['the subject has no countryName'],
});
