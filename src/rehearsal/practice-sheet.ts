import type { Sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import type { Card } from './enrol.ts';

/** What each person of a practice table would know by heart. PINs of throw-away tokens: they open nothing else. */
export function practiceSheet(
  cards: readonly Card[],
  bags: ReadonlyMap<string, string> = new Map(),
  hsmPins: ReadonlyMap<string, string> = new Map(),
  references: ReadonlyMap<string, Sha256> = new Map(),
): string {
  const rows = cards.map(
    ({ person, shown, pin }) =>
      `${person.seat.padEnd(22)}${person.name.padEnd(24)}${(shown.serial || 'none').padEnd(20)}${pin}`,
  );
  return [
    'PRACTICE ONLY. These PINs belong to throw-away SoftHSM tokens in this folder.',
    '',
    `${'seat'.padEnd(22)}${'name'.padEnd(24)}${'token serial'.padEnd(20)}PIN`,
    ...rows,
    ...[...hsmPins].map(([name, pin]) => `${'the HSM'.padEnd(22)}${name.padEnd(44)}${pin}`),
    ...(bags.size === 0 ? [] : ['', `${'thing'.padEnd(46)}number on its bag`]),
    ...[...bags].map(([thing, bag]) => `${thing.padEnd(46)}${bag}`),
    ...[...references].flatMap(([name, digest]) => [
      '',
      `${name}, as on the paper of whoever brings it`,
      ...wordRows(digest).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
    ]),
    '',
  ].join('\n');
}
