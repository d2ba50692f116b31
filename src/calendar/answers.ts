import { type Sha256, sha256 } from '../base/digest.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { type OcspResponse, parseOcspResponse } from '../x509/ocsp-response.ts';

/** An OCSP response that a ceremony has signed. */
export interface KnownAnswer {
  /** Number of the ceremony. */
  readonly ceremony: number;
  readonly path: string;
  readonly sha256: Sha256;
  readonly response: OcspResponse;
}

/** Of a pack, in the order in which they were signed. @throws CeremonyError FILE_MISSING, DER_INVALID */
export function answersOf(pack: Pack): readonly KnownAnswer[] {
  const paths = pack.paths.filter((one) => /^ocsp\/[^/]+\.ors$/.test(one));
  if (paths.length === 0) return [];
  const { number: ceremony } = pack.ledger();
  return paths
    .map((path) => {
      const der = pack.need(path);
      return { ceremony, path, sha256: sha256(der), response: parseOcspResponse(der, path) };
    })
    .sort((one, other) => (one.response.producedAt.at < other.response.producedAt.at ? -1 : 1));
}
