import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, suggest } from '../../src/script/nearest.ts';

const WORDS = ['ceremony', 'seats', 'quorums', 'tokens', 'acts', 'issue-crl', 'issue-root-certificate'];

test('a mistyped word finds the one that was meant', () => {
  for (const [typed, meant] of [
    ['ceremnoy', 'ceremony'],
    ['Seats', 'seats'],
    ['seat', 'seats'],
    ['toekns', 'tokens'],
    ['token', 'tokens'],
    ['isue-crl', 'issue-crl'],
    ['issue-root-cert', undefined],
    ['issue-rootcertificate', 'issue-root-certificate'],
    ['ats', 'acts'],
    ['xyz', undefined],
    ['', undefined],
    ['a'.repeat(10_000), undefined],
  ] as const) {
    assert.equal(nearest(typed, WORDS), meant, typed);
  }
});

test('of several that are near, the nearest', () => {
  assert.equal(nearest('sign-of', ['sign-in', 'sign-out', 'sign-off']), 'sign-off');
});

test('a suggestion is a question, or all there is', () => {
  assert.equal(suggest('toekns', WORDS), 'did you mean "tokens"?');
  assert.equal(suggest('xyz', ['a-b', 'c']), 'known here: a-b, c');
  assert.equal(suggest('xyz', []), undefined);
});
