import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { documentBytes, makeMembers, peopleDocument } from '../forge/stage.ts';
import { documentsOf, edited, SCRIPT, SITE } from '../plan/planned.ts';
import { folderWith, quorate } from './quorate.ts';

const BINDING = SITE.replace('roster: roster.json\n', 'roster: roster.json\nauthorization: authorization.json\n');
const documents = documentsOf(sha256(SCRIPT), BINDING);
const folder = folderWith({
  'roster.json': documents.roster,
  'authorization.json': documents.authorization,
  'people.json': documentBytes(peopleDocument(makeMembers())),
  'script.yaml': SCRIPT,
  'site.yaml': BINDING,
  'wrong-script.yaml': edited(SCRIPT, [['expect: blank', 'expect: ledger']]),
});
after(folder.remove);

const plan = (...args: readonly string[]) => quorate(folder.at, 'plan', ...args);
const pdftotext = (name: string) =>
  execFileSync('pdftotext', ['-layout', join(folder.at, name), '-'], { encoding: 'utf8' });
const pdfinfo = (name: string) => execFileSync('pdfinfo', [join(folder.at, name)], { encoding: 'utf8' });

describe('plan --pdf', () => {
  test('writes the printed script, says its digest, and writes the same again', async () => {
    const { code, out, err } = await plan('script.yaml', '--site', 'site.yaml', '--pdf', 'one.pdf');
    assert.deepEqual([code, err], [0, '']);
    const bytes = readFileSync(join(folder.at, 'one.pdf'));
    assert.equal(out, `printed script  ${join(folder.at, 'one.pdf')}\nSHA-256         ${sha256(bytes)}\n`);
    const text = pdftotext('one.pdf');
    assert.match(text, new RegExp(`script ${hexGroups(sha256(SCRIPT), 16).join('')} +page 1 of \\d+`));
    assert.match(text, /alice Test \(alice\)/);
    assert.match(pdfinfo('one.pdf'), /Page size: .*A4/);
    await new Promise((later) => setTimeout(later, 1_100));
    assert.equal((await plan('script.yaml', '--site=site.yaml', '--pdf=two.pdf')).code, 0);
    assert.deepEqual(readFileSync(join(folder.at, 'two.pdf')), bytes);
    assert.deepEqual(
      readdirSync(folder.at).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('on Letter, and without a site', async () => {
    assert.equal((await plan('script.yaml', '--pdf', 'alone letter.pdf', '--paper', 'letter')).code, 0);
    assert.match(pdfinfo('alone letter.pdf'), /Page size: .*letter/);
    assert.match(pdftotext('alone letter.pdf'), /no site is bound/);
  });

  test('overwrites nothing: a file, a link that leads nowhere, a folder', async () => {
    writeFileSync(join(folder.at, 'there.pdf'), 'mine');
    symlinkSync('nowhere', join(folder.at, 'link.pdf'));
    mkdirSync(join(folder.at, 'folder.pdf'));
    for (const name of ['there.pdf', 'link.pdf', 'folder.pdf']) {
      const { code, out, err } = await plan('script.yaml', '--site', 'site.yaml', '--pdf', name);
      assert.equal(
        err,
        `quorate: OUTPUT_EXISTS: "${join(folder.at, name)}" exists already; nothing is overwritten\n` +
          'quorate: choose another name, or put that file elsewhere first\n',
      );
      assert.deepEqual([code, out], [5, '']);
    }
    assert.equal(readFileSync(join(folder.at, 'there.pdf'), 'utf8'), 'mine');
    assert.ok(!readdirSync(folder.at).includes('nowhere'));
  });

  test('a folder that is not there is said, and nothing is left behind', async () => {
    const { code, err } = await plan('script.yaml', '--site', 'site.yaml', '--pdf', 'no/where.pdf');
    assert.equal(err, `quorate: OUTPUT_UNWRITABLE: "${join(folder.at, 'no/where.pdf')}" cannot be written: ENOENT\n`);
    assert.equal(code, 5);
  });

  test('a script that is refused gets no paper', async () => {
    const { code, out, err } = await plan('wrong-script.yaml', '--site', 'site.yaml', '--pdf', 'wrong.pdf');
    assert.match(
      err,
      /^wrong-script\.yaml:32:98: "root-hsm" is not blank any more: it is prepared once \[PLAN_ORDER\]\n/,
    );
    assert.deepEqual([code, out], [2, '']);
    assert.ok(!readdirSync(folder.at).includes('wrong.pdf'));
  });

  for (const [what, args, message] of [
    ['no script', ['--pdf', 'x.pdf'], 'plan --pdf wants one script and a new file'],
    ['two scripts', ['a', 'b', '--pdf', 'x.pdf'], 'plan --pdf wants one script and a new file'],
    [
      'JSON as well',
      ['script.yaml', '--json', '--pdf', 'x.pdf'],
      '"--json" goes to standard output, "--pdf" into a file: one of them',
    ],
    [
      'another paper',
      ['script.yaml', '--pdf', 'x.pdf', '--paper', 'a5'],
      'there is no paper "a5", expected a4 or letter',
    ],
    [
      'paper without a file',
      ['script.yaml', '--paper', 'a4'],
      '"--paper" says on what "--pdf" is printed: it wants that option beside it',
    ],
  ] as const) {
    test(`refuses ${what}`, async () => {
      const { code, out, err } = await plan(...args);
      assert.equal(err.split('\n')[0], `quorate: USAGE: ${message}`);
      assert.deepEqual([code, out], [64, '']);
      assert.ok(!readdirSync(folder.at).includes('x.pdf'));
    });
  }

  test('the help has both options', async () => {
    for (const args of [['--help'], ['script.yaml', '--pdf', 'x.pdf', '-h']]) {
      const { code, out } = await plan(...args);
      assert.equal(code, 0);
      assert.match(out, /--pdf <file> +write the printed script/);
      assert.match(out, /--paper <size> +a4 or letter/);
    }
  });
});
