import { CeremonyError } from '../base/errors.ts';
import { oidName } from '../der/oid.ts';
import { type DerNode, readDer } from '../der/reader.ts';
import type { Extension } from './model.ts';

/**
 * The one extension with this identifier, or undefined.
 * @throws CeremonyError DER_INVALID when it stands there twice (RFC 5280 §4.2): neither copy could be believed
 */
export function findExtension(extensions: readonly Extension[], oid: string): Extension | undefined {
  const found = extensions.filter((extension) => extension.oid === oid);
  if (found.length > 1)
    throw new CeremonyError('DER_INVALID', `expected ${oidName(oid) ?? oid} at most once, found ${found.length}`);
  return found[0];
}

/**
 * What `read` makes of the value of that extension; undefined where it is absent.
 * @throws CeremonyError DER_INVALID, with offsets within the value
 */
export function extensionValue<T>(
  extensions: readonly Extension[],
  oid: string,
  read: (node: DerNode) => T,
): T | undefined {
  const extension = findExtension(extensions, oid);
  return extension === undefined ? undefined : read(readDer(extension.value, oidName(oid) ?? oid));
}
