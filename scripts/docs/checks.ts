import type { Rule } from '../../src/pki/rule.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import type { Check } from './checks/check.ts';
import { CHECKS } from './checks/list.ts';
import { NOT_CHECKED } from './checks/not-checked.ts';
import { kindsOf } from './rule-kinds.ts';

/** docs/checks.md: every rule of every pack, and this project's own list of checks against misissuance. */
export function printChecks(): string {
  return [
    '# Checks',
    '',
    'Printed by `scripts/print-docs.ts` from the rule packs and from `scripts/docs/checks/`; do not edit it here. What rule',
    'packs are, and how a script names and waives their rules, is in [profile.md](formats/profile.md#rule-packs).',
    '',
    '## Rules',
    '',
    'Days are those of signing (UTC), both included. Where a clause was read second hand, the file of the rule says so. Rules of',
    '`private` are this project’s own, and their clause is this page.',
    ...[...RULE_PACKS.values()].flatMap(({ name, title, version, needs, rules }) => [
      '',
      `### ${name}`,
      '',
      `${title}, version ${version}. It needs ${needs.length === 0 ? 'no other pack' : needs.map((need) => `\`${need}\``).join(' and ')}.`,
      '',
      '| rule | what holds | clause | severity | days | of |',
      '|---|---|---|---|---|---|',
      ...rules.map(rowOf),
    ]),
    '',
    '## Against misissuance',
    '',
    'What is held of every certificate and CRL that a ceremony makes, and by what; the last part is what the verifier finds in a pack',
    'where it does not hold. Each rule has a certificate or CRL that breaks it in `test/pki/rules.test.ts`, and one that keeps it; for',
    'all else the test is named that shows the check fail.',
    ...CHECKS.flatMap(({ part, first, checks }) => [
      '',
      `### ${part}`,
      '',
      '| | what | by |',
      '|---|---|---|',
      ...checks.map((check, index) => `| C${first + index} | ${cell(check.what)} | ${byOf(check)} |`),
    ]),
    '',
    '## Not checked',
    '',
    'What the program does not hold true, though a reader may think so.',
    '',
    '| what | why not | instead |',
    '|---|---|---|',
    ...NOT_CHECKED.map(({ what, why, instead }) => `| ${[what, why, instead].map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

function rowOf(rule: Rule): string {
  const { id, title, clause, severity, effective = {} } = rule;
  const days = [effective.from && `from ${effective.from}`, effective.until && `through ${effective.until}`];
  const cells = [`\`${id}\``, title, clause, severity, days.filter(Boolean).join(' '), subjectOf(rule)];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function subjectOf(rule: Rule): string {
  if (rule.appliesTo === 'certificate') return kindsOf(rule);
  if (rule.appliesTo === 'ocsp-response') return 'OCSP response';
  return rule.appliesTo === 'certificate-der' ? 'every certificate' : 'CRL';
}

function byOf({ rules = [], shown }: Check): string {
  if (shown === undefined) return rules.map((id) => `\`${id}\``).join('<br>');
  return `\`${shown.source}\`; \`${shown.test}\`${shown.name === undefined ? '' : `: ${cell(shown.name)}`}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
