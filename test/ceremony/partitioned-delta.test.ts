import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, deltaCRLIndicator, reasonCode } from '../../src/x509/crl-extensions.ts';
import { scopeOf } from '../../src/x509/crl-scope.ts';
import { quorate, verifyShell } from './played-pack.ts';

const written = (name: string) =>
  readFileSync(join(PROGRAM_ROOT, 'test', 'ceremony', 'scripts', `${name}.yaml`), 'utf8');
const uriOf = (name: string) => `http://pki.example.com/example-root-g1-${name}.crl`;

/** Each must be there, so that a change of the script does not empty it unseen. */
function changed(text: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((now, [from, to]) => {
    assert.ok(now.includes(from), from);
    return now.replaceAll(from, to);
  }, text);
}

/** A private root, whose partitions say where their delta CRLs are: without that openssl looks at none. */
const first = () =>
  changed(
    written('partitioned-root'),
    ['rules: [rfc5280, cabf-tls, mozilla]', 'rules: [rfc5280, private]'],
    [`uri: "${uriOf('a')}" }`, `uri: "${uriOf('a')}" }, freshest: "${uriOf('a-delta')}"`],
    [`uri: "${uriOf('b')}" }`, `uri: "${uriOf('b')}" }, freshest: "${uriOf('b-delta')}"`],
  );
const USES = `  tls-1:    { certificate: tls-1, of: example-root-g1 }
  tls-2:    { certificate: tls-2, of: example-root-g1 }
  last-a:   { crl: latest, of: example-root-g1, partition: { uri: "${uriOf('a')}" } }
  last-b:   { crl: latest, of: example-root-g1, partition: { uri: "${uriOf('b')}" } }
tokens:`;
const decided = (id: string, certificate: string, reason: string) =>
  `      - { id: ${id}, step: revoke, by: policy-authority, check: witness, say: "From the decision on paper.", with: { issuer: root, certificate: ${certificate}, reason: ${reason} } }\n`;
const delta = (name: string, more: string) =>
  `      - { id: delta-${name}, step: issue-crl, with: { issuer: root, key: root-key, delta-of: last-${name}, partition: { uri: "${uriOf(name)}" }, ${more}, this-update: { at: proposal }, next-update: { from: this-update, plus: P30D } }, out: example-root-g1-${name}-delta.crl, makes: { crl: root-${name}-delta } }\n`;
const STEPS = { hold: /^ {6}- \{ id: delta, .*\n/m, decisions: /^(?: {6}- \{ id: (?:revoked|held), .*\n)+/m };

/** One CA is revoked by the delta CRL of its partition, the other put on hold by that of its own. */
const held = () =>
  changed(
    written('delta-hold')
      .replace(/^ {2}last-crl:[\s\S]*?^tokens:/m, USES)
      .replace(
        STEPS.decisions,
        decided('revoked', 'tls-1', 'cessationOfOperation') + decided('held', 'tls-2', 'certificateHold'),
      )
      .replace(STEPS.hold, delta('a', 'decisions: [revoked]') + delta('b', 'decisions: [held]')),
    ['operations: [hsm-full, delta]', 'operations: [hsm-full, delta-a, delta-b]'],
    ['operations: 2 }', 'operations: 3 }'],
  );

/** The hold is released; and the partition of the other has a complete CRL again, which needs no word about its delta CRL. */
const released = () =>
  changed(
    written('delta-release')
      .replace(/^ {2}last-crl:[\s\S]*?^tokens:/m, USES)
      .replace(
        STEPS.hold,
        `${delta('b', 'release: [{ certificate: tls-2 }]')}      - { id: crl-a, step: issue-crl, with: { issuer: root, key: root-key, previous: last-a, partition: { uri: "${uriOf('a')}" }, this-update: { at: proposal }, next-update: { from: this-update, plus: P364D } }, out: example-root-g1-a.crl, makes: { crl: root-a } }\n`,
      ),
    ['operations: [hsm-full, delta]', 'operations: [hsm-full, delta-b, crl-a]'],
    ['operations: 2 }', 'operations: 3 }'],
  );

describe('delta CRLs of the partitions of a private root', { concurrency: false }, () => {
  let folder = '';
  let roster = '';
  const [FIRST, HELD, RELEASED] = ['01-root', '02-hold', '03-release'] as const;
  const at = (pack: string, path: string) => join(folder, 'packs', pack, path);
  const script = (name: string, text: string) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, text);
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-partition-delta-test-'));
    const scripts = [script('root', first()), script('hold', held()), script('release', released())];
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    roster = (JSON.parse(stdout.split('\n')[0] as string) as { roster: string }).roster;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const anchor = () => ['--expect', 'rehearsal', '--roster', roster];
  const published = (pack: string, name: string) => at(pack, `publish/example-root-g1-${name}.crl`);
  const ledger = () => readLedger(readFileSync(at(RELEASED, 'ledger.json')));

  test('both verifiers find nothing in any pack, nor from one to the next', () => {
    const packs = [FIRST, HELD, RELEASED].map((pack) => at(pack, ''));
    const { status, stdout } = quorate('verify', ...packs, ...anchor());
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^chain: no findings$/m);
    for (const pack of packs) assert.equal(verifyShell(pack, roster).status, 0);
  });

  test('each partition has numbers, base and entries of its own', () => {
    assert.deepEqual(
      ledger().crls.map(({ number, base, scope }) => [number, base, scope?.uri]),
      [
        ['1', undefined, uriOf('a')],
        ['1', undefined, uriOf('b')],
        ['2', '1', uriOf('a')],
        ['2', '1', uriOf('b')],
        ['3', '1', uriOf('b')],
        ['3', undefined, uriOf('a')],
      ],
    );
    const serialOf = (wanted: string) => ledger().certificates.find(({ name }) => name === wanted)?.serial;
    const said = (pack: string, name: string) => {
      const crl = parseCrl(readFileSync(published(pack, name)));
      return [
        scopeOf(crl)?.uri,
        cRLNumber(crl.extensions),
        deltaCRLIndicator(crl.extensions),
        Array.from(crl.revoked, ({ serial, extensions }) => [serial, reasonCode(extensions)]),
      ];
    };
    assert.deepEqual(said(HELD, 'a-delta'), [uriOf('a'), 2n, 1n, [[serialOf('tls-1'), 'cessationOfOperation']]]);
    assert.deepEqual(said(HELD, 'b-delta'), [uriOf('b'), 2n, 1n, [[serialOf('tls-2'), 'certificateHold']]]);
    assert.deepEqual(said(RELEASED, 'b-delta'), [uriOf('b'), 3n, 1n, [[serialOf('tls-2'), 'removeFromCRL']]]);
    assert.deepEqual(said(RELEASED, 'a'), [uriOf('a'), 3n, undefined, [[serialOf('tls-1'), 'cessationOfOperation']]]);
  });

  const pem = (kind: 'x509' | 'crl', path: string) => {
    const out = join(folder, `${path.replaceAll('/', '-')}.pem`);
    execFileSync('openssl', [kind, '-inform', 'DER', '-in', path, '-out', out]);
    return out;
  };
  /** What openssl says of a CA, by these CRLs and no others. */
  const judged = (number: 1 | 2, ...crls: readonly string[]) => {
    const all = join(folder, 'crls.pem');
    writeFileSync(all, crls.map((crl) => readFileSync(pem('crl', crl))).join(''));
    const root = pem('x509', at(FIRST, 'certificates/example-root-g1.crt'));
    const options = ['-x509_strict', '-crl_check', '-extended_crl', '-use_deltas', '-CRLfile', all, '-CAfile', root];
    const certificate = pem('x509', at(FIRST, `certificates/example-tls-ca-${number}.crt`));
    const { status, stdout, stderr } = spawnSync('openssl', ['verify', ...options, certificate], { encoding: 'utf8' });
    return status === 0 ? 'OK' : (/error \d+ at \d depth lookup: (.*)/.exec(stderr)?.[1] ?? stdout);
  };

  test('openssl takes the delta CRL of a partition with its complete one, and with no other', () => {
    const [a, b] = [published(FIRST, 'a'), published(FIRST, 'b')];
    const [deltaA, deltaB] = [published(HELD, 'a-delta'), published(HELD, 'b-delta')];
    assert.deepEqual([judged(1, a, b), judged(2, a, b)], ['OK', 'OK']);
    assert.deepEqual([judged(1, a, deltaA), judged(2, b, deltaB)], ['certificate revoked', 'certificate revoked']);
    // That of the other partition says nothing of it.
    assert.deepEqual([judged(1, a, deltaB), judged(2, b, deltaA)], ['OK', 'OK']);
    assert.equal(judged(2, b, published(RELEASED, 'b-delta')), 'OK');
    assert.equal(judged(1, published(RELEASED, 'a')), 'certificate revoked');
  });

  test('the calendar has an end for each, and what is published is held to it', () => {
    const { stdout } = quorate('calendar', at(RELEASED, ''), ...anchor());
    assert.match(stdout, /delta CRL[\s\S]*example-root-g1-b\.crl/i);
    const newest = [published(RELEASED, 'a'), published(FIRST, 'b'), published(RELEASED, 'b-delta')];
    const { status, stdout: said } = quorate('check-published', at(RELEASED, ''), ...newest, ...anchor());
    assert.equal(status, 0, said);
    const old = quorate('check-published', at(RELEASED, ''), published(HELD, 'b-delta'), ...anchor());
    assert.equal(old.status, 1);
    assert.match(old.stdout, /PUBLISHED-NUMBER: .*it has number 2, expected 3, the newest/);
  });

  /** What is said of the second script, with some of its text another, after the first pack. */
  const refused = (name: string, ...changes: readonly (readonly [from: string, to: string])[]) => {
    const path = script(name, changed(held(), ...changes));
    const out = join(folder, 'refused', name);
    const { status, stdout, stderr } = quorate('rehearse', path, '--from', at(FIRST, ''), '--out', out);
    assert.notEqual(status, 0);
    return `${stdout}${stderr}`;
  };

  test('one that starts from another partition, or lists what is in another, is refused', () => {
    assert.match(
      refused('base', [
        `delta-of: last-a, partition: { uri: "${uriOf('a')}" }`,
        `delta-of: last-b, partition: { uri: "${uriOf('a')}" }`,
      ]),
      /it would be of the partition .*-a\.crl, and "last-b", which it follows, is of the partition .*-b\.crl/,
    );
    assert.match(
      refused(
        'listed',
        ['decisions: [revoked]', 'decisions: [swapped]'],
        ['decisions: [held]', 'decisions: [revoked]'],
        ['decisions: [swapped]', 'decisions: [held]'],
      ),
      /"tls-1" is in another partition than the CRL that would list it: /,
    );
  });
});
