import { BEYOND } from './compared/beyond.ts';
import type { Line, Matter } from './compared/line.ts';
import { MADE } from './compared/made.ts';
import { SIGNED } from './compared/signed.ts';

/** What others check, P1 and on. */
export const COMPARED: readonly Matter[] = [...MADE, ...SIGNED, ...BEYOND];

/** docs/what-others-check.md: what other programs for offline CAs check, and which of this project's checks stands for it. */
export function printCompared(): string {
  let number = 0;
  const row = ({ what, by, unlike }: Line) => {
    number += 1;
    const checks = by.map((id) => (id.includes('/') ? `\`${id}\`` : id)).join(', ');
    return `| P${number} | ${what} | ${[checks, unlike].filter(Boolean).join('. ')} |`;
  };
  return [
    '# What others check',
    '',
    'Printed by `scripts/print-docs.ts` from `scripts/docs/compared/`; do not edit it here.',
    '',
    'Programs that make certificates of offline CAs check much of the same, and each of them something that others leave out. This is',
    'the list of what was found in them or missed in them, and what stands for it here: the numbers are those of',
    '[checks.md](checks.md#against-misissuance), where each check has its code and the test in which it fails, and ids are those of',
    'its rules. Where there is a sentence besides, this program does it otherwise, for that reason.',
    ...COMPARED.flatMap(({ matter, lines }) => [
      '',
      `## ${matter}`,
      '',
      '| | what | here |',
      '|---|---|---|',
      ...lines.map(row),
    ]),
    '',
  ].join('\n');
}
