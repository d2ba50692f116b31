import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestWords } from '../../src/base/words.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { ALL_ACCEPT, judgeChain } from '../issue/chain-judges.ts';
import { rotatingScript } from './rotating.ts';
import { verified } from './verified.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const SCRIPT = join(PROGRAM_ROOT, 'ceremonies', 'root-generation.yaml');

function quorate(...args: string[]) {
  return spawnSync(QUORATE, args, { encoding: 'utf8' });
}

describe('a rehearsal of root generation', { concurrency: false }, () => {
  let folder = '';
  let pack = '';
  let roster = '';
  let summary: Record<string, unknown> = {};

  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-rehearse-test-'));
    mkdirSync(join(folder, 'temporary'));
    const configured = join(folder, 'home', '.config', 'softhsm2');
    mkdirSync(configured, { recursive: true });
    mkdirSync(join(folder, 'home', 'tokens'));
    writeFileSync(join(configured, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'home', 'tokens')}\n`);
    pack = join(folder, 'new', 'pack');
    const { status, stdout, stderr } = spawnSync(QUORATE, ['rehearse', SCRIPT, '--out', pack, '--json'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        TMPDIR: join(folder, 'temporary'),
        HOME: join(folder, 'home'),
        SOFTHSM2_CONF: join(configured, 'softhsm2.conf'),
      },
    });
    assert.equal(status, 0, stderr);
    summary = JSON.parse(stdout) as Record<string, unknown>;
    roster = String(summary['roster']);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('prints a summary, and cleans up after itself', () => {
    assert.equal(summary['pack'], pack);
    assert.equal(summary['outcome'], 'complete');
    assert.match(String(summary['ceremony']), /^[0-9a-f]{64}$/);
    assert.deepEqual(summary['certificates'], [join(pack, 'certificates', 'root.crt')]);
    assert.deepEqual(summary['crls'], [join(pack, 'crls', 'root.crl')]);
    assert.deepEqual(readdirSync(join(folder, 'temporary')), []);
    assert.ok(!existsSync(join(pack, '.incoming')));
  });

  test('quorate verify finds nothing, and says so by its exit code; without the anchor it is 1', async () => {
    const anchored = quorate('verify', pack, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(anchored.status, 0, anchored.stdout);
    assert.match(anchored.stdout, /no findings/);
    const unanchored = quorate('verify', pack, '--expect', 'rehearsal');
    assert.equal(unanchored.status, 1);
    assert.match(unanchored.stdout, /^ANCHOR-MISSING: .*consistent, not anchored/m);
    // What the command prints is what its functions give, by which other tests verify.
    assert.deepEqual(await verified([pack], [roster]), { status: anchored.status, stdout: anchored.stdout });
    assert.deepEqual(await verified([pack], []), { status: unanchored.status, stdout: unanchored.stdout });
    const foreign = await verified([pack], ['00'.repeat(32)]);
    assert.equal(foreign.status, 1);
    assert.match(foreign.stdout, /^ANCHOR-ROSTER: /m);
    const production = await verified([pack], [roster], { expect: 'production' });
    assert.equal(production.status, 1);
    assert.match(production.stdout, /^MODE-/m);
  });

  test('a report that was replaced is found, unless the reader does not want it rendered', async () => {
    const copy = join(folder, 'replaced');
    cpSync(pack, copy, { recursive: true });
    writeFileSync(join(copy, 'views', 'report.pdf'), '%PDF-1.7 of another ceremony');
    const compared = await verified([copy], [roster]);
    assert.equal(compared.status, 1, compared.stdout);
    assert.match(compared.stdout, /^VIEW-REPORT: views\/report\.pdf: is not what this pack renders to$/m);
    const not = quorate('verify', copy, '--expect', 'rehearsal', '--roster', roster, '--no-report');
    assert.equal(not.status, 0, not.stdout);
    assert.match(not.stdout, /^ {2}not shown .*views\/report\.pdf was not compared: --no-report was given$/m);
    assert.equal(quorate('verify', copy, '--expect', 'rehearsal', '--withheld', 'some').status, 64);
  });

  test('the anchor can be given in words', () => {
    const words = digestWords(roster).join(' ');
    assert.equal(quorate('verify', pack, '--expect', 'rehearsal', '--roster', words).status, 0);
  });

  test('verify.sh checks it with sh, sha256sum and openssl alone, and only with the digest of the roster', () => {
    execFileSync('sh', ['verify.sh', roster], { cwd: pack });
    assert.notEqual(spawnSync('sh', ['verify.sh'], { cwd: pack }).status, 0);
    assert.notEqual(spawnSync('sh', ['verify.sh', '00'.repeat(32)], { cwd: pack }).status, 0);
  });

  test('openssl, certtool and NSS accept the certificate, and openssl the CRL', () => {
    const root = join(pack, 'certificates', 'root.pem');
    execFileSync('openssl', ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', root, root]);
    const crl = spawnSync(
      'openssl',
      ['crl', '-in', join(pack, 'crls', 'root.pem'), '-CAfile', root, '-noout', '-text'],
      { encoding: 'utf8' },
    );
    assert.match(crl.stderr, /verify OK/);
    assert.match(crl.stdout, /CRL Number:\s*\n\s*1\n/);
    const pem = readFileSync(root, 'utf8');
    assert.deepEqual(judgeChain(pem, pem, 'tls-ca'), ALL_ACCEPT);
    execFileSync('certtool', ['--crl-info', '--inder', '--infile', join(pack, 'crls', 'root.crl')]);
    const text = execFileSync(
      'openssl',
      ['x509', '-in', root, '-noout', '-subject', '-ext', 'basicConstraints,keyUsage'],
      { encoding: 'utf8' },
    );
    assert.match(text, /CN = REHEARSAL Example Root CA G1/);
  });

  test('the report is the same bytes when it is rendered again', () => {
    const again = join(folder, 'again.pdf');
    assert.equal(quorate('report', pack).status, 64, 'it wants an output');
    const { status, stdout } = spawnSync(QUORATE, ['report', pack, '--stdout'], { maxBuffer: 64 * 2 ** 20 });
    assert.equal(status, 0);
    writeFileSync(again, stdout);
    assert.ok(readFileSync(again).equals(readFileSync(join(pack, 'views', 'report.pdf'))));
  });

  test('every step type that there is has been used', () => {
    const events = readFileSync(join(pack, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const used = new Set(events.filter((event) => event.type === 'step').map((event) => event.kind));
    const there = readdirSync(join(PROGRAM_ROOT, 'src', 'steps')).map((file) => file.replace('.ts', ''));
    for (const type of [
      'confirm',
      'record',
      'compare',
      'check-clock',
      'check-environment',
      'roll-call',
      'inspect-token',
      'prepare-token',
      'approve',
      'generate-key',
      'issue-root-certificate',
      'issue-crl',
      'deactivate',
      'write-media',
      'attest',
      'sign-off',
      'close',
    ]) {
      assert.ok(there.includes(type) && used.has(type), type);
    }
    const quorums = readFileSync(SCRIPT, 'utf8');
    assert.match(quorums, /quorums: \{ administer: 3, inventory: 3, generate: 3, sign: 3 \}/);
  });

  test('an output that is there is never touched', () => {
    const mark = statSync(join(pack, 'manifest.json')).mtimeMs;
    const { status, stderr } = quorate('rehearse', SCRIPT, '--out', pack);
    assert.equal(status, 5);
    assert.match(stderr, /OUTPUT_EXISTS: .*is not an empty folder/);
    assert.equal(statSync(join(pack, 'manifest.json')).mtimeMs, mark);
    writeFileSync(join(folder, 'file'), 'mine');
    assert.equal(quorate('rehearse', SCRIPT, '--out', join(folder, 'file')).status, 5);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'mine');
    assert.match(quorate('rehearse', SCRIPT, '--out', join(folder, 'file', 'below')).stderr, /OUTPUT_UNWRITABLE/);
  });

  test("an existing SoftHSM configuration is not used, and the user's tokens are not seen", () => {
    assert.deepEqual(readdirSync(join(folder, 'home', 'tokens')), []);
  });
});

/** A script with some text replaced. */
function variant(folder: string, name: string, script: string, ...replacements: [string, string][]): string {
  let text = script;
  for (const [from, to] of replacements) {
    assert.ok(text.includes(from), from);
    text = text.replaceAll(from, to);
  }
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}

/** Rehearses it to a pack that verifies, whose root openssl accepts. @returns the roster's digest */
async function assertSound(script: string, pack: string): Promise<string> {
  const { status, stdout, stderr } = quorate('rehearse', script, '--out', pack, '--json');
  assert.equal(status, 0, stderr);
  const { roster } = JSON.parse(stdout) as { roster: string };
  const found = await verified([pack], [roster]);
  assert.equal(found.status, 0, found.stdout);
  const root = join(pack, 'certificates', 'root.pem');
  execFileSync('openssl', ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', root, root]);
  return roster;
}

test('another algorithm, and an act without a held activation, are rehearsed and verify', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-variants-'));
  try {
    const held = '    activation: { hold: PT30M, operations: 4 }\n';
    const script = variant(folder, 'rsa', readFileSync(SCRIPT, 'utf8'), ['ecdsa-p384', 'rsa-4096'], [held, '']);
    await assertSound(script, join(folder, 'pack'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('both share sets are replaced after a root key of P-256, and the new ones sign its first CRL', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-rotating-'));
  try {
    const pack = join(folder, 'pack');
    const script = variant(folder, 'rotating', rotatingScript(), ['ecdsa-p384', 'ecdsa-p256']);
    const roster = await assertSound(script, pack);
    execFileSync('sh', ['verify.sh', roster], { cwd: pack });
    const ledger = JSON.parse(readFileSync(join(pack, 'ledger.json'), 'utf8'));
    const sets = ledger.shareSets.map((set: { kind: string; state: string; unproven: string[] }) =>
      [set.kind, set.state, ...set.unproven].join(' '),
    );
    // Four of five custodians opened their new shares: one more than open the token. No other HSM has the old PINs.
    const left = 'crypto-officer-5';
    assert.deepEqual(sets, ['user void', 'so void', `user current ${left}`, `so current ${left}`]);
    assert.deepEqual(
      ledger.tokens[0].sets,
      ledger.shareSets.slice(2).map(({ id }: { id: string }) => id),
    );
    const events = readFileSync(join(pack, 'events.jsonl'), 'utf8').trim().split('\n');
    const signed = events.findIndex(
      (line) => line.includes('"operation":"sign"') && line.includes('"step":"first-crl"'),
    );
    const seq = events.findIndex((line) => line.includes('"operation":"rotate-activation"')) + 1;
    assert.ok(seq > 0 && signed > seq, 'the CRL came after it');
    const shown = quorate('show', pack, '--proposal', String(seq));
    assert.equal(shown.status, 0, shown.stderr);
    assert.match(shown.stdout, /^OPERATION +give the HSM token a new user PIN, under new shares$/m);
    assert.match(shown.stdout, new RegExp(`^replaces +share set ${ledger.shareSets[0].id}$`, 'm'));
    assert.match(shown.stdout, new RegExp(`^by +share set ${ledger.shareSets[2].id}$`, 'm'));
    assert.match(shown.stdout, /^ +3 of 5: crypto-officer-1, crypto-officer-2,/m);
    assert.match(shown.stdout, new RegExp(`^HSM +root-hsm: SoftHSM v2, serial ${ledger.tokens[0].serial}$`, 'm'));
    const pdf = execFileSync('pdftotext', ['-layout', join(pack, 'views', 'report.pdf'), '-'], { encoding: 'utf8' });
    assert.match(pdf, /change the user PIN of the token, from a new share set in place of/);
    assert.match(pdf, /void: no HSM that the ledger knows can have/);
    assert.match(pdf, /Not opened yet/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('scripts that are refused make no output at all', () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-bad-'));
  try {
    const bad: [string, string | Buffer, number, RegExp][] = [
      ['empty', '', 2, /bad-empty\.yaml:1:1: .*YAML_EMPTY/],
      [
        'binary',
        Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)),
        2,
        /YAML_ENCODING|YAML_TEXT/,
      ],
      ['truncated', readFileSync(SCRIPT).subarray(0, 2000), 2, /bad-truncated\.yaml:\d+:\d+: /],
      ['deep', `quorate: 1\nx: ${'['.repeat(100_000)}`, 2, /YAML_DEPTH|YAML_SYNTAX/],
      [
        'traversal',
        readFileSync(SCRIPT, 'utf8').replace('out: root.crt', 'out: ../../root.crt'),
        2,
        /bad-traversal\.yaml:\d+:\d+: .*\.\.\/\.\.\/root\.crt|out/,
      ],
      [
        'unknown-step',
        readFileSync(SCRIPT, 'utf8').replace('step: deactivate', 'step: desactivate'),
        2,
        /no step type "desactivate"/,
      ],
    ];
    for (const [name, content, exit, message] of bad) {
      const script = join(folder, `bad-${name}.yaml`);
      writeFileSync(script, content);
      const { status, stderr } = quorate('rehearse', script, '--out', join(folder, `out-${name}`));
      assert.equal(status, exit, `${name}: ${stderr}`);
      assert.match(stderr, message, name);
      assert.ok(!existsSync(join(folder, `out-${name}`)), name);
    }
    const missing = quorate('rehearse', join(folder, 'nothing.yaml'), '--out', join(folder, 'out'));
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /FILE_MISSING/);
    assert.equal(quorate('rehearse', folder, '--out', join(folder, 'out')).status, 2);
    assert.equal(quorate('rehearse').status, 64);
    assert.equal(quorate('rehearse', SCRIPT, '--out', join(folder, 'out'), '--force').status, 64);
    assert.ok(!existsSync(join(folder, 'out')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
