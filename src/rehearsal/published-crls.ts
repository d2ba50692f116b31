import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { newestCrl } from '../ledger/carried.ts';
import { markedLabel } from './marking.ts';
import type { StandInPack } from './stand-in-pack.ts';

/** A certificate of an earlier ceremony, as a script names it. */
export interface UsedCertificate {
  readonly called: string;
  readonly of: string;
}

/**
 * What a CA of earlier ceremonies has published last: the newest CRL of the key that its certificate certifies, as it stands
 * in the pack which the rehearsal follows.
 * @param name of the input, for messages
 * @throws CeremonyError REHEARSAL_SETUP where that pack has no such CRL
 */
export function publishedCrl(name: string, { called, of }: UsedCertificate, before: StandInPack | null): Uint8Array {
  const { keys = [], certificates = [], crls = [] } = before?.ledger ?? {};
  const signer = keys.find(({ label }) => label === markedLabel(of));
  const certificate = certificates.findLast((one) => one.name === called && one.key === signer?.name);
  const key = keys.find(({ spkiSha256 }) => spkiSha256 === certificate?.spkiSha256);
  const last = newestCrl(crls.filter(({ issuer }) => issuer === key?.name));
  const bytes = last && [...(before?.files.values() ?? [])].find((one) => sha256(one) === last.sha256);
  if (bytes) return bytes;
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `"${name}" is to be a CRL that "${called}" has published, and no CRL of it is in the pack that is followed`,
    { hint: 'rehearse it with --from and the pack of a ceremony that issued one' },
  );
}
