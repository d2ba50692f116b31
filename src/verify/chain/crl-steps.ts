import { CeremonyError } from '../../base/errors.ts';
import type { LedgerCrl } from '../../ledger/ledger.ts';
import { readLedger } from '../../ledger/read.ts';
import { PATH } from '../../pack/layout.ts';
import { combinationFaults, constructedCrl, isDelta } from '../../x509/constructed-crl.ts';
import { parseCrl } from '../../x509/crl.ts';
import { cRLNumber } from '../../x509/crl-extensions.ts';
import { scopeKey } from '../../x509/crl-scope.ts';
import type { CertificateList, RevokedEntry } from '../../x509/model.ts';
import { called, type Link, type PackChain } from './pack-chain.ts';

/** A CRL of the chain, as its bytes say it. */
export interface ChainCrl {
  readonly link: Link;
  readonly path: string;
  /** Name of the key that signed, by the ledger: it comes once in the life of a CA. */
  readonly issuer: string;
  /** Issuer and scope: CRLs of one follow one another, and no others (RFC 5280 §5.2.3). */
  readonly sequence: string;
  readonly number: bigint;
  readonly crl: CertificateList;
  /** How a finding calls it. */
  readonly said: string;
}

/** What was said last of an issuer: a complete CRL, and a delta CRL after it. */
export interface LastSaid {
  readonly complete: ChainCrl;
  readonly delta: ChainCrl | undefined;
  /** What both say together, under the number of the later one. */
  readonly state: ChainCrl;
}

/** A CRL, and what was said last of the same issuer and scope before it, where something was. */
export interface CrlStep {
  readonly last: LastSaid | undefined;
  readonly next: ChainCrl;
}

/**
 * Every CRL that a ceremony of the chain made and that can be read; those that cannot are the pack's own findings. A delta CRL
 * that is signed beside a complete one follows what that one follows.
 */
export function crlSteps({ links }: PackChain): readonly CrlStep[] {
  const known = new Map<Link | null, ReadonlyMap<string, LastSaid>>();
  const steps: CrlStep[] = [];
  for (const link of links) {
    const before = known.get(link.before);
    const now = new Map(before);
    for (const entry of madeHere(link)) {
      const next = read(link, entry);
      if (!next) continue;
      const [said, here] = [before?.get(next.sequence), now.get(next.sequence)];
      const isBeside = isDelta(next.crl) && here !== said && here?.complete.number === next.number;
      const last = isBeside ? said : here;
      steps.push({ last, next });
      const after = isBeside ? here : saidAfter(last, next);
      if (after) now.set(next.sequence, after);
    }
    known.set(link, now);
  }
  return steps;
}

/** Where a delta CRL goes with nothing, or cannot be read, what was said before stands: that is a finding of its own. */
function saidAfter(last: LastSaid | undefined, next: ChainCrl): LastSaid | undefined {
  if (!isDelta(next.crl)) return { complete: next, delta: undefined, state: next };
  if (!last) return last;
  const { complete } = last;
  try {
    if (combinationFaults(complete.crl, next.crl).length > 0) return last;
    const said = `${complete.said} with ${next.said}`;
    return { complete, delta: next, state: { ...next, crl: constructedCrl(complete.crl, next.crl), said } };
  } catch (error) {
    if (error instanceof CeremonyError) return last;
    throw error;
  }
}

/** CRLs of the ledger that the one before it does not have. */
function madeHere(link: Link): readonly LedgerCrl[] {
  const before = new Set(crlsBefore(link).map(({ sha256 }) => sha256));
  return link.ledger.crls.filter(({ sha256 }) => !before.has(sha256));
}

function crlsBefore({ before, pack }: Link): readonly LedgerCrl[] {
  if (before) return before.ledger.crls;
  const carried = pack.file(PATH.previousLedger);
  if (!carried) return [];
  try {
    return readLedger(carried).crls;
  } catch (error) {
    if (error instanceof CeremonyError) return [];
    throw error;
  }
}

function read(link: Link, { path, issuer, scope }: LedgerCrl): ChainCrl | undefined {
  try {
    const der = link.pack.octets(path);
    if (!der) return undefined;
    const crl = parseCrl(der, path);
    const number = cRLNumber(crl.extensions);
    if (number === undefined) return undefined;
    const sequence = `${issuer}\n${scopeKey(scope)}`;
    return { link, path, issuer, sequence, number, crl, said: `${path} of ${called(link)}` };
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/** Date and reason of an entry, with all extensions as they are encoded: the reason is one of them. */
export function entryText({ at, extensions }: RevokedEntry): string {
  return [at.at, ...extensions.map(({ oid, der }) => `${oid}=${Buffer.from(der).toString('hex')}`)].join(' ');
}
