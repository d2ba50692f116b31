import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { partitionFault } from '../pki/partitions.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type CrlScope, outside, scopeKey, scopeOf } from '../x509/crl-scope.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';
import type { Member } from './hierarchy.ts';
import type { Carried } from './hierarchy-planned.ts';
import { decisionsOf, usedCertificate } from './known.ts';
import { type Plan, type PlannedStep, stepsOf } from './plan.ts';
import type { World } from './world.ts';

/*
 * Whether the partitions of a CA's CRL, of this ceremony and those before, have every certificate of the CA between them.
 */

interface Planned {
  readonly plan: Plan;
  readonly world: Pick<World, 'certificates' | 'crls'>;
  readonly carried: Carried;
}

/**
 * What is wrong with each certificate that is in no partition of its CA, or in two.
 * @param members certificates of earlier ceremonies, and stand-ins of those of this one
 * @returns nothing while it is not known what earlier ceremonies made
 */
export function unpartitioned(
  { plan, world, carried }: Planned,
  members: readonly Member[],
): { readonly name: string; readonly isNew: boolean; readonly message: string }[] {
  const ledger = carried.get(PREVIOUS_LEDGER);
  if (!ledger && Object.keys(plan.uses ?? {}).length > 0) return [];
  const byName = new Map(members.toReversed().map((member) => [member.name, member]));
  const scopes = scopesByKey(world, byName, ledger);
  return members.flatMap(({ name, certificate, key, issuer, signedAt }) => {
    const above = issuer === null || issuer === name ? undefined : byName.get(issuer);
    const own = above && scopes.get(above.key);
    if (!above || !own || above.key === key) return [];
    const fault = partitionFault([...own.values()], certificate, undefined);
    return fault === undefined
      ? []
      : [{ name, isNew: signedAt !== null, message: `"${name}" cannot be revoked: ${fault}` }];
  });
}

/** Key of a CA, as members have it → each partition of which it has signed a CRL, or signs one. */
function scopesByKey(
  { crls }: Pick<World, 'crls'>,
  members: ReadonlyMap<string, Member>,
  ledger: Uint8Array | undefined,
): ReadonlyMap<string, ReadonlyMap<string, CrlScope>> {
  const found = new Map<string, Map<string, CrlScope>>();
  const add = (key: string | undefined, scope: CrlScope | undefined) => {
    if (key === undefined || scope === undefined) return;
    found.set(key, (found.get(key) ?? new Map()).set(scopeKey(scope), scope));
  };
  const before = ledger && readLedger(ledger);
  const keys = new Map(before?.keys.map(({ name, spkiSha256 }) => [name, spkiSha256]));
  for (const { issuer, scope } of before?.crls ?? []) add(keys.get(issuer), scope);
  for (const { issuer, scope, step } of crls.values()) if (step !== null) add(members.get(issuer)?.key, scope);
  return found;
}

/** URIs of the partitions of which there is a CRL, or of which this plan has one signed. */
export function partitionUris(plan: Pick<Plan, 'acts'>, crls: readonly TbsCertList[]): readonly string[] {
  const planned = stepsOf(plan).map(({ params }) => params['partition'] as CrlScope | undefined);
  return [...planned, ...crls.map(scopeOf)].flatMap((scope) => scope?.uri ?? []);
}

/** Why what a CRL would list by its decisions is in another partition, of each that is at hand by then. */
export function decidedOutside(
  plan: Plan,
  { params }: Pick<PlannedStep, 'params'>,
  carried: Carried,
): { readonly index: number; readonly message: string }[] {
  const scope = params['partition'] as CrlScope | undefined;
  if (scope === undefined) return [];
  return decisionsOf(params).flatMap((id, index) => {
    const decided = stepsOf(plan).find((one) => one.id === id)?.params['certificate'];
    const certificate = typeof decided === 'string' ? certificateAt(plan, decided, carried) : undefined;
    const fault = certificate && outside(scope, certificate);
    return fault === undefined
      ? []
      : [{ index, message: `"${decided}" is in another partition than the CRL that would list it: ${fault}` }];
  });
}

function certificateAt(plan: Plan, name: string, carried: Carried): Certificate | undefined {
  const path = usedCertificate(plan, name)?.path;
  const der = path === undefined ? undefined : carried.get(path);
  return der && parseCertificate(der, path);
}
