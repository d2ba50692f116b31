import { joined, type Octets, partOf } from '../base/octets.ts';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { hexOf } from '../der/values.ts';
import { explicit, header, integer, raw, sequence, time } from '../der/writer.ts';
import { parseTbsCertList } from './crl.ts';
import { cRLNumber, deltaCRLIndicator, reasonCode } from './crl-extensions.ts';
import type { CertificateList, Extension, RevokedEntries, TbsCertList } from './model.ts';

/*
 * A delta CRL lists what has changed since a complete one. Of the two a CRL is constructed that is complete: nobody signs it,
 * and it says what is revoked (RFC 5280 §5.2.4).
 */

/** Whether it is one: it says from which CRL it starts. Criticality and value are for others to judge. */
export function isDelta({ extensions }: Pick<TbsCertList, 'extensions'>): boolean {
  return extensions.some(({ oid }) => oid === OID.deltaCRLIndicator);
}

/**
 * What speaks against combining them (RFC 5280 §5.2.4): they are of one CA and one scope, and the complete one has a number
 * from that which the delta starts from to the one before its own.
 * @throws CeremonyError DER_INVALID for numbers that cannot be read
 */
export function combinationFaults(complete: TbsCertList, delta: TbsCertList): string[] {
  const [number, base, own] = [
    cRLNumber(complete.extensions),
    deltaCRLIndicator(delta.extensions),
    cRLNumber(delta.extensions),
  ];
  const differs = (oid: string) => extensionValueOf(complete, oid) !== extensionValueOf(delta, oid);
  if (isDelta(complete)) return ['the CRL that it would complete is a delta CRL itself'];
  if (base === undefined) return ['it is no delta CRL'];
  if (number === undefined || own === undefined) return ['one of the two has no CRL number'];
  return [
    ...(sameBytes(complete.issuer.der, delta.issuer.der) ? [] : ['they have other issuers']),
    ...(differs(OID.authorityKeyIdentifier) ? ['they name other keys of their issuer'] : []),
    ...(differs(OID.issuingDistributionPoint) ? ['their issuing distribution points differ'] : []),
    ...(number < base ? [`it starts from CRL ${base}, and the complete one is number ${number}`] : []),
    ...(number < own ? [] : [`it has number ${own}, not above that of the complete one, ${number}`]),
  ];
}

function extensionValueOf({ extensions }: Pick<TbsCertList, 'extensions'>, wanted: string): string | undefined {
  const found = extensions.find(({ oid }) => oid === wanted);
  return found && hexOf(found.value);
}

/**
 * The CRL that both say together: entries of the complete one in its order, as the delta has them where it has them, without
 * those that it removes; then those that it alone has. Number and dates are those of the delta, all else that of the complete
 * one. It is a value to compare with, and no document: it has no signature.
 * @param complete @param delta of which nothing speaks against their combination
 * @throws CeremonyError DER_INVALID
 */
export function constructedCrl(complete: TbsCertList, delta: TbsCertList): CertificateList {
  const entries = entriesTogether(complete.revoked, delta.revoked);
  const { nextUpdate } = delta;
  const head = raw(
    ...(complete.version === 1 ? [] : [integer(complete.version - 1)]),
    complete.tbsSignatureAlgorithm.der,
    complete.issuer.der,
    time(delta.thisUpdate.at),
    ...(nextUpdate === undefined ? [] : [time(nextUpdate.at)]),
    ...(entries.length === 0 ? [] : [header(TAG.sequence, entries.length)]),
  );
  const tail = explicit(0, sequence(...extensionsOf(complete, delta)));
  const start = header(TAG.sequence, head.length + entries.length + tail.length);
  const tbs = joined([start, head, entries, tail]);
  const parsed = parseTbsCertList(tbs, 'the CRL that a complete one and a delta CRL make');
  return { ...parsed, der: tbs, signatureAlgorithm: parsed.tbsSignatureAlgorithm, signature: new Uint8Array() };
}

/** Of a million entries few change: what stands between them, and what is new side by side, stays where it is. */
function entriesTogether(complete: RevokedEntries, delta: RevokedEntries): Octets {
  const changed = new Map<number, { readonly to: number; readonly now: Uint8Array }>();
  const added: Octets[] = [];
  let run = { from: 0, to: 0 };
  const endRun = () => {
    if (run.to > run.from) added.push(partOf(delta.der, run.from, run.to));
  };
  for (const { serial, extensions, from, to } of delta) {
    const isRemoved = reasonCode(extensions) === 'removeFromCRL';
    const was = complete.find(serial);
    if (was) changed.set(was.from, { to: was.to, now: isRemoved ? NOTHING : delta.der.subarray(from, to) });
    if (was || isRemoved) continue;
    if (run.to !== from) {
      endRun();
      run = { from, to };
    } else run = { from: run.from, to };
  }
  endRun();
  const pieces: Octets[] = [];
  let at = 0;
  for (const [from, { to, now }] of [...changed].sort(([one], [other]) => one - other)) {
    pieces.push(partOf(complete.der, at, from), now);
    at = to;
  }
  return joined([...pieces, partOf(complete.der, at, complete.der.length), ...added]);
}

const NOTHING = new Uint8Array();

/** Where to find delta CRLs is said by what is complete alone (RFC 5280 §5.2.6). */
function extensionsOf(complete: TbsCertList, delta: TbsCertList): Uint8Array[] {
  const number = delta.extensions.find(({ oid }) => oid === OID.cRLNumber);
  return complete.extensions
    .filter(({ oid }) => oid !== OID.freshestCRL)
    .map((extension): Extension => (extension.oid === OID.cRLNumber && number ? number : extension))
    .map(({ der }) => der);
}

/**
 * What CRLs say together: each delta CRL is taken into the complete one that it goes with, and one that goes with none says
 * nothing. @throws CeremonyError DER_INVALID
 */
export function currentCrls(crls: readonly CertificateList[]): readonly CertificateList[] {
  const deltas = crls.filter(isDelta);
  if (deltas.length === 0) return crls;
  return crls
    .filter((crl) => !isDelta(crl))
    .map((complete) => {
      const [newest] = deltas
        .filter((delta) => combinationFaults(complete, delta).length === 0)
        .sort((one, other) => Number((cRLNumber(other.extensions) ?? 0n) - (cRLNumber(one.extensions) ?? 0n)));
      return newest ? constructedCrl(complete, newest) : complete;
    });
}
