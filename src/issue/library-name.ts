import type { JsonAttributeObject, Name } from '@peculiar/x509';
import { kept } from '../base/remembered.ts';
import { hexOf } from '../der/values.ts';
import { ATTRIBUTES, type SubjectAttribute } from '../pki/name.ts';
import type { X509 } from './library.ts';

/** A name in the library's form. String types are given: by itself it would choose PrintableString where it can. */
export function libraryName(x509: X509, attributes: readonly SubjectAttribute[]): Name {
  return new x509.Name(
    attributes.map(({ type, value }) => {
      const rule = ATTRIBUTES[type];
      return { [rule.oid]: [asType(rule.encoding, value)] };
    }),
  );
}

function asType(encoding: 'PrintableString' | 'IA5String' | 'UTF8String', value: string): JsonAttributeObject {
  switch (encoding) {
    case 'PrintableString':
      return { printableString: value };
    case 'IA5String':
      return { ia5String: value };
    case 'UTF8String':
      return { utf8String: value };
  }
}

/** The issuer's name from the bytes in its certificate. */
export function libraryIssuer(x509: X509, der: Uint8Array): Name {
  return issuers(hexOf(der), () => new x509.Name(Uint8Array.from(der)));
}

const issuers = kept<string, Name>(16);
