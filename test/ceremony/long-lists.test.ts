import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { watched } from '../../scripts/bench/measure.ts';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { readManifest } from '../../src/pack/manifest.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCrl } from '../../src/x509/crl.ts';

/*
 * A CA with a long CRL is adopted, and the next CRL repeats it and takes up a list as long: 20,000 entries each, or as many as
 * QUORATE_LISTED says, up to a million.
 */
const COUNT = Number(process.env['QUORATE_LISTED'] ?? 20_000);

/** Of the process that takes most: what a ceremony takes without any, and octets of each entry and each line. */
const MOST_MEMORY = 340 * 1024 * 1024 + COUNT * 900;

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');
const ADOPT = join(PROGRAM_ROOT, 'ceremonies', 'adopt-ca.yaml');
const YEARLY = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'crl-refresh.yaml');

/** The yearly CRL, with a list of what nobody shows. Each must be there, so that a change of the script does not empty it unseen. */
function withList(): string {
  const changes = [
    ['type: revocation-list, issuer: root, optional: true', 'type: revocation-list, issuer: root, issued: asserted'],
    [', when: { input: revocations }', ''],
  ] as const;
  return changes.reduce(
    (text, [wanted, now]) => {
      assert.ok(text.includes(wanted), wanted);
      return text.replace(wanted, now);
    },
    readFileSync(YEARLY, 'utf8'),
  );
}

describe(`a CRL of ${COUNT} entries in a ceremony, and a list of as many more`, { concurrency: false }, () => {
  let folder = '';
  let peak = 0;
  const pack = (name: string) => join(folder, 'packs', name);
  const [ADOPTED, REFRESHED] = ['01-adopt-ca', '02-yearly'];
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-long-'));
    writeFileSync(join(folder, 'yearly.yaml'), withList());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is adopted, repeated and added to', async () => {
    const scripts = [ADOPT, join(folder, 'yearly.yaml')];
    const rehearse = ['rehearse', ...scripts, '--out', join(folder, 'packs'), '--listed', String(COUNT)];
    ({ peak } = await watched(QUORATE, rehearse));
    const before = readFileSync(join(pack(ADOPTED), 'inputs', 'root-crl.crl'));
    const last = parseCrl(before, 'the CRL before').revoked;
    const next = parseCrl(readFileSync(join(pack(REFRESHED), 'crls', 'root.crl')), 'root.crl').revoked;
    assert.deepEqual([last.count, next.count], [COUNT, 2 * COUNT]);
    assert.equal(Buffer.compare(next.der.subarray(0, last.der.length), last.der), 0);
    const lines = readFileSync(join(pack(REFRESHED), 'inputs', 'revocations.csv'), 'latin1')
      .split('\n')
      .slice(1, -1);
    assert.equal(lines.length, COUNT);
    let at = 0;
    for (const { serial, at: time, extensions } of next) {
      if (at >= COUNT && (at % 997 === 0 || at > 2 * COUNT - 3)) {
        assert.match(lines[at - COUNT] ?? '', new RegExp(`^${serial},${time.at},cessationOfOperation,$`));
        assert.equal(extensions.length, 1);
      }
      at++;
    }
    const text = statSync(join(pack(REFRESHED), 'crls', 'root.txt'));
    assert.ok(text.size < 16 * 1024 || 2 * COUNT <= 10_000, `${text.size} bytes of text`);
  });

  test('is said to be what people assert, and counted', () => {
    const events = readFileSync(join(pack(REFRESHED), 'events.jsonl'), 'utf8');
    assert.match(events, new RegExp(`"input":"revocations"[^\\n]*"revoked":${COUNT},[^\\n]*"unseen":${COUNT}`));
    const { adoptions = [] } = readLedger(readFileSync(join(pack(REFRESHED), 'ledger.json')));
    const named = Math.min(COUNT, 1000);
    assert.deepEqual(
      adoptions.map(({ revokedUnseen, revokedUnseenMore = 0 }) => [revokedUnseen.length, revokedUnseenMore]),
      [[named, COUNT - named]],
    );
  });

  test('is shown to who approves by reasons, ends, and the digest of the list as it came in', () => {
    const proposal = readFileSync(join(pack(REFRESHED), 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { seq: number; type: string; step: string })
      .find(({ type, step }) => type === 'proposed' && step === 'crl');
    const shown = spawnSync(QUORATE, ['show', pack(REFRESHED), '--proposal', String(proposal?.seq)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const list = readFileSync(join(pack(REFRESHED), 'inputs', 'revocations.csv'));
    const lines = list.toString('latin1').split('\n').slice(1, -1);
    const serialAt = (at: number) => lines.at(at)?.split(',')[0];
    const [half, rest] = hexGroups(sha256(list));
    assert.match(
      shown.stdout,
      new RegExp(
        `^IN ALL {6}${COUNT} ADDED\n {12}${COUNT} cessationOfOperation\n[^]*^first {7}${serialAt(0)}\nlast {8}${serialAt(-1)}\n[^]*\n {12}${half}\n {12}${rest}\n`,
        'm',
      ),
    );
  });

  test('takes memory for its octets, and not for an object of each entry', () => {
    assert.ok(peak < MOST_MEMORY, `${peak} bytes, expected less than ${MOST_MEMORY}`);
  });

  for (const name of [ADOPTED, REFRESHED])
    test(`is in the pack ${name}, in which both verifiers find nothing`, () => {
      const { roster } = readManifest(readFileSync(join(pack(name), 'manifest.json')));
      const verify = ['verify', pack(name), '--expect', 'rehearsal', '--roster', roster];
      const verified = spawnSync(QUORATE, verify, { encoding: 'utf8' });
      assert.equal(verified.status, 0, verified.stdout);
      execFileSync('sh', ['verify.sh', roster], { cwd: pack(name) });
    });
});
