import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHECKS } from '../../scripts/docs/checks/list.ts';
import { COMPARED, printCompared } from '../../scripts/docs/compared.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';

/* That each row and rule named here has a test in which it fails is held by checks.test.ts and by test/pki/rules.test.ts. */

const LINES = COMPARED.flatMap(({ lines }) => lines);
const ROWS = new Set(CHECKS.flatMap(({ first, checks }) => checks.map((_, index) => `C${first + index}`)));
const RULES = new Set([...RULE_PACKS.values()].flatMap(({ rules }) => rules.map(({ id }) => id)));

describe('docs/what-others-check.md', () => {
  test('has a line for each thing, numbered through', () => {
    const rows = printCompared()
      .split('\n')
      .flatMap((row) => /^\| (P\d+) \| /.exec(row)?.slice(1) ?? []);
    assert.deepEqual(
      rows,
      LINES.map((_, index) => `P${index + 1}`),
    );
    assert.equal(rows.length, 97);
    assert.equal(new Set(LINES.map(({ what }) => what)).size, LINES.length);
  });

  for (const [index, { what, by, unlike }] of LINES.entries())
    test(`P${index + 1} stands on checks that there are, or on a reason: ${what.slice(0, 60)}`, () => {
      assert.ok(by.length > 0 || (unlike ?? '').length > 20);
      assert.equal(new Set(by).size, by.length);
      for (const id of by) assert.ok(ROWS.has(id) || RULES.has(id), `there is no check ${id}`);
    });
});
