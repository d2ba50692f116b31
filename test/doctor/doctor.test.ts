import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { displayWidth } from '../../src/base/display-width.ts';
import { FaultProxy } from '../softhsm/fault-proxy.ts';
import { makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import { prepareToken, startOn } from '../token/token-fixture.ts';
import { type StagedSite, stageSite } from './staged-site.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/quorate', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly rows: readonly string[];
  readonly err: string;
}

/** In a session of its own, so that there is no terminal even where the tests are started at one. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(program, [...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, out, rows: out.split(/\r?\n/).slice(0, -1), err })),
  );
}

const doctor = (...args: readonly string[]) => run(PROGRAM, ['doctor', ...args]);

/** At a terminal of its own, of that size (script(1) makes one). */
const atTerminal = (size: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  run('/usr/bin/script', ['-qec', `stty ${size}; exec '${PROGRAM}' doctor ${args.join(' ')}`, '/dev/null'], env);

const without = (text: string) => text.replaceAll(/\u001b\[[0-9;]*m/g, '');

/** The line that begins so, and what belongs to it, as one text. */
function entry(rows: readonly string[], beginning: string): string {
  const at = rows.findIndex((row) => row.startsWith(beginning));
  assert.ok(at >= 0, `no line begins with "${beginning}":\n${rows.join('\n')}`);
  const end = rows.findIndex((row, index) => index > at && !row.startsWith('   '));
  return rows
    .slice(at, end)
    .map((row) => row.trim())
    .join(' ');
}

describe('quorate doctor', { concurrency: false }, () => {
  let folder: string;
  let site: StagedSite;
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-doctor-'));
    site = await stageSite();
  });
  after(() => {
    rmSync(folder, { recursive: true });
    site.remove();
  });

  test('a staged site at a terminal of 80 by 24: nothing would stop a ceremony', async () => {
    const env = { TERM: 'xterm-256color' };
    const { code, out, rows } = await atTerminal(
      'rows 24 cols 80',
      env,
      '--site',
      site.path,
      '--out',
      join(folder, 'new'),
    );
    const plain = rows.map(without);
    assert.equal(plain.at(-1), '0 things would stop a ceremony', out);
    assert.equal(code, 0);
    for (const row of plain) assert.ok(displayWidth(row) <= 80, row);
    assert.ok(out.includes('\u001b[32mok\u001b[39m'), 'no colour on a terminal');
    assert.match(entry(plain, 'ok                terminal:'), /80 columns, 24 rows, TERM xterm-256color$/);
    assert.match(entry(plain, 'ok                output:'), /doctor-.*\/new can be made and written$/);
    assert.match(entry(plain, 'ok                authorization:'), /signed by policy-authority-1, policy-authority-2/);
    assert.match(
      entry(plain, 'ok                HSM root-hsm:'),
      /a blank "SoftHSM v2" is here.* can be a CA HSM: ECDSA P-256, ECDSA P-384, ECDSA P-521, RSA-3072, RSA-4096, Ed25519/,
    );
    assert.match(
      entry(plain, 'ok                token crypto-officer-1:'),
      /is here can be a quorum token: signs by .*; opens by ECDH/,
    );
    assert.match(entry(plain, 'ok                quorum tokens:'), /: 4 of the 4 of those who come are here$/);
    assert.equal(plain.filter((row) => /^ok {16}medium envelopes:/.test(row)).length, 2);
    assert.ok(site.enrolled.every(({ serial }) => plain.some((row) => row.includes(`serial ${serial}`))));
  });

  test('NO_COLOR is honoured, and a small terminal stops a ceremony', async () => {
    const { code, out, rows } = await atTerminal(
      'rows 20 cols 70',
      { TERM: 'xterm', NO_COLOR: '1' },
      '--site',
      site.path,
    );
    assert.ok(!out.includes('\u001b'));
    assert.equal(code, 1);
    assert.equal(rows.at(-1), '1 thing would stop a ceremony');
    assert.match(
      entry(rows, 'STOPS A CEREMONY  terminal:'),
      /70 columns, 20 rows, TERM xterm do: make the window larger/,
    );
  });

  test('what is missing beside the site is told by name', async () => {
    const lesser = await stageSite();
    try {
      const inputs = join(lesser.folder, 'inputs');
      rmSync(join(inputs, 'people.json'));
      rmSync(join(inputs, 'authorization', 'policy-authority-2.p7s'));
      rmSync(join(inputs, 'roster', 'witness-1.p7s'));
      writeFileSync(
        join(inputs, 'roster', 'crypto-officer-1.p7s'),
        readFileSync(join(inputs, 'roster', 'crypto-officer-2.p7s')),
      );
      rmSync(join(lesser.folder, 'media', 'envelopes.2'), { recursive: true });
      const { code, out, rows, err } = await doctor('--site', lesser.path);
      assert.equal(code, 1);
      assert.ok(!out.includes('\u001b'), 'colour without a terminal');
      assert.equal(rows.at(-1), '6 things would stop a ceremony', out);
      const stopping = rows
        .slice(rows.indexOf('WHAT WOULD STOP A CEREMONY') + 1, -3)
        .join(' ')
        .replaceAll(/ +/g, ' ');
      for (const expected of [
        'terminal: there is none',
        'authorization: the authorization is signed by 1 of role "policy-authority"; 2 are needed [AUTHORIZATION_INVALID]',
        'roster: not signed by crypto-officer-1: ',
        'roster: not signed by witness-1: there is no signature',
        `people: the list of people "${inputs}/people.json" does not exist [FILE_MISSING]`,
        `medium envelopes: ${lesser.folder}/media/envelopes.2 is not there`,
      ])
        assert.ok(stopping.includes(expected), `${expected}\n${stopping}`);
      assert.match(err, /^quorate: looking at \/usr\/.*libsofthsm2\.so\n/);
    } finally {
      lesser.remove();
    }
  });

  test('a site that is not there is a bad line, and not the end', async () => {
    const { code, rows } = await doctor('--site', join(folder, 'nowhere.yaml'));
    assert.equal(code, 1);
    assert.match(entry(rows, 'STOPS A CEREMONY  site:'), /nowhere\.yaml" does not exist \[FILE_MISSING\]/);
    assert.match(rows.at(-1) ?? '', /^\d+ things would stop a ceremony$/);
  });

  describe('modules that are no good', () => {
    let hsm: SoftHsm;
    let proxy: FaultProxy;
    let serial: string;
    before(async () => {
      hsm = makeSoftHsm();
      proxy = new FaultProxy(hsm, join(folder, 'proxy'));
      const process = await startOn({ ...hsm, library: proxy.library, environment: proxy.environment });
      serial = (await prepareToken(process, 'ROOT')).serial;
      await process.end();
    });
    after(() => hsm.remove());

    const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

    /** A site with that module, its HSM, and nothing beside it. */
    function siteWith(name: string, module: { library: string; sha256: string; environment?: object }): string {
      const own = join(folder, name);
      mkdirSync(own);
      const path = join(own, 'site.yaml');
      const token = { module: 'hsm', label: 'ROOT', serial, model: 'SoftHSM v2', activation: { means: 'shares' } };
      const content = {
        'quorate-site': 1,
        mode: 'rehearsal',
        marking: { 'common-name-prefix': 'REHEARSAL ', 'label-prefix': 'rehearsal-' },
        place: 'here',
        previous: 'none',
        roster: 'roster.json',
        modules: { hsm: module },
        tokens: { 'root-hsm': token },
        people: { administrator: ['dana'] },
      };
      writeFileSync(path, JSON.stringify(content));
      return path;
    }

    test('it only looks: no login, no PIN, and of objects those that everybody sees', async () => {
      const before = proxy.entered().length;
      const { library, environment } = proxy;
      const path = siteWith('fine', { library, sha256: digest(library), environment });
      const { rows } = await doctor('--site', path);
      assert.match(
        entry(rows, 'ok                HSM root-hsm:'),
        new RegExp(`serial ${serial} is here.*random bytes$`),
      );
      const calls = new Set(proxy.entered().slice(before));
      assert.deepEqual([...calls].sort(), [
        'C_CloseSession',
        'C_Finalize',
        'C_FindObjects',
        'C_FindObjectsFinal',
        'C_FindObjectsInit',
        'C_GenerateRandom',
        'C_GetInfo',
        'C_GetMechanismInfo',
        'C_GetMechanismList',
        'C_GetSessionInfo',
        'C_GetSlotInfo',
        'C_GetSlotList',
        'C_GetTokenInfo',
        'C_Initialize',
        'C_OpenSession',
      ]);
    });

    test('PIN flags are told without a PIN', async () => {
      proxy.say(`token ${serial} flags ${0x20000 + 0x400000}`);
      const { library, environment } = proxy;
      const path = siteWith('flags', { library, sha256: digest(library), environment });
      const { rows } = await doctor('--site', path);
      proxy.heal();
      assert.match(entry(rows, 'ok                token: "ROOT"'), /user PIN: ONE LAST TRY/);
      assert.match(entry(rows, 'warns             HSM root-hsm: ONE LAST TRY'), /enters the right PIN once elsewhere/);
    });

    test('a module that hangs while its tokens are listed is one bad line', async () => {
      proxy.at('C_GetTokenInfo', 'always', { hang: 600 });
      const { library, environment } = proxy;
      const path = siteWith('hangs', { library, sha256: digest(library), environment });
      const { code, rows } = await doctor('--site', path, '--within', '2');
      proxy.heal();
      assert.equal(code, 1);
      const line = entry(rows, 'STOPS A CEREMONY  module hsm:');
      assert.match(
        line,
        /\[TOKEN_PROCESS_TIMEOUT\] do: see whether its device is connected; give it longer with --within/,
      );
      assert.match(entry(rows, 'STOPS A CEREMONY  HSM root-hsm:'), new RegExp(`serial ${serial} is not here`));
    });

    test('a file that is not the one of the site is not loaded', async () => {
      const before = proxy.entered().length;
      const { library, environment } = proxy;
      const path = siteWith('other', { library, sha256: '0'.repeat(64), environment });
      const { rows } = await doctor('--site', path);
      const line = entry(rows, 'STOPS A CEREMONY  module hsm:');
      assert.match(line, /not loaded: it is not the file that the site names, whose SHA-256 is 0{44}/);
      assert.equal(proxy.entered().length, before);
    });

    test('missing, no library, hanging and crashing when loaded: a line each, and all the others are told', async () => {
      const text = join(folder, 'text.so');
      writeFileSync(text, 'this is no library\n');
      const [hang, crash] = ['HANG', 'CRASH'].map((way) => {
        const library = join(folder, `${way}.so`);
        const source = fileURLToPath(new URL('misbehaving-module.c', import.meta.url));
        execFileSync('cc', ['-shared', '-fPIC', '-Wall', '-Werror', `-D${way}`, '-o', library, source]);
        return library;
      }) as [string, string];
      const missing = join(folder, 'missing.so');
      const { code, rows } = await doctor('--within', '2', '--module', missing, text, '--module', hang, crash);
      assert.equal(code, 1);
      const line = (path: string) => entry(rows, `STOPS A CEREMONY  module: ${path}`);
      assert.match(line(missing), /there is no such file \[FILE_MISSING\] do: name the PKCS#11 library/);
      assert.match(line(text), /cannot be loaded: .*(?:invalid ELF header|file too short) \[PKCS11_ERROR\]/);
      assert.match(line(hang), /\[TOKEN_PROCESS_TIMEOUT\]/);
      assert.match(line(crash), /\[TOKEN_PROCESS_DIED\]/);
      entry(rows, 'ok                module: /usr/');
      assert.match(rows.at(-1) ?? '', /^\d+ things would stop a ceremony$/);
      for (const row of rows) assert.ok(displayWidth(row) <= 80, row);
    });
  });

  test('as JSON: the judgement, and everything that was seen', async () => {
    const { code, out } = await doctor('--site', site.path, '--json');
    assert.equal(code, 1);
    const told = JSON.parse(out) as {
      mode: string;
      stops: number;
      sections: { title: string; lines: { verdict: string; subject: string; todo?: string }[] }[];
      seen: { modules: { tokens: { facts: { serial: string }; mechanisms: { name: string }[] }[] }[] };
    };
    assert.equal(told.mode, 'rehearsal');
    const stopping = told.sections.flatMap(({ lines }) => lines.filter(({ verdict }) => verdict === 'stops'));
    assert.equal(told.stops, stopping.length);
    assert.deepEqual(stopping[0], {
      verdict: 'stops',
      subject: 'terminal',
      says: 'there is none',
      todo: 'start it on a console; for quorate rehearse none is needed',
    });
    const tokens = told.seen.modules.flatMap((module) => module.tokens);
    assert.ok(
      tokens.some(
        ({ facts, mechanisms }) =>
          facts.serial === site.enrolled[0]?.serial && mechanisms.some(({ name }) => name === 'CKM_ECDSA'),
      ),
    );
  });

  test('a command line that is not understood is refused', async () => {
    const hint = 'quorate: quorate doctor [--site SITE] [--module PATH ...] [--out DIR] [--within SECONDS] [--json]\n';
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['site.yaml'], /^quorate: USAGE: doctor takes no "site\.yaml"\n/],
      [['--within', '0'], /^quorate: USAGE: --within is "0", expected a number of seconds from 1 to 9999\n/],
      [['--pin', '1234'], /^quorate: USAGE: Unknown option '--pin'/],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await doctor(...args);
      assert.equal(code, 64);
      assert.equal(out, '');
      assert.match(err, message);
      assert.ok(err.endsWith(hint), err);
    }
  });
});
