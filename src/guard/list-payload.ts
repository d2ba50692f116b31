import { CeremonyError } from '../base/errors.ts';
import type { Operation } from '../quorum/operation.ts';
import { bytesOf, type SignList, toBeSigned } from '../quorum/sign-list.ts';
import { holdCertificate } from './payload.ts';

/**
 * What is signed in a list must be what the screen called it: each item the bytes that it names, each of these one
 * certificate as `holdPayloadToKind` wants it, and no serial number twice.
 * @param drawn hex of the random bytes that were drawn in this ceremony
 * @throws CeremonyError PAYLOAD_DIGEST, DER_INVALID, DESCRIPTOR_INVALID; each names the item
 */
export function holdListToKind(operation: Operation & SignList, payload: Uint8Array, drawn: ReadonlySet<string>): void {
  const serials = new Map<string, string>();
  for (const one of toBeSigned(operation)) {
    const bytes = bytesOf(one, payload);
    const item = `item ${one.index + 1}, "${one.out}"`;
    const serial = naming(item, () => holdCertificate(operation, bytes, drawn));
    const other = serials.get(serial);
    if (other !== undefined)
      throw new CeremonyError('DESCRIPTOR_INVALID', `${item}: its serial number ${serial} is that of ${other} too`, {
        hint: 'draw a serial number of its own for each certificate, and propose the list again',
      });
    serials.set(serial, item);
  }
}

function naming<T>(item: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new CeremonyError(error.code, `${item}: ${error.message}`, { ...hint, cause: error });
  }
}
