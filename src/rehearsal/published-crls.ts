import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { deltaSince, newestCrl, ofScope } from '../ledger/carried.ts';
import type { LedgerCrl, LedgerKey } from '../ledger/ledger.ts';
import { constructedCrl } from '../x509/constructed-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { CertificateList } from '../x509/model.ts';
import { markedLabel } from './marking.ts';
import type { PackBefore } from './pack-before.ts';

/** A certificate of an earlier ceremony, as a script names it. */
export interface UsedCertificate {
  readonly called: string;
  readonly of: string;
}

/**
 * What a CA of earlier ceremonies has published last: the newest CRL of the key that its certificate certifies, as it stands
 * in the pack which the rehearsal follows.
 * @param name of the input, for messages
 * @param partition of it; undefined for one of all that the CA issues
 * @throws CeremonyError REHEARSAL_SETUP where that pack has no such CRL
 */
export function publishedCrl(
  name: string,
  used: UsedCertificate,
  before: PackBefore | null,
  partition?: CrlScope,
): Uint8Array {
  const last = lastCrl(keyOf(used, before), before, partition);
  if (last) return last.der;
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `"${name}" is to be a CRL that "${used.called}" has published, and no CRL of it is in the pack that is followed`,
    { hint: 'rehearse it with --from and the pack of a ceremony that issued one' },
  );
}

/** The key that a certificate of the pack certifies; undefined where it has no such certificate, or not its key. */
export function keyOf({ called, of }: UsedCertificate, before: PackBefore | null): LedgerKey | undefined {
  const { keys = [], certificates = [] } = before?.ledger ?? {};
  const signer = keys.find(({ label }) => label === markedLabel(of));
  const certificate = certificates.findLast((one) => one.name === called && one.key === signer?.name);
  return keys.find(({ spkiSha256 }) => spkiSha256 === certificate?.spkiSha256);
}

/** A complete CRL, and the delta CRL after it. */
export interface LastPublished {
  readonly row: LedgerCrl;
  readonly der: Uint8Array;
  readonly delta: Uint8Array | undefined;
}

/** The newest CRL that the key has signed, of that partition where one is named, as it lies in the pack. */
export function lastCrl(
  key: LedgerKey | undefined,
  before: PackBefore | null,
  partition?: CrlScope,
): LastPublished | undefined {
  const own = ofScope(before?.ledger.crls.filter(({ issuer }) => issuer === key?.name) ?? [], partition);
  const fileOf = (row: LedgerCrl | undefined) =>
    row && [...(before?.files.values() ?? [])].find((one) => sha256(one) === row.sha256);
  const row = newestCrl(own);
  const der = fileOf(row);
  return row && der && { row, der, delta: fileOf(deltaSince(own)) };
}

/** What both say together. */
export function revokedBy({ der, delta }: LastPublished): CertificateList {
  return delta ? constructedCrl(parseCrl(der), parseCrl(delta)) : parseCrl(der);
}
