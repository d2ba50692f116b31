import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleOfShape, matchesShape, SHAPE_PATTERN } from '../../src/script/shape.ts';

test('9 is a digit, # a capital letter, the rest itself', () => {
  assert.equal(matchesShape('#9999999', 'A0012345'), true);
  assert.equal(matchesShape('REQ-9999-999', 'REQ-2027-001'), true);
  for (const value of ['a0012345', 'A001234', 'A00123456', 'AA012345', 'A001234٣', 'A001234\n', '', ' A001234']) {
    assert.equal(matchesShape('#9999999', value), false, JSON.stringify(value));
  }
  assert.equal(matchesShape('REQ-9999-999', 'REQ 2027-001'), false);
  assert.equal(matchesShape('9.9', '1x1'), false);
});

test('an example of a shape has the shape', () => {
  assert.equal(exampleOfShape('#9999999'), 'A0000000');
  for (const shape of ['#9999999', 'REQ-9999-999', '99:99 #/#', '9'])
    assert.equal(matchesShape(shape, exampleOfShape(shape)), true, shape);
});

test('a shape is of a closed set of characters', () => {
  for (const shape of ['#9999999', 'REQ-9999-999', '99:99']) assert.match(shape, SHAPE_PATTERN);
  for (const shape of ['', '[A-Z]+', '9{3}', 'abc', '1234', ' 9', '9 ', '9'.repeat(65), '9\n'])
    assert.doesNotMatch(shape, SHAPE_PATTERN);
});
