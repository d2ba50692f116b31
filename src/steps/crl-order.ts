import { inputOf, READS_INPUT } from '../plan/inputs.ts';
import { certificateAtHand, decisionsOf, usedCertificate, usedCrl, usedKey } from '../plan/known.ts';
import type { PlanHead, PlannedInput, PlannedStep } from '../plan/plan.ts';
import type { Report, SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import { type CrlScope, scopeKey, scopeWords } from '../x509/crl-scope.ts';
import { DECIDES } from './decision.ts';

/*
 * The CRLs of a CA stand in one row, by their numbers (RFC 5280 §5.2.3): one is the first, and each other follows the last.
 */

/** A CRL follows the last one of its CA, or is the first; a delta CRL starts from a complete one. */
export function holdPrevious(
  params: {
    readonly issuer: string;
    readonly first?: true;
    readonly previous?: string;
    readonly 'delta-of'?: string;
    readonly partition?: CrlScope;
  },
  world: World,
  plan: SimulateContext['plan'],
  report: Report,
): void {
  const { first, issuer } = params;
  const isDelta = params['delta-of'] !== undefined;
  const parameter = isDelta ? 'delta-of' : 'previous';
  const previous = params[parameter];
  if (isDelta && params.previous !== undefined) {
    report(
      'PLAN_PARAMETER',
      ['with', 'previous'],
      'a delta CRL follows what it starts from, and "delta-of" names that',
    );
    return;
  }
  if ((first === undefined) === (previous === undefined)) {
    const text = first
      ? `a first CRL follows none, and "${parameter}" names one`
      : 'it is not said which CRL it follows';
    report('PLAN_PARAMETER', first ? ['with', parameter] : [], text, 'add "previous: NAME", or "first: true"');
    return;
  }
  if (previous === undefined) {
    // A new certificate of a key does not begin its CRLs anew: they are those of the CA that it names.
    const key = certificateAtHand(plan, world, issuer)?.key;
    const { partition } = params;
    const known = ledgerCrls(plan, issuer, key);
    const last = known.find(({ scope }) => scopeKey(scope) === scopeKey(partition))?.number;
    const of = partition === undefined ? '' : ` of the partition ${scopeWords(partition)}`;
    if (last !== undefined)
      report(
        'PLAN_PARAMETER',
        ['with', 'first'],
        `by the ledger "${issuer}" has a CRL${of} with number ${last}: another first one would begin its numbers again`,
        'name it with "uses: { last-crl: { crl: latest, of: LABEL } }" and "previous: last-crl"',
      );
    return;
  }
  const before = world.crls.get(previous);
  if (!before) report('PLAN_NAME', ['with', parameter], `there is no CRL "${previous}" before this step`);
  else if (before.step !== null && !isDelta)
    report(
      'PLAN_NAME',
      ['with', 'previous'],
      `"${previous}" is made in this ceremony; a CRL follows one of an earlier`,
    );
  else if (before.issuer !== '' && !isOfOneCa(before.issuer, issuer, world, plan))
    report('PLAN_NAME', ['with', parameter], `the CRL "${previous}" is of "${before.issuer}", not of "${issuer}"`);
  else if (before.issuer === '' && usedCertificate(plan, issuer)?.spkiSha256 !== usedCrl(plan, previous)?.signedBy)
    report('PLAN_NAME', ['with', parameter], `the CRL "${previous}" is not of "${issuer}"`);
}

/** The list that a CRL takes up is one of its CA, read before, and no other CRL takes it up. */
export function holdRevoked(
  { issuer, revoke }: { readonly issuer: string; readonly revoke?: string },
  world: World,
  { plan, step, steps, report }: Pick<SimulateContext, 'plan' | 'step' | 'steps' | 'report'>,
): void {
  if (revoke === undefined) return;
  const say = (code: 'PLAN_NAME' | 'PLAN_ORDER', text: string, hint?: string) =>
    report(code, ['with', 'revoke'], text, hint);
  const input = inputOf(plan, revoke);
  if (input?.type !== 'revocation-list') {
    say('PLAN_NAME', `there is no input "${revoke}" of type revocation-list`);
    return;
  }
  if (input.issuer !== undefined && !isOfOneCa(input.issuer, issuer, world, plan))
    say('PLAN_NAME', `the list "${revoke}" is of what "${input.issuer}" has issued, not "${issuer}"`);
  const readers = steps.filter(({ type, params }) => type === READS_INPUT && params['input'] === revoke);
  const isAfter = readers.some(({ key }) => steps.findIndex((one) => one.key === key) > steps.indexOf(step));
  // One that is not given is read by nobody, and then nothing is revoked.
  if (!world.inputs.has(revoke) && (!input.optional || isAfter))
    say('PLAN_ORDER', `the list "${revoke}" is not read before this step`, `add a "${READS_INPUT}" step before it`);
  const other = steps.find((one) => one.key !== step.key && one.type === step.type && one.params['revoke'] === revoke);
  if (other) say('PLAN_NAME', `the list "${revoke}" is taken up by "${other.id}" too`);
}

/** The certificates that a revocation list needs are read before it, where they come, and are of its CA. */
export function holdShown(
  { certificates, issuer }: PlannedInput,
  world: World,
  plan: Pick<PlanHead, 'inputs'>,
  report: Report,
): void {
  const list = inputOf(plan, certificates);
  if (certificates === undefined || !list) return;
  const path = ['with', 'input'];
  if (list.issuer !== issuer)
    report('PLAN_NAME', path, `"${certificates}" lists what "${list.issuer}" has issued, not "${issuer}"`);
  if (!world.inputs.has(certificates) && !list.optional)
    report('PLAN_ORDER', path, `the list "${certificates}" is not read before this step`);
}

/** The decisions that a CRL takes up are made before it, of its CA, and no other CRL takes them up. */
export function holdDecided(
  { issuer, decisions = [] }: { readonly issuer: string; readonly decisions?: readonly string[] },
  world: World,
  { plan, step, steps, find, report }: Pick<SimulateContext, 'plan' | 'step' | 'steps' | 'find' | 'report'>,
): void {
  for (const [index, id] of decisions.entries()) {
    const say = (code: 'PLAN_NAME' | 'PLAN_ORDER', text: string, hint?: string) =>
      report(code, ['with', 'decisions', index], text, hint);
    const decides = find(id);
    if (decides?.type !== DECIDES) {
      say('PLAN_NAME', `there is no step "${id}" of type ${DECIDES}`);
      continue;
    }
    const of = decides.params['issuer'];
    if (typeof of === 'string' && !isOfOneCa(of, issuer, world, plan))
      say('PLAN_NAME', `"${id}" revokes what "${of}" has issued, not "${issuer}"`);
    if (!world.done.has(decides.key))
      say(
        'PLAN_ORDER',
        `"${id}" is not decided before this step`,
        `a CRL lists what is decided: put "${id}" before it, without a condition`,
      );
    const other = steps.find((one) => one.key !== step.key && one.type === step.type && takesUp(one, id));
    if (other) say('PLAN_NAME', `what "${id}" decides is taken up by "${other.id}" too`);
  }
}

function takesUp({ params }: PlannedStep, id: string): boolean {
  return decisionsOf(params).includes(id);
}

/** A CA whose certificate was issued again has two, and one row of CRLs. */
export function isOfOneCa(one: string, other: string, world: World, plan: SimulateContext['plan']): boolean {
  if (one === other) return true;
  const [key, same] = [one, other].map((name) => certificateAtHand(plan, world, name)?.key);
  return key !== undefined && key === same;
}

/** By the ledger, of the key that the certificate certifies: the number of its newest complete CRL, of each scope. */
export function ledgerCrls(
  plan: SimulateContext['plan'],
  issuer: string,
  key: string | undefined,
): readonly { readonly scope: CrlScope | undefined; readonly number: string }[] {
  const known = usedCertificate(plan, issuer) ?? (key === undefined ? undefined : usedKey(plan, key));
  return [
    ...(known?.lastCrl === undefined ? [] : [{ scope: undefined, number: known.lastCrl }]),
    ...(known?.partitions ?? []).map(({ number, ...scope }) => ({ scope, number })),
  ];
}

/**
 * One complete CRL of a CA, or of a partition of it, in a ceremony, and after it one delta CRL: a second one would follow the same
 * last one, and have the number of the first.
 */
export function holdOneOfItsCa(
  {
    issuer,
    'delta-of': base,
    partition,
  }: { readonly issuer: string; readonly 'delta-of'?: string; readonly partition?: CrlScope },
  world: World,
  plan: SimulateContext['plan'],
  report: Report,
): void {
  for (const crl of world.crls.values()) {
    if (crl.step === null || !isOfOneCa(crl.issuer, issuer, world, plan)) continue;
    if (scopeKey(crl.scope) !== scopeKey(partition)) continue;
    if (base !== undefined && !crl.delta) continue;
    if (base === undefined && crl.delta) {
      report(
        'PLAN_ORDER',
        ['with', 'issuer'],
        `the step "${crl.step}" signs a delta CRL with the same key before this complete one`,
        'put the complete CRL first, and the delta CRL beside it',
      );
      return;
    }
    report(
      'PLAN_ORDER',
      ['with', 'issuer'],
      `the step "${crl.step}" signs a CRL with the same key: both would have one number`,
      partition === undefined
        ? 'issue one CRL of a CA in a ceremony'
        : 'issue one CRL of a partition of a CA in a ceremony',
    );
    return;
  }
}
