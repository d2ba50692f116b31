import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { hexOf } from '../der/values.ts';
import { encodeResponseData } from '../pki/ocsp-response.ts';
import { type AnswersParameters, ocspAnswers, PRESIGNS, signerOf } from '../plan/ocsp-answers.ts';
import { proposalOf } from '../plan/record.ts';
import { filesJudged, responsePath } from '../steps/answer-files.ts';
import { issuerKey } from '../steps/issuers.ts';
import {
  type CertStatus,
  type OcspResponseData,
  parseOcspResponse,
  parseOcspResponseData,
} from '../x509/ocsp-response.ts';
import { drawBothSides, type Rows } from './asked-and-made.ts';
import { attempt, drawMissing, signatureFields } from './certificates.ts';
import { fingerprint, heading, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { text } from './layout/style.ts';
import { nameLines } from './name-lines.ts';
import { fileOf, filesAsMade, type PackRecord } from './record.ts';
import { instant } from './times.ts';

/** Every OCSP response that was signed beforehand, read from its DER. @returns how many there are */
export function drawOcspResponses(sheet: Sheet, record: PackRecord): number {
  const files = filesAsMade(record, /^ocsp\/[^/]+\.ors$/);
  for (const { path, bytes: der } of files) {
    if (!der) {
      drawMissing(sheet, path);
      continue;
    }
    const response = attempt(() => parseOcspResponse(der, path));
    heading(sheet, 2, `OCSP response ${path}`, 160);
    fingerprint(sheet, 'OCSP response, SHA-256 of the DER', sha256(der).toUpperCase());
    if (response instanceof CeremonyError) {
      prose(sheet, [text(`It cannot be read: ${response.message}`, { marked: true, before: 4 })]);
      continue;
    }
    const { certificates, signatureAlgorithm, signature } = response;
    pairs(sheet, [
      ['File', [text(`${path}, ${der.length} bytes`)]],
      [
        'Responder',
        certificates.length === 0
          ? [text('the CA itself')]
          : certificates.flatMap(({ subject }) => nameLines(subject).map((line) => text(line))),
      ],
      ...signatureFields(signatureAlgorithm, signature),
    ]);
    drawBothSides(sheet, rowsAsked(record, path), rowsOf(response));
  }
  return files.length;
}

function rowsOf({ responder, producedAt, responses, extensions }: OcspResponseData): Rows {
  return new Map([
    ['Responder', [responder.kind === 'key' ? `key ${hexOf(responder.hash)}` : nameLines(responder.name).join(', ')]],
    ['Produced at', [instant(producedAt.at)]],
    ['Extensions', [extensions.length === 0 ? 'none' : String(extensions.length)]],
    ...responses.map(({ certId, status, thisUpdate, nextUpdate }): [string, readonly string[]] => [
      `Serial number ${certId.serial.hex}`,
      [
        ...statusLines(status),
        `this update ${instant(thisUpdate.at)}`,
        `next update ${nextUpdate ? instant(nextUpdate.at) : 'absent'}`,
        `issuer ${hexOf(certId.issuerKeyHash)}`,
      ],
    ]),
  ]);
}

function statusLines(status: CertStatus): string[] {
  if (status.kind !== 'revoked') return [status.kind];
  return [`revoked at ${instant(status.at.at)}`, status.reason ?? 'no reason'];
}

/** What plan and record lead to, read as the response is: by the same words they compare. */
function rowsAsked(record: PackRecord, path: string): Rows | undefined {
  const { plan, events, steps } = record;
  const step = [...steps.values()].find(({ type, out }) => type === PRESIGNS && responsePath(out ?? '') === path);
  try {
    const params = step?.params as unknown as AnswersParameters;
    const proposed = step && proposalOf(events, step.key);
    const files = plan && step && filesJudged(plan, step, params, (one) => fileOf(record, one));
    if (!plan || !proposed || !files) return undefined;
    const { algorithm } = issuerKey(plan, events, signerOf(params));
    const { asked } = ocspAnswers(params, files, algorithm, proposed.at);
    return asked && rowsOf(parseOcspResponseData(encodeResponseData(asked)));
  } catch {
    // The plan of a pack that came from anywhere may hold anything: then nothing is rebuilt from it.
    return undefined;
  }
}
