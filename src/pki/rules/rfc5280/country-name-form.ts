import { escapeForeign } from '../../../base/text.ts';
import { OID } from '../../../der/oid.ts';
import { TAG } from '../../../der/tags.ts';
import { lengthInCharacters, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

export const countryNameForm = defineRule({
  id: 'rfc5280/country-name-form',
  title: 'a countryName is a PrintableString of two characters',
  clause: 'RFC 5280 appendix A.1 (X520countryName)',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, name]) =>
      name.attributes
        .filter(({ oid, tag, value }) => {
          return oid === OID.countryName && (tag !== TAG.printableString || lengthInCharacters(value) !== 2);
        })
        .map(
          ({ value }) =>
            `${what}: countryName is "${escapeForeign(value)}", expected a PrintableString of two characters`,
        ),
    ),
});
