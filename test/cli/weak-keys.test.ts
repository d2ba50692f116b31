import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { readSiteWeakKeys } from '../../src/cli/weak-keys.ts';
import { readSite } from '../../src/script/read-script.ts';
import { documentsOf, SCRIPT, SITE } from '../plan/planned.ts';
import { folderWith, quorate } from './quorate.ts';

const LIST = '# weak keys\n00000123456789abcdef\n3c430072d96e4a1e1809\n';
const MALFORMED = `${LIST}3C430072D96E4A1E1809\n`;
const site = (file: string, digest: string, entries = 2) =>
  SITE.replace('roster: roster.json\n', 'roster: roster.json\nauthorization: authorization.json\n').concat(
    `weak-keys: { file: ${file}, sha256: ${digest}, entries: ${entries} }\n`,
  );
const GOOD = site('weak.txt', sha256(LIST));
const OTHER = site('weak.txt', 'ab'.repeat(32));
const documents = documentsOf(sha256(SCRIPT), GOOD);
const folder = folderWith({
  'roster.json': documents.roster,
  'authorization.json': documents.authorization,
  'script.yaml': SCRIPT,
  'site.yaml': GOOD,
  'other.yaml': OTHER,
  'weak.txt': LIST,
  'malformed.txt': MALFORMED,
  'empty.txt': '',
  'cut.txt': LIST.slice(0, -3),
  'long.txt': Buffer.alloc(16 * 2 ** 20 + 1, '#'),
});
after(folder.remove);

describe('the list of weak keys of a site', () => {
  const read = (text: string) =>
    readSiteWeakKeys(readSite(Buffer.from(text), 'site.yaml'), (path) => join(folder.at, path));
  const refused = (text: string) => {
    const { weakKeys, problems } = read(text);
    assert.equal(weakKeys, undefined);
    return problems.map(({ code, text: said, line }) => `${code} ${said} (${text.split('\n')[line - 1]?.slice(0, 9)})`);
  };
  const digestOf = (file: string) => sha256(readFileSync(join(folder.at, file)));

  test('is read, and held to its digest and length', () => {
    const { weakKeys, problems } = read(GOOD);
    assert.deepEqual([problems, weakKeys?.sha256, weakKeys?.entries], [[], sha256(LIST), 2]);
    assert.deepEqual(readSiteWeakKeys(undefined, String), { weakKeys: undefined, problems: [] });
    assert.deepEqual(read(SITE), { weakKeys: undefined, problems: [] });
  });

  const cases: readonly (readonly [name: string, text: string, problem: string])[] = [
    ['another', OTHER, `"weak.txt" has SHA-256 ${sha256(LIST)}`],
    ['one of another length', site('weak.txt', sha256(LIST), 3), '"weak.txt" has 2 keys, and the site says 3'],
    [
      'one with a line that is no key',
      site('malformed.txt', sha256(MALFORMED), 3),
      'the list of weak keys "malformed.txt" has in line 4 neither 20 lower-case hexadecimal digits nor a comment after "#"',
    ],
    ['an empty one', site('empty.txt', digestOf('empty.txt')), 'the list of weak keys "empty.txt" is empty'],
    [
      'one that is cut short',
      site('cut.txt', digestOf('cut.txt')),
      'the list of weak keys "cut.txt" is cut short: its last line, 3, does not end in a line feed',
    ],
    [
      'one that is not there',
      site('gone.txt', sha256(LIST)),
      `the list of weak keys "${join(folder.at, 'gone.txt')}" does not exist`,
    ],
    [
      'one that is too long',
      site('long.txt', sha256(LIST)),
      `the list of weak keys "${join(folder.at, 'long.txt')}" has 16777217 bytes; at most 16777216 are read`,
    ],
  ];
  for (const [name, text, problem] of cases)
    test(`is refused: ${name}`, () => assert.deepEqual(refused(text), [`PLAN_FILE ${problem} (weak-keys)`]));
});

describe('plan', () => {
  test('has its digest and length, and refuses a site whose list is another', async () => {
    const { code, out, err } = await quorate(folder.at, 'plan', 'script.yaml', '--site', 'site.yaml', '--json');
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(JSON.parse(out).weakKeys, { sha256: sha256(LIST), entries: 2 });
    const refused = await quorate(folder.at, 'plan', 'script.yaml', '--site', 'other.yaml');
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      new RegExp(`^other\\.yaml:\\d+:\\d+: "weak\\.txt" has SHA-256 ${sha256(LIST)} \\[PLAN_FILE\\]$`, 'm'),
    );
  });
});
