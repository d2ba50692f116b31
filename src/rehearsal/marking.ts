import { OID } from '../der/oid.ts';
import { childrenOf, contentOf, type DerNode, derOf } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { oidOf } from '../der/values.ts';
import { element, sequence, set } from '../der/writer.ts';

/** What a site's `marking` puts before labels and common names in a rehearsal, so that nothing of it passes for real. */
export const LABEL_PREFIX = 'rehearsal-';
export const NAME_PREFIX = 'REHEARSAL ';

/** Octets of one character, by the tag of a string type; one octet for the others (X.690 §8.23). */
const WIDTH: ReadonlyMap<number, number> = new Map([
  [TAG.bmpString, 2],
  [TAG.universalString, 4],
]);
const STRINGS: readonly number[] = [
  TAG.utf8String,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.visibleString,
  TAG.bmpString,
  TAG.universalString,
];

/** CK_TOKEN_INFO has room for 32 octets (PKCS #11 v2.40 base, §3.3). */
const LONGEST_TOKEN_LABEL = 32;

/** A label with the marking, once. */
export function markedLabel(label: string): string {
  return label.startsWith(LABEL_PREFIX) ? label : `${LABEL_PREFIX}${label}`;
}

/** The same, as long as a token has room for. */
export function markedTokenLabel(label: string): string {
  const characters = [...markedLabel(label)];
  while (Buffer.byteLength(characters.join('')) > LONGEST_TOKEN_LABEL) characters.pop();
  return characters.join('');
}

/** The DER of a Name with each common name marked, once; all else byte for byte. */
export function markedName(name: DerNode): Uint8Array {
  return sequence(
    ...childrenOf(name, 'a name').map((rdn) =>
      set(...childrenOf(rdn, 'a relative distinguished name', TAG.set).map(markedAttribute)),
    ),
  );
}

function markedAttribute(attribute: DerNode): Uint8Array {
  const [type, value] = childrenOf(attribute, 'an attribute');
  if (!type || !value || !STRINGS.includes(value.tag)) return derOf(attribute);
  if (oidOf(type, 'the type of an attribute') !== OID.commonName) return derOf(attribute);
  const prefix = asCharacters(NAME_PREFIX, WIDTH.get(value.tag) ?? 1);
  const content = contentOf(value);
  if (Buffer.from(content.subarray(0, prefix.length)).equals(prefix)) return derOf(attribute);
  return sequence(derOf(type), element(value.tag, prefix, content));
}

function asCharacters(ascii: string, width: number): Buffer {
  const bytes = Buffer.alloc(ascii.length * width);
  for (let i = 0; i < ascii.length; i++) bytes[i * width + width - 1] = ascii.charCodeAt(i);
  return bytes;
}
