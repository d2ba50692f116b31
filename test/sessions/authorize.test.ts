import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { type Act, inTurn, layTable, QUORATE, ROOT, Session, type Table } from './table.ts';

const DAY_MS = 86_400_000;
const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const END = /^EXIT \d+/m;
const WHO = /Who signs next\?/;

describe('the authorization of a ceremony', { concurrency: false }, () => {
  let folder: string;
  let table: Table;
  const at = (name: string) => join(table.folder, name);
  const wish = (from = utc(Date.now() - DAY_MS), until = utc(Date.now() + DAY_MS)) => [
    ...['authorize', table.script, '--site', table.site],
    ...['--from', from, '--until', until, '--change', 'CHG-2026-17'],
  ];
  const more = () => ['authorize', table.script, '--site', table.site, '--sign'];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-authorize-'));
    const script = join(folder, 'script.yaml');
    copyFileSync(join(ROOT, 'ceremonies', 'root-generation.yaml'), script);
    table = layTable(script);
  });
  after(() => {
    table?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const name of ['authorization.json', 'authorization']) rmSync(at(name), { recursive: true, force: true });
  });

  /** People sit at a terminal until the program has ended. */
  async function sit(command: readonly string[] | undefined, act?: Act) {
    const session = new Session(table, command ? { command } : {});
    try {
      await session.playUntil(END, act);
      return { code: await session.end(), screen: await session.screen(), err: session.stderr(), seen: session.seen };
    } finally {
      session.close();
    }
  }

  function refuses(command: readonly string[], status: number, message: RegExp): void {
    const ended = spawnSync(QUORATE, [...command], { encoding: 'utf8' });
    assert.equal(ended.status, status, ended.stderr);
    assert.match(ended.stderr, message);
    assert.equal(ended.stdout, '');
  }

  const filesHere = () =>
    readdirSync(table.folder).filter((name) => name.startsWith('authorization') || name[0] === '.');

  it('is made, read and signed by two of the policy authority, and a ceremony begins by it', async () => {
    const act = inTurn(
      [WHO, 'policy-authority-1'],
      [/policy-authority-1, PIN of token/, '00000000'],
      [/PIN_INCORRECT: the token [\s\S]*one try is spent/, 'maybe'],
      [/or "stop": m[\s\S]*or "stop":$/, 'again'],
      [/a wrong PIN was entered before/, table.pins.get(tokenOf('policy-authority-1')) ?? ''],
      [WHO, 'policy-authority-2'],
    );
    const { code, screen, err, seen } = await sit(wish(), act);
    assert.equal(code, 0, err);
    assert.equal(act.left(), 0);

    const bytes = readFileSync(at('authorization.json'));
    const authorization = readAuthorization(bytes);
    assert.equal(authorization.change, 'CHG-2026-17');
    assert.deepEqual(filesHere(), ['authorization', 'authorization.json']);
    assert.deepEqual(readdirSync(at('authorization')), ['policy-authority-1.p7s', 'policy-authority-2.p7s']);
    assert.match(screen, /^signatures {5}2 of 2 that are needed, of role policy-authority$/m);
    for (const row of hexGroups(sha256(bytes))) assert.ok(screen.includes(`  ${row}`), screen);
    for (const { number, words } of wordRows(sha256(bytes)))
      assert.ok(screen.includes(`  ${number}  ${words.join('  ')}`), screen);

    // The guard has drawn all of it, page by page, for each of the two; and no PIN.
    const pages = seen.filter((page) => page.startsWith(' GUARD '));
    const rows = pages.join('\n');
    for (const [name, { library }] of authorization.modules)
      assert.ok(rows.includes(`module      ${name}: ${library}`));
    for (const { serial } of authorization.tokens) assert.ok(rows.includes(`            ${serial}  SoftHSM v2`));
    assert.equal(new Set(pages.filter((page) => page.includes('type "approve" or "decline"'))).size, 2);
    for (const pin of table.pins.values()) assert.ok(!rows.includes(pin));

    // The ceremony's core draws its first page: the guard has taken the authorization.
    const session = new Session(table);
    try {
      await session.playUntil(/Example Root CA G1, generation[\s\S]*Press Enter/);
    } finally {
      session.close();
    }
  });

  it('is signed in two sittings, by nobody twice and by nobody else; one signature is too few', async () => {
    const first = await sit(wish(), inTurn([WHO, 'policy-authority-1'], [/1 of 2 that[\s\S]*Who signs next/, 'stop']));
    assert.equal(first.code, 3);
    assert.match(first.screen, /1 of 2 that are needed/);
    assert.match(first.err, /^quorate: QUORUM_NOT_MET: the authorization is signed by 1 of the 2 that are needed\n/);
    assert.match(first.err, /--sign goes on with it\n$/);
    const bytes = readFileSync(at('authorization.json'));

    const run = await sit(undefined);
    assert.equal(run.code, 2);
    assert.match(
      run.err,
      /^quorate: AUTHORIZATION_INVALID: the authorization is signed by 1 of role "policy-authority"; 2 are needed\n/,
    );
    refuses(wish(), 5, /^quorate: OUTPUT_EXISTS: ".*\/authorization\.json" exists already; nothing is overwritten\n/);

    const act = inTurn(
      [WHO, 'policy-authority-1'],
      [/"policy-authority-1" has signed already; one person counts once\./, 'crypto-officer-1'],
      [/"crypto-officer-1" is crypto-officer; an authorization is signed by/, 'mallory'],
      [/"mallory" is not on the roster\./, 'policy-authority-2'],
    );
    const second = await sit(more(), act);
    assert.equal(second.code, 0, second.err);
    assert.equal(act.left(), 0);
    assert.deepEqual(readFileSync(at('authorization.json')), bytes);
    assert.deepEqual(readdirSync(at('authorization')), ['policy-authority-1.p7s', 'policy-authority-2.p7s']);

    // There is nobody left to be asked.
    const third = await sit(more());
    assert.equal(third.code, 0, third.err);
    assert.match(third.screen, /2 of 2 that are needed/);
    assert.doesNotMatch(third.seen.join('\n'), /GUARD/);
  });

  it('is declined, and then nothing is written', async () => {
    const act = inTurn(
      [WHO, 'policy-authority-2'],
      [/policy-authority-2, type "approve" or "decline"/, 'decline'],
      [/reason for declining/, 'the change record is another'],
      [/policy-authority-2: has declined: the change record is another[\s\S]*Who signs/, 'stop'],
    );
    const { code, err } = await sit(wish(), act);
    assert.equal(act.left(), 0);
    assert.equal(code, 3);
    assert.equal(
      err,
      'quorate: OFFICER_DECLINED: "policy-authority-2" declined to sign the authorization: the change record is another\nquorate: nobody has signed, and nothing was written\n',
    );
    assert.deepEqual(filesHere(), []);
  });

  it('is not signed any further when what it names has changed', async () => {
    await sit(wish(), inTurn([WHO, 'policy-authority-1'], [/1 of 2 that[\s\S]*Who signs next/, 'stop']));
    const whole = readFileSync(table.script);
    appendFileSync(table.script, '# one line more\n');
    try {
      const { code, err, seen } = await sit(more());
      assert.equal(code, 2);
      assert.match(err, /^quorate: AUTHORIZATION_SCRIPT: the script is [0-9a-f]{64}, but the authorization names /);
      assert.doesNotMatch(seen.join('\n'), /GUARD/);
    } finally {
      writeFileSync(table.script, whole);
    }
    assert.deepEqual(readdirSync(at('authorization')), ['policy-authority-1.p7s']);
  });

  it('is refused before anybody is asked', () => {
    const now = Date.now();
    const site = readFileSync(table.site, 'utf8');
    refuses(
      wish(utc(now - 2 * DAY_MS), utc(now - DAY_MS)),
      2,
      /^quorate: AUTHORIZATION_WINDOW: the window .* is over: it is /,
    );
    refuses(wish(utc(now), utc(now + 93 * DAY_MS)), 2, /AUTHORIZATION_WINDOW: the window .* is longer than 92 days\n/);
    refuses(['authorize', table.script, '--site', table.site], 64, /USAGE: a new authorization wants --from, --until/);
    try {
      mkdirSync(at('authorization'));
      writeFileSync(join(at('authorization'), 'policy-authority-1.p7s'), 'of another');
      refuses(wish(), 5, /OUTPUT_EXISTS: ".*policy-authority-1\.p7s" belongs to another authorization\n/);
      rmSync(at('authorization'), { recursive: true });
      refuses(more(), 2, /FILE_MISSING: the authorization ".*authorization\.json" is missing\n/);
      const production = site
        .replace('"mode": "rehearsal"', '"mode": "production"')
        .replace(/"marking": \{[^}]*\}/, '"marking": "none"');
      writeFileSync(table.site, production.replace(/"sha256": "\w{4}/, '"sha256": "0000'));
      refuses(
        wish(),
        2,
        /the module "[^"]+" has SHA-256 [0-9a-f]{64} on this computer \[PLAN_AUTHORIZATION\][\s\S]*the HSM "root-hsm" is of model "SoftHSM v2", whose keys are files/,
      );
      const changed = table.script.replace('script.yaml', 'wrong.yaml');
      writeFileSync(changed, readFileSync(table.script, 'utf8').replace('expect: blank', 'expect: [root-key]'));
      refuses(['authorize', changed, ...wish().slice(2)], 2, /wrong\.yaml:\d+:\d+: not supported yet: expect root-key/);
    } finally {
      writeFileSync(table.site, site);
    }
    assert.ok(!existsSync(at('authorization.json')));
  });

  function tokenOf(seat: string): string {
    const sheet = readFileSync(at('practice-pins.txt'), 'utf8');
    return new RegExp(`^${seat} .* ([0-9a-f]{16}) `, 'm').exec(sheet)?.[1] ?? '';
  }
});
