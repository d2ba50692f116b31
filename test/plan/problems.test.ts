import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PLAN_PROBLEM_CODES } from '../../src/plan/problem-codes.ts';
import { isRefused } from '../../src/script/problem.ts';
import { ANSWER_CASES } from './answer-cases.ts';
import { type Case, within, without } from './edits.ts';
import { HIERARCHY_CASES } from './hierarchy-cases.ts';
import { ORDER_CASES } from './order-cases.ts';
import { planned } from './planned.ts';
import { REQUEST_CASES } from './request-cases.ts';
import { RULES_CASES } from './rules-cases.ts';
import { SITE_CASES } from './site-cases.ts';

/** Name of a case → exactly what is printed for it: place, message, code, source line, caret and hint. */
const PRINTED = new Map(
  readFileSync(join(import.meta.dirname, 'problems.golden.txt'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((block): [string, string] => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)]),
);

test('the script that ships has no problem, alone and on a site', async () => {
  for (const alone of [false, true]) {
    const { all, plan } = await planned({ alone });
    assert.deepEqual(all, []);
    assert.ok(plan);
  }
});

function check(change: Case): void {
  test(change.name, async () => {
    const { all, plan, printed } = await planned(change);
    assert.equal(printed, PRINTED.get(change.name));
    if (change.code !== '')
      assert.ok(
        all.some(({ code }) => code === change.code),
        `no problem ${change.code}`,
      );
    // What lint at the window's ends finds refuses too, in whoever calls both.
    const own = all.filter(
      ({ code, text }) => code !== 'PLAN_LINT' && code !== 'PLAN_HIERARCHY' && !text.startsWith('the waiver'),
    );
    assert.equal(plan === undefined, isRefused(own));
  });
}

describe('order, names, files and proposals', () => {
  for (const change of ORDER_CASES) check(change);
});

describe('site, roster and authorization', () => {
  for (const change of SITE_CASES) check(change);
});

describe('dates, rules and parameters', () => {
  for (const change of RULES_CASES) check(change);
});

describe('certificates below others', () => {
  for (const change of HIERARCHY_CASES) check(change);
});

describe('requests to other CAs', () => {
  for (const change of REQUEST_CASES) check(change);
});

describe('answers to OCSP requests', () => {
  for (const change of ANSWER_CASES) check(change);
});

const ALL = [...ORDER_CASES, ...SITE_CASES, ...RULES_CASES, ...HIERARCHY_CASES, ...REQUEST_CASES, ...ANSWER_CASES];

test('every case has its golden text, and every golden text its case', () => {
  assert.deepEqual(
    [...PRINTED.keys()],
    ALL.map(({ name }) => name),
  );
});

test('every problem code of the plan has a case', () => {
  const codes = new Set(ALL.map(({ code }) => code));
  assert.deepEqual(
    Object.keys(PLAN_PROBLEM_CODES).filter((code) => !codes.has(code)),
    [],
  );
});

test('all mistakes of a script and its site are listed at once, each once, in the order of the files', async () => {
  const { all, plan } = await planned({
    script: [
      ['cabf-tls]', 'cabf-ev]'],
      ['sign: 3 }', 'sign: 4 }'],
      without('environment'),
      within('key-agreed', ', root-key]', ']'),
      within('root-certificate', 'from: not-before', 'from: the-beginning'),
      without('lock'),
    ],
    site: [
      ['[ivo]', '[mallory]'],
      ['[{ at: /media/s1 }, { at: /media/s2 }]', '[{ at: /media/s1 }]'],
    ],
  });
  assert.equal(plan, undefined);
  assert.deepEqual(
    all.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`),
    [
      'script.yaml:8:18 PLAN_RULES',
      'script.yaml:17:60 PLAN_ROSTER',
      'script.yaml:31:33 PLAN_ORDER',
      'script.yaml:31:176 PLAN_MEDIUM',
      'script.yaml:33:5 PLAN_ACTIVATION',
      'script.yaml:37:31 PLAN_APPROVAL',
      'script.yaml:47:30 PLAN_DATE',
      'site.yaml:17:13 PLAN_ROSTER',
    ],
  );
});
