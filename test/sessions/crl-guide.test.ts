import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GuideCommands } from './guide-commands.ts';

/** Every command of the guide, in its order, as it stands there. */
describe('the guide to the yearly CRL', { concurrency: false }, () => {
  const commands = new GuideCommands('guides/crl.md', () => home);
  const run = (what: RegExp) => commands.run(what);
  let home: string;
  before(() => {
    home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-crl-guide-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('leads from what falls due to a CRL that is held to the pack', () => {
    run(/root-generation-vault\.yaml \S*intermediate-signing\.yaml --out ~\/crl$/);
    assert.match(run(/^bin\/quorate calendar ~\/crl\/02-intermediate-signing /), /CRL/);
    run(/crl-refresh\.yaml --from ~\/crl\/02-intermediate-signing --out ~\/crl-third$/);
    const ledger = JSON.parse(readFileSync(join(home, 'crl-third', 'ledger.json'), 'utf8')) as {
      crls: readonly { number: string }[];
    };
    assert.deepEqual(
      ledger.crls.map(({ number }) => number),
      ['1', '2', '3'],
    );
    run(/device-batch\.yaml --out ~\/crl-devices$/);
    run(/compromise-rollover\.yaml --from ~\/crl-devices --out ~\/crl-replaced$/);
    assert.match(readFileSync(join(home, 'crl-replaced', 'events.jsonl'), 'utf8'), /"reason":"keyCompromise"/);
    assert.match(run(/^bin\/quorate check-published /), /example-root-g1\.crl/);
    assert.equal(commands.left, 0, 'every command was run');
  });
});
