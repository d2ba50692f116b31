import type { DateExpression } from '../base/date-expressions.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { inputOf } from '../plan/inputs.ts';
import { usedCertificate, usedCrl } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { dateWords, usedWords } from './paper-parts.ts';

/*
 * A CRL as people read of it before there is one: on the screen, in its row and on its sheet of the printed script.
 */

interface Asked {
  readonly issuer: string;
  /** The script's name of the CRL before it; undefined for a first one. */
  readonly previous?: string;
  /** Name of the list of what is revoked. */
  readonly revoke?: string;
  /** Ids of the steps that decide what is. */
  readonly decisions?: readonly string[];
}

/** What stands on paper of it, whatever is only known once it is proposed. */
export function expectedOfCrl(
  params: Asked & { readonly 'this-update': DateExpression; readonly 'next-update': DateExpression },
  step: Pick<PlannedStep, 'out'>,
  plan: Pick<Plan, 'uses' | 'inputs'>,
): (readonly [name: string, value: string])[] {
  const issuer = usedCertificate(plan, params.issuer);
  const before = crlBefore(plan, params);
  return [
    ['issuer', issuer ? `${params.issuer}: certificate "${issuer.name}" ${usedWords(issuer)}` : params.issuer],
    ['CRL number', numberOf(plan, params)],
    ...(before ? [['follows', `${crlName(before)} ${usedWords(before)}`] as const] : []),
    ['revoked', revokedBy(plan, params)],
    ['this update', dateWords(params['this-update'], plan)],
    ['next update', dateWords(params['next-update'], plan)],
    ['file', step.out ?? ''],
  ];
}

function crlBefore(plan: Pick<Plan, 'uses'>, { previous }: Pick<Asked, 'previous'>) {
  return previous === undefined ? undefined : usedCrl(plan, previous);
}

/** The number of an assumed one is not known: a draft must not show one that people then expect. */
function crlName({ sha256, number }: { readonly sha256: Sha256; readonly number: string }): string {
  return sha256 === NO_DIGEST ? 'the last one' : `number ${number}`;
}

/** As printed. */
export function numberOf(plan: Pick<Plan, 'uses'>, params: Pick<Asked, 'previous'>): string {
  const before = crlBefore(plan, params);
  if (!before) return '1';
  return before.sha256 === NO_DIGEST ? 'one more than that of the last one' : String(BigInt(before.number) + 1n);
}

export function revokedBy(plan: Pick<Plan, 'uses' | 'inputs'>, params: Omit<Asked, 'issuer'>): string {
  const before = crlBefore(plan, params);
  const added = addedBy(plan, params);
  if (!before) return added ?? 'nothing';
  const kept = `what ${crlName(before)} lists, all of it`;
  return added === undefined ? `${kept}, and nothing else` : `${kept}, and ${added}`;
}

/** Undefined where nothing can be added. */
function addedBy(
  plan: Pick<Plan, 'inputs'>,
  { revoke, decisions = [] }: Pick<Asked, 'revoke' | 'decisions'>,
): string | undefined {
  const input = inputOf(plan, revoke);
  const where = input?.optional && input.given === undefined ? ', where it is given' : '';
  const added = [
    ...(!input || input.given === false ? [] : [`what the list "${revoke}" names${where}`]),
    ...(decisions.length === 0 ? [] : [`what was decided in ${decisions.map((id) => `"${id}"`).join(', ')}`]),
  ];
  return added.length === 0 ? undefined : added.join(', and ');
}
