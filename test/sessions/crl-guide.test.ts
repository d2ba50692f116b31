import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { blocksOf } from '../docs/pages.ts';
import { ROOT } from './table.ts';

/** Every command of the guide, in its order, as it stands there. */
describe('the guide to the yearly CRL', { concurrency: false }, () => {
  const commands = blocksOf('guides/crl.md').filter(({ language }) => language === 'sh');
  let home: string;
  before(() => {
    home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-crl-guide-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  function run(what: RegExp): string {
    const block = commands.shift();
    assert.match(block?.text ?? '', what);
    const ended = spawnSync('sh', ['-euc', block?.text ?? ''], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', HOME: home },
      encoding: 'utf8',
      timeout: 240_000,
    });
    assert.equal(ended.status, 0, `${what}: ${ended.stdout}\n${ended.stderr}`);
    return ended.stdout;
  }

  test('leads from what falls due to a CRL that is held to the pack', () => {
    run(/root-generation-vault\.yaml --out ~\/crl-first$/);
    run(/intermediate-signing\.yaml --from ~\/crl-first --out ~\/crl-second$/);
    assert.match(run(/^bin\/quorate calendar ~\/crl-second /), /CRL/);
    run(/crl-refresh\.yaml --from ~\/crl-second --out ~\/crl-third$/);
    const ledger = JSON.parse(readFileSync(join(home, 'crl-third', 'ledger.json'), 'utf8')) as {
      crls: readonly { number: string }[];
    };
    assert.deepEqual(
      ledger.crls.map(({ number }) => number),
      ['1', '2', '3'],
    );
    assert.match(run(/^bin\/quorate check-published /), /example-root-g1\.crl/);
    assert.deepEqual(commands, [], 'every command was run');
  });
});
