import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definition, type Schema, validate } from './json-schema.ts';

/** Each keyword with a value that it lets pass and one that it refuses. */
const CASES: readonly (readonly [schema: Schema, good: unknown, bad: unknown, message: string])[] = [
  [{ type: 'object' }, {}, [], '/: not of type object'],
  [{ type: 'array' }, [], {}, '/: not of type array'],
  [{ type: 'string' }, '', 1, '/: not of type string'],
  [{ type: 'boolean' }, false, null, '/: not of type boolean'],
  [{ type: 'integer' }, 3, 3.5, '/: not of type integer'],
  [{ type: 'null' }, null, {}, '/: not of type null'],
  [{ type: ['string', 'integer'] }, 3, true, '/: not of type string or integer'],
  [{ const: 'a' }, 'a', 'b', '/: expected "a"'],
  [{ enum: ['a', 1] }, 1, '1', '/: expected one of ["a",1]'],
  [{ pattern: '^a+$' }, 'aa', 'ab', '/: does not match ^a+$'],
  [{ minimum: 2 }, 2, 1, '/: less than 2'],
  [{ maximum: 2 }, 2, 3, '/: more than 2'],
  [{ minItems: 1 }, [1], [], '/: fewer than 1 items'],
  [{ maxItems: 1 }, [1], [1, 2], '/: more than 1 items'],
  [{ items: { type: 'string' } }, ['a'], ['a', 1], '/1: not of type string'],
  [{ required: ['a'] }, { a: 1 }, { b: 1 }, '/: lacks "a"'],
  [{ properties: { a: { type: 'string' } } }, { a: '', b: 1 }, { a: 1 }, '/a: not of type string'],
  [{ propertyNames: { pattern: '^a' } }, { ab: 1 }, { b: 1 }, '/b: does not match ^a'],
  [{ properties: { a: true }, additionalProperties: false }, { a: 1 }, { a: 1, b: 1 }, '/b: nothing is allowed here'],
  [{ additionalProperties: { type: 'integer' } }, { a: 1 }, { a: '1' }, '/a: not of type integer'],
  [{ anyOf: [{ const: 1 }, { type: 'integer' }] }, 1, 'a', '/: fits none of the alternatives'],
  [{ oneOf: [{ const: 1 }, { type: 'integer' }] }, 2, 1, '/: fits 2 of the alternatives, expected exactly one'],
  [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, 'a', 1, '/: not of type string'],
  [{ title: 't', description: 'd', $schema: 's', type: 'string' }, 'a', 1, '/: not of type string'],
];

for (const [schema, good, bad, message] of CASES) {
  test(`${JSON.stringify(schema)} lets ${JSON.stringify(good)} pass and refuses ${JSON.stringify(bad)}`, () => {
    assert.deepEqual(validate(schema, good), []);
    assert.deepEqual(validate(schema, bad), [message]);
  });
}

test('a schema that asks for what is not checked is an error', () => {
  assert.throws(() => validate({ format: 'date' }, ''), /uses "format", which this validator does not know/);
  assert.throws(() => validate({ type: 'number' }, 1), /the type "number"/);
  assert.throws(() => validate({ $ref: 'other.json' }, 1), /outside its own definitions/);
  assert.throws(() => definition({ $defs: {} }, 'a'), /no definition "a"/);
});
