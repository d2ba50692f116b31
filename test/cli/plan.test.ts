import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import { type Plan, planDigest } from '../../src/plan/plan.ts';
import { documentsOf, edited, SCRIPT, SITE } from '../plan/planned.ts';
import { folderWith, quorate } from './quorate.ts';

const documents = documentsOf(sha256(SCRIPT), SITE);
const beside = { 'roster.json': documents.roster, 'authorization.json': documents.authorization };
// The forged site names its roster alone; the authorization beside it sets the window.
const BINDING = SITE.replace('roster: roster.json\n', 'roster: roster.json\nauthorization: authorization.json\n');
const whole = documentsOf(sha256(SCRIPT), BINDING);
const folder = folderWith({
  ...beside,
  'authorization.json': whole.authorization,
  'script.yaml': SCRIPT,
  'site.yaml': BINDING,
  'wrong-site.yaml': edited(BINDING, [['[ivo]', '[mallory]']]),
  'wrong-script.yaml': edited(SCRIPT, [['expect: blank', 'expect: [root-key]']]),
});
after(folder.remove);

const plan = (...args: readonly string[]) => quorate(folder.at, 'plan', ...args);

describe('plan', { concurrency: 2 }, () => {
  test('prints what will be done, by whom, and the digests to compare', async () => {
    const { code, out, err } = await plan('script.yaml', '--site', 'site.yaml');
    assert.equal(err, '');
    assert.equal(code, 0);
    const lines = out.split('\n');
    assert.equal(lines[0], 'Example Root CA G1, generation');
    assert.equal(lines[1], 'Example CPS 1.2, sections 6.1.1 and 6.2; Test room; rehearsal');
    assert.ok(lines.includes(`script  ${hexGroups(sha256(SCRIPT))[0]}`));
    assert.ok(lines.includes(`        8  ${wordRows(sha256(SCRIPT)).at(-1)?.words.join('  ')}`));
    assert.ok(lines.includes('crypto-officer: alice, bob, carol, dave, erin'));
    assert.ok(lines.includes('sign: 3 people'));
    assert.ok(lines.includes('promised after the close: video, ink-pages, auditor-report'));
    assert.ok(lines.includes('  the HSM stays unlocked for at most 30 minutes and 4 operations'));
    assert.ok(lines.includes('    6.2  roll-call (roll-call)  by bob; checked by gus'));
    assert.ok(
      lines.includes(
        '         Sign the certificate of "REHEARSAL Example Root CA G1" with its own key "root": root.crt.',
      ),
    );
    assert.ok(lines.includes('Putting away (done on abort too)'));
  });

  test('prints the plan itself as JSON: the same value each time', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => plan('script.yaml', '--site', 'site.yaml', '--json')));
    assert.deepEqual(one, two);
    const value = JSON.parse(one?.out ?? '') as Plan;
    assert.equal(value.script, sha256(SCRIPT));
    assert.equal(value.site, sha256(BINDING));
    const text = (await plan('script.yaml', '--site', 'site.yaml')).out;
    assert.ok(text.includes(hexGroups(planDigest(value))[1] ?? 'none'));
  });

  test('lists problems of script and site, each under its own file, and exits 2', async () => {
    const { code, out, err } = await plan('wrong-script.yaml', '--site', 'wrong-site.yaml');
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /^wrong-script\.yaml:19:23: not supported yet: expect root-key \[PLAN_TOKEN\]\n/);
    assert.match(
      err,
      /\nwrong-site\.yaml:18:13: "mallory" is not on the roster \[PLAN_ROSTER\]\n {2}18 \| {3}auditor: \[mallory\]\n/,
    );
  });

  test('without a site it plans with stand-ins', async () => {
    const { code, out } = await plan('script.yaml');
    assert.equal(code, 0);
    assert.match(out, /\nwitness: witness-1\n/);
  });
});

describe('plan with what is wrong beside the site', () => {
  const broken: readonly (readonly [name: string, file: string, content: Uint8Array, code: number, message: string])[] =
    [
      [
        'a roster that is not canonical',
        'roster.json',
        Buffer.concat([documents.roster, Buffer.from('\n')]),
        2,
        'JSON_NOT_CANONICAL: roster.json is JSON, but not in canonical form (RFC 8785)',
      ],
      [
        'a roster that is empty',
        'roster.json',
        Buffer.alloc(0),
        2,
        'JSON_NOT_CANONICAL: roster.json is not UTF-8 JSON',
      ],
      [
        'a roster of another type',
        'roster.json',
        Buffer.from('{"type":"quorate/ledger/1"}'),
        3,
        'ROSTER_INVALID: roster.json "type" is "quorate/ledger/1", expected quorate/roster/1',
      ],
      [
        'an authorization that is half there',
        'authorization.json',
        whole.authorization.subarray(0, 300),
        2,
        'JSON_NOT_CANONICAL: authorization.json is not UTF-8 JSON',
      ],
    ];
  for (const [name, file, content, code, message] of broken) {
    test(name, async () => {
      const path = join(folder.at, file);
      const before = readFileSync(path);
      writeFileSync(path, content);
      try {
        assert.deepEqual(await plan('script.yaml', '--site', 'site.yaml'), {
          code,
          out: '',
          err: `quorate: ${message}\n`,
        });
      } finally {
        rmSync(path);
        writeFileSync(path, before);
      }
    });
  }

  test('a site that is not there', async () => {
    const { code, err } = await plan('script.yaml', '--site', 'nowhere.yaml');
    assert.equal(err, 'quorate: FILE_MISSING: the site binding "nowhere.yaml" does not exist\n');
    assert.equal(code, 2);
  });
});
