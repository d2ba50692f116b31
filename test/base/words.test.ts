import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { digestWords, isLastRow, lastRowOf, splitWords, wordRows, wordsToDigest } from '../../src/base/words.ts';

const DIGEST = sha256('quorate');

function messages(words: readonly string[]): string[] {
  const { digest, problems } = wordsToDigest(words);
  assert.equal(digest, null);
  return problems.map(({ message }) => message);
}

test('the lists hold 512 distinct words, whatever the case of letters', () => {
  const words = new Set<string>();
  for (let byte = 0; byte < 256; byte++) {
    const hex = byte.toString(16).padStart(2, '0');
    for (const word of digestWords(hex + hex)) words.add(word.toLowerCase());
  }
  assert.equal(words.size, 512);
});

test('known values of the PGP word list', () => {
  const known: [string, string, string][] = [
    ['00', 'aardvark', 'adroitness'],
    ['01', 'absurd', 'adviser'],
    ['17', 'banjo', 'bookseller'],
    ['2c', 'Burbank', 'Chicago'],
    ['52', 'Dupont', 'enrollment'],
    ['7f', 'lockup', 'integrate'],
    ['80', 'merit', 'intention'],
    ['a3', 'reform', 'pandemic'],
    ['e5', 'topmost', 'travesty'],
    ['fe', 'woodlark', 'yesteryear'],
    ['ff', 'Zulu', 'Yucatan'],
  ];
  for (const [hex, even, odd] of known) assert.deepEqual(digestWords(hex + hex), [even, odd], hex);
});

test('a published example: E582 94F2 E9A2 2748 6E8B 061B 31CC 528F D7FA 3F19', () => {
  // The fingerprint that PGPfone's manual and the literature read aloud.
  const words = digestWords('e58294f2e9a227486e8b061b31cc528fd7fa3f19').join(' ');
  assert.equal(
    words,
    'topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict bravado ' +
      'chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless',
  );
});

test('words come back as the digest, in any case and with the row numbers people type', () => {
  const rows = wordRows(DIGEST);
  assert.equal(rows.length, 8);
  assert.deepEqual(
    rows.map(({ number, words }) => [number, words.length]),
    [1, 2, 3, 4, 5, 6, 7, 8].map((number) => [number, 4]),
  );
  assert.deepEqual(
    rows.flatMap(({ words }) => words),
    digestWords(DIGEST),
  );
  const typed = rows.map(({ number, words }) => `${number}. ${words.join(' ').toUpperCase()}`).join('\n');
  assert.deepEqual(wordsToDigest(splitWords(typed)), { digest: DIGEST, problems: [] });
  assert.equal(wordRows(DIGEST, 6).at(-1)?.words.length, 2);
});

test('every pair of swapped neighbours is named', () => {
  const words = digestWords(DIGEST);
  for (let at = 0; at + 1 < words.length; at++) {
    const swapped = words.with(at, words[at + 1] as string).with(at + 1, words[at] as string);
    const expected = `word ${at + 1} "${words[at + 1]}" and word ${at + 2} "${words[at]}" are swapped`;
    assert.deepEqual(messages(swapped), [expected]);
  }
});

test('every missing word is named, once', () => {
  const words = digestWords(DIGEST);
  const syllables = (at: number) => (at % 2 === 0 ? 'two' : 'three');
  for (let at = 0; at + 1 < words.length; at++) {
    const place = at === 0 ? 'the first word is missing' : `a word is missing after "${words[at - 1]}"`;
    assert.deepEqual(messages(words.toSpliced(at, 1)), [
      `word ${at + 1} "${words[at + 1]}" has ${syllables(at + 1)} syllables, expected ${syllables(at)}: ${place}`,
      'expected 32 words, found 31',
    ]);
  }
  assert.deepEqual(messages(words.slice(0, 31)), ['expected 32 words, found 31']);
});

test('every word said twice is named', () => {
  const words = digestWords(DIGEST);
  for (let at = 0; at < words.length; at++) {
    const [first, second] = messages(words.toSpliced(at, 0, words[at] as string));
    assert.match(first as string, new RegExp(`^word ${at + 2} "${words[at]}" has .*: it stands twice$`));
    assert.equal(second, 'expected 32 words, found 33');
  }
});

test('unknown words are all reported, with the nearest of the right list', () => {
  const words = digestWords('00'.repeat(32)).with(0, 'ardvark').with(3, 'nonsense').with(5, 'adroitnes');
  assert.deepEqual(messages(words), [
    'word 1 "ardvark" is not on the list; nearest is "aardvark"',
    'word 4 "nonsense" is not on the list',
    'word 6 "adroitnes" is not on the list; nearest is "adroitness"',
  ]);
});

test('nothing typed is a problem, not a digest', () => {
  assert.deepEqual(messages([]), ['expected 32 words, found 0']);
});

test('hex that is not whole bytes is a bug, not a refusal', () => {
  assert.throws(() => digestWords('abc'), { name: 'TypeError', message: /whole number of bytes/ });
  assert.throws(() => digestWords('zz'), { name: 'TypeError' });
});

test('the last row is the four words of the last four bytes, however people write it', () => {
  const last = digestWords(DIGEST).slice(-4);
  assert.equal(lastRowOf(DIGEST), last.join(' '));
  assert.ok(isLastRow(` 8  ${last.join(', ').toUpperCase()} `, DIGEST));
  assert.ok(!isLastRow(last.toReversed().join(' '), DIGEST));
  assert.ok(!isLastRow(last.slice(1).join(' '), DIGEST));
  assert.equal(lastRowOf(''), '');
});
