import { OID } from '../der/oid.ts';
import { readDer } from '../der/reader.ts';
import { textOf } from '../der/values.ts';
import type { CertificationRequest, CertificationRequestInfo } from './certification-request.ts';
import { STRING_TAGS } from './fields.ts';
import { type Field, groupedHex, layoutLines, quoteForeign } from './layout.ts';
import { extensionFields } from './render-extensions.ts';
import { field, nameFields, oidText } from './render-fields.ts';
import { digestFields, keyFields, signatureFields } from './render-signed.ts';

/** A certificate request, or its to-be-signed part, for people: every field, as `renderCertificate` shows those of a certificate. */
export function renderRequest(request: CertificationRequest | CertificationRequestInfo): Generator<string> {
  return layoutLines(requestFields(request));
}

function* requestFields(request: CertificationRequest | CertificationRequestInfo): Generator<Field> {
  yield field(0, 'der' in request ? 'Certificate request' : 'Certificate request to be signed');
  yield* digestFields(request);
  yield* nameFields(1, 'Subject', request.subject);
  yield* keyFields(request);
  yield* wishFields(1, request);
  yield* signatureFields(request);
}

/** Extensions and attributes: whether there are any at all is said of both. */
export function* wishFields(depth: number, request: CertificationRequestInfo): Generator<Field> {
  const others = request.attributes.filter(({ oid }) => oid !== OID.extensionRequest);
  yield field(depth, 'Extensions', request.extensions.length === 0 ? 'none' : undefined);
  yield* extensionFields(depth + 1, request.extensions);
  yield field(depth, 'Other attributes', others.length === 0 ? 'none' : undefined);
  for (const { oid, values } of others) {
    // Whoever knows it may have the certificate revoked (RFC 2985 §5.4.1): it is read aloud to nobody.
    if (oid === OID.challengePassword) yield field(depth + 1, oidText(oid), 'present, and not shown');
    else for (const value of values) yield field(depth + 1, oidText(oid), valueText(value));
  }
}

/** A character string as one, everything else as the bytes that it is. */
function valueText(der: Uint8Array): string {
  const node = readDer(der, 'a value of an attribute');
  return STRING_TAGS.has(node.tag) ? quoteForeign(textOf(node, 'a value of an attribute')) : groupedHex(der);
}
