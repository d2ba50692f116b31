import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindDates, type DateExpression } from '../../src/base/date-expressions.ts';
import { formatUtc, parseUtc } from '../../src/base/dates.ts';

const PROPOSAL = parseUtc('2028-02-29T09:14:57Z') + 999;

function bind(
  expressions: { readonly [name: string]: DateExpression },
  named: { readonly [name: string]: string } = {},
) {
  const facts = {
    proposal: PROPOSAL,
    named: Object.fromEntries(Object.entries(named).map(([name, at]) => [name, parseUtc(at)])),
  };
  const { dates, problems } = bindDates(expressions, facts);
  return {
    dates: Object.fromEntries(Object.entries(dates).map(([name, ms]) => [name, formatUtc(ms)])),
    exact: dates,
    problems: problems.map(({ name, part, kind, message }) => `${name} ${part} ${kind}: ${message}`),
  };
}

test('a validity of ten years, its last second included, from 29 February', () => {
  const { dates, problems } = bind({
    'not-before': { at: 'proposal', floor: 'PT1M' },
    'not-after': { from: 'not-before', plus: 'P10Y', minus: 'PT1S' },
  });
  assert.deepEqual(dates, { 'not-before': '2028-02-29T09:14:00Z', 'not-after': '2038-02-28T09:13:59Z' });
  assert.deepEqual(problems, []);
});

test('the order of the expressions does not matter', () => {
  const { dates } = bind({ 'next-update': { from: 'this-update', plus: 'P364D' }, 'this-update': { at: 'proposal' } });
  assert.deepEqual(dates, { 'this-update': '2028-02-29T09:14:57Z', 'next-update': '2029-02-27T09:14:57Z' });
});

test('without a floor the moment is cut to the second', () => {
  assert.equal((bind({ at: { at: 'proposal' } }).exact.at ?? 0) % 1000, 0);
});

test('a date ends at most where another one does', () => {
  const expressions: { [name: string]: DateExpression } = {
    'not-before': { at: 'proposal', floor: 'PT1M' },
    'not-after': { from: 'not-before', plus: 'P5Y', minus: 'PT1S', 'at-most': 'root.not-after' },
  };
  assert.equal(
    bind(expressions, { 'root.not-after': '2030-01-01T00:00:00Z' }).dates['not-after'],
    '2030-01-01T00:00:00Z',
  );
  assert.equal(
    bind(expressions, { 'root.not-after': '2040-01-01T00:00:00Z' }).dates['not-after'],
    '2033-02-28T09:13:59Z',
  );
});

test('an expression may start from a date that exists', () => {
  const { dates } = bind(
    { start: { from: 'root.not-before', minus: 'P1D' } },
    { 'root.not-before': '2028-03-01T00:00:00Z' },
  );
  assert.deepEqual(dates, { start: '2028-02-29T00:00:00Z' });
});

test('unknown dates are all listed, and what rests on them is left out without a problem of its own', () => {
  const { dates, problems } = bind(
    {
      a: { from: 'b', 'at-most': 'root.not-aftr' },
      b: { from: 'constructor' },
      c: { from: 'b' },
      d: { at: 'proposal' },
    },
    { 'root.not-after': '2030-01-01T00:00:00Z' },
  );
  assert.deepEqual(Object.keys(dates), ['d']);
  assert.deepEqual(problems, [
    'b from unknown: "from" names the unknown date "constructor", expected one of "a", "c", "d", "root.not-after"',
    'a at-most unknown: "at-most" names the unknown date "root.not-aftr", expected one of "b", "c", "d", "root.not-after"',
  ]);
});

test('a date that rests on itself is told once, with the circle', () => {
  const { dates, problems } = bind({
    a: { from: 'b' },
    b: { from: 'c', plus: 'P1D' },
    c: { from: 'd', 'at-most': 'a' },
    d: { at: 'proposal' },
  });
  assert.deepEqual(dates, { d: '2028-02-29T09:14:57Z' });
  assert.deepEqual(problems, ['c at-most cycle: the date rests on itself: "a" → "b" → "c" → "a"']);
  assert.deepEqual(bind({ a: { from: 'a' } }).problems, ['a from cycle: the date rests on itself: "a" → "a"']);
});

test('parts that cannot be computed are named', () => {
  assert.deepEqual(
    bind(
      { a: { at: 'proposal', floor: 'PT7M' }, b: { from: 'x', plus: 'P1W' }, c: { from: 'x', minus: 'P9999Y' } },
      { x: '2028-01-01T00:00:00Z' },
    ).problems,
    [
      'a floor invalid: "PT7M" does not divide a day, expected a step such as PT1M, PT1H or P1D',
      'b plus invalid: "P1W" is not a duration such as P10Y, P364D or PT1M',
      'c minus invalid: 2028-01-01T00:00:00Z minus P9999Y is outside the years 0000 to 9999',
    ],
  );
});

test('a long chain of dates is followed', () => {
  const expressions = Object.fromEntries(
    Array.from({ length: 500 }, (_, index): [string, DateExpression] => [
      `d${index}`,
      index === 499 ? { at: 'proposal' } : { from: `d${index + 1}`, plus: 'P1D' },
    ]),
  );
  assert.equal(bind(expressions).dates.d0, '2029-07-12T09:14:57Z');
});
