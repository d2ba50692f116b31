import { textAt } from './facts.ts';
import { backupsOf, LEAVES, provenOn, restoredOn } from './key-copies.ts';
import { fingerprint, heading, pairs } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
import { operationsOf } from './operations.ts';
import type { PackRecord } from './record.ts';

/**
 * Keys of earlier ceremonies that may leave their HSM wrapped: those that were wrapped or restored here, whatever came of it, and
 * those that were used. What they are not has to be said wherever they are, and not in the report of their making alone.
 * @returns of how many something was done: a wrapped copy, or a key on another HSM
 */
export function drawWrappedKeys(sheet: Sheet, record: PackRecord): number {
  const operations = operationsOf(record);
  const madeHere = operations.flatMap(({ proposed, result }) =>
    proposed.operation === 'generate-key' ? [textAt(result?.facts, 'spkiSha256')] : [],
  );
  const moved = operations.filter(
    ({ proposed: { operation } }) => operation === 'wrap-key' || operation === 'unwrap-key',
  );
  const keys = new Set([
    ...moved.map(({ proposed }) => textAt(proposed.descriptor, 'key')),
    ...keysUsed(record).flatMap((use) => (use.wrappable === true ? [use.spkiSha256] : [])),
  ]);
  for (const key of keys) if (key !== undefined && !madeHere.includes(key)) drawWrapped(sheet, record, key);
  return moved.filter(({ result }) => result?.outcome === 'done').length;
}

function drawWrapped(sheet: Sheet, record: PackRecord, key: string): void {
  const used = keysUsed(record).find((use) => use.spkiSha256 === key);
  const [restored] = operationsOf(record).filter(
    ({ proposed: { descriptor } }) => textAt(descriptor, 'op') === 'unwrap-key' && textAt(descriptor, 'key') === key,
  );
  const label = used?.label ?? textAt(restored?.proposed.descriptor, 'label') ?? '';
  const id = used?.id ?? textAt(restored?.proposed.descriptor, 'id') ?? '';
  const digest = key.toUpperCase();
  heading(sheet, 2, `Key "${used?.name ?? label}", made in an earlier ceremony`, 150);
  fingerprint(sheet, 'Public key (SubjectPublicKeyInfo), SHA-256', digest);
  pairs(sheet, [
    ['Label (CKA_LABEL)', label === '' ? [] : [text(label)]],
    ['Identifier (CKA_ID)', id === '' ? [] : [paragraph([mono(id)])]],
    ['May leave the HSM', [text(LEAVES, { marked: true })]],
    ['Backups', backupsOf(record, digest)],
    ['Restored on', restoredOn(record, digest)],
    ['Shown to be on', provenOn(record, digest)],
  ]);
}

function keysUsed({ plan }: PackRecord) {
  return Object.values(plan?.uses ?? {}).flatMap((use) => (use.kind === 'key' ? [use] : []));
}
