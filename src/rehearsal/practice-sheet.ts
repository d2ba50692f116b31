import type { Card } from './enrol.ts';

/** What each person of a practice table would know by heart. PINs of throw-away tokens: they open nothing else. */
export function practiceSheet(
  cards: readonly Card[],
  bags: ReadonlyMap<string, string> = new Map(),
  hsmPins: ReadonlyMap<string, string> = new Map(),
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
    '',
  ].join('\n');
}
