import { listAt, plain, textAt, valueAt } from './facts.ts';
import { type Paragraph, text } from './layout/style.ts';
import { operationsOf } from './operations.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

/** Plainly: what a reader of the certificate must not believe of its key. */
export const LEAVES =
  'yes, wrapped under a key that the security officer trusts: it was made extractable, and is NOT NEVER_EXTRACTABLE';

/** What of the key lies outside of any HSM since this ceremony. @param digest as people read it */
export function backupsOf(record: PackRecord, digest: string): Paragraph[] {
  return operationsOf(record).flatMap(({ proposed: { descriptor }, result }) => {
    const isBackup = textAt(descriptor, 'op') === 'wrap-key' && textAt(descriptor, 'key')?.toUpperCase() === digest;
    if (!isBackup || result?.outcome !== 'done') return [];
    const { facts } = result;
    return [
      text(`${textAt(facts, 'file') ?? ''}, ${instant(result.at)}, SHA-256 ${textAt(facts, 'sha256') ?? ''}`),
      text(
        `opened by ${plain(valueAt(descriptor, 'set', 'threshold') ?? null)} of ${listAt(descriptor, 'set', 'shares').length} custodians of the share set ${textAt(descriptor, 'set', 'id') ?? ''}`,
      ),
    ];
  });
}

/** HSMs from which the key has signed that it is there; nothing where none was asked to. @param digest as people read it */
export function provenOn(record: PackRecord, digest: string): Paragraph[] {
  return operationsOf(record).flatMap(({ proposed, result }) => {
    const { descriptor } = proposed;
    const isProof = textAt(descriptor, 'op') === 'prove-key' && textAt(descriptor, 'key')?.toUpperCase() === digest;
    if (!isProof || result?.outcome !== 'done') return [];
    const hsm = `${textAt(descriptor, 'hsm', 'name') ?? ''}, serial ${textAt(descriptor, 'hsm', 'serial') ?? ''}`;
    return [text(`${hsm}: by a signature, ${instant(result.at)}`)];
  });
}

/** HSMs on which the key was restored from a wrapped copy. @param digest as people read it */
export function restoredOn(record: PackRecord, digest: string): Paragraph[] {
  return operationsOf(record).flatMap(({ proposed: { descriptor }, result }) => {
    const isRestored = textAt(descriptor, 'op') === 'unwrap-key' && textAt(descriptor, 'key')?.toUpperCase() === digest;
    if (!isRestored || result?.outcome !== 'done') return [];
    const hsm = `${textAt(descriptor, 'hsm', 'name') ?? ''}, serial ${textAt(descriptor, 'hsm', 'serial') ?? ''}`;
    return [
      text(
        `${hsm}: ${instant(result.at)}, not to be extracted from there; it came wrapped, and is NOT NEVER_EXTRACTABLE there either`,
      ),
    ];
  });
}
