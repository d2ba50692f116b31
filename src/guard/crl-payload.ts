import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { newestCrl } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { crlChanges } from '../quorum/crl-changes.ts';
import type { Operation } from '../quorum/operation.ts';
import { parseCrl, parseTbsCertList } from '../x509/crl.ts';
import type { CertificateList, RevokedEntry } from '../x509/model.ts';
import type { OpenProposal } from './proposals.ts';

/**
 * The CRL that one which is to be signed follows. Which it is the guard has from its own ledger, the one of the pack that the
 * authorization names; the core brings the bytes. All that it lists has to be there again, as it was: a certificate that is
 * left out would be good again (RFC 5280 §3.3), and a number that does not rise would not be taken (§5.2.3).
 * @returns undefined for the first CRL of a key
 * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
 */
export function crlBefore(
  { key }: Extract<Operation, { readonly op: 'sign' }>,
  { payload, brought }: Pick<OpenProposal, 'payload' | 'brought'>,
  ledger: Pick<Ledger, 'keys' | 'crls'> | null,
): CertificateList | undefined {
  const names = new Set(ledger?.keys.filter(({ spkiSha256 }) => spkiSha256 === key).map(({ name }) => name));
  const last = newestCrl((ledger?.crls ?? []).filter(({ issuer }) => names.has(issuer)));
  if (!last) {
    if (brought) refuse('a CRL is brought as the last one of this key, and the ledger has none of it');
    return undefined;
  }
  const found = brought === null ? 'missing' : sha256(brought);
  if (found !== last.sha256)
    refuse(`the CRL before it has the SHA-256 ${found}; the last one of this key is ${last.sha256} in the ledger`);
  const previous = parseCrl(brought as Uint8Array, 'the last CRL');
  const { number, follows, removed, changed } = crlChanges(parseTbsCertList(payload as Uint8Array), previous);
  if (number === undefined || (follows !== undefined && number <= follows))
    refuse(`the CRL has the number ${number ?? 'none'}, and the last one of this key ${follows}: a number only rises`);
  if (removed.length > 0) refuse(`the CRL leaves out ${listed(removed)}, which the last one lists`);
  if (changed.length > 0) refuse(`the CRL says something else than the last one of ${listed(changed)}`);
  return previous;
}

function listed(entries: readonly RevokedEntry[]): string {
  const shown = entries.slice(0, 3).map(({ serial }) => serial);
  const more = entries.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function refuse(what: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', what, {
    hint: 'nothing is signed: a CRL repeats all that the last one of its key lists, under a higher number',
  });
}
