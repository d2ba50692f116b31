import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const HEADER = 'serialNumber,revocationDate,reasonCode,invalidityDate';

describe('a plan reads the revocation list that lies on its medium', { concurrency: false }, () => {
  let folder = '';
  let serial = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-lists-test-'));
    // Of a CA that has a certificate below it.
    const script = readFileSync(join(PROGRAM_ROOT, 'ceremonies', 'crl-refresh.yaml'), 'utf8');
    const uses = '  last-crl: { crl: latest, of: example-root-g1 }\n';
    assert.ok(script.includes(uses));
    writeFileSync(
      join(folder, 'refresh.yaml'),
      script.replace(uses, `${uses}  issuing:  { certificate: issuing, of: example-root-g1 }\n`),
    );
    const { status, stderr } = run('practice', 'refresh.yaml', '--in', 'table');
    assert.equal(status, 0, stderr);
    const ledger = JSON.parse(readFileSync(join(folder, 'table', 'previous', 'ledger.json'), 'utf8')) as {
      readonly certificates: readonly { readonly name: string; readonly serial: string }[];
    };
    serial = ledger.certificates.find(({ name }) => name === 'issuing')?.serial ?? '';
    assert.match(serial, /^[0-9a-f]+$/);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]) => spawnSync(QUORATE, args, { encoding: 'utf8', cwd: folder });
  const medium = () => join(folder, 'table', 'media', 'inbox.1', 'revocations.csv');

  function planned(...lines: readonly string[]) {
    writeFileSync(medium(), `${[HEADER, ...lines].join('\n')}\n`);
    return run('plan', 'refresh.yaml', '--site', join('table', 'site.yaml'));
  }

  const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');

  test('one that the ceremony would take is said to be', () => {
    const { status, stdout, stderr } = planned(`${serial},${yesterday()},cessationOfOperation,`);
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /lie on their media now\n {2}The list "revocations" revokes one certificate, which this CA has issued\.\n$/,
    );
  });

  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    ['without a reason', () => `${serial},${yesterday()},,`, /line 2: the reason "" is not one of/],
    [
      'a certificate of nobody',
      () => `0199,${yesterday()},superseded,`,
      /has issued no certificate with the serial number 0199/,
    ],
    ['in days to come', () => `${serial},2099-01-01T00:00:00Z,superseded,`, /line 2: .*2099/],
  ];
  for (const [name, line, message] of refused)
    test(`one that the ceremony would refuse is refused at the desk: ${name}`, () => {
      const { status, stdout, stderr } = planned(line());
      assert.deepEqual([status, stdout], [2, ''], stderr);
      assert.match(stderr, message);
      assert.match(stderr, /^refresh\.yaml:\d+:3: "revocations\.csv": .*\[PLAN_FILE\]$/m);
      assert.match(
        stderr,
        /hint: as it lies at ".*inbox\.1\/revocations\.csv"; the ceremony would refuse it when it is read/,
      );
    });

  test('where none lies there yet, nothing is said of it', () => {
    rmSync(medium(), { force: true });
    const { status, stdout } = run('plan', 'refresh.yaml', '--site', join('table', 'site.yaml'));
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /lie on their media/);
  });
});
