import { ERROR_CODES, EXIT } from '../../src/base/errors.ts';

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  findings: 'done, and there are findings: `verify` says what they are',
  refused: 'the script, the site binding, the plan, or another input was refused; nothing was done',
  quorum: 'the quorum was not met, or an approval or share was refused',
  token: 'a token or its module refused, or a process of ours died',
  disk: 'the transcript, the output folder or a medium',
  adjourned: 'the day has ended as the script has it: the ceremony goes on with `--resume`',
  usage: 'the command line was not understood',
  bug: 'a bug: please report it, with the stack it prints',
  interrupted: 'interrupted',
};

/** docs/errors.md: every exit code and every error code, from the list that the program itself uses. */
export function printErrors(): string {
  const exits = Object.entries(EXIT).map(([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`);
  const groups = Object.values(EXIT).map((exit) => {
    const codes = Object.entries(ERROR_CODES).filter(([, entry]) => entry.exit === exit);
    if (codes.length === 0) return [];
    return [
      '',
      `## Exit ${exit}`,
      '',
      '| code | meaning |',
      '|---|---|',
      ...codes.map(([code, entry]) => `| \`${code}\` | ${entry.meaning} |`),
    ];
  });
  return [
    '# Errors',
    '',
    'Printed by `scripts/print-docs` from `src/base/errors.ts`; do not edit it here.',
    '',
    'A refusal is printed as `CODE: message`, with a hint on the next line where there is one. Codes never change their',
    'meaning: they stand in transcripts that are read decades later. What is not in this list is a bug and exits 70.',
    '`quorate` itself exits 72 when its Node runtime or its code is not installed.',
    '',
    '| exit | meaning |',
    '|---|---|',
    ...exits,
    ...groups.flat(),
    '',
  ].join('\n');
}
