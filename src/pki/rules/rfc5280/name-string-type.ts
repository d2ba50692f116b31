import { TAG, tagName } from '../../../der/tags.ts';
import { attributeName, namesOf } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';

/** Of DirectoryString, TeletexString, UniversalString and BMPString are for names that exist already. */
const OLD_TYPES: readonly number[] = [TAG.teletexString, TAG.universalString, TAG.bmpString];

export const nameStringType = defineRule({
  id: 'rfc5280/name-string-type',
  title: 'names are written in PrintableString or UTF8String, not in the older types',
  clause: 'RFC 5280 §4.1.2.4',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) =>
    namesOf(certificate).flatMap(([what, name]) =>
      name.attributes
        .filter(({ tag }) => OLD_TYPES.includes(tag))
        .map(
          ({ oid, tag }) =>
            `${what}: ${attributeName(oid)} is a ${tagName(tag)}, expected PrintableString or UTF8String`,
        ),
    ),
});
