import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { combinationFaults, constructedCrl, isDelta } from '../x509/constructed-crl.ts';
import { cRLNumber, deltaCRLIndicator, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry, TbsCertList } from '../x509/model.ts';

/*
 * Delta CRLs (RFC 5280 §5.2.4), as the guard holds them to what it has itself: its ledger, and what was signed in this ceremony.
 * Whoever has the complete CRL takes from them who is revoked no more.
 */

/** What was said last of a CA: by the ledger, or by a complete CRL of this ceremony. */
export interface SaidLast {
  /** From which the next delta CRL starts. */
  readonly complete: TbsCertList;
  /** The delta CRL after it, where there is one. */
  readonly delta: TbsCertList | undefined;
  /** What both say together. */
  readonly state: CertificateList;
}

/** CRLs of one key that were signed in this ceremony. */
export interface SignedHere {
  readonly complete?: TbsCertList | undefined;
  readonly delta?: TbsCertList | undefined;
}

/** @throws CeremonyError DESCRIPTOR_INVALID where they do not go together */
export function saidLast(complete: CertificateList, delta: CertificateList | undefined): SaidLast {
  if (!delta) return { complete, delta, state: complete };
  const faults = combinationFaults(complete, delta);
  if (faults.length > 0)
    refuse(`the last delta CRL of this key does not go with its last complete one: ${faults.join('; ')}`);
  return { complete, delta, state: constructedCrl(complete, delta) };
}

/**
 * Whether a delta CRL says of every certificate what may be said of it now: all that the delta CRL before it lists, each entry as
 * it was or changed as an entry may be; and nothing that the complete one has already.
 * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
 */
export function holdDelta(next: TbsCertList, last: SaidLast): void {
  const { complete, delta, state } = last;
  const [number, base, before, from] = [
    cRLNumber(next.extensions),
    deltaCRLIndicator(next.extensions),
    cRLNumber(state.extensions),
    cRLNumber(complete.extensions),
  ];
  if (base !== from)
    refuse(`the delta CRL starts from CRL ${base}, and the last complete one of this key is number ${from}`);
  if (number === undefined || before === undefined || number !== before + 1n)
    refuse(`the delta CRL has the number ${number ?? 'none'}, and the last CRL of this key ${before}: it rises by one`);
  const faults = combinationFaults(complete, next);
  if (faults.length > 0) refuse(`the delta CRL does not go with the complete one: ${faults.join('; ')}`);
  if (next.thisUpdate.at < state.thisUpdate.at)
    refuse(`the delta CRL begins at ${next.thisUpdate.at}, before the last CRL of this key, ${state.thisUpdate.at}`);
  for (const entry of delta?.revoked ?? [])
    if (!next.revoked.find(entry.serial))
      refuse(`the delta CRL leaves out ${entry.serial}, which the delta CRL before lists`);
  for (const entry of next.revoked) holdEntry(entry, last);
}

function holdEntry(entry: RevokedEntry, { delta, state }: Pick<SaidLast, 'delta' | 'state'>): void {
  const { serial } = entry;
  const [listed, was] = [delta?.revoked.find(serial), state.revoked.find(serial)];
  if (listed && said(listed) === said(entry)) return;
  const [is, before] = [reasonCode(entry.extensions), was && reasonCode(was.extensions)];
  if (is === 'removeFromCRL') {
    if (before !== HOLD)
      refuse(
        `the delta CRL removes ${serial}, which ${was ? `is revoked for good (${before ?? 'no reason'})` : 'is not listed'}: only a hold is released`,
      );
    if (was && was.at.at !== entry.at.at)
      refuse(`the delta CRL removes ${serial} with the date ${entry.at.at}; its hold has ${was.at.at}`);
    return;
  }
  if (!was) return;
  if (said(was) === said(entry)) refuse(`the delta CRL lists ${serial}, of which nothing has changed`);
  if (!maySucceed(was, entry)) refuse(`the delta CRL says something else of ${serial} than the last CRL of this key`);
}

/** Whether a complete CRL says of something what it may not: each entry that is other than before is looked at. */
export function isForbidden(next: TbsCertList, previous: TbsCertList): boolean {
  for (const entry of next.revoked) {
    const was = previous.revoked.find(entry.serial);
    if (was && said(was) !== said(entry) && !maySucceed(was, entry)) return true;
  }
  return false;
}

/** The one change that an entry may see: what is on hold is revoked for good, not before it was put on hold. */
function maySucceed(was: RevokedEntry | undefined, now: RevokedEntry): boolean {
  const is = reasonCode(now.extensions);
  return (
    was !== undefined &&
    reasonCode(was.extensions) === HOLD &&
    is !== HOLD &&
    is !== 'removeFromCRL' &&
    now.at.at >= was.at.at
  );
}

const HOLD = 'certificateHold';

/**
 * Two CRLs of one key in a ceremony that start from the same are a complete one and a delta CRL, which say the same under one
 * number and date (§5.2.3).
 * @param before by the ledger
 * @throws CeremonyError DESCRIPTOR_INVALID
 */
export function holdTogether(next: TbsCertList, here: SignedHere, before: SaidLast): void {
  const [complete, delta] = isDelta(next) ? [here.complete, next] : [next, here.delta];
  if (!complete || !delta) return;
  const [number, own] = [cRLNumber(complete.extensions), cRLNumber(delta.extensions)];
  if (number !== own)
    refuse(`the complete CRL has the number ${number}, and the delta CRL of this ceremony ${own}: they have one`);
  if (complete.thisUpdate.at !== delta.thisUpdate.at)
    refuse(
      `the complete CRL begins at ${complete.thisUpdate.at}, and the delta CRL of this ceremony at ${delta.thisUpdate.at}: under one number they have one date`,
    );
  const first = firstOther(constructedCrl(before.complete, delta), complete);
  if (first !== undefined)
    refuse(`the complete CRL and the delta CRL of this ceremony say different things of ${first}`);
}

/**
 * The complete CRL of this ceremony, where a delta CRL says that it starts from that: then it is later, and has the next number.
 * @throws CeremonyError DESCRIPTOR_INVALID
 */
export function baseOfHere(next: TbsCertList, { complete }: SignedHere): SaidLast | undefined {
  if (!complete || !isDelta(next) || deltaCRLIndicator(next.extensions) !== cRLNumber(complete.extensions))
    return undefined;
  if (next.thisUpdate.at <= complete.thisUpdate.at)
    refuse(
      `the delta CRL begins at ${next.thisUpdate.at}, and the complete one of this ceremony at ${complete.thisUpdate.at}: under another number it is later`,
    );
  const { tbs, tbsSignatureAlgorithm } = complete;
  const state = { ...complete, der: tbs, signatureAlgorithm: tbsSignatureAlgorithm, signature: new Uint8Array() };
  return { complete, delta: undefined, state };
}

/** Serial number of the first certificate of which they say different things. */
function firstOther(one: TbsCertList, other: TbsCertList): string | undefined {
  for (const [these, those] of [
    [one, other],
    [other, one],
  ] as const)
    for (const entry of these.revoked) {
      const found = those.revoked.find(entry.serial);
      if (!found || said(found) !== said(entry)) return entry.serial;
    }
  return undefined;
}

/** A complete CRL says where delta CRLs are; one of these does not (§5.2.6). What makes it one is critical (§5.2.4). */
export function holdDeltaForm({ extensions }: TbsCertList): void {
  const indicators = extensions.filter(({ oid }) => oid === OID.deltaCRLIndicator);
  if (indicators.length > 1) refuse('the delta CRL says twice from which it starts');
  if (indicators.some(({ critical }) => !critical))
    refuse('the delta CRL does not say so critically: it could be taken for a complete one');
  if (extensions.some(({ oid }) => oid === OID.freshestCRL))
    refuse('the delta CRL says where to find delta CRLs, which a complete one says');
}

/** All that an entry says: its date, and each extension byte for byte. */
function said({ at, extensions }: RevokedEntry): string {
  return [
    at.at,
    ...extensions.map(({ oid, critical, value }) => `${oid} ${critical} ${Buffer.from(value).toString('hex')}`),
  ].join();
}

const GOES =
  'nothing is signed: a delta CRL lists what has changed since the last complete CRL of its key, and all of it';

function refuse(what: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', what, { hint: GOES });
}
