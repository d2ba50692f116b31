import type { Octets } from '../base/octets.ts';
import { type LastCrl, lastCrlOf } from '../pki/last-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import { usedCrl } from './known.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { makerOf } from './record.ts';

/*
 * The CRL that a script names as the one before: an earlier ceremony signed it, and perhaps a delta CRL after it; or a delta CRL
 * starts from one of this ceremony.
 */

/** Which CRL another follows, by the parameters of a step; undefined for a first one. */
export function followed(params: PlannedStep['params']): string | undefined {
  const name = params['previous'] ?? params['delta-of'];
  return typeof name === 'string' ? name : undefined;
}

/** The files of the pack: the complete one, and the delta CRL after it where there is one. */
export function lastCrlPaths(plan: Plan, name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const used = usedCrl(plan, name);
  if (used) return [used.path, ...(used.delta ? [used.delta.path] : [])];
  const maker = makerOf(plan, 'crl', name);
  return maker ? [`crls/${maker.out ?? ''}`] : [];
}

/**
 * @param file bytes of a file of the pack
 * @returns undefined where there is none, or one of its files is not there
 * @throws CeremonyError DER_INVALID, CRL_UNFIT
 */
export function lastCrlIn(
  plan: Plan,
  name: string | undefined,
  file: (path: string) => Octets | undefined,
): LastCrl | undefined {
  const [complete, delta] = lastCrlPaths(plan, name).map((path) => {
    const der = file(path);
    return der && { crl: parseCrl(der, path) };
  });
  if (!complete || (lastCrlPaths(plan, name).length > 1 && !delta)) return undefined;
  return lastCrlOf(complete.crl, delta?.crl);
}
