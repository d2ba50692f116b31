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
  const TIME = 'a time in UTC such as 2027-03-01T09:00:00Z';
  const digest = 'is not a SHA-256 digest of 64 lower-case hexadecimal digits';
  const kinds: readonly {
    readonly kind: string;
    readonly read: (shape: Shape) => unknown;
    readonly taken: readonly Json[];
    readonly refused: readonly (readonly [value: Json, message: string])[];
  }[] = [
    {
      kind: 'text',
      read: (shape) => shape.text('a', /^[a-z]*$/),
      taken: ['', 'abc'],
      refused: [
        [null, '"a" is not a string'],
        [7, '"a" is not a string'],
        [['abc'], '"a" is not a string'],
        ['ABC', '"a" is "ABC", expected /^[a-z]*$/'],
        ['a\n', '"a" is "a\\n", expected /^[a-z]*$/'],
      ],
    },
    {
      kind: 'one of several',
      read: (shape) => shape.literal('a', 'yes', 'no'),
      taken: ['yes', 'no'],
      refused: [
        [true, '"a" is not a string'],
        ['Yes', '"a" is "Yes", expected yes or no'],
      ],
    },
    {
      kind: 'digest',
      read: (shape) => shape.digest('a'),
      taken: [DIGEST],
      refused: [
        [null, `"a" ${digest}`],
        [DIGEST.toUpperCase(), `"a" ${digest}`],
        [DIGEST.slice(2), `"a" ${digest}`],
        [`${DIGEST}\n`, `"a" ${digest}`],
      ],
    },
    {
      kind: 'integer',
      read: (shape) => shape.integer('a', 1, 5),
      taken: [1, 5],
      refused: [
        [0, '"a" is 0, expected an integer from 1 to 5'],
        [6, '"a" is 6, expected an integer from 1 to 5'],
        [1.5, '"a" is 1.5, expected an integer from 1 to 5'],
        ['1', '"a" is "1", expected an integer from 1 to 5'],
        [null, '"a" is null, expected an integer from 1 to 5'],
      ],
    },
    {
      kind: 'flag',
      read: (shape) => shape.flag('a'),
      taken: [true, false],
      refused: [
        [0, '"a" is not true or false'],
        ['true', '"a" is not true or false'],
        [null, '"a" is not true or false'],
      ],
    },
    {
      kind: 'time',
      read: (shape) => shape.utc('a'),
      taken: ['2028-02-29T23:59:59Z'],
      refused: [
        [0, '"a" is not a string'],
        ['2027-02-29T00:00:00Z', `"a" is "2027-02-29T00:00:00Z", expected ${TIME}`],
        ['2027-03-01T24:00:00Z', `"a" is "2027-03-01T24:00:00Z", expected ${TIME}`],
        ['2027-03-01T09:00:00+00:00', `"a" is "2027-03-01T09:00:00+00:00", expected ${TIME}`],
        ['2027-03-01', `"a" is "2027-03-01", expected ${TIME}`],
      ],
    },
    {
      kind: 'list',
      read: (shape) => shape.list('a', (item) => item),
      taken: [[], [1]],
      refused: [
        [{}, '"a" is not a list'],
        [null, '"a" is not a list'],
      ],
    },
  ];
  for (const { kind, read, taken, refused } of kinds) {
    test(kind, () => {
      for (const value of taken) assert.deepEqual(read(shapeOf({ a: value })), value);
      for (const [value, message] of refused) {
        assertRefuses(() => read(shapeOf({ a: value })), 'ROSTER_INVALID', `the document ${message}`);
      }
      assertRefuses(() => read(shapeOf({ b: 1 })), 'ROSTER_INVALID', 'the document lacks "a"');
    });
  }

  test('objects and maps', () => {
    for (const value of [null, 1, 'x', []]) {
      assertRefuses(() => shapeOf({ a: value }).object('a'), 'ROSTER_INVALID', 'the document: a is not an object');
      assertRefuses(
        () => shapeOf({ a: value }).map('a', (item) => item),
        'ROSTER_INVALID',
        'the document: a is not an object',
      );
    }
    assert.deepEqual(
      [
        ...shapeOf({ a: { c: 2, b: 1 } })
          .map('a', (item, name) => `${name} ${item}`)
          .values(),
      ],
      ['c 2', 'b 1'],
    );
  });
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
        new Shape(item, 'ROSTER_INVALID', where).map(
          'tokens',
          (inner, _name, place) => new Shape(inner, 'ROSTER_INVALID', place),
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
