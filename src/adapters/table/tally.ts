import type { Tally } from '../../ports.ts';

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** What is approved, who has done so and who is still needed, by name: a line each. */
export function tallyLines(tally: Tally, named: (seat: string) => string): string[] {
  return [`${tally.of}.`, approvedBy(tally, named), stillNeeded(tally, named)];
}

function approvedBy({ approved }: Tally, named: (seat: string) => string): string {
  return approved.length === 0 ? 'Nobody has approved yet.' : `Approved: ${approved.map(named).join(', ')}.`;
}

function stillNeeded({ approved, able, missing }: Tally, named: (seat: string) => string): string {
  const names = able.map(named).join(', ');
  if (able.length <= missing) return able.length === 1 ? `Still needed: ${names}.` : `Still needed, all of: ${names}.`;
  return `${NUMBERS[missing] ?? missing}${approved.length === 0 ? '' : ' more'} of: ${names}.`;
}
