import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../../src/base/display-width.ts';

test('columns on a terminal', () => {
  assert.equal(displayWidth(''), 0);
  assert.equal(displayWidth('abc'), 3);
  assert.equal(displayWidth('Zoë'), 3);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('東京'), 4);
  assert.equal(displayWidth('한'), 2);
  assert.equal(displayWidth('ＡＢ'), 4);
  assert.equal(displayWidth('😀'), 2);
  assert.equal(displayWidth('…→'), 2);
});
