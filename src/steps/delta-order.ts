import { canonicalJson } from '../base/canonical-json.ts';
import { refusedBy } from '../pki/delta-policy.ts';
import { unsigned } from '../pki/revocation-list.ts';
import { type Release, releasesOf } from '../plan/delta-crl.ts';
import { decisionsOf, usedCertificate } from '../plan/known.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import { type CrlScope, scopeKey } from '../x509/crl-scope.ts';
import { isOfOneCa } from './crl-order.ts';

/*
 * Delta CRLs and the complete ones stand in one row, by their numbers (RFC 5280 §5.2.3): a delta CRL starts from the last complete
 * one, and one that is signed in the same ceremony says the same under the same number.
 */

interface DeltaParameters {
  readonly issuer: string;
  readonly 'delta-of'?: string;
  readonly beside?: string;
  readonly revoke?: string;
  readonly decisions?: readonly string[];
  readonly freshest?: string;
  readonly partition?: CrlScope;
}

type Context = Pick<SimulateContext, 'plan' | 'step' | 'find' | 'steps' | 'report'>;

/** What a delta CRL starts from, and what stands beside it; and that only such a CRL releases anything. */
export function holdDelta(params: DeltaParameters, world: World, context: Context): void {
  const { plan, step, report } = context;
  const base = params['delta-of'];
  if (base === undefined) {
    for (const parameter of ['beside', 'release'])
      if (step.params[parameter] !== undefined)
        report('PLAN_PARAMETER', ['with', parameter], 'only a delta CRL has it', 'add "delta-of: NAME"');
    return;
  }
  const refused = refusedBy(plan.rules, 'delta');
  if (refused !== undefined)
    report('PLAN_PARAMETER', ['with', 'delta-of'], refused, 'issue a complete CRL, with "previous:"');
  if (params.freshest !== undefined)
    report(
      'PLAN_PARAMETER',
      ['with', 'freshest'],
      'a delta CRL does not say where to find delta CRLs (RFC 5280 §5.2.6)',
      'say it of the complete one',
    );
  holdBase(base, params, world, context);
  if (params.beside !== undefined) holdBeside(base, params.beside, params, world, context);
  holdReleased(params, context);
}

function holdBase(
  base: string,
  { issuer, beside, partition }: DeltaParameters,
  world: World,
  { plan, report }: Context,
): void {
  const say = (text: string, hint?: string) => report('PLAN_NAME', ['with', 'delta-of'], text, hint);
  const crl = world.crls.get(base);
  if (crl?.delta) say(`"${base}" is a delta CRL itself: one starts from a complete CRL`);
  const own = [...world.crls.values()].find(
    (one) =>
      one.step !== null &&
      !one.delta &&
      isOfOneCa(one.issuer, issuer, world, plan) &&
      scopeKey(one.scope) === scopeKey(partition),
  );
  if (own && own.name !== base && beside === undefined)
    say(
      `the step "${own.step}" signs a complete CRL of "${issuer}": a delta CRL that starts from another has its number and its date (RFC 5280 §5.2.3)`,
      `add "beside: ${own.name}", or "delta-of: ${own.name}"`,
    );
}

/**
 * What is revoked is held to what was said last: where a delta CRL that takes it up starts from a complete one of this ceremony,
 * that one is signed before.
 * @param taking the step whose CRL takes it up
 */
export function holdBaseSigned(
  taking: Pick<PlannedStep, 'params'> | undefined,
  world: World,
  { steps, report }: Pick<SimulateContext, 'steps' | 'report'>,
): void {
  const base = taking?.params['delta-of'];
  if (typeof base !== 'string' || world.crls.has(base) || !steps.some(({ makes }) => makes['crl'] === base)) return;
  report(
    'PLAN_ORDER',
    ['step'],
    `the CRL "${base}", from which the delta CRL starts that takes this up, is not signed before this step`,
    'put it after the step that signs that CRL',
  );
}

/** Both say the same: so what the complete one takes up is said there, and once. */
function holdBeside(
  base: string,
  beside: string,
  params: DeltaParameters,
  world: World,
  { plan, step, steps, report }: Context,
): void {
  const say = (text: string, hint?: string) => report('PLAN_NAME', ['with', 'beside'], text, hint);
  const crl = world.crls.get(beside);
  const maker = steps.find(({ key }) => key === crl?.step);
  if (!crl || !maker || crl.delta) {
    say(`no step before this one signs a complete CRL "${beside}"`, 'issue it first, in this ceremony');
    return;
  }
  if (scopeKey(crl.scope) !== scopeKey(params.partition))
    say(`the CRL "${beside}" is not of the same partition`, 'write "partition:" of both alike');
  if (!isOfOneCa(crl.issuer, params.issuer, world, plan))
    say(`the CRL "${beside}" is of "${crl.issuer}", not of "${params.issuer}"`);
  if (maker.params['previous'] !== base)
    say(
      `the CRL "${beside}" does not follow "${base}", from which this one starts`,
      `write "delta-of:" and "previous:" alike`,
    );
  for (const parameter of ['revoke', 'decisions', 'release'])
    if (step.params[parameter] !== undefined)
      report(
        'PLAN_PARAMETER',
        ['with', parameter],
        `what this CRL takes up is what "${beside}" takes up: both say the same (RFC 5280 §5.2.3)`,
        parameter === 'release' ? 'release it in a ceremony of its own, by a delta CRL alone' : `say it of "${beside}"`,
      );
  if (canonicalJson(maker.params['this-update'] ?? null) !== canonicalJson(step.params['this-update'] ?? null))
    report(
      'PLAN_DATE',
      ['with', 'this-update'],
      `it is not that of "${beside}": CRLs of one number have one date (RFC 5280 §5.2.3)`,
      'write both alike',
    );
}

function holdReleased({ issuer }: DeltaParameters, { plan, step, find, report }: Context): void {
  const releases = releasesOf(step.params);
  const decided = decisionsOf(step.params).map((id) => ({ id, params: find(id)?.params ?? {} }));
  const refused = releases.length === 0 ? undefined : refusedBy(plan.rules, 'hold');
  if (refused !== undefined) report('PLAN_PARAMETER', ['with', 'release'], refused);
  for (const [index, { certificate, serial }] of releases.entries()) {
    const path = ['with', 'release', index];
    if ((certificate === undefined) === (serial === undefined))
      report(
        'PLAN_PARAMETER',
        path,
        'it is not said which certificate is released',
        'with "certificate:" or "serial:"',
      );
    const one = releases[index] as Release;
    if (releases.slice(0, index).some((other) => isOfOne(one, other)))
      report('PLAN_PARAMETER', path, `"${certificate ?? serial}" is released twice`, 'name it once');
    const other = decided.find(({ params }) => isOfOne(one, params));
    if (other)
      report(
        'PLAN_PARAMETER',
        path,
        `"${certificate ?? serial}" is released, and this CRL revokes it by the decision "${other.id}"`,
        'leave out the one or the other',
      );
    if (certificate === undefined) continue;
    const [used, signer] = [usedCertificate(plan, certificate), usedCertificate(plan, issuer)];
    if (!used) report('PLAN_NAME', path, `the script uses no certificate "${certificate}"`);
    else if (signer && used.signedBy !== signer.spkiSha256)
      report('PLAN_NAME', path, `"${certificate}" was not issued by "${issuer}"`);
  }
}

/** Whether both name one certificate in the same way; what is named in two ways is found out where the CRL is made. */
function isOfOne(
  { certificate, serial }: Release,
  other: { readonly certificate?: unknown; readonly serial?: unknown },
): boolean {
  if (certificate !== undefined) return certificate === other.certificate;
  return serial !== undefined && typeof other.serial === 'string' && unsigned(serial) === unsigned(other.serial);
}
