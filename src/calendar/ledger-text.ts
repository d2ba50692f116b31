import { escapeForeign } from '../base/text.ts';
import type { LedgerLoss, LedgerUnusedSet } from '../ledger/ledger.ts';
import { pageWords } from '../ledger/paper-shares.ts';
import { DUE_KINDS } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';
import type { LedgerView, ViewedKey, ViewedSet } from './ledger-view.ts';

/**
 * What a CA has, for people, foreign text escaped: warnings first, since they are to be done something about.
 * @param asOf UTC: what falls due before it is past
 */
export function ledgerText(
  view: LedgerView,
  { mode, ledger, closedAt, digest }: CalendarFacts,
  asOf: string,
): string[] {
  const { keys, custodians, shareSets, backups, unused, lost = [], due, warnings } = view;
  return [
    `${mode === 'rehearsal' ? 'REHEARSAL: ' : ''}ledger of ceremony ${ledger.number}, closed at ${closedAt}`,
    `ledger ${digest}`,
    `as of ${asOf}`,
    '',
    ...section('warnings', warnings, ({ what, says }) => [`WARNING  ${what}: ${says}`]),
    ...section('keys', keys, keyLines),
    ...section('share sets', shareSets, setLines),
    ...section('custodians', custodians, ({ seat, name, rostered, sets }) => [
      `${seat}${name === null ? '' : ` (${name})`}: ${sets.length} ${sets.length === 1 ? 'share' : 'shares'}${rostered ? '' : ', ON THE ROSTER NO MORE'}`,
    ]),
    ...section('wrapped copies', backups, ({ file, state, media }) => [
      `${file}: ${state}, on ${media.join(', ') || 'nothing'}`,
    ]),
    ...(unused.length === 0 ? [] : section('to destroy', unused, unusedLines)),
    ...(lost.length === 0 ? [] : section('lost', lost, lossLines)),
    ...section('due', due, ({ kind, at, what }) => [
      `${at}  ${at < asOf ? 'PAST  ' : ''}${DUE_KINDS[kind].title}  ${what}`,
    ]),
  ].map((line) => escapeForeign(line));
}

function section<T>(title: string, items: readonly T[], lines: (item: T) => readonly string[]): string[] {
  return [`${title}${items.length === 0 ? ': none' : ''}`, ...items.flatMap(lines).map((line) => `  ${line}`), ''];
}

function unusedLines({ set, step, envelopes }: LedgerUnusedSet): string[] {
  const media = Object.entries(envelopes).map(([medium, files]) => `${medium} (${files.length})`);
  return [
    `envelopes of the set ${set} on ${media.join(', ')}: they open nothing`,
    `  step "${step}" was cut off before that set was put to use`,
  ];
}

function keyLines(key: ViewedKey): string[] {
  const since = key.since === null ? '' : ` since ${key.since}`;
  return [
    `${key.name} ("${key.label}"): ${key.state.toUpperCase()}${since}`,
    ...key.history.map(
      ({ from, to, at, reason, ceremony, step, approvedBy }) =>
        `  ${at}  ${from === null ? '' : `${from} to `}${to}: ${reason} (ceremony ${ceremony}, step ${step}${approvedBy.length === 0 ? '' : `, approved by ${approvedBy.join(', ')}`})`,
    ),
    `  public key ${key.spkiSha256}`,
    `  on ${key.on.map((serial) => `HSM ${serial}`).join(', ') || 'no HSM'}${key.destroyedOn.length === 0 ? '' : `; destroyed on ${key.destroyedOn.join(', ')}`}`,
    ...(key.lostOn ?? []).map((serial) => `  on HSM ${serial}, WHICH IS LOST, and nobody accounts for it`),
    ...key.asserted.map((where) => `  said to be with ${where}, and nothing shows it`),
    `  has signed ${key.certificates} certificates and ${key.crls} CRLs${key.lastCrl === null ? '' : `, the last with number ${key.lastCrl.number}, until ${key.lastCrl.nextUpdate}`}`,
    ...(key.partitions ?? []).map(
      (one) => `  CRL of the partition ${escapeForeign(one.of)}: number ${one.number}, until ${one.nextUpdate}`,
    ),
  ];
}

function lossLines({ kind, thing, holder, since, exposed, how, approvedBy, step, at }: LedgerLoss): string[] {
  return [
    `${kind} ${holder ? `of ${holder.seat} ` : ''}${thing}: lost since ${since}, ${exposed ? 'AND SOMEBODY MAY HAVE IT' : 'and nobody can have it'}`,
    `  ${how}`,
    `  declared at ${at}, step "${step}", approved by ${approvedBy.join(', ')}`,
  ];
}

function setLines({ id, kind, hsm, state, threshold, holders, unproven, paper, opened }: ViewedSet): string[] {
  return [
    `${kind} set ${id}: ${state.toUpperCase()}, ${threshold} of ${holders.length}${hsm === '' ? '' : `, HSM ${hsm}`}`,
    `  ${holders.join(', ')}`,
    ...(unproven.length === 0 ? [] : [`  never opened since it was sealed: ${unproven.join(', ')}`]),
    ...(paper ? [`  on paper: ${paper.map(pageWords).join(', ')}`] : []),
    `  opened last ${opened ?? 'in no pack that was given'}`,
  ];
}
