import { CeremonyError } from '../../base/errors.ts';
import type { LedgerCrl } from '../../ledger/ledger.ts';
import { readLedger } from '../../ledger/read.ts';
import { PATH } from '../../pack/layout.ts';
import { parseCrl } from '../../x509/crl.ts';
import { cRLNumber } from '../../x509/crl-extensions.ts';
import type { RevokedEntries, RevokedEntry } from '../../x509/model.ts';
import { called, type Link, type PackChain } from './pack-chain.ts';

/** A CRL of the chain, as its bytes say it. */
export interface ChainCrl {
  readonly link: Link;
  readonly path: string;
  /** Name of the key that signed, by the ledger: it comes once in the life of a CA. */
  readonly issuer: string;
  readonly number: bigint;
  readonly revoked: RevokedEntries;
  /** How a finding calls it. */
  readonly said: string;
}

/** A CRL, and the one of the same issuer that came last before it, where there was one. */
export interface CrlStep {
  readonly last: ChainCrl | undefined;
  readonly next: ChainCrl;
}

/** Every CRL that a ceremony of the chain made and that can be read; those that cannot are the pack's own findings. */
export function crlSteps({ links }: PackChain): readonly CrlStep[] {
  const known = new Map<Link | null, ReadonlyMap<string, ChainCrl>>();
  const steps: CrlStep[] = [];
  for (const link of links) {
    const last = new Map(known.get(link.before));
    for (const entry of madeHere(link)) {
      const next = read(link, entry);
      if (!next) continue;
      steps.push({ last: last.get(next.issuer), next });
      last.set(next.issuer, next);
    }
    known.set(link, last);
  }
  return steps;
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

function read(link: Link, { path, issuer }: LedgerCrl): ChainCrl | undefined {
  try {
    const crl = parseCrl(link.pack.need(path), path);
    const number = cRLNumber(crl.extensions);
    if (number === undefined) return undefined;
    return { link, path, issuer, number, revoked: crl.revoked, said: `${path} of ${called(link)}` };
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/** Date and reason of an entry, with all extensions as they are encoded: the reason is one of them. */
export function entryText({ at, extensions }: RevokedEntry): string {
  return [at.at, ...extensions.map(({ oid, der }) => `${oid}=${Buffer.from(der).toString('hex')}`)].join(' ');
}
