import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { encodeRequestInfo } from '../pki/own-request.ts';
import { type OwnRequestParameters, ownRequest } from '../plan/issuing.ts';
import { keyNamed } from '../plan/known.ts';
import { requestPath } from '../plan/requests-made.ts';
import {
  type CertificationRequestInfo,
  parseCertificationRequest,
  parseCertificationRequestInfo,
} from '../x509/certification-request.ts';
import { drawBothSides, extensionRows, keyRows, type Rows, subjectRow } from './asked-and-made.ts';
import { attempt, drawExtensions, drawMissing, keyFields, signatureFields } from './certificates.ts';
import { fingerprint, heading, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { text } from './layout/style.ts';
import { nameLines, titleOf } from './name-lines.ts';
import { filesLike, type PackRecord } from './record.ts';

/** Every request of this CA to another one, read from its DER. @returns how many there are */
export function drawRequestsMade(sheet: Sheet, record: PackRecord): number {
  const files = filesLike(record, /^requests-made\/[^/]+\.csr$/);
  for (const { path, bytes: der } of files) {
    if (!der) {
      drawMissing(sheet, path);
      continue;
    }
    const request = attempt(() => parseCertificationRequest(der, path));
    const unread = request instanceof CeremonyError;
    const title = unread ? path : `for a certificate of "${titleOf(request.subject)}" by another CA`;
    heading(sheet, 2, `Request ${title}`, 160);
    fingerprint(sheet, 'Request, SHA-256 of the DER', sha256(der).toUpperCase());
    if (unread) {
      prose(sheet, [text(`It cannot be read: ${request.message}`, { marked: true, before: 4 })]);
      continue;
    }
    pairs(sheet, [
      ['File', [text(`${path}, ${der.length} bytes`)]],
      ['Subject', nameLines(request.subject).map((line) => text(line))],
      ...keyFields(request.spki),
      ...signatureFields(request.signatureAlgorithm, request.signature),
    ]);
    drawExtensions(sheet, request.extensions);
    drawBothSides(sheet, rowsAsked(record, path), rowsOf(request));
  }
  return files.length;
}

function rowsOf({ subject, spki, extensions }: CertificationRequestInfo): Rows {
  return new Map([...subjectRow(subject), ...keyRows(spki), ...extensionRows(extensions)]);
}

/** What plan and record lead to, read as the request is: by the same words they compare. */
function rowsAsked({ plan, events, steps }: PackRecord, path: string): Rows | undefined {
  const step = [...steps.values()].find(({ type, out }) => type === 'make-csr' && requestPath(out ?? '') === path);
  try {
    const params = step?.params as unknown as OwnRequestParameters;
    const key = plan && keyNamed(plan, events, params.key);
    const request = key && ownRequest(plan, params, key.algorithm).request;
    return request && rowsOf(parseCertificationRequestInfo(encodeRequestInfo(request, key.spki)));
  } catch {
    // The plan of a pack that came from anywhere may hold anything: then nothing is rebuilt from it.
    return undefined;
  }
}
