import type { DateExpression } from '../base/date-expressions.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import type { Release } from '../plan/delta-crl.ts';
import { inputOf } from '../plan/inputs.ts';
import { usedCertificate, usedCrl } from '../plan/known.ts';
import { followed } from '../plan/last-crl.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { type CrlScope, scopeWords } from '../x509/crl-scope.ts';
import { dateWords, usedWords } from './paper-parts.ts';

/*
 * A CRL as people read of it before there is one: on the screen, in its row and on its sheet of the printed script.
 */

interface Asked {
  readonly issuer: string;
  /** Of which certificates of its CA it is; undefined for all. */
  readonly partition?: CrlScope;
  /** The script's name of the CRL before it; undefined for a first one. */
  readonly previous?: string;
  /** Of the complete one that a delta CRL starts from, and of the one that is signed beside it. */
  readonly 'delta-of'?: string;
  readonly beside?: string;
  readonly release?: readonly Release[];
  /** Name of the list of what is revoked. */
  readonly revoke?: string;
  /** Ids of the steps that decide what is. */
  readonly decisions?: readonly string[];
}

/** What stands on paper of it, whatever is only known once it is proposed. */
export function expectedOfCrl(
  params: Asked & { readonly 'this-update': DateExpression; readonly 'next-update': DateExpression },
  step: Pick<PlannedStep, 'out'>,
  plan: Pick<Plan, 'uses' | 'inputs' | 'acts'>,
): (readonly [name: string, value: string])[] {
  if (params['delta-of'] !== undefined) return expectedOfDelta(params, step, plan);
  const issuer = usedCertificate(plan, params.issuer);
  const before = crlBefore(plan, params);
  return [
    issuerRow(params, issuer),
    ...partitionRow(params),
    ['CRL number', numberOf(plan, params)],
    ...(before ? [['follows', `${crlName(before)} ${usedWords(before)}`] as const] : []),
    ...deltaRow(before),
    ['revoked', revokedBy(plan, params)],
    ['this update', dateWords(params['this-update'], plan)],
    ['next update', dateWords(params['next-update'], plan)],
    ['file', step.out ?? ''],
  ];
}

/** The same of a delta CRL, which starts from a complete one and lists what is other since. */
function expectedOfDelta(
  params: Parameters<typeof expectedOfCrl>[0],
  step: Pick<PlannedStep, 'out'>,
  plan: Pick<Plan, 'uses' | 'inputs' | 'acts'>,
): (readonly [name: string, value: string])[] {
  const before = crlBefore(plan, params);
  const base = before ? `${crlName(before)} ${usedWords(before)}` : `"${params['delta-of']}" of this ceremony`;
  return [
    issuerRow(params, usedCertificate(plan, params.issuer)),
    ...partitionRow(params),
    ['CRL number', numberOf(plan, params)],
    ['delta of', base],
    ...deltaRow(before),
    ...(params.beside === undefined ? [] : [['beside', `"${params.beside}": one number, one date`] as const]),
    ['lists', changedBy(plan, params)],
    ['this update', dateWords(params['this-update'], plan)],
    ['next update', dateWords(params['next-update'], plan)],
    ['file', step.out ?? ''],
  ];
}

function issuerRow({ issuer }: Pick<Asked, 'issuer'>, used: ReturnType<typeof usedCertificate>) {
  return ['issuer', used ? `${issuer}: certificate "${used.name}" ${usedWords(used)}` : issuer] as const;
}

function partitionRow({ partition }: Pick<Asked, 'partition'>): (readonly [name: string, value: string])[] {
  return partition === undefined ? [] : [['partition', scopeWords(partition)]];
}

function deltaRow(before: ReturnType<typeof crlBefore>): (readonly [name: string, value: string])[] {
  return before?.delta ? [['and its delta', `number ${before.delta.number}, SHA-256 ${before.delta.sha256}`]] : [];
}

function crlBefore(plan: Pick<Plan, 'uses'>, params: Pick<Asked, 'previous' | 'delta-of'>) {
  const name = followed({ ...params });
  return name === undefined ? undefined : usedCrl(plan, name);
}

/** What a delta CRL lists, in words. */
export function changedBy(plan: Pick<Plan, 'uses' | 'inputs' | 'acts'>, params: Asked): string {
  const before = crlBefore(plan, params);
  const taken = makerIn(plan, params.beside)?.params ?? params;
  const released = (params.release ?? []).map(({ certificate, serial }) => `"${certificate ?? serial}"`);
  const parts = [
    ...(before?.delta ? [`what delta CRL ${before.delta.number} lists, all of it`] : []),
    ...[addedBy(plan, taken)].filter((added) => added !== undefined),
    ...(released.length === 0 ? [] : [`as released from hold: ${released.join(', ')}`]),
  ];
  const base = before ? crlName(before) : `"${params['delta-of']}"`;
  return `changes since ${base}: ${parts.length === 0 ? 'none' : parts.join(', and ')}`;
}

function makerIn(plan: Pick<Plan, 'acts'>, name: string | undefined): PlannedStep | undefined {
  return plan.acts.flatMap(({ steps }) => steps).find(({ makes }) => name !== undefined && makes['crl'] === name);
}

/** The number of an assumed one is not known: a draft must not show one that people then expect. */
function crlName({ sha256, number }: { readonly sha256: Sha256; readonly number: string }): string {
  return sha256 === NO_DIGEST ? 'the last one' : `number ${number}`;
}

/** As printed. */
export function numberOf(plan: Pick<Plan, 'uses' | 'acts'>, params: Pick<Asked, 'previous' | 'delta-of'>): string {
  const before = crlBefore(plan, params);
  const base = makerIn(plan, params['delta-of'])?.params;
  if (!before && base) {
    const number = numberOf(plan, base);
    return /^[0-9]+$/.test(number) ? String(BigInt(number) + 1n) : `${number}, and one more`;
  }
  if (!before) return '1';
  return before.sha256 === NO_DIGEST
    ? 'one more than that of the last one'
    : String(BigInt(before.delta?.number ?? before.number) + 1n);
}

export function revokedBy(plan: Pick<Plan, 'uses' | 'inputs'>, params: Omit<Asked, 'issuer'>): string {
  const before = crlBefore(plan, params);
  const added = addedBy(plan, params);
  if (!before) return added ?? 'nothing';
  const since = before.delta ? ` and delta CRL ${before.delta.number} say` : ' lists';
  const kept = `what ${crlName(before)}${since}, all of it`;
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
