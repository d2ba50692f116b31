import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { askedInBatches, type Beside, beside, drawRows, rowsAsked, rowsOf } from './asked-and-made.ts';
import { type certificatesIn, chainFields } from './chains.ts';
import { heading, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
import { titleOf } from './name-lines.ts';
import type { PackRecord } from './record.ts';

interface Item {
  readonly path: string;
  readonly certificate: Certificate;
  readonly rows: readonly Beside[];
}

/** Certificates that were asked for together. */
export interface Batch {
  /** The step's number and name. */
  readonly step: string;
  readonly items: readonly Item[];
}

/**
 * The certificates of batches that can be shown together: all of one that can be read, and of which it is known what was
 * asked. Each of the others stands alone, in full.
 */
export function batchesMade(
  record: PackRecord,
  files: readonly { readonly path: string; readonly bytes: Uint8Array | undefined }[],
): readonly Batch[] {
  const asked = askedInBatches(record);
  const steps = stepsByFile(record);
  const items = files.flatMap(({ path, bytes }) => {
    const item = bytes && asked.has(path) ? itemOf(record, path, bytes) : undefined;
    return item ? [item] : [];
  });
  return [...Map.groupBy(items, ({ path }) => steps.get(path) ?? '')]
    .filter(([, those]) => those.length > 1)
    .map(([step, those]) => ({ step, items: those }));
}

function stepsByFile({ events, steps }: PackRecord): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap((event) => {
      if (event.type !== 'file') return [];
      const step = steps.get(event.step);
      return [[event.path, step ? `${step.number} ${step.key}` : event.step]];
    }),
  );
}

function itemOf(record: PackRecord, path: string, der: Uint8Array): Item | undefined {
  try {
    const certificate = parseCertificate(der, path);
    const asked = rowsAsked(record, path, certificate);
    return asked && { path, certificate, rows: beside(asked, rowsOf(certificate)) };
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/**
 * What all of them have stands once, and of each what it has of its own: nothing of the two columns is left out. A
 * thousand certificates one by one would be a book that nobody reads.
 */
export function drawBatch(sheet: Sheet, { step, items }: Batch, there: ReturnType<typeof certificatesIn>): void {
  heading(sheet, 2, `${items.length} certificates of step ${step}`, 200);
  const common = rowsInAll(items);
  const chains = items.map(({ certificate }) => chainFields(certificate, there));
  const chain = JSON.stringify(chains[0]);
  const isOneChain = chains.every((one) => JSON.stringify(one) === chain);
  if (common.size > 0) {
    heading(sheet, 3, 'What all of them have: asked, and made');
    drawRows(
      sheet,
      (items[0]?.rows ?? []).filter((row) => common.has(nameOf(row))),
    );
  }
  if (isOneChain) pairs(sheet, chains[0] ?? []);
  heading(sheet, 3, 'What each of them has: asked on the left, made on the right');
  prose(sheet, [text('The digest under the name of its file is the SHA-256 of its DER.')]);
  for (const [index, { path, certificate, rows }] of items.entries()) {
    heading(sheet, 3, `${index + 1}  ${titleOf(certificate.subject)}`, 60);
    prose(sheet, [text(`${path}, ${certificate.der.length} bytes`), paragraph([mono(sha256(certificate.der), 7.6)])]);
    drawRows(
      sheet,
      rows.filter((row) => !common.has(nameOf(row))),
      true,
    );
    if (!isOneChain) pairs(sheet, chains[index] ?? []);
  }
}

/** Names of the rows that are the same in all; one that differs from what was asked stands with its certificate. */
function rowsInAll(items: readonly Item[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { rows } of items)
    for (const row of rows) if (!row.differs) counts.set(nameOf(row), (counts.get(nameOf(row)) ?? 0) + 1);
  return new Set([...counts].flatMap(([name, count]) => (count === items.length ? [name] : [])));
}

function nameOf({ field, asked, made }: Beside): string {
  return JSON.stringify([field, asked, made]);
}
