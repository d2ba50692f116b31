import { oidName } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import type { CertStatus, OcspResponseData } from '../x509/ocsp-response.ts';
import { ABSENT, Comparison, type Difference } from './compare.ts';
import {
  type CertificateAnswer,
  encodeResponseData,
  hashedIssuer,
  keyHash,
  type OcspAnswers,
} from './ocsp-response.ts';

/**
 * Everything that differs between an OCSP response, as our reader sees it, and what was asked for: each field, and last the
 * whole to-be-signed part, so that nothing can be there that was not asked for.
 * @param found whole, or its to-be-signed part
 */
export function compareOcspResponse(found: OcspResponseData, asked: OcspAnswers): Difference[] {
  const comparison = new Comparison();
  const issuer = hashedIssuer(asked.issuer);
  const { responder } = found;
  comparison.text('responderID', `key ${hexOf(keyHash(asked.responder))}`, responderWords(responder));
  comparison.text('producedAt', asked.producedAt, found.producedAt.at);
  comparison.text('number of answers', String(asked.answers.length), String(found.responses.length));
  for (const [index, answer] of asked.answers.entries()) {
    const one = found.responses[index];
    if (!one) break;
    const { certId, status, thisUpdate, nextUpdate } = one;
    const serial = hexOf(answer.serial);
    comparison.text('serialNumber', serial, certId.serial.hex);
    comparison.text(`hash of ${serial}`, 'sha1', oidName(certId.hashAlgorithm.oid) ?? certId.hashAlgorithm.oid);
    comparison.bytes(`issuerNameHash of ${serial}`, issuer.name, certId.issuerNameHash);
    comparison.bytes(`issuerKeyHash of ${serial}`, issuer.key, certId.issuerKeyHash);
    comparison.text(`status of ${serial}`, statusAsked(answer), statusFound(status));
    comparison.text(`thisUpdate of ${serial}`, asked.thisUpdate, thisUpdate.at);
    comparison.text(`nextUpdate of ${serial}`, asked.nextUpdate, nextUpdate?.at ?? ABSENT);
    comparison.extensions(`singleExtensions of ${serial}`, [], one.extensions);
  }
  comparison.extensions('responseExtensions', [], found.extensions);
  if (comparison.differences.length === 0) comparison.bytes('tbsResponseData', encodeResponseData(asked), found.tbs);
  return comparison.differences;
}

function responderWords(responder: OcspResponseData['responder']): string {
  return responder.kind === 'key' ? `key ${hexOf(responder.hash)}` : `name ${hexOf(responder.name.der)}`;
}

function statusAsked({ revoked }: CertificateAnswer): string {
  return revoked ? revokedWords(revoked.at, revoked.reason) : 'good';
}

function statusFound(status: CertStatus): string {
  return status.kind === 'revoked' ? revokedWords(status.at.at, status.reason) : status.kind;
}

function revokedWords(at: string, reason: string | undefined): string {
  return `revoked at ${at}${reason === undefined ? '' : ` for ${reason}`}`;
}
