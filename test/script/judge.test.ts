import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Json } from '../../src/base/canonical-json.ts';
import { judge } from '../../src/script/judge.ts';
import type { Path } from '../../src/script/positions.ts';
import { readYaml } from '../../src/script/read-yaml.ts';
import { dateExpression } from '../../src/script/schema/dates.ts';

/** Judges what stands under `with`, as a plan does with a step type's schema. */
function judged(schema: z.ZodType, text: string): string[] {
  const { value, positions } = readYaml(Buffer.from(text), 'f.yaml');
  const parameters = (value as { readonly with: Json }).with;
  const path: Path = ['with'];
  return judge(schema, parameters, positions, { path }).problems.map(
    ({ line, column, code, text: message, hint }) =>
      `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

const key = z.strictObject({
  token: z.string(),
  algorithm: z.enum(['ecdsa-p384', 'rsa-4096']),
  bits: z.int().min(2).max(8).multipleOf(2).exactOptional(),
  names: z.array(z.string().min(2)).min(1).exactOptional(),
  either: z.union([z.literal('none'), z.strictObject({ file: z.string() })]).exactOptional(),
  sure: z.boolean().exactOptional(),
});

test("a schema without words of its own is explained in ours, at the value's place in the file", () => {
  assert.deepEqual(judged(key, 'with: { token: a, algorithm: rsa-4096 }'), []);
  assert.deepEqual(judged(key, 'with: { token: 1, algorithm: rsa-2048, bits: 9 }'), [
    '1:16 VALUE_REFUSED "token" is 1, expected text (write "1" if it is meant as text)',
    '1:30 VALUE_REFUSED "algorithm" is "rsa-2048", expected one of "ecdsa-p384", "rsa-4096"',
    '1:46 VALUE_REFUSED "bits" is 9, expected at most 8',
    '1:46 VALUE_REFUSED "bits" is 9, expected a multiple of 2',
  ]);
  assert.deepEqual(judged(key, 'with: { token: a, algorithm: rsa-4096, names: [] }'), [
    '1:47 VALUE_REFUSED "names" is an empty list, expected at least 1 item',
  ]);
  assert.deepEqual(judged(key, 'with: { tokn: a, bits: 1, names: [a, bc, [d]], sure: maybe }'), [
    '1:1 KEY_MISSING "token" is missing in "with" (expected text)',
    '1:1 KEY_MISSING "algorithm" is missing in "with" (expected one of "ecdsa-p384", "rsa-4096")',
    '1:24 VALUE_REFUSED "bits" is 1, expected at least 2',
    '1:24 VALUE_REFUSED "bits" is 1, expected a multiple of 2',
    '1:35 VALUE_REFUSED "names[0]" is "a", expected at least 2 characters',
    '1:42 VALUE_REFUSED "names[2]" is a list, expected text',
    '1:54 VALUE_REFUSED "sure" is "maybe", expected true or false',
    '1:9 KEY_UNKNOWN unknown key "tokn" in "with" (did you mean "token"?)',
  ]);
});

test('of alternatives the one that was meant is explained', () => {
  const either = (value: string) => judged(key, `with: { token: a, algorithm: rsa-4096, either: ${value} }`);
  assert.deepEqual(either('none'), []);
  assert.deepEqual(either('some'), ['1:48 VALUE_REFUSED "either" is "some", expected "none", or a mapping']);
  assert.deepEqual(either('{ fil: x }'), [
    '1:40 KEY_MISSING "file" is missing in "either" (expected text)',
    '1:50 KEY_UNKNOWN unknown key "fil" in "either" (did you mean "file"?)',
  ]);
});

test('date expressions', () => {
  const date = (value: string) =>
    judged(z.strictObject({ 'not-after': dateExpression }), `with: { not-after: ${value} }`);
  assert.deepEqual(date('{ at: proposal, floor: PT1M }'), []);
  assert.deepEqual(date('{ from: not-before, plus: P10Y, minus: PT1S, at-most: root.not-after }'), []);
  assert.deepEqual(date('2037-01-01'), [
    '1:20 VALUE_REFUSED "not-after" is "2037-01-01", expected a date such as { at: proposal, floor: PT1M } or { from: not-before, plus: P10Y, minus: PT1S }',
  ]);
  assert.deepEqual(date('{ from: 5 }'), [
    '1:28 VALUE_REFUSED "from" is 5, expected a name, or two joined by a dot, such as "request.differences" (write "5" if it is meant as text)',
  ]);
  assert.deepEqual(date('{ at: now }'), ['1:26 VALUE_REFUSED "at" is "now", expected "proposal"']);
  assert.deepEqual(date('{ from: not-before, plus: 10 years }'), [
    '1:46 VALUE_REFUSED "plus" is "10 years", expected an ISO 8601 duration in years, months, days, hours, minutes and seconds, such as P10Y, P364D or PT1M',
  ]);
  assert.deepEqual(date('{ from: not-before, pluss: P1Y }'), [
    '1:40 KEY_UNKNOWN unknown key "pluss" in "not-after" (did you mean "plus"?)',
  ]);
  assert.deepEqual(date('{ at: proposal, floor: P1Y }'), [
    '1:43 VALUE_REFUSED "floor" is "P1Y", expected an ISO 8601 duration in days, hours, minutes and seconds, such as PT30M',
  ]);
});

test('what people wrote is escaped and cut in messages', () => {
  const value = { 'k\u202e': 'x'.repeat(500) };
  const { positions } = readYaml(Buffer.from('a: b'), 'f.yaml');
  const problems = judge(z.strictObject({ 'k\u202e': z.int() }), value, positions).problems;
  assert.equal(problems[0]?.text, `"k\\u{202E}" is "${'x'.repeat(100)}…", expected a whole number`);
});
