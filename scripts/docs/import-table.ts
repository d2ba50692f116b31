import { FILES, FOLDERS, type FolderRule, REACH } from '../import-table.ts';

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
    ...FILES.map((rule) => `- \`${rule.file}\`: ${Object.entries(rule.builtins).map(namesOf).join('; ')}. It ${rule.why}.`),
    '',
    'And for all that a folder loads, through however many files and packages:',
    '',
    ...REACH.map((rule) => {
      const packages = rule.packages === 'any' ? '' : `the packages ${list(rule.packages)} alone; `;
      return `- \`${rule.from}\`: ${packages}never ${rule.never.map(code).join(', ')}. Because ${rule.why}.`;
    }),
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

function namesOf([name, names]: [string, 'all' | readonly string[]]): string {
  if (names === 'all') return code(name);
  const shown = names.slice(0, 3).join(', ');
  return `${code(name)} (${names.length > 3 ? 'what computes the same each time' : shown})`;
}

function list(names: readonly string[]): string {
  return names.map(code).join(', ') || 'none';
}

function code(name: string): string {
  return `\`${name}\``;
}
