import { FILES, FOLDERS, type FolderRule, PURE_CRYPTO, REACH, REACHES_OUT } from '../import-table.ts';

/** The import table as Markdown, for docs/architecture.md. */
export function printImportTable(): string {
  const rows = FOLDERS.map((row) => {
    const cells = [
      `\`${row.folder}\`${row.effects ? ' ⚡' : ''}`,
      targets(row),
      list(row.packages),
      builtins(row.builtins),
      row.why,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    'A folder may import from itself and from what stands in its row, and nothing else. *Types* means `import type` only,',
    '*lazily* means `import()` with a literal only. ⚡ marks the folders that may use the clock, randomness and the process;',
    'all others give the same output for the same input.',
    '',
    '| folder | may import | packages | Node modules | what it is |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Single files that may do more than their folder:',
    '',
    ...FILES.map(
      (rule) => `- \`${rule.file}\`: ${Object.entries(rule.builtins).map(namesOf).join('; ')}. ${sentence(rule.why)}`,
    ),
    '',
    'And for all that a folder loads, through however many files and packages:',
    '',
    ...REACH.map((rule) => {
      const outward = REACHES_OUT.every((name) => rule.never.includes(name) || rule.except?.includes(name));
      const others = rule.never.filter((name) => !REACHES_OUT.includes(name));
      const never = [outward ? 'what reaches out' : '', others.map(code).join(', ')].filter((part) => part !== '');
      const except = rule.except ? ` (but ${list(rule.except)})` : '';
      const packages = rule.packages.length === 0 ? 'no package' : `of packages only ${list(rule.packages)}`;
      return `- \`${rule.from}\`: ${packages}; never ${never.join(', ')}${except}. ${sentence(rule.why)}`;
    }),
    '',
    `*What reaches out* is ${list(REACHES_OUT)}. *What computes the same each time* is, of \`node:crypto\`: ${list(PURE_CRYPTO)}.`,
  ].join('\n');
}

function targets(row: FolderRule): string {
  const parts = [
    row.imports.map(code).join(', '),
    row.types.length > 0 ? `types: ${row.types.map(code).join(', ')}` : '',
    row.lazily.length > 0 ? `lazily: ${row.lazily.map(code).join(', ')}` : '',
  ];
  return parts.filter((part) => part !== '').join('; ') || 'nothing';
}

function builtins(rules: FolderRule['builtins']): string {
  return Object.entries(rules).map(namesOf).join(', ') || 'none';
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function namesOf([name, names]: [string, 'all' | readonly string[]]): string {
  if (names === 'all') return code(name);
  const pure = PURE_CRYPTO.every((one) => names.includes(one));
  const others = pure ? names.filter((one) => !PURE_CRYPTO.includes(one)) : names;
  return `${code(name)} (${[...(pure ? ['what computes the same each time'] : []), ...others].join(', ')})`;
}

function list(names: readonly string[]): string {
  return names.map(code).join(', ') || 'none';
}

function code(name: string): string {
  return `\`${name}\``;
}
