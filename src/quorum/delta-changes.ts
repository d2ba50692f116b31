import { cRLNumber, deltaCRLIndicator, invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry, TbsCertList } from '../x509/model.ts';
import { addedListLines } from './added-list.ts';

/*
 * What a delta CRL that is to be signed says otherwise than all that was said before: found in the bytes, and in nothing that is
 * said of them.
 */

export interface DeltaChanges {
  /** Number of the complete CRL that it starts from, and of the last one of its CA. */
  readonly base: bigint | undefined;
  readonly follows: bigint | undefined;
  /** How many entries a delta CRL before has said already. */
  readonly repeated: number;
  readonly added: readonly RevokedEntry[];
  /** Those that were on hold and are no more: as they were. */
  readonly released: readonly RevokedEntry[];
  /** Those that say something else than before: as they are now. */
  readonly changed: readonly RevokedEntry[];
}

/** @param previous what was said last: of a complete CRL and a delta CRL after it what both say together */
export function deltaChanges(next: TbsCertList, previous: CertificateList | undefined): DeltaChanges {
  const added: RevokedEntry[] = [];
  const released: RevokedEntry[] = [];
  const changed: RevokedEntry[] = [];
  let repeated = 0;
  for (const entry of next.revoked) {
    const was = previous?.revoked.find(entry.serial);
    const isRemoval = reasonCode(entry.extensions) === 'removeFromCRL';
    if (isRemoval && was) released.push(was);
    else if (isRemoval || (was && words(was) === words(entry))) repeated++;
    else (was ? changed : added).push(entry);
  }
  return {
    ...{ base: deltaCRLIndicator(next.extensions), follows: previous && cRLNumber(previous.extensions) },
    ...{ repeated, added, released, changed },
  };
}

/** Of each kind so many are shown, one by one. */
const SHOWN = 500;

/** What officers read below the document itself: counts first, then the entries. */
export function deltaChangeLines(next: TbsCertList, previous: CertificateList | undefined): string[] {
  const { base, follows, repeated, added, released, changed } = deltaChanges(next, previous);
  return [
    `DELTA of    CRL ${base ?? 'without a number'}: with it it says what is revoked`,
    `follows     ${follows === undefined ? 'none' : `CRL ${follows}`}`,
    `entries     ${added.length} ADDED, ${released.length} RELEASED from hold${changed.length === 0 ? '' : `, ${changed.length} CHANGED`}, ${repeated} said before`,
    ...listed('ADDED', added),
    ...listed('RELEASED', released),
    ...listed('CHANGED', changed),
    ...addedListLines(added),
  ];
}

function listed(what: string, entries: readonly RevokedEntry[]): string[] {
  const more = entries.length - SHOWN;
  return [
    ...entries.slice(0, SHOWN).flatMap((entry) => [`${what.padEnd(12)}${entry.serial}`, `            ${words(entry)}`]),
    ...(more > 0 ? [`            and ${more} MORE THAT ARE NOT SHOWN: the digest of the list covers them`] : []),
  ];
}

function words({ at, extensions }: RevokedEntry): string {
  const since = invalidityDate(extensions);
  return `${at.at}, ${reasonCode(extensions) ?? 'no reason'}${since === undefined ? '' : `, invalid since ${since.at}`}`;
}
