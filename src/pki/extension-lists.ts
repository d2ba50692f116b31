import { oidName } from '../der/oid.ts';
import type { Extension } from '../x509/model.ts';

/** Which extensions stand there more than once, one message each (RFC 5280 §4.2). */
export function duplicateExtensions(extensions: readonly Extension[]): string[] {
  const counts = new Map<string, number>();
  for (const { oid } of extensions) counts.set(oid, (counts.get(oid) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([oid, count]) => `${oidName(oid) ?? oid} is there ${count} times, expected at most once`);
}

/** Which extensions spell out critical FALSE, its DEFAULT (X.690 §11.5). */
export function explicitDefaults(extensions: readonly Extension[]): string[] {
  return extensions
    .filter(({ critical, criticalEncoded }) => criticalEncoded && !critical)
    .map(({ oid }) => `${oidName(oid) ?? oid} has critical FALSE written out, expected it to be left out`);
}

/** Which critical extensions are not among the known: whoever does not know them must refuse the whole (RFC 5280 §4.2, §5.2). */
export function unknownCritical(extensions: readonly Extension[], known: ReadonlySet<string>): string[] {
  return extensions
    .filter(({ oid, critical }) => critical && !known.has(oid))
    .map(({ oid }) => `${oidName(oid) ?? oid} is critical, and relying parties need not know it`);
}
