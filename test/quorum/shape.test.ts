import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json } from '../../src/base/canonical-json.ts';
import { Shape } from '../../src/quorum/shape.ts';
import { assertRefuses } from '../der/refusal.ts';

const shapeOf = (value: Json | undefined) => new Shape(value, 'ROSTER_INVALID', 'the document');
const DIGEST = 'ab'.repeat(32);

describe('what is not an object', () => {
  for (const value of [null, undefined, true, 7, 'text', [], [{}]] as const) {
    test(JSON.stringify(value) ?? 'nothing', () => {
      assertRefuses(() => shapeOf(value), 'ROSTER_INVALID', 'the document is not an object');
    });
  }
});

describe('each reader takes its own kind and refuses every other', () => {
  const kinds: readonly (readonly [kind: string, read: (shape: Shape) => unknown, taken: readonly Json[], message: RegExp])[] = [
    ['text', (shape) => shape.text('a'), ['', 'x'], /^the document "a" is not a string$/],
    ['text of a form', (shape) => shape.text('a', /^[a-z]+$/), ['abc'], /^the document "a" is (not a string|".*", expected \/\^\[a-z\]\+\$\/)$/],
    ['one of', (shape) => shape.literal('a', 'yes', 'no'), ['yes', 'no'], /^the document "a" is (not a string|"maybe", expected yes or no|"", expected yes or no|"x", expected yes or no)$/],
    ['digest', (shape) => shape.digest('a'), [DIGEST], /^the document "a" is not a SHA-256 digest of 64 lower-case hexadecimal digits$/],
    ['integer', (shape) => shape.integer('a', 1, 5), [1, 5], /^the document "a" is .*, expected an integer from 1 to 5$/],
    ['flag', (shape) => shape.flag('a'), [true, false], /^the document "a" is not true or false$/],
    ['time', (shape) => shape.utc('a'), ['2028-02-29T23:59:59Z'], /^the document "a" is (not a string|".*", expected a time in UTC such as 2027-03-01T09:00:00Z)$/],
    ['base64', (shape) => shape.base64('a'), ['', 'AA==', 'AAAA'], /^the document "a" is not (a string|base64)$/],
    ['object', (shape) => shape.object('a'), [{}], /^the document: a is not an object$/],
    ['list', (shape) => shape.list('a', (item) => item), [[], [1]], /^the document "a" is not a list$/],
    ['map', (shape) => shape.map('a', (item) => item), [{}, { b: 1 }], /^the document: a is not an object$/],
  ];
  const wrong: readonly Json[] = [
    null,
    true,
    0,
    6,
    1.5,
    'maybe',
    'A',
    DIGEST.toUpperCase(),
    DIGEST.slice(1),
    '2027-02-29T00:00:00Z',
    '2027-03-01T24:00:00Z',
    '2027-03-01T09:00:00+00:00',
    '2027-03-01',
    'AA=',
    'AB==',
    'A A=',
    'AAAA\n',
    { b: [] },
    ['x'],
  ];
  for (const [kind, read, taken, message] of kinds) {
    test(kind, () => {
      for (const value of taken) read(shapeOf({ a: value }));
      const isOfItsKind = (value: Json) => {
        if (kind === 'text') return typeof value === 'string';
        if (kind === 'text of a form') return value === 'maybe';
        if (kind === 'flag') return typeof value === 'boolean';
        if (kind === 'list') return Array.isArray(value);
        if (kind === 'object' || kind === 'map') return typeof value === 'object' && value !== null && !Array.isArray(value);
        return false;
      };
      const refused = wrong.filter((value) => !isOfItsKind(value));
      assert.ok(refused.length > 10);
      for (const value of refused) {
        if (kind === 'one of' && typeof value === 'string') {
          assertRefuses(() => read(shapeOf({ a: value })), 'ROSTER_INVALID', `the document "a" is "${value}", expected yes or no`);
        } else assertRefuses(() => read(shapeOf({ a: value })), 'ROSTER_INVALID', message);
      }
      assertRefuses(() => read(shapeOf({ b: 1 })), 'ROSTER_INVALID', 'the document lacks "a"');
    });
  }
});

test('base64 has one spelling of each value', () => {
  assert.deepEqual(shapeOf({ a: 'AQI=' }).base64('a'), Buffer.from([1, 2]));
  for (const other of ['AQI', 'AQJ=', 'AQI=\n', 'AQ_-']) {
    assertRefuses(() => shapeOf({ a: other }).base64('a'), 'ROSTER_INVALID', 'the document "a" is not base64');
  }
});

test('places are named down to the item', () => {
  assertRefuses(
    () =>
      shapeOf({ people: [{ tokens: { a: 1 } }] }).list('people', (item, where) =>
        new Shape(item, 'ROSTER_INVALID', where).map('tokens', (inner, _name, place) =>
          new Shape(inner, 'ROSTER_INVALID', place),
        ),
      ),
    'ROSTER_INVALID',
    'the document: people[0]: tokens.a is not an object',
  );
});

test('what nobody asked for is refused', () => {
  const shape = shapeOf({ a: 1, b: 2, c: 3 });
  shape.integer('a', 1, 1);
  shape.any('c');
  assertRefuses(() => shape.end(), 'ROSTER_INVALID', 'the document has an unknown member "b"');
  shape.any('b');
  shape.end();
});

test('names that every object has are not there unless the document has them', () => {
  assertRefuses(() => shapeOf({}).any('constructor'), 'ROSTER_INVALID', 'the document lacks "constructor"');
  assert.equal(shapeOf({}).has('toString'), false);
  const shape = shapeOf(JSON.parse('{"__proto__":{"a":1}}') as Json);
  assertRefuses(() => shape.end(), 'ROSTER_INVALID', 'the document has an unknown member "__proto__"');
  const map = shapeOf(JSON.parse('{"m":{"__proto__":1}}') as Json).map('m', (item) => item);
  assert.deepEqual([...map], [['__proto__', 1]]);
});

test('the code is the one that was asked for', () => {
  assertRefuses(() => new Shape(1, 'TRANSCRIPT_BROKEN', 'line 3'), 'TRANSCRIPT_BROKEN', 'line 3 is not an object');
});
