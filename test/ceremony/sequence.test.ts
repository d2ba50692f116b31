import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber } from '../../src/x509/crl-extensions.ts';
import { quorate, verifyShell } from './played-pack.ts';

const shipped = (name: string) => join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`);
const NAMES = ['root-generation', 'intermediate-signing', 'crl-refresh', 'emergency-revocation', 'crl-refresh'];

/** The script by which the root signs one CA, and signs another beside it: that one stays good when the first is revoked. */
function signingTwo(): string {
  const edits: readonly (readonly [line: RegExp, more: (line: string) => string])[] = [
    [/^ {2}request: .*\n/m, (line) => line.replace('request', 'sibling')],
    [
      /^ {6}- \{ id: read-request,.*\n/m,
      (line) => line.replace('read-request', 'read-sibling').replace('input: request', 'input: sibling'),
    ],
    [
      /^ {6}- \{ id: spki,.*\n/m,
      (line) => line.replace('id: spki', 'id: spki-sibling').replace('request.spki', 'sibling.spki'),
    ],
    [
      /^ {6}- id: tls-ca-1\n(?: {8,}.*\n)*/m,
      (step) => step.replace('request: request', 'request: sibling').replaceAll(/(tls-ca-|TLS CA )1/g, '$12'),
    ],
  ];
  let script = readFileSync(shipped('intermediate-signing'), 'utf8');
  for (const [line, more] of edits) {
    assert.match(script, line);
    script = script.replace(line, (found) => found + more(found));
  }
  const agreed = script
    .replace('hsm-full, tls-ca-1, crl', 'hsm-full, tls-ca-1, tls-ca-2, crl')
    .replace('operations: 3 }', 'operations: 4 }');
  assert.notEqual(agreed, script);
  return agreed;
}

describe('the life of a root, rehearsed on one stage', { concurrency: false }, () => {
  let folder = '';
  let packs: string[] = [];
  let said = '';
  let summaries: { readonly pack: string; readonly roster: string; readonly outcome: string }[] = [];
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-sequence-test-'));
    const out = join(folder, 'packs');
    const two = join(folder, 'intermediate-signing.yaml');
    writeFileSync(two, signingTwo());
    const scripts = NAMES.map((name) => (name === 'intermediate-signing' ? two : shipped(name)));
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', out, '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    said = stderr;
    packs = NAMES.map((name, index) => join(out, `0${index + 1}-${name}`));
    summaries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const packOf = (number: number) => packs[number - 1] as string;
  const ledgerOf = (number: number): Ledger => readLedger(readFileSync(join(packOf(number), 'ledger.json')));
  const crlOf = (number: number) => {
    const path = ledgerOf(number).crls.at(-1)?.path ?? '';
    return parseCrl(readFileSync(join(packOf(number), path)), path);
  };
  const eventsOf = (number: number): Event[] =>
    readFileSync(join(packOf(number), 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  test('asks of people in the yearly CRL, three of five officers, no more than its guide says', () => {
    const events = eventsOf(3);
    const of = (type: Event['type'], step: RegExp) =>
      events.filter((event) => event.type === type && step.test('step' in event ? String(event.step) : ''));
    const typed = of('answer', /./);
    const fromPaper = of('answer', /^catch-up$/);
    // A comparison is counted by itself.
    const compared = of('answer', /^documents$/);
    const statements = events.flatMap((event) => (event.type === 'statement' ? [event.seat] : []));
    const approvals = events.flatMap((event) => (event.type === 'approval' ? [event.seat] : []));
    // What an officer approves one after another is one presentation of their token.
    const presented = approvals.filter((seat, index) => seat !== approvals[index - 1]);
    const steps = new Set(events.flatMap((event) => (event.type === 'step' ? [event.step] : [])));
    const counts = {
      steps: steps.size,
      'from paper': fromPaper.length,
      answers: typed.length - fromPaper.length - compared.length,
      comparisons: compared.length,
      statements: statements.length,
      approvals: presented.length,
      'of one officer': statements.filter((seat) => seat === 'crypto-officer-1').length + 1,
    };
    assert.deepEqual(counts, {
      ...{ steps: 32, 'from paper': 8, answers: 9, comparisons: 1, statements: 9, approvals: 3, 'of one officer': 3 },
    });
    const guide = readFileSync(join(PROGRAM_ROOT, 'docs', 'guides', 'crl.md'), 'utf8');
    for (const [what, count] of Object.entries(counts))
      assert.match(guide, new RegExp(`^\\| ${what} \\| ${count} \\|`, 'm'));
  });

  test('leaves a pack for each, in order, of the same people', () => {
    assert.deepEqual(
      readdirSync(join(folder, 'packs')),
      packs.map((pack) => pack.split('/').at(-1)),
    );
    assert.deepEqual(
      summaries.map(({ pack, outcome }) => [pack, outcome]),
      packs.map((pack) => [pack, 'complete']),
    );
    assert.equal(new Set(summaries.map(({ roster }) => roster)).size, 1);
    assert.doesNotMatch(said, /invented/);
  });

  test('is a chain of which nothing is missing, and each pack verifies by itself', () => {
    const [{ roster } = { roster: '' }] = summaries;
    const { status, stdout } = quorate('verify', ...packs, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^chain of 5 packs, /m);
    assert.match(stdout, /^chain: no findings$/m);
    assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, 5);
    for (const pack of packs) {
      const shell = verifyShell(pack, roster);
      assert.equal(shell.status, 0, shell.stdout);
    }
  });

  test('uses one HSM, with the key and the shares of the first ceremony', () => {
    const first = ledgerOf(1);
    const last = ledgerOf(5);
    assert.deepEqual(last.tokens, first.tokens);
    assert.deepEqual(last.keys, first.keys);
    assert.deepEqual(
      last.shareSets.map(({ id }) => id),
      first.shareSets.map(({ id }) => id),
    );
    assert.deepEqual(
      packs.map((_, index) => ledgerOf(index + 1).number),
      [1, 2, 3, 4, 5],
    );
  });

  test('numbers its CRLs one after another, none dated before the last, nor any ceremony', () => {
    const numbers = [1, 2, 3, 4, 5];
    assert.deepEqual(
      numbers.map((number) => cRLNumber(crlOf(number).extensions)),
      [1n, 2n, 3n, 4n, 5n],
    );
    const dates = ledgerOf(5).crls.map(({ thisUpdate }) => thisUpdate);
    assert.deepEqual(dates, dates.toSorted());
    const begun = numbers.map((number) => eventsOf(number)[0]?.at ?? '');
    assert.deepEqual(begun, [...new Set(begun)].sort());
  });

  test('finds things in the bags into which they were put, and uses no bag twice', () => {
    const bagOf = (number: number, did: string) =>
      eventsOf(number).flatMap((event) =>
        event.type === 'answer' && event.values['unit'] === 'hsm' && event.values['did'] === did
          ? [String(event.values['bag'])]
          : [],
      )[0];
    for (const number of [3, 4, 5]) assert.equal(bagOf(number, 'unsealed'), bagOf(number - 1, 'sealed'), `${number}`);
    const sealed = [2, 3, 4, 5].flatMap((number) =>
      eventsOf(number).flatMap((event) =>
        event.type === 'answer' && event.values['did'] === 'sealed' ? [String(event.values['bag'])] : [],
      ),
    );
    assert.ok(sealed.length >= 4);
    assert.equal(new Set(sealed).size, sealed.length, sealed.join(', '));
  });

  test('revokes one of the two intermediates that it has issued, and keeps it revoked', () => {
    const { serial } = ledgerOf(2).certificates.find(({ name }) => name === 'tls-ca-1') ?? {};
    assert.ok(serial);
    const revoked = (number: number) => Array.from(crlOf(number).revoked, (entry) => [entry.serial, entry.at.at]);
    assert.deepEqual([1, 2, 3].map(revoked), [[], [], []]);
    assert.deepEqual(
      revoked(4).map(([number]) => number),
      [serial],
    );
    assert.deepEqual(revoked(5), revoked(4));
  });

  test('openssl accepts both chains by each CRL before the revocation, and rejects the revoked one alone by each since', () => {
    const published = (number: number, file: string) => join(packOf(number), 'publish', file);
    const crlPem = (number: number) => {
      const pem = join(folder, `crl-${number}.pem`);
      const der = published(number, 'example-root-g1.crl');
      execFileSync('openssl', ['crl', '-inform', 'DER', '-in', der, '-out', pem]);
      return pem;
    };
    const judged = (number: number, certificate: string) => {
      const trust = ['-x509_strict', '-crl_check', '-CRLfile', crlPem(number), '-CAfile', published(1, 'root.pem')];
      return spawnSync('openssl', ['verify', ...trust, certificate], { encoding: 'utf8' });
    };
    const [issuing, sibling] = [published(2, 'example-tls-ca-1.pem'), published(2, 'example-tls-ca-2.pem')];
    for (const number of [2, 3]) assert.equal(judged(number, issuing).status, 0, `CRL ${number}`);
    for (const number of [2, 3, 4, 5]) assert.equal(judged(number, sibling).status, 0, `the other, CRL ${number}`);
    for (const number of [4, 5]) {
      const { status, stderr } = judged(number, issuing);
      assert.notEqual(status, 0);
      assert.match(stderr, /error 23 at 0 depth lookup: certificate revoked/);
      assert.equal(judged(number, published(1, 'root.pem')).status, 0, 'the root itself is not revoked');
    }
  });
});

describe('a sequence that does not come to its end', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-stopped-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is refused before its first ceremony where a script can follow none of those before', () => {
    const out = join(folder, 'twice');
    const root = shipped('root-generation');
    const { status, stderr } = quorate('rehearse', root, root, '--out', out);
    assert.equal(status, 4);
    assert.match(
      stderr,
      /REHEARSAL_SETUP: these ceremonies cannot follow one another: "root-generation\.yaml" makes a key labelled "example-root-g1", which "root-generation\.yaml" has made before it\n/,
    );
    assert.equal(existsSync(out), false);
  });

  test('is refused with a site, which is of one ceremony', () => {
    const out = join(folder, 'site');
    const site = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'site.yaml');
    const scripts = [shipped('root-generation'), shipped('crl-refresh')];
    const { status, stderr } = quorate('rehearse', ...scripts, '--site', site, '--out', out);
    assert.equal(status, 64);
    assert.ok(
      stderr.includes(`USAGE: a site binding is of one ceremony, and 2 scripts are to be rehearsed by "${site}"`),
    );
    assert.equal(existsSync(out), false);
  });

  test('stops at a ceremony that cannot begin after the one before, and says what is left', () => {
    const out = join(folder, 'stopped');
    const scripts = ['root-generation', 'emergency-revocation', 'crl-refresh'].map(shipped);
    const { status, stderr } = quorate('rehearse', ...scripts, '--out', out);
    assert.equal(status, 2, stderr.slice(-2000));
    assert.match(
      stderr,
      /the key labelled "rehearsal-example-root-g1" signed no certificate "tls-ca-1", it signed "root"/,
    );
    const why = `ceremony 2 of 3, "${scripts[1]}", ended with exit code 2; the one after it was not begun. What is left:`;
    const rows = ['complete, its pack sealed', 'did not begin, no record', 'not begun'];
    assert.ok(stderr.endsWith(left(why, out, scripts, rows)), stderr.slice(-2000));
    assert.deepEqual(readdirSync(out), ['01-root-generation']);
  });

  test('stops where it is interrupted; a root was being made by the quorum that was enrolled before', async () => {
    const out = join(folder, 'interrupted');
    const scripts = ['quorum-enrolment', 'root-generation', 'crl-refresh'].map(shipped);
    const run = spawn(join(PROGRAM_ROOT, 'bin', 'quorate'), ['rehearse', ...scripts, '--out', out]);
    let said = '';
    run.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // Once: a second signal ends the program itself where it is ending already.
      const isTime = !run.killed && /ceremony 2 of 3[\s\S]* root-certificate \(issue-root-certificate\)/.test(said);
      if (isTime) run.kill('SIGTERM');
    });
    const [code] = await once(run, 'close');
    assert.equal(code, 130, said.slice(-2000));
    const why = `ceremony 2 of 3, "${scripts[1]}", could not be held; the one after it was not begun. What is left:`;
    const rows = ['complete, its pack sealed', 'interrupted, a record that is not sealed', 'not begun'];
    // Which process ends first is not certain: the core may end by itself, because the guard was ended.
    const listed = said.replace(/, ended with exit code \d+;/, ', could not be held;');
    assert.ok(listed.includes(left(why, out, scripts, rows)), said.slice(-2000));
    assert.match(said, /^quorate: INTERRUPTED: /m);
    assert.deepEqual(readdirSync(out), ['01-quorum-enrolment', '02-root-generation']);
    const [opening] = readFileSync(join(out, '02-root-generation', 'events.jsonl'), 'utf8').split('\n');
    const roster = readFileSync(join(out, '01-quorum-enrolment', 'roster', 'roster.json'));
    assert.equal((JSON.parse(opening ?? '') as { roster: string }).roster, sha256(roster));
  });

  /** The end of what is said. */
  function left(why: string, out: string, scripts: readonly string[], rows: readonly string[]): string {
    const names = scripts.map((script, index) => `0${index + 1}-${basename(script, '.yaml')}`);
    return [`\nquorate: ${why}`, ...rows.map((row, index) => `  ${join(out, names[index] ?? '')}: ${row}`), ''].join(
      '\n',
    );
  }
});
