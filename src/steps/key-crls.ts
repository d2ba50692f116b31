import { usedKey } from '../plan/known.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import type { World, WorldCertificate, WorldKey } from '../plan/world.ts';

/**
 * CRLs go on until everything that a CA has certified has expired or is revoked, or its key is destroyed (TLS BR §4.9.7): before
 * the last one goes, the script says why none is needed while something has not expired.
 * @param why what it says
 */
export function holdCrls(
  why: string | undefined,
  key: WorldKey,
  world: World,
  { plan, report, window }: Pick<SimulateContext, 'plan' | 'report' | 'window'>,
): void {
  const remains = usedKey(plan, key.name)?.remains;
  const [earliest] = window;
  const live = [
    ...(remains?.certificates ?? []).filter(({ notAfter }) => notAfter >= earliest).map((one) => one.name),
    ...[...world.certificates.values()].filter((one) => isIssuedWith(key.name, one, world)).map((one) => one.name),
  ];
  if (live.length === 0 || why !== undefined) return;
  const some = live
    .slice(0, 3)
    .map((one) => `"${one}"`)
    .join(', ');
  report(
    'PLAN_ORDER',
    ['with'],
    `certificates that the key "${key.name}" has signed have not expired (${some}${live.length > 3 ? ` and ${live.length - 3} more` : ''}), and no CRL of theirs is signed after this`,
    'TLS BR §4.9.7 wants CRLs until they have all expired or are revoked, or the key is destroyed: say in "no-more-crls" why none is needed',
  );
}

/** Whether it was issued here with that key, for another one. */
function isIssuedWith(key: string, { issuer, key: own, step }: WorldCertificate, { certificates }: World): boolean {
  return step !== null && own !== key && issuer !== null && certificates.get(issuer)?.key === key;
}
