import { OID } from '../../../der/oid.ts';
import { attributeName, lengthInCharacters, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

/** Upper bounds in characters: ub-common-name and so on, RFC 5280 appendix A.1. */
const MOST: ReadonlyMap<string, number> = new Map([
  [OID.commonName, 64],
  [OID.localityName, 128],
  [OID.stateOrProvinceName, 128],
  [OID.organizationName, 64],
  [OID.organizationalUnitName, 64],
  [OID.title, 64],
  [OID.serialNumber, 64],
  [OID.pseudonym, 128],
  [OID.emailAddress, 255],
]);

export const nameValueLength = defineRule({
  id: 'rfc5280/name-value-length',
  title: 'values in names keep to their upper bounds, counted in characters',
  clause: 'RFC 5280 appendix A.1',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, name]) =>
      name.attributes.flatMap(({ oid, value }) => {
        const [length, most] = [lengthInCharacters(value), MOST.get(oid)];
        if (most === undefined || length <= most) return [];
        return [`${what}: ${attributeName(oid)} has ${length} characters, expected at most ${most}`];
      }),
    ),
});
