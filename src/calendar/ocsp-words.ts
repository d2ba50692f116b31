import type { CertStatus, OcspResponse } from '../x509/ocsp-response.ts';

/** The first end of its answers; undefined where one has none. */
export function endOf({ responses }: OcspResponse): string | undefined {
  const ends = responses.map(({ nextUpdate }) => nextUpdate?.at);
  return ends.includes(undefined) ? undefined : ends.sort()[0];
}

export function statusWords(status: CertStatus): string {
  return status.kind === 'revoked' ? revokedWords(status.at.at, status.reason) : status.kind;
}

/** A reason that is none is not said (RFC 5280 §5.3.1). */
export function revokedWords(at: string, reason: string | undefined): string {
  return `revoked at ${at}${reason === undefined || reason === 'unspecified' ? '' : ` for ${reason}`}`;
}
