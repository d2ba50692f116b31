import { escapeForeign } from '../../../base/text.ts';
import { OID } from '../../../der/oid.ts';
import { isCountryCode } from '../../country-codes.ts';
import { defineRule } from '../../rule.ts';
import { ofCross } from '../../rule-scope.ts';

export const caCountryNameAssigned = defineRule({
  id: 'cabf-tls/ca-country-name-assigned',
  title: "the subject's countryName is a country code of ISO 3166-1",
  clause: 'TLS BR 2.2.6 §7.1.2.10.2',
  severity: 'error',
  version: 2,
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) =>
    !ofCross(subject, context) && subject.certificate.subject.attributes.some(({ oid }) => oid === OID.countryName),
  check: ({ certificate: { subject } }) =>
    subject.attributes
      .filter(({ oid, value }) => oid === OID.countryName && !isCountryCode(value))
      .map(({ value }) => `countryName is "${escapeForeign(value)}", expected two capital letters of ISO 3166-1`),
});
