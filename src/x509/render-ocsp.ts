import { hash } from 'node:crypto';
import { type Field, groupedHex, layoutLines } from './layout.ts';
import type { CertStatus, OcspResponse, OcspResponseData, SingleResponse } from './ocsp-response.ts';
import { extensionFields } from './render-extensions.ts';
import { field, nameFields, oidText } from './render-fields.ts';
import { digestFields, signatureFields } from './render-signed.ts';

/** An OCSP response, or its to-be-signed part, for people: every answer, and every field. */
export function renderOcspResponse(response: OcspResponse | OcspResponseData): Generator<string> {
  return layoutLines(responseFields(response));
}

function* responseFields(response: OcspResponse | OcspResponseData): Generator<Field> {
  const { responder, producedAt, responses, extensions } = response;
  yield field(0, 'der' in response ? 'OCSP response' : 'OCSP response to be signed');
  yield* digestFields(response);
  if (responder.kind === 'name') yield* nameFields(1, 'Responder', responder.name);
  else yield field(1, 'Responder, SHA-1 of its key', groupedHex(responder.hash));
  yield field(1, 'Produced at', producedAt.at);
  yield field(1, 'Answers', String(responses.length));
  for (const [index, one] of responses.entries()) yield* answerFields(index + 1, one);
  yield field(1, 'Extensions', extensions.length === 0 ? 'none' : undefined);
  yield* extensionFields(2, extensions);
  if (!('der' in response)) return;
  yield* signatureFields(response);
  yield field(1, 'Certificates with it', response.certificates.length === 0 ? 'none' : undefined);
  for (const { der, subject } of response.certificates) {
    yield field(2, 'SHA-256', groupedHex(hash('sha256', der, 'buffer')));
    yield* nameFields(2, 'Subject', subject);
  }
}

function* answerFields(number: number, answer: SingleResponse): Generator<Field> {
  const { certId, status, thisUpdate, nextUpdate, extensions } = answer;
  yield field(2, `${number}. serial number`, groupedHex(certId.serial.bytes));
  yield field(3, 'STATUS', status.kind.toUpperCase());
  yield* revocationFields(status);
  yield field(3, 'This update', thisUpdate.at);
  yield field(3, 'Next update', nextUpdate ? nextUpdate.at : '(absent)');
  yield field(3, 'Hash', oidText(certId.hashAlgorithm.oid));
  yield field(3, 'Hash of the name of its issuer', groupedHex(certId.issuerNameHash));
  yield field(3, 'Hash of the key of its issuer', groupedHex(certId.issuerKeyHash));
  if (extensions.length > 0) yield field(3, 'Extensions');
  yield* extensionFields(4, extensions);
}

function* revocationFields(status: CertStatus): Generator<Field> {
  if (status.kind !== 'revoked') return;
  yield field(3, 'revoked at', status.at.at);
  yield field(3, 'reason', status.reason ?? '(absent)');
}
