import { CeremonyError } from '../base/errors.ts';
import { MAX_FRAME } from '../channel/frames.ts';
import type { Shape } from '../quorum/shape.ts';

/**
 * What came beside a request as raw bytes: a CRL may be large, and as text it would be there three times. The parameters say
 * how many octets belong to what, in this order; what they do not name did not come.
 * @param bytes zeroed once the request is answered, so that each part is a copy
 * @throws CeremonyError DESCRIPTOR_INVALID
 */
export function partsOf(shape: Shape, bytes: Uint8Array, ...names: readonly string[]): (Uint8Array | null)[] {
  let at = 0;
  const parts = names.map((name) => {
    if (!shape.has(name)) return null;
    const from = at;
    at += shape.integer(name, 0, MAX_FRAME);
    return Uint8Array.from(bytes.subarray(from, at));
  });
  if (at !== bytes.length)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `${bytes.length} bytes came beside the request, expected ${at} as its parameters have it`,
    );
  return parts;
}
