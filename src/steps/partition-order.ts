import { partitionRefusedBy } from '../pki/partition-policy.ts';
import { certificateAtHand } from '../plan/known.ts';
import { followed } from '../plan/last-crl.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import { type CrlScope, overlap, scopeKey, scopeWords } from '../x509/crl-scope.ts';
import { isOfOneCa, ledgerCrls } from './crl-order.ts';

/*
 * Partitioned CRLs (RFC 5280 §5.2.5): each certificate of the CA is in one of them. A CA that signs them has done so from its first
 * CRL on: of complete ones and partitions side by side one could leave out what the other lists.
 */

interface PartitionParameters {
  readonly issuer: string;
  readonly partition?: CrlScope;
}

/** A CRL goes on within the partition of the one that it follows, and no two partitions of a CA have a certificate in common. */
export function holdPartition(
  { issuer, partition }: PartitionParameters,
  world: World,
  { plan, step, report }: Pick<SimulateContext, 'plan' | 'step' | 'report'>,
): void {
  const path = partition === undefined ? ['with', 'issuer'] : ['with', 'partition'];
  const say = (text: string, hint?: string) => report('PLAN_PARAMETER', path, text, hint);
  const refused = partition && partitionRefusedBy(plan.rules, partition);
  if (refused !== undefined) say(refused, 'name the partition by "uri:", or issue a complete CRL');
  const name = followed(step.params);
  const before = name === undefined ? undefined : world.crls.get(name);
  if (before && before.assumed === undefined && scopeKey(before.scope) !== scopeKey(partition)) {
    say(
      `it would be of ${words(partition)}, and "${name}", which it follows, is of ${words(before.scope)}`,
      before.scope === undefined ? 'a CA that signs complete CRLs goes on with them' : 'write "partition:" as it was',
    );
    return;
  }
  const key = certificateAtHand(plan, world, issuer)?.key;
  const others = [
    ...ledgerCrls(plan, issuer, key).map(({ scope }) => ({ scope, where: 'by the ledger' })),
    ...[...world.crls.values()].flatMap((one) =>
      one.step !== null && isOfOneCa(one.issuer, issuer, world, plan)
        ? [{ scope: one.scope, where: `in the step "${one.step}"` }]
        : [],
    ),
  ];
  const other = others.find(({ scope }) => scopeKey(scope) !== scopeKey(partition) && overlap(scope, partition));
  if (other)
    say(
      `it would be of ${words(partition)}, and "${issuer}" signs a CRL of ${words(other.scope)} ${other.where}: what one lists the other could leave out`,
      partition === undefined || other.scope === undefined
        ? 'a CA signs either complete CRLs or partitioned ones, from its first on'
        : 'no certificate is in two partitions: give each its own "uri:"',
    );
}

function words(scope: CrlScope | undefined): string {
  return scope === undefined ? 'all that the CA issues' : `the partition ${scopeWords(scope)}`;
}
