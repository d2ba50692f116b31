import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCertificationRequest } from '../../src/x509/certification-request.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const SCRIPT = join(PROGRAM_ROOT, 'test', 'ceremony', 'scripts', 'asking-another-ca.yaml');
const ROOT = 'requests-made/example-root-g1.csr';
const ISSUING = 'requests-made/example-issuing-1.csr';

/* Another organisation is asked for a certificate of the root that is there, and for one of a key that is made for it. */
describe('requests to another CA', { concurrency: false }, () => {
  let folder = '';
  let pack = '';
  let roster = '';
  const at = (path: string) => join(pack, path);
  const request = (path: string) => parseCertificationRequest(readFileSync(at(path)), path);
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-requesting-'));
    pack = join(folder, 'pack');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('are rehearsed to a pack that verifies, by the program and without it', () => {
    const rehearse = ['rehearse', SCRIPT, '--out', pack, '--json'];
    const { status, stdout, stderr } = spawnSync(QUORATE, rehearse, { encoding: 'utf8' });
    assert.equal(status, 0, stderr.slice(-2000));
    const summary = JSON.parse(stdout) as { roster: string; requests: readonly string[]; certificates: unknown[] };
    roster = summary.roster;
    assert.deepEqual(summary.requests, [at(ISSUING), at(ROOT)]);
    assert.deepEqual(summary.certificates, []);
    const verify = ['verify', pack, '--expect', 'rehearsal', '--roster', roster, '--json'];
    const verified = spawnSync(QUORATE, verify, { encoding: 'utf8' });
    assert.equal(verified.status, 0, verified.stdout);
    const { findings, claims } = JSON.parse(verified.stdout) as {
      findings: unknown[];
      claims: readonly { claim: string; status: string; detail: string }[];
    };
    assert.deepEqual(findings, []);
    assert.deepEqual(
      claims.find(({ claim }) => claim.startsWith('what was signed')),
      {
        claim: 'what was signed is, byte for byte, what was approved',
        status: 'proven',
        detail: '2 requests, read by other code than issued them',
      },
    );
    const said = execFileSync('sh', ['verify.sh', roster], { cwd: pack, encoding: 'utf8' });
    for (const path of [ROOT, ISSUING]) {
      assert.match(said, new RegExp(`^ok +what is signed in ${path} is, byte for byte, what was approved`, 'm'));
      assert.match(said, new RegExp(`^ok +${path} is signed with its own key$`, 'm'));
      assert.match(said, new RegExp(`^ok +${path} is for the key that was approved to sign it$`, 'm'));
    }
  });

  for (const path of [ROOT, ISSUING]) {
    test(`${path} is accepted by two TLS libraries`, () => {
      const { stderr, status } = spawnSync('openssl', ['req', '-verify', '-noout', '-inform', 'DER', '-in', at(path)], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      assert.match(stderr, /verify OK/);
      const pem = at(path.replace(/csr$/, 'pem'));
      const told = execFileSync('certtool', ['--crq-info', '--infile', pem], { encoding: 'utf8' });
      assert.match(told, /Self signature: verified/);
      assert.deepEqual(readFileSync(at(`publish/${path.split('/')[1]}`)), readFileSync(at(path)));
    });
  }

  test('the one for the root has its key, its name and its key identifier, to the byte', () => {
    const [name = ''] = readdirSync(at('previous/certificates'));
    const root = parseCertificate(readFileSync(at(`previous/certificates/${name}`)));
    const { subject, spki, extensions } = request(ROOT);
    assert.deepEqual([sha256(subject.der), sha256(spki.der)], [sha256(root.subject.der), sha256(root.spki.der)]);
    for (const { oid, der } of extensions)
      assert.deepEqual(Buffer.from(der), Buffer.from(root.extensions.find((one) => one.oid === oid)?.der ?? []), oid);
    assert.equal(extensions.length, 3);
  });

  test('the other is for the key that was made, and asks for no extensions; the ledger has no more than before', () => {
    const { spki, attributes } = request(ISSUING);
    const { keys, certificates, crls } = readLedger(readFileSync(at('ledger.json')));
    assert.equal(keys.find(({ name }) => name === 'issuing')?.spkiSha256, sha256(spki.der));
    assert.deepEqual([attributes, certificates.length, crls.length], [[], 1, 1]);
  });

  test('another CA signs the certificate that the request asks for', () => {
    const file = (name: string) => join(folder, name);
    const usage = ['-addext', 'keyUsage=critical,keyCertSign'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes', '-keyout', file('other.key')];
    execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=Other CA', ...usage, '-out', file('other.crt')], {
      stdio: 'ignore',
    });
    const csr = at(ROOT.replace(/csr$/, 'pem'));
    const by = ['-CA', file('other.crt'), '-CAkey', file('other.key'), '-copy_extensions', 'copyall'];
    execFileSync('openssl', ['x509', '-req', '-in', csr, ...by, '-out', file('cross.crt')], { stdio: 'ignore' });
    const verify = ['verify', '-x509_strict', '-CAfile', file('other.crt'), file('cross.crt')];
    assert.match(execFileSync('openssl', verify, { encoding: 'utf8' }), /OK\n$/);
  });

  test('under another name than the root has it is refused before the ceremony', () => {
    const other = join(folder, 'other-name.yaml');
    writeFileSync(other, readFileSync(SCRIPT, 'utf8').replace('CN: Example Root CA G1 }', 'CN: Another Root }'));
    const rehearse = ['rehearse', other, '--out', join(folder, 'refused'), '--from', pack];
    const { status, stderr } = spawnSync(QUORATE, rehearse, { encoding: 'utf8' });
    assert.equal(status, 2, stderr.slice(-2000));
    assert.match(
      stderr,
      /certifies this key under the name "US, Example Org, REHEARSAL Example Root CA G1", and the request/,
    );
  });
});
