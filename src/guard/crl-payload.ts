import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { deltaSince, newestCrl, ofScope } from '../ledger/carried.ts';
import type { Ledger, LedgerCrl } from '../ledger/ledger.ts';
import { crlChanges, type SomeEntries } from '../quorum/crl-changes.ts';
import type { Operation } from '../quorum/operation.ts';
import { isDelta } from '../x509/constructed-crl.ts';
import { parseCrl, parseTbsCertList } from '../x509/crl.ts';
import { cRLNumber } from '../x509/crl-extensions.ts';
import { type CrlScope, scopeOf } from '../x509/crl-scope.ts';
import { authorityKeyIdentifier } from '../x509/extensions.ts';
import type { CertificateList, TbsCertList } from '../x509/model.ts';
import { holdCrlForm } from './crl-form.ts';
import { holdApart, holdBeginning, holdWithin } from './crl-partition.ts';
import {
  baseOfHere,
  holdDelta,
  holdDeltaForm,
  holdTogether,
  isForbidden,
  type SaidLast,
  type SignedHere,
  saidLast,
} from './delta-payload.ts';
import type { OpenProposal } from './proposals.ts';

/**
 * The CRL that one which is to be signed follows. Which it is the guard has from its own ledger, the one of the pack that the
 * authorization names; the core brings the bytes. All that it lists has to be there again, as it was: a certificate that is
 * left out would be good again (RFC 5280 §3.3), and a number that does not rise would not be taken (§5.2.3).
 * @param shown keys of which nothing is known but a certificate: what such a CA has revoked before, no ledger says
 * @param here CRLs of this key and scope that were signed in this ceremony
 * @param beside scopes of the other CRLs of this key that were
 * @returns what was said last, of a delta CRL too; undefined for the first CRL of a key
 * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
 */
export function crlBefore(
  { key }: Extract<Operation, { readonly op: 'sign' }>,
  { payload, brought, broughtDelta = null, certificates = null }: Brought,
  ledger: (Pick<Ledger, 'keys' | 'crls'> & Partial<Pick<Ledger, 'certificates'>>) | null,
  shown: ReadonlySet<Sha256>,
  here: SignedHere = {},
  beside: readonly (CrlScope | undefined)[] = [],
): CertificateList | undefined {
  if (shown.has(key))
    refuse(
      'no ledger says which CRL of this key is the last one',
      'a CA that is adopted signs its next CRL in the ceremony after this one',
    );
  const next = parseTbsCertList(payload as Octets);
  holdCrlForm(next);
  const names = new Set(ledger?.keys.filter(({ spkiSha256 }) => spkiSha256 === key).map(({ name }) => name));
  if (isDelta(next)) holdDeltaForm(next);
  const ofKey = (ledger?.crls ?? []).filter(({ issuer }) => names.has(issuer));
  holdApart(next, [...ofKey.map(({ scope }) => scope), ...beside]);
  const within = (before: TbsCertList | undefined) =>
    holdWithin(next, before, { certificates: ledger?.certificates ?? [] }, names, certificates);
  const base = baseOfHere(next, here);
  if (base) {
    holdDelta(next, base);
    within(base.state);
    return base.state;
  }
  const own = ofScope(ofKey, scopeOf(next));
  const last = lastInLedger(newestCrl(own), deltaSince(own), { brought, broughtDelta });
  if (!last) {
    if (isDelta(next))
      refuse('the CRL is a delta CRL, and the ledger has no CRL of this key from which it could start');
    if (cRLNumber(next.extensions) === undefined) refuse('the CRL has no number (RFC 5280 §5.2.3)');
    if (authorityIn(next) === undefined) refuse('the CRL has no authority key identifier (RFC 5280 §5.2.1)');
    within(undefined);
    const others = [...ofKey.map(({ scope }) => scope), ...beside];
    holdBeginning(next, others, { certificates: ledger?.certificates ?? [] }, { key, names }, certificates);
    return undefined;
  }
  const { state: previous } = last;
  const [twice] = previous.revoked.repeated();
  // Which of the two entries holds, readers do not agree on.
  if (twice !== undefined) refuse(`the last CRL of this key lists ${twice} twice: no CRL can follow it`);
  holdTogether(next, here, last);
  within(previous);
  if (isDelta(next)) {
    holdDelta(next, last);
    return previous;
  }
  const { number, follows, removed, changed, moved } = crlChanges(next, previous);
  if (number === undefined || (follows !== undefined && number !== follows + 1n))
    refuse(`the CRL has the number ${number ?? 'none'}, and the last one of this key ${follows}: it rises by one`);
  if (removed.count > 0) refuse(`the CRL leaves out ${listed(removed)}, which the last one lists`);
  if (changed.count > 0 && isForbidden(next, previous))
    refuse(`the CRL says something else than the last one of ${listed(changed)}`);
  if (moved)
    refuse(
      `the CRL has ${moved.serial} where the last one has another entry: new ones stand after those that were there`,
    );
  if (!sameBytes(next.issuer.der, previous.issuer.der))
    refuse('the CRL names another issuer than the last one of this key');
  if (authorityIn(next) !== authorityIn(previous))
    refuse(
      `the authority key identifier of the CRL is ${authorityIn(next) ?? 'absent'}, and that of the last one of this key ${authorityIn(previous) ?? 'absent'}`,
    );
  if (next.thisUpdate.at < previous.thisUpdate.at)
    refuse(`the CRL begins at ${next.thisUpdate.at}, before the last one of this key, ${previous.thisUpdate.at}`);
  return previous;
}

/** What the core brings: the CRL that is to be signed, and those that it follows. */
type Brought = Pick<OpenProposal, 'payload' | 'brought'> & Partial<Pick<OpenProposal, 'broughtDelta' | 'certificates'>>;

/** The bytes are those that the ledger has the digests of: what the core says of them counts for nothing. */
function lastInLedger(
  complete: LedgerCrl | undefined,
  delta: LedgerCrl | undefined,
  { brought, broughtDelta }: Required<Pick<Brought, 'brought' | 'broughtDelta'>>,
): SaidLast | undefined {
  if (!complete) {
    if (brought) refuse('a CRL is brought as the last one of this key, and the ledger has none of it');
    return undefined;
  }
  const found = brought === null ? 'missing' : sha256(brought);
  if (found !== complete.sha256)
    refuse(`the CRL before it has the SHA-256 ${found}; the last one of this key is ${complete.sha256} in the ledger`);
  const foundDelta = broughtDelta === null ? undefined : sha256(broughtDelta);
  if (foundDelta !== delta?.sha256)
    refuse(
      `the delta CRL before it has the SHA-256 ${foundDelta ?? 'missing'}; the last one of this key is ${delta?.sha256 ?? 'none'} in the ledger`,
    );
  return saidLast(
    parseCrl(brought as Octets, 'the last CRL'),
    broughtDelta === null ? undefined : parseCrl(broughtDelta, 'the last delta CRL'),
  );
}

/** Key identifier of the issuer, in hex: whatever else that extension says, chains are built by this (RFC 5280 §5.2.1). */
function authorityIn({ extensions }: Pick<TbsCertList, 'extensions'>): string | undefined {
  const identifier = authorityKeyIdentifier(extensions)?.keyIdentifier;
  return identifier && hexOf(identifier);
}

function listed({ count, first }: SomeEntries): string {
  const shown = first.slice(0, 3).map(({ serial }) => serial);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const REPEATS = 'nothing is signed: a CRL repeats all that the last one of its key lists, under the next number';

function refuse(what: string, hint = REPEATS): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', what, { hint });
}
