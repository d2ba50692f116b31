import { OID } from '../../../der/oid.ts';
import { attributeName } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';
import { not, ofCross } from '../../rule-scope.ts';

/** organizationalUnitName has a rule of its own. */
const KNOWN: readonly string[] = [
  OID.countryName,
  OID.stateOrProvinceName,
  OID.localityName,
  OID.postalCode,
  OID.streetAddress,
  OID.organizationName,
  OID.organizationalUnitName,
  OID.commonName,
];

export const caOtherAttributesAbsent = defineRule({
  id: 'cabf-tls/ca-other-attributes-absent',
  title: 'the subject of a CA has no attributes but those of the table',
  clause: 'TLS BR 2.2.6 §7.1.2.10.2',
  severity: 'warning',
  version: 2,
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: not(ofCross),
  check: ({ certificate: { subject } }) =>
    subject.attributes
      .filter(({ oid }) => !KNOWN.includes(oid))
      .map(({ oid }) => `the subject has ${attributeName(oid)}, which is not recommended`),
});
