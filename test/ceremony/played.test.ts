import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EXAMPLE, playedPack, quorate, SCRIPT, verifyShell } from './played-pack.ts';

type Played = Awaited<ReturnType<typeof playedPack>>;

/** As what the script of crypto officers is rehearsed, and what such a pack says besides. */
const PLAYED: readonly {
  readonly as: readonly string[];
  /** How the script lets it log in. */
  readonly means?: string;
  /** Of how many HSMs the pack has key files. */
  readonly keys?: number;
  readonly algorithm?: string;
  readonly look?: (played: Played) => void;
}[] = [
  { as: ['nshield'], keys: 2 },
  { as: ['nss'], look: assertSecondModule },
  { as: ['luna-7', 'piv'], algorithm: 'ecdsa-p521', look: assertCards },
  { as: ['yubihsm'], means: 'shares, device-quorum, pin', algorithm: 'ed25519', look: assertCustodyAlone },
];

/** Its keys are in modules of another kind than the cards, and what these do not report of a key is accepted by name. */
function assertSecondModule({ verified, json, events }: Played): void {
  assert.match(verified, /the token was not told COPYABLE of the private key, which it refuses, and does not/);
  const deviations = events().filter((event) => event.type === 'deviation');
  const quirks = ['private-local', 'private-copyable', 'public-local', 'public-derive'];
  assert.deepEqual(
    deviations.map(({ effect, names }) => [effect, names]),
    [['quirk', ['root-hsm', ...quirks]]],
  );
  const [key] = json('ledger.json').keys;
  assert.equal(key.quirks.length, 4);
  assert.match(
    json('site.yaml').modules['module-root-hsm']['init-args'],
    /^configdir='' tokens=<0x02=\[configdir='sql:/,
  );
}

function assertCards({ json }: Played): void {
  const { members } = json('roster/roster.json');
  const tokens = members.flatMap((member: { tokens?: object[] }) => member.tokens ?? []);
  assert.ok(tokens.length > 5);
  for (const { serial, model, origin } of tokens)
    assert.deepEqual([serial, model, origin], ['', 'PKCS#15 emulated', 'adopted']);
  assert.equal(json('ledger.json').tokens[0].means, 'device-quorum');
}

/** Its PIN is typed. */
function assertCustodyAlone({ verified }: Played): void {
  assert.match(verified, /operations were protected by custom \(one PIN was typed; .*\): by site/);
}

describe('a rehearsal with an HSM that has its own quorum', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-played-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('as luna-7 the script that ships runs to a pack that both verifiers take, and that says what protected it', async () => {
    const pack = join(folder, 'pack');
    const { roster, verified, json, events } = await playedPack(SCRIPT, pack, ['luna-7']);
    assert.match(verified, /operations were protected by the HSM's own quorum: by site and authorization/);
    const [token] = json('ledger.json').tokens;
    assert.deepEqual([token.name, token.means, token.sets], ['root-hsm', 'device-quorum', []]);
    const results = events().filter((event) => event.type === 'result');
    assert.deepEqual(
      results.map(({ outcome, facts }) => [outcome, facts.protection]),
      Array.from({ length: 5 }, () => ['done', "the HSM's own quorum"]),
    );
    const { stdout: text } = spawnSync('pdftotext', [join(pack, 'views', 'report.pdf'), '-'], { encoding: 'utf8' });
    assert.match(text.replace(/\s+/g, ' '), /3 of 5 black PED keys, presented to the device/);
    assert.doesNotMatch(text, /Shares opened|with the shares of/);

    // The authorization that its signers read says otherwise: the shell finds it from that file alone.
    const means = join(pack, 'authorization.json');
    writeFileSync(
      means,
      readFileSync(means, 'utf8').replace('"devices":"black', '"devices":"\\"means\\":\\"pin\\" black'),
    );
    const again = verifyShell(pack, roster);
    assert.doesNotMatch(again.stdout, /names another protection/);
    writeFileSync(means, readFileSync(means, 'utf8').replace('"means":"device-quorum"', '"means":"split-pin"'));
    const wrong = verifyShell(pack, roster);
    assert.equal(wrong.stdout.match(/names another protection than the authorization permits/g)?.length, 5);
  });

  test('as nshield, whose keys are files and whose objects are those of C_Initialize, it runs to a pack likewise', async () => {
    // The files without which the key is lost are named, and lie on two media.
    const { keyFiles } = (await playedPack(SCRIPT, join(folder, 'nshield'), ['nshield'])).json('ledger.json');
    assert.deepEqual(keyFiles[0].media, ['evidence 1', 'evidence 2']);
    assert.equal(keyFiles[0].files.filter(({ path }: { path: string }) => path.startsWith('key_pkcs11_uc')).length, 2);
  });

  test('the script of crypto officers runs on two HSMs, and its copy is proven in the pack', async () => {
    const { said, shell, json } = await playedPack(EXAMPLE, join(folder, 'example'), []);
    assert.match(said, /vendor's tools, which SoftHSM has not: played as luna-7\./);
    assert.equal(shell.match(/^ok .* has signed that it is on the HSM with serial /gm)?.length, 2);
    const { copies, tokens } = json('ledger.json');
    assert.deepEqual(
      [copies.length, copies[0].key, copies[0].step, copies[0].token],
      [1, 'root', 'same-key@backup-hsm', tokens[1].serial],
    );
  });

  // A key of Ed25519 or P-521 goes the whole way, to both verifiers, where its HSM is played.
  for (const { as, means = 'shares, device-quorum', keys = 0, algorithm = 'ecdsa-p384', look = () => {} } of PLAYED) {
    const name = as.join('-and-');
    test(`the script of crypto officers runs as ${name} with a key of ${algorithm}, where it allows that way of logging in`, async () => {
      const script = join(folder, `example-${name}.yaml`);
      writeFileSync(
        script,
        readFileSync(EXAMPLE, 'utf8')
          .replace('means: [shares, device-quorum]', `means: [${means}]`)
          .replace('algorithm: ecdsa-p384', `algorithm: ${algorithm}`)
          // The public web has no Ed25519.
          .replace('cabf-tls, mozilla]', algorithm === 'ed25519' ? 'private]' : 'cabf-tls, mozilla]'),
      );
      const played = await playedPack(script, join(folder, `pack-of-${name}`), as);
      const { copies, keys: made, keyFiles = [] } = played.json('ledger.json');
      // Key files go with the pack: the script has no step for them.
      assert.deepEqual([made[0].algorithm, copies.length, keyFiles.length], [algorithm, 1, keys]);
      look(played);
    });
  }

  test('the script of crypto officers is refused as a YubiHSM, whose PIN is typed', () => {
    const refused = quorate('rehearse', EXAMPLE, '--as', 'yubihsm', '--out', join(folder, 'not-allowed'));
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /the site activates "root-hsm" by pin; the script allows shares, device-quorum/);
  });

  test('a script that does not allow the means is refused before anything is done', () => {
    const script = join(folder, 'shares-only.yaml');
    writeFileSync(script, readFileSync(SCRIPT, 'utf8').replace('means: [shares, device-quorum]', 'means: [shares]'));
    const refused = quorate('rehearse', script, '--as', 'luna-7', '--out', join(folder, 'none'));
    assert.equal(refused.status, 2);
    assert.match(
      refused.stderr,
      /the site activates "root-hsm" by device-quorum; the script allows shares \[PLAN_TOKEN\]/,
    );
  });

  test('a table with an nshield is laid, and no ceremony begins at it while the folder of its keys is not there', () => {
    const table = join(folder, 'table');
    const laid = quorate('practice', SCRIPT, '--as', 'nshield', '--in', table);
    assert.equal(laid.status, 0, laid.stderr);
    const keys = join(table, 'played-root-hsm', 'key-files');
    rmSync(keys, { recursive: true });
    const refused = quorate('run', SCRIPT, '--site', join(table, 'site.yaml'), '--out', join(folder, 'no-keys'));
    assert.equal(refused.status, 2, refused.stderr);
    assert.ok(refused.stderr.includes(`FILE_MISSING: the folder of key files "${keys}" is not there`), refused.stderr);
  });

  test('what nobody plays is refused by name', () => {
    const refused = quorate('rehearse', SCRIPT, '--as', 'saturn', '--out', join(folder, 'saturn'));
    assert.equal(refused.status, 64);
    assert.match(refused.stderr, /no HSM is played as "saturn", expected luna-7/);
  });
});
