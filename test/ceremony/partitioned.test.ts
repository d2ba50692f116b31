import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber } from '../../src/x509/crl-extensions.ts';
import { scopeOf } from '../../src/x509/crl-scope.ts';
import { quorate, verifyShell } from './played-pack.ts';

const written = (name: string) => join(PROGRAM_ROOT, 'test', 'ceremony', 'scripts', `${name}.yaml`);
const uriOf = (partition: string) => `http://pki.example.com/example-root-g1-${partition}.crl`;

/*
 * A root whose CRL has two partitions from the first on, by the Baseline Requirements; then a ceremony that revokes in both, and begins a
 * third.
 */
describe('partitioned CRLs, from one ceremony to the next', { concurrency: false }, () => {
  let folder = '';
  let roster = '';
  const [FIRST, SECOND] = ['01-partitioned-root', '02-partition-revoked'] as const;
  const at = (pack: string, path: string) => join(folder, 'packs', pack, path);
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-partition-test-'));
    const scripts = ['partitioned-root', 'partition-revoked'].map(written);
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    roster = (JSON.parse(stdout.split('\n')[0] as string) as { roster: string }).roster;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const anchor = () => ['--expect', 'rehearsal', '--roster', roster];
  const partition = (pack: string, name: string) => at(pack, `publish/example-root-g1-${name}.crl`);
  const ledger = () => readLedger(readFileSync(at(SECOND, 'ledger.json')));

  test('both verifiers find nothing in either pack, nor from one to the next', () => {
    const packs = [FIRST, SECOND].map((pack) => at(pack, ''));
    const { status, stdout } = quorate('verify', ...packs, ...anchor());
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^chain: no findings$/m);
    for (const pack of packs) assert.equal(verifyShell(pack, roster).status, 0);
  });

  test('each partition has its own numbers and entries, and the ledger says which it is', () => {
    const serialOf = (wanted: string) => ledger().certificates.find(({ name }) => name === wanted)?.serial;
    assert.deepEqual(
      ledger().crls.map(({ name, number, scope }) => [name, number, scope]),
      [
        ['root-a', '1', { uri: uriOf('a') }],
        ['root-b', '1', { uri: uriOf('b') }],
        ['root-a', '2', { uri: uriOf('a') }],
        ['root-b', '2', { uri: uriOf('b') }],
        ['root-c', '1', { uri: uriOf('c') }],
      ],
    );
    for (const [name, number, serials] of [
      ['a', 2n, [serialOf('tls-1')]],
      ['b', 2n, [serialOf('tls-2')]],
      ['c', 1n, []],
    ] as const) {
      const crl = parseCrl(readFileSync(partition(SECOND, name)));
      assert.deepEqual(scopeOf(crl), { uri: uriOf(name) });
      assert.equal(cRLNumber(crl.extensions), number);
      assert.deepEqual(
        Array.from(crl.revoked, ({ serial }) => serial),
        serials,
      );
    }
  });

  const pem = (kind: 'x509' | 'crl', path: string) => {
    const out = join(folder, `${path.replaceAll('/', '-')}.pem`);
    execFileSync('openssl', [kind, '-inform', 'DER', '-in', path, '-out', out]);
    return out;
  };
  const certificates = {
    'tls-1': [FIRST, 'certificates/example-tls-ca-1.crt'],
    'tls-2': [FIRST, 'certificates/example-tls-ca-2.crt'],
    'tls-3': [SECOND, 'certificates/example-tls-ca-3.crt'],
  } as const;
  /** What openssl says of a CA, by these CRLs and no others. */
  const judged = (name: keyof typeof certificates, ...crls: readonly string[]) => {
    const all = join(folder, 'crls.pem');
    writeFileSync(all, crls.map((crl) => readFileSync(pem('crl', crl))).join(''));
    const root = pem('x509', at(FIRST, 'certificates/example-root-g1.crt'));
    const [pack, path] = certificates[name];
    const options = ['-x509_strict', '-crl_check', '-extended_crl', '-CRLfile', all, '-CAfile', root];
    const { status, stdout, stderr } = spawnSync('openssl', ['verify', ...options, pem('x509', at(pack, path))], {
      encoding: 'utf8',
    });
    return status === 0 ? 'OK' : (/error \d+ at \d depth lookup: (.*)/.exec(stderr)?.[1] ?? stdout);
  };

  test('openssl rejects what is revoked and takes the others, and takes none by another partition', () => {
    const [a, b] = [partition(FIRST, 'a'), partition(FIRST, 'b')];
    const [nextA, nextB, nextC] = ['a', 'b', 'c'].map((name) => partition(SECOND, name)) as [string, string, string];
    assert.deepEqual([judged('tls-1', a, b), judged('tls-2', a, b)], ['OK', 'OK']);
    assert.equal(judged('tls-1', nextA, nextB, nextC), 'certificate revoked');
    assert.equal(judged('tls-2', nextA, nextB, nextC), 'certificate revoked');
    assert.deepEqual([judged('tls-2', nextA, b), judged('tls-3', nextA, nextB, nextC)], ['OK', 'OK']);
    // The one that does not list it says nothing of it.
    assert.equal(judged('tls-1', nextB, nextC), 'different CRL scope');
    assert.equal(judged('tls-2', nextA), 'different CRL scope');
    assert.equal(judged('tls-3', nextA, nextB), 'different CRL scope');
  });

  test('openssl takes what is answered of each by OCSP, as the CRL of its own partition has it', () => {
    const root = pem('x509', at(FIRST, 'certificates/example-root-g1.crt'));
    const told = (name: keyof typeof certificates) => {
      const [pack, path] = certificates[name];
      const asked = join(folder, 'asked');
      const about = ['-issuer', root, '-cert', pem('x509', at(pack, path))];
      execFileSync('openssl', ['ocsp', ...about, '-no_nonce', '-reqout', asked]);
      const way = readFileSync(asked).toString('base64').replace(/\/+/g, '/').replace(/\/$/, '/index.html');
      const response = at(SECOND, `publish/ocsp/${way}`);
      return execFileSync('openssl', ['ocsp', '-respin', response, ...about, '-CAfile', root], { encoding: 'utf8' });
    };
    assert.match(told('tls-1'), /: revoked\n(.*\n)*\tReason: cessationOfOperation$/m);
    assert.match(told('tls-2'), /: revoked\n/);
    assert.match(told('tls-3'), /: good$/m);
    const answers = ['a', 'b', 'c'].map((one) => at(SECOND, `publish/ocsp/answers-${one}.ors`));
    const published = quorate('check-published', at(SECOND, ''), ...answers, ...anchor());
    assert.equal(published.status, 0, published.stdout);
  });

  test('openssl and certtool read the distribution point, which is critical', () => {
    const text = execFileSync('openssl', [
      'crl',
      '-noout',
      '-text',
      '-in',
      pem('crl', partition(SECOND, 'a')),
    ]).toString();
    assert.match(
      text,
      /X509v3 Issuing Distribution Point: critical\n +Full Name:\n +URI:http:\/\/pki\.example\.com\/example-root-g1-a\.crl\n/,
    );
    const other = execFileSync('certtool', ['--crl-info', '--inder', '--infile', partition(SECOND, 'a')]).toString();
    assert.match(other, /Revoked certificates \(1\):/);
    assert.match(other, /2\.5\.29\.28 \(critical\):/);
  });

  test('each partition has dates of its own, and what is published is held to it', () => {
    const { stdout } = quorate('calendar', at(SECOND, ''), ...anchor());
    for (const [crl, name, number] of [
      ['root-a', 'a', 2],
      ['root-b', 'b', 2],
      ['root-c', 'c', 1],
    ] as const)
      assert.match(
        stdout,
        new RegExp(
          `last safe day for the next CRL +CRL "${crl}" of "root" \\(partition ${uriOf(name).replaceAll('.', '\\.')}\\)\\n +number ${number} ends`,
        ),
      );
    const newest = quorate(
      'check-published',
      at(SECOND, ''),
      ...['a', 'b', 'c'].map((one) => partition(SECOND, one)),
      ...anchor(),
    );
    assert.equal(newest.status, 0, newest.stdout);
    const old = quorate('check-published', at(SECOND, ''), partition(FIRST, 'b'), ...anchor());
    assert.equal(old.status, 1);
    assert.match(old.stdout, /PUBLISHED-NUMBER: .*it has number 1, expected 2, the newest/);
    // One for another: it has the number that would be expected of it, and its name does not.
    const wrong = join(folder, 'example-root-g1-b.crl');
    writeFileSync(wrong, readFileSync(partition(SECOND, 'a')));
    assert.equal(quorate('check-published', at(SECOND, ''), wrong, ...anchor()).status, 1);
  });

  test('each screen of the quorum says that it is a part, and of what', () => {
    const proposal = readFileSync(at(SECOND, 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { seq: number; type: string; step: string })
      .find(({ type, step }) => type === 'proposed' && step === 'crl-a');
    const { stdout } = quorate('show', at(SECOND, ''), '--proposal', String(proposal?.seq));
    assert.match(
      stdout,
      /PARTITION +it lists what is revoked of one part of the CA's certificates alone:\n +those that name http:\/\/pki\.example\.com\/example-root-g1-a\.crl\n/,
    );
    assert.match(
      stdout,
      /follows +CRL 1\n +entries +0 kept, 1 ADDED, none removed|follows +CRL 1\nentries +0 kept, 1 ADDED, none removed/,
    );
  });

  /** What is said of the second script, with some of its text another, after the first pack. */
  const refused = (name: string, ...changes: readonly (readonly [from: string, to: string])[]) => {
    const script = join(folder, `${name}.yaml`);
    let text = readFileSync(written('partition-revoked'), 'utf8');
    for (const [from, to] of changes) {
      assert.ok(text.includes(from), from);
      text = text.replaceAll(from, to);
    }
    writeFileSync(script, text);
    const { status, stdout, stderr } = quorate(
      'rehearse',
      script,
      '--from',
      at(FIRST, ''),
      '--out',
      join(folder, 'refused', name),
    );
    assert.notEqual(status, 0);
    return `${stdout}${stderr}`;
  };

  test('a decision is not taken up by the CRL of another partition', () =>
    assert.match(
      refused(
        'elsewhere',
        ['decisions: [revoked], ', ''],
        ['previous: last-b, ', 'previous: last-b, decisions: [revoked], '],
      ),
      /"tls-1" is in another partition than the CRL that would list it: its cRLDistributionPoints name the CRL "http:\/\/pki\.example\.com\/example-root-g1-a\.crl", not "http:\/\/pki\.example\.com\/example-root-g1-b\.crl"/,
    ));

  test('and none is answered for by the CRL of another partition', () =>
    assert.match(
      refused('answered', ['certificates: [tls-1], crl: root-a', 'certificates: [tls-1], crl: root-b']),
      /the CRL by which "tls-1" would be answered for is of another partition: its cRLDistributionPoints name the CRL "http:\/\/pki\.example\.com\/example-root-g1-a\.crl", not "http:\/\/pki\.example\.com\/example-root-g1-b\.crl"/,
    ));

  test('by the ledger a narrower one, one begun anew, and one after another partition are refused', () => {
    assert.match(
      refused(
        'narrower',
        [
          `previous: last-b, revoke: to-revoke, partition: { uri: "${uriOf('b')}" }`,
          `first: true, revoke: to-revoke, partition: { uri: "${uriOf('b')}", only: ca }`,
        ],
        ['  last-b:   { crl: root-b, of: example-root-g1 }\n', ''],
      ),
      /it would be of the partition .*-b\.crl, CA certificates alone, and "root" signs a CRL of the partition .*-b\.crl by the ledger: what one lists the other could leave out/,
    );
    assert.match(
      refused(
        'anew',
        ['previous: last-b, revoke', 'first: true, revoke'],
        ['  last-b:   { crl: root-b, of: example-root-g1 }\n', ''],
      ),
      /by the ledger "root" has a CRL of the partition http:\/\/pki\.example\.com\/example-root-g1-b\.crl with number 1: another first one/,
    );
    assert.match(
      refused('unnamed', [
        `crl: latest, of: example-root-g1, partition: { uri: "${uriOf('a')}" }`,
        'crl: latest, of: example-root-g1',
      ]),
      /the CRL of the key labelled "rehearsal-example-root-g1" is partitioned: say which one follows, with "partition:", of the partition /,
    );
    assert.match(
      refused('other', [
        `previous: last-a, partition: { uri: "${uriOf('a')}" }`,
        `previous: last-b, partition: { uri: "${uriOf('a')}" }`,
      ]),
      /it would be of the partition .*-a\.crl, and "last-b", which it follows, is of the partition .*-b\.crl/,
    );
  });

  test('a pack that no rehearsal follows cannot be invented', () => {
    const { status, stdout, stderr } = quorate(
      'rehearse',
      written('partition-revoked'),
      '--out',
      join(folder, 'refused', 'alone'),
    );
    assert.notEqual(status, 0);
    assert.match(
      `${stdout}${stderr}`,
      /the script uses the CRL "latest" of a partition of "example-root-g1", and no pack is followed/,
    );
  });
});
