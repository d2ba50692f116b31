import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const EXAMPLE = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'crl-refresh.yaml');

describe('a CRL that is read from a medium before the next is signed', { concurrency: false }, () => {
  let folder = '';
  let pack = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-published-'));
    pack = join(folder, 'pack');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is rehearsed, and both verifiers find nothing', () => {
    const rehearse = ['rehearse', EXAMPLE, '--out', pack, '--json'];
    const { status, stdout, stderr } = spawnSync(QUORATE, rehearse, { encoding: 'utf8' });
    assert.equal(status, 0, stderr.slice(-2000));
    const { roster } = JSON.parse(stdout) as { roster: string };
    const verify = ['verify', pack, '--expect', 'rehearsal', '--roster', roster];
    const verified = spawnSync(QUORATE, verify, { encoding: 'utf8' });
    assert.equal(verified.status, 0, verified.stdout);
    execFileSync('sh', ['verify.sh', roster], { cwd: pack });
  });

  test('is the one that the ledger of the pack before has as the newest, and the record says so', () => {
    const [carried = '', ...others] = readdirSync(join(pack, 'previous', 'crls'));
    assert.deepEqual(others, []);
    const brought = readFileSync(join(pack, 'inputs', 'published-crl.crl'));
    assert.deepEqual(brought, readFileSync(join(pack, 'previous', 'crls', carried)));
    const read = readFileSync(join(pack, 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JsonObject)
      .find(({ type, subject }) => type === 'observation' && subject === 'input');
    const facts = read?.['facts'] as JsonObject;
    assert.deepEqual([facts['input'], facts['crl']], ['published-crl', 'inputs/published-crl.crl']);
    assert.equal(carried, `${sha256(brought)}.crl`);
  });

  test('another in its place is found', () => {
    const inPlace = readFileSync(join(pack, 'crls', 'root.crl'));
    rmSync(join(pack, 'inputs', 'published-crl.crl'));
    writeFileSync(join(pack, 'inputs', 'published-crl.crl'), inPlace);
    const verified = spawnSync(QUORATE, ['verify', pack, '--expect', 'rehearsal'], { encoding: 'utf8' });
    assert.equal(verified.status, 1);
    assert.match(verified.stdout, /EVENT-FILE.*inputs\/published-crl\.crl/);
  });
});
