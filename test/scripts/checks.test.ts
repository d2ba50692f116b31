import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CHECKS } from '../../scripts/docs/checks/list.ts';
import { printChecks } from '../../scripts/docs/checks.ts';
import { kindsOf } from '../../scripts/docs/rule-kinds.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = [...RULE_PACKS.values()].flatMap(({ rules }) => rules);
const ROWS = CHECKS.flatMap(({ first, checks }) =>
  checks.map((check, index) => ({ id: `C${first + index}`, ...check })),
);

describe('docs/checks.md', () => {
  test('has every rule in one row of the table', () => {
    const page = printChecks();
    for (const { id, clause, title } of RULES) {
      const rows = page.split('\n').filter((line) => line.startsWith(`| \`${id}\` |`));
      assert.equal(rows.length, 1, id);
      assert.ok(rows[0]?.includes(`| ${clause} |`) && rows[0].includes(`| ${title} |`), id);
    }
  });

  test('gives no number twice', () => {
    const ids = ROWS.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    assert.ok(ids.length > 60);
  });

  for (const { id, what, rules, shown } of ROWS) {
    test(`${id} stands on what exists: ${what.slice(0, 60)}`, () => {
      assert.notEqual(rules === undefined, shown === undefined);
      for (const rule of rules ?? [])
        assert.ok(
          RULES.some((one) => one.id === rule),
          `there is no rule ${rule}`,
        );
      assert.notEqual(rules?.length, 0);
      if (shown === undefined) return;
      assert.ok(existsSync(join(ROOT, shown.source)), shown.source);
      const text = readFileSync(join(ROOT, shown.test), 'utf8');
      assert.ok(text.includes(shown.name ?? ''), `${shown.test} has no test "${shown.name}"`);
    });
  }

  test('says of each rule of which certificates it speaks', () => {
    const of = (id: string) => {
      const rule = RULES.find((one) => one.id === id);
      return rule?.appliesTo === 'certificate' ? kindsOf(rule) : assert.fail(id);
    };
    for (const rule of RULES) if (rule.appliesTo === 'certificate') assert.notEqual(kindsOf(rule), '', rule.id);
    assert.equal(of('rfc5280/version-3'), 'every certificate');
    assert.equal(of('cabf-tls/root-validity'), 'root');
    assert.equal(of('cabf-tls/subordinate-other-purposes'), 'subordinate');
    assert.equal(of('mozilla/intermediate-extended-key-usage-present'), 'subordinate, cross');
    assert.equal(of('rfc5280/authority-key-identifier-present'), 'subordinate, cross, responder');
  });
});
