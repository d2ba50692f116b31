import { CeremonyError } from '../base/errors.ts';
import { type Octets, partOf } from '../base/octets.ts';
import { MAX_FRAME } from '../channel/frames.ts';
import type { Request } from '../channel/requests.ts';
import type { Shape } from '../quorum/shape.ts';

/**
 * What came beside a request as raw bytes: a CRL may be large, and as text it would be there three times. The parameters say
 * how many octets belong to what, in this order; what they do not name did not come.
 * @param request its bytes are zeroed once it is answered, so that each part is a copy; what was put aside stays where it is
 * @throws CeremonyError DESCRIPTOR_INVALID
 */
export function partsOf(
  shape: Shape,
  { bytes, aside }: Pick<Request, 'bytes' | 'aside'>,
  ...names: readonly string[]
): (Octets | null)[] {
  const all = aside ?? bytes;
  let at = 0;
  const parts = names.map((name) => {
    if (!shape.has(name)) return null;
    const from = at;
    at += shape.integer(name, 0, MAX_FRAME);
    return aside ? partOf(aside, from, at) : Uint8Array.from(bytes.subarray(from, at));
  });
  if (at !== all.length)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `${all.length} bytes came beside the request, expected ${at} as its parameters have it`,
    );
  return parts;
}
