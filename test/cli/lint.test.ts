import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { stepLine, stepText, within, without } from '../plan/edits.ts';
import { edited, SCRIPT } from '../plan/planned.ts';
import { folderWith, quorate } from './quorate.ts';

const WRONG = edited(SCRIPT, [without('environment'), within('root-certificate', 'plus: P10Y', 'plus: P26Y')]);
const WARNED = edited(SCRIPT, [
  [stepText('root-certificate'), ''],
  without('cert-agreed'),
  without('first-crl'),
  without('publish-out'),
]);

const folder = folderWith({
  'right.yaml': SCRIPT,
  'wrong.yaml': WRONG,
  'warned.yaml': WARNED,
  'empty.yaml': '',
  'binary.yaml': Uint8Array.from({ length: 4096 }, (_, index) => (index * 151) % 256),
  'truncated.yaml': SCRIPT.slice(0, SCRIPT.indexOf('acts:') + 60),
  'deep.yaml': `quorate: 1\nacts: ${'['.repeat(100_000)}`,
  'site.yaml': 'quorate-site: 1\n',
  'huge.yaml': '',
});
truncateSync(join(folder.at, 'huge.yaml'), 100 * 2 ** 20);
mkdirSync(join(folder.at, 'folder'));
execFileSync('mkfifo', [join(folder.at, 'pipe')]);
symlinkSync('right.yaml', join(folder.at, 'link.yaml'));
symlinkSync('loop', join(folder.at, 'loop'));
after(folder.remove);

const lint = (...args: readonly string[]) => quorate(folder.at, 'lint', ...args);

describe('lint', { concurrency: 2 }, () => {
  test('says of a script without problems so, with its digest, and exits 0', async () => {
    assert.deepEqual(await lint('right.yaml'), {
      code: 0,
      out: `right.yaml: no problems (SHA-256 ${sha256(SCRIPT)})\n`,
      err: '',
    });
  });

  test('lists all problems with their places, marks them in the line, and exits 2', async () => {
    const { code, out, err } = await lint('wrong.yaml', '--as-of', '2027-03-01T00:00:00Z');
    assert.equal(code, 2);
    assert.equal(err, '');
    const places = out.split('\n').filter((line) => line.startsWith('wrong.yaml:'));
    assert.deepEqual(
      places.map((line) => line.replace(/: .*\[/, ' [')),
      ['wrong.yaml:31:33 [PLAN_ORDER]', 'wrong.yaml:41:15 [PLAN_LINT]'],
    );
    assert.match(out, /^wrong\.yaml:31:33: no "check-environment" comes before this HSM operation \[PLAN_ORDER\]\n/);
    assert.match(out, /\n {2}41 \| {9}step: issue-root-certificate\n {5}\| {15}\^{22}\n/);
    assert.match(out, /\n {2}hint: add a step of type "check-environment" to the opening\n/);
  });

  test('prints a warning and exits 0', async () => {
    const { code, out } = await lint('warned.yaml');
    assert.equal(code, 0);
    assert.match(
      out,
      /^warned\.yaml:38:\d+: warning: the key "root" gets no certificate in this ceremony \[PLAN_NAME\]/,
    );
    assert.doesNotMatch(out, /no problems/);
  });

  test('prints JSON for machines', async () => {
    const { code, out } = await lint('wrong.yaml', '--json', '--as-of', '2027-03-01T00:00:00Z');
    assert.equal(code, 2);
    const { script, problems, changes } = JSON.parse(out) as {
      script: string;
      problems: Record<string, unknown>[];
      changes: unknown;
    };
    assert.equal(script, sha256(WRONG));
    assert.deepEqual(changes, []);
    assert.deepEqual(problems[0], {
      code: 'PLAN_ORDER',
      file: 'wrong.yaml',
      line: 31,
      column: 33,
      endColumn: 46,
      text: 'no "check-environment" comes before this HSM operation',
      hint: 'add a step of type "check-environment" to the opening',
      severity: 'problem',
    });
    assert.deepEqual(
      problems.map((problem) => problem['code']),
      ['PLAN_ORDER', 'PLAN_LINT'],
    );
  });

  test('reads through a link: who names it, means the file', async () => {
    assert.equal((await lint('link.yaml')).out, `link.yaml: no problems (SHA-256 ${sha256(SCRIPT)})\n`);
  });
});

describe('lint of what is no script', { concurrency: 2 }, () => {
  const listed: readonly (readonly [file: string, printed: RegExp])[] = [
    ['empty.yaml', /^empty\.yaml:1:1: the file is empty \[YAML_EMPTY\]\n {2}hint: is it the right file\?\n$/],
    ['binary.yaml', /^binary\.yaml:\d+:\d+: the byte 0x[89a-f][0-9a-f] is not UTF-8 \[YAML_ENCODING\]\n/],
    ['truncated.yaml', /\[YAML_SYNTAX\]|\[KEY_MISSING\]/],
    ['deep.yaml', /^deep\.yaml:2:38: nested more than 32 deep \[YAML_DEPTH\]\n/],
    ['site.yaml', /^site\.yaml:1:1: this is a site binding, expected a ceremony script \[KIND_UNKNOWN\]\n/],
  ];
  for (const [file, printed] of listed) {
    test(`${file} is refused with its place`, async () => {
      const { code, out, err } = await lint(file);
      assert.match(out, printed);
      assert.equal(err, '');
      assert.equal(code, 2);
    });
  }

  const refused: readonly (readonly [file: string, message: string])[] = [
    ['huge.yaml', 'FILE_TOO_LARGE: the ceremony script "huge.yaml" has 104857600 bytes; at most 4194304 are read'],
    ['folder', 'FILE_UNREADABLE: the ceremony script "folder" is not a regular file'],
    ['pipe', 'FILE_UNREADABLE: the ceremony script "pipe" is not a regular file'],
    ['/dev/zero', 'FILE_UNREADABLE: the ceremony script "/dev/zero" is not a regular file'],
    ['missing.yaml', 'FILE_MISSING: the ceremony script "missing.yaml" does not exist'],
    ['right.yaml/inside', 'FILE_MISSING: the ceremony script "right.yaml/inside" does not exist'],
    ['loop', 'FILE_UNREADABLE: the ceremony script "loop" cannot be read: ELOOP'],
  ];
  for (const [file, message] of refused) {
    test(`${file} is refused`, async () => {
      assert.deepEqual(await lint(file), { code: 2, out: '', err: `quorate: ${message}\n` });
    });
  }

  test('an unknown option, a missing script and a second one are usage errors', async () => {
    for (const args of [[], ['right.yaml', 'wrong.yaml'], ['right.yaml', '--force']]) {
      const { code, out, err } = await lint(...args);
      assert.equal(code, 64, args.join(' '));
      assert.equal(out, '');
      assert.match(err, /^error: /);
    }
  });

  test('a time that is none is refused', async () => {
    const { code, err } = await lint('right.yaml', '--as-of', 'tomorrow');
    assert.equal(code, 2);
    assert.equal(err, 'quorate: DATE_INVALID: "tomorrow" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ\n');
  });

  test('the longest script that is read is answered, with all its conditions tried', async () => {
    const steps = Array.from({ length: 900 }, (_, index) =>
      index < 6
        ? stepLine(`{ id: s${index}, step: confirm, by: administrator, say: "Go on?", with: { answer: yes-or-no } }`)
        : stepLine(
            `{ id: s${index}, step: confirm, by: administrator, say: "Go on.", when: { answer: s${index % 6}, is: no } }`,
          ),
    );
    writeFileSync(join(folder.at, 'long.yaml'), edited(SCRIPT, [[stepText('briefing'), steps.join('')]]));
    const { code, out } = await lint('long.yaml');
    assert.match(out, /^long\.yaml: no problems/);
    assert.equal(code, 0);
  });
});
