import { OID } from '../der/oid.ts';
import {
  childrenOf,
  contentOf,
  type DerNode,
  derOf,
  enter,
  finish,
  readDer,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { hexOf, oidOf } from '../der/values.ts';
import { element, explicit, implicit, octetString, sequence } from '../der/writer.ts';
import { derivedKeyIdentifiers } from '../pki/key-identifiers.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import { markedName } from './marking.ts';

/** A key of the pack that is followed, and the throw-away one in its place. */
export interface KeyChange {
  readonly old: SubjectPublicKeyInfo;
  readonly now: SubjectPublicKeyInfo;
}

/** As large as a CRL may be that is read (x509/crl.ts). */
const LARGEST = 256 * 1024 * 1024;

/**
 * The TBSCertificate (RFC 5280 §4.1) that stands in for another: the subject's key is another, key identifiers follow from
 * the keys, common names are marked. Everything else is the same, byte for byte.
 * @param issuer key that signs it
 */
export function standInTbsCertificate(tbs: Uint8Array, subject: KeyChange, issuer: KeyChange): Uint8Array {
  const cursor = enter(readDer(tbs, 'tbsCertificate'), 'tbsCertificate');
  const as = (node: DerNode | undefined) => (node ? [derOf(node)] : []);
  const before = [
    ...as(takeOptional(cursor, contextConstructed(0), 'version')),
    derOf(take(cursor, TAG.integer, 'serialNumber')),
    derOf(take(cursor, TAG.sequence, 'signature')),
  ];
  const issuerName = markedName(take(cursor, TAG.sequence, 'issuer'));
  const validity = derOf(take(cursor, TAG.sequence, 'validity'));
  const subjectName = markedName(take(cursor, TAG.sequence, 'subject'));
  take(cursor, TAG.sequence, 'subjectPublicKeyInfo');
  const ids = [
    ...as(takeOptional(cursor, contextPrimitive(1), 'issuerUniqueID')),
    ...as(takeOptional(cursor, contextPrimitive(2), 'subjectUniqueID')),
  ];
  const extensions = takeOptional(cursor, contextConstructed(3), 'extensions');
  finish(cursor, 'tbsCertificate');
  return sequence(
    ...before,
    issuerName,
    validity,
    subjectName,
    subject.now.der,
    ...ids,
    ...(extensions ? [standInExtensions(extensions, 3, { subject, issuer })] : []),
  );
}

/** The TBSCertList (RFC 5280 §5.1) that stands in for another, likewise. */
export function standInTbsCertList(tbs: Uint8Array, issuer: KeyChange): Uint8Array {
  const cursor = enter(readDer(tbs, 'tbsCertList', { maxBytes: LARGEST }), 'tbsCertList');
  const version = takeOptional(cursor, TAG.integer, 'version');
  const signature = derOf(take(cursor, TAG.sequence, 'signature'));
  const issuerName = markedName(take(cursor, TAG.sequence, 'issuer'));
  const rest: Uint8Array[] = [];
  while (cursor.at < cursor.end) {
    const node = takeAny(cursor, 'the rest of tbsCertList');
    rest.push(node.tag === contextConstructed(0) ? standInExtensions(node, 0, { issuer }) : derOf(node));
  }
  return sequence(...(version ? [derOf(version)] : []), signature, issuerName, ...rest);
}

interface Changes {
  readonly issuer: KeyChange;
  /** Of a certificate. */
  readonly subject?: KeyChange;
}

function standInExtensions(wrapper: DerNode, tag: number, changes: Changes): Uint8Array {
  const [list] = childrenOf(wrapper, 'extensions', contextConstructed(tag));
  return explicit(
    tag,
    sequence(...(list ? childrenOf(list, 'extensions') : []).map((one) => standInExtension(one, changes))),
  );
}

function standInExtension(extension: DerNode, { subject, issuer }: Changes): Uint8Array {
  const parts = childrenOf(extension, 'an extension');
  const [type] = parts;
  const value = parts.at(-1);
  if (!type || !value) return derOf(extension);
  const inside = () => readDer(contentOf(value), 'the value of an extension');
  const withValue = (der: Uint8Array) => sequence(...parts.slice(0, -1).map(derOf), octetString(der));
  switch (oidOf(type, 'the identifier of an extension')) {
    case OID.subjectKeyIdentifier:
      return subject ? withValue(octetString(renewed(contentOf(inside()), subject))) : derOf(extension);
    case OID.authorityKeyIdentifier:
      return withValue(standInAuthority(inside(), issuer));
    default:
      return derOf(extension);
  }
}

/** AuthorityKeyIdentifier (RFC 5280 §4.2.1.1): the key identifier, and the name of a CA where it is there. */
function standInAuthority(node: DerNode, issuer: KeyChange): Uint8Array {
  return sequence(
    ...childrenOf(node, 'authorityKeyIdentifier').map((part) => {
      if (part.tag === contextPrimitive(0)) return implicit(0, renewed(contentOf(part), issuer));
      if (part.tag !== contextConstructed(1)) return derOf(part);
      return element(part.tag, ...childrenOf(part, 'authorityCertIssuer', part.tag).map(standInGeneralName));
    }),
  );
}

/** Of the forms of a GeneralName, directoryName [4] alone holds a Name. */
function standInGeneralName(name: DerNode): Uint8Array {
  if (name.tag !== contextConstructed(4)) return derOf(name);
  const [directory] = childrenOf(name, 'directoryName', name.tag);
  return directory ? explicit(4, markedName(directory)) : derOf(name);
}

/** The key identifier of the new key, by the method that gave the old one; by the one of RFC 7093 §2 where none did. */
function renewed(identifier: Uint8Array, { old, now }: KeyChange): Uint8Array {
  const method = Math.max(0, derivedKeyIdentifiers(old).indexOf(hexOf(identifier)));
  return Buffer.from(derivedKeyIdentifiers(now)[method] as string, 'hex');
}
