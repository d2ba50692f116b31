import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { NEW_SHARES, yearlyScript } from './following.ts';
import { playedPack, quorate } from './played-pack.ts';

const VAULT = join(PROGRAM_ROOT, 'ceremonies', 'root-generation-vault.yaml');

describe('a rehearsal of a ceremony that follows another', { concurrency: false }, () => {
  let folder = '';
  let yearly = '';
  let shares = '';
  const ledgerOf = (pack: string) => readLedger(readFileSync(join(pack, 'ledger.json')));
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-following-test-'));
    yearly = join(folder, 'yearly.yaml');
    shares = join(folder, 'shares.yaml');
    writeFileSync(yearly, yearlyScript());
    writeFileSync(shares, NEW_SHARES);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('runs alone, on a root that is invented for it: the second CRL', async () => {
    const pack = join(folder, 'alone');
    const { said } = await playedPack(yearly, pack, []);
    assert.match(
      said,
      /what the script takes from earlier ceremonies is invented for this rehearsal\. .* in one go\.\n/,
    );
    const { number, crls, keys } = ledgerOf(pack);
    assert.deepEqual(
      [number, crls.map((crl) => crl.number), keys[0]?.label],
      [2, ['1', '2'], 'rehearsal-example-root-g1'],
    );
    assert.ok(existsSync(join(pack, 'previous', 'crls', `${crls[0]?.sha256}.crl`)));
  });

  test('follows the pack of the ceremony before, and is followed by the next', async () => {
    const [first, second, third] = ['first', 'second', 'third'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await playedPack(VAULT, first, []);
    const { said } = await playedPack(yearly, second, [], first);
    assert.doesNotMatch(said, /invented/);
    const before = ledgerOf(first);
    const then = ledgerOf(second);
    assert.deepEqual([then.number, then.crls.map(({ number }) => number)], [2, ['1', '2']]);
    assert.equal(then.certificates[0]?.serial, before.certificates[0]?.serial);
    const bagOf = ({ custody }: typeof then, unit: string) => custody.find((thing) => thing.unit === unit)?.bag;
    const unsealed = readFileSync(join(second, 'events.jsonl'), 'utf8')
      .split('\n')
      .find((line) => line.includes('"did":"unsealed"') && line.includes('"unit":"hsm"'));
    assert.ok(unsealed?.includes(`"bag":"${bagOf(before, 'hsm')}"`), unsealed ?? 'nobody unsealed it');
    assert.notEqual(bagOf(then, 'hsm'), bagOf(before, 'hsm'));

    await playedPack(shares, third, [], second);
    const last = ledgerOf(third);
    assert.equal(last.number, 3);
    // No other HSM that the ledger knows has their PINs.
    assert.deepEqual(
      last.shareSets.map(({ kind, state }) => [kind, state]),
      [
        ['user', 'void'],
        ['so', 'void'],
        ['user', 'current'],
        ['so', 'current'],
      ],
    );
  });

  test('is played by an HSM with its own quorum, whatever the one before was', async () => {
    const pack = join(folder, 'luna');
    await playedPack(yearly, pack, ['luna-7']);
    assert.deepEqual([ledgerOf(pack).tokens[0]?.means, ledgerOf(pack).shareSets], ['device-quorum', []]);
  });

  test('is refused where --from names no pack, and leaves nothing behind', () => {
    const { status, stderr } = quorate('rehearse', yearly, '--from', folder, '--out', join(folder, 'refused'));
    assert.equal(status, 1);
    assert.match(
      stderr,
      /quorate: PACK_UNREADABLE: "[^"]+" is no evidence pack that is sealed: it has no manifest\.json\n/,
    );
    assert.equal(existsSync(join(folder, 'refused', 'events.jsonl')), false);
  });

  test('a first enrolment follows nothing', () => {
    const script = join(PROGRAM_ROOT, 'ceremonies', 'quorum-enrolment.yaml');
    const { status, stderr } = quorate('rehearse', script, '--from', folder, '--out', join(folder, 'enrolment'));
    assert.equal(status, 4);
    assert.match(stderr, /REHEARSAL_SETUP: a first enrolment follows no ceremony, and --from names "/);
  });

  test('a table is laid for it, with the pack that it follows beside the site', () => {
    const table = join(folder, 'table');
    const { status, stdout, stderr } = quorate('practice', yearly, '--in', table);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /invented for this rehearsal/);
    assert.match(stdout, /Practise with:\n {2}\/\S+\/bin\/quorate run /);
    const planned = quorate('plan', yearly, '--site', join(table, 'site.yaml'));
    assert.equal(planned.status, 0, planned.stderr);
    const sheet = readFileSync(join(table, 'practice-pins.txt'), 'utf8');
    assert.match(
      sheet,
      new RegExp(`hsm +${ledgerOf(join(table, 'previous')).custody.find(({ unit }) => unit === 'hsm')?.bag}`),
    );
  });
});
