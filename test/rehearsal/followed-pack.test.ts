import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalBytes, type Json } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { authorityKeyIdentifier, subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { SCRIPT } from '../ceremony/played-pack.ts';
import { sharedRehearsal } from '../ceremony/shared-rehearsal.ts';
import { CAST, found, recombinedPin, stageIn, verifiedByOpenssl } from './set-stage.ts';

/** Media as the script of the pack has them: no materials, and envelopes on two. */
const FOLLOWING = {
  ...CAST,
  materials: {},
  media: {},
  stands: { tokens: CAST.stands.tokens, uses: CAST.stands.uses },
};

/** A ledger as JSON that a test edits. */
interface Edited {
  keys: { spkiSha256: string; step: string; generatedAt: string }[];
  tokens: object[];
  copies: object[];
  crls: { sha256: string; path: string }[];
  shareSets: { shares: { seat: string; x: number }[] }[];
}

describe('the stage of a ceremony that follows a pack', { concurrency: false }, () => {
  let folder = '';
  let pack = '';
  const json = (path: string) => JSON.parse(readFileSync(join(pack, path), 'utf8'));
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-followed-test-'));
    pack = join(folder, 'pack');
    const rehearsed = sharedRehearsal(SCRIPT, pack);
    assert.equal(rehearsed.status, 0, rehearsed.stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A copy of the pack, of which `change` has made something else; its manifest agrees with it unless told. */
  function changed(name: string, change: (ledger: Edited) => void, agrees = true): string {
    const copy = join(folder, name);
    cpSync(pack, copy, { recursive: true });
    const ledger = json('ledger.json');
    change(ledger);
    const bytes = canonicalBytes(ledger as Json);
    writeFileSync(join(copy, 'ledger.json'), bytes);
    if (agrees) relist(copy, 'ledger.json', bytes);
    return copy;
  }

  function relist(copy: string, path: string, bytes: Uint8Array): void {
    const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
    const files = manifest.files.map((file: { path: string }) =>
      file.path === path ? { path, sha256: sha256(bytes), size: bytes.length } : file,
    );
    writeFileSync(join(copy, 'manifest.json'), canonicalBytes({ ...manifest, files }));
  }

  test('has its ledger with other keys, on an HSM that those open who hold the shares by it', async () => {
    const stage = await stageIn(join(folder, 'stage'), FOLLOWING, { from: pack });
    const { manifest, ledger, site, authorization } = found(stage);
    const was = json('ledger.json');
    assert.deepEqual(stage.notes, []);
    assert.deepEqual([manifest.head, manifest.ceremony], [json('manifest.json').head, json('manifest.json').ceremony]);
    assert.deepEqual([ledger.number, authorization['ceremony']], [1, 2]);
    const [key] = ledger.keys;
    assert.deepEqual([key?.label, key?.id, key?.name], ['rehearsal-example-root-g1', was.keys[0].id, 'root']);
    assert.notEqual(key?.spki, was.keys[0].spki);
    assert.equal(key?.token, site.tokens['root-hsm']?.['serial']);
    assert.notEqual(key?.token, was.keys[0].token);
    const [user, so] = ledger.shareSets;
    assert.ok(user && so);
    assert.equal(ledger.shareSets.length, 2);
    // The script has three of five come; all five hold shares by the pack.
    const five = ['1', '2', '3', '4', '5'].map((number) => `crypto-officer-${number}`);
    assert.deepEqual(
      user.shares.map(({ seat }) => seat),
      five,
    );
    assert.deepEqual(site.people['crypto-officer'], five.slice(0, 3));
    assert.deepEqual(Object.keys(user.envelopes), ['envelopes 1', 'envelopes 2']);
    for (const { at } of site.media['envelopes'] ?? [])
      assert.match((await recombinedPin(stage, so, at)).toString(), /^[A-Z2-7]{64}$/);
    assert.deepEqual(
      JSON.parse(readFileSync(join(stage.inputs, 'roster.json'), 'utf8')).classes,
      json('roster/roster.json').classes,
    );
    assert.deepEqual(ledger.custody, was.custody);
  });

  test('has its certificate and CRL, which differ in key, identifiers and signature alone', async () => {
    const { ledger, read } = found(await stageIn(join(folder, 'documents'), FOLLOWING, { from: pack }));
    const root = read('certificates/root.crt');
    const crl = read('crls/root.crl');
    verifiedByOpenssl(folder, root, root, crl);
    const now = parseCertificate(root);
    const was = parseCertificate(readFileSync(join(pack, 'certificates/root.crt')));
    assert.equal(sha256(now.spki.der), ledger.keys[0]?.spkiSha256);
    assert.deepEqual(
      [now.serial.hex, now.issuer.der, now.subject.der, now.notBefore.at, now.notAfter.at].map(String),
      [was.serial.hex, was.issuer.der, was.subject.der, was.notBefore.at, was.notAfter.at].map(String),
    );
    assert.equal(ledger.certificates[0]?.serial, was.serial.hex);
    assert.notDeepEqual(subjectKeyIdentifier(now.extensions), subjectKeyIdentifier(was.extensions));
    assert.deepEqual(authorityKeyIdentifier(now.extensions)?.keyIdentifier, subjectKeyIdentifier(now.extensions));
    const list = parseCrl(crl);
    const before = parseCrl(readFileSync(join(pack, 'crls/root.crl')));
    assert.deepEqual(authorityKeyIdentifier(list.extensions)?.keyIdentifier, subjectKeyIdentifier(now.extensions));
    assert.deepEqual(
      [list.thisUpdate.at, list.issuer.der].map(String),
      [before.thisUpdate.at, before.issuer.der].map(String),
    );
    assert.equal(ledger.crls[0]?.sha256, sha256(crl));
  });

  test('brings the media that the script names, however many the pack had', async () => {
    const { ledger } = found(await stageIn(join(folder, 'one'), CAST, { from: pack }));
    assert.deepEqual(Object.keys(ledger.shareSets[0]?.envelopes ?? {}), ['envelopes 1']);
  });

  test('is held after it: nothing is issued before what it follows', async () => {
    const window = { from: '2020-01-01T00:00:00Z', until: '2036-01-01T00:00:00Z' };
    const { ledger, authorization } = found(await stageIn(join(folder, 'window'), CAST, { from: pack, window }));
    assert.deepEqual(
      [authorization['notBefore'], authorization['notAfter']],
      [ledger.keys[0]?.generatedAt, window.until],
    );
  });

  test('has the plan say what its ledger has not: the stage is set all the same', async () => {
    const uses = [{ kind: 'key', called: 'root', of: 'example-root-g9' }];
    const tokens = ['root-hsm', 'other-hsm'];
    const cast = { ...CAST, tokens, stands: { ...CAST.stands, tokens, uses } };
    const { site, ledger } = found(await stageIn(join(folder, 'other'), cast, { from: pack }));
    assert.deepEqual([site.tokens['other-hsm']?.['blank'], ledger.tokens.length], [true, 1]);
  });

  test('stands in for a key on the HSM that a script calls otherwise', async () => {
    const cast = { ...CAST, tokens: ['signer'], stands: { ...CAST.stands, tokens: ['signer'] } };
    const { site, ledger } = found(await stageIn(join(folder, 'renamed'), cast, { from: pack }));
    assert.deepEqual(
      [ledger.tokens[0]?.name, ledger.tokens[0]?.serial],
      ['root-hsm', site.tokens['signer']?.['serial']],
    );
    assert.equal(site.tokens['signer']?.['label'], ledger.tokens[0]?.label);
  });

  describe('refuses, before anything is made,', () => {
    const refusal = (from: string, message: RegExp) =>
      assert.rejects(stageIn(join(folder, 'refused'), CAST, { from }), { code: 'PACK_UNREADABLE', message });

    test('a folder that is no pack', () =>
      refusal(folder, /is no evidence pack that is sealed: it has no manifest.json$/));
    test('a ledger that is not the one that its manifest lists', () =>
      refusal(
        changed('altered', (ledger) => ledger.keys.pop(), false),
        /"ledger.json" has SHA-256 [0-9a-f]{64}; manifest.json says [0-9a-f]{64}$/,
      ));
    test('a CRL that is not the one that its ledger lists', () =>
      refusal(
        changed('other-crl', ({ crls }) => {
          for (const crl of crls) crl.sha256 = '1'.repeat(64);
        }),
        /"crls\/root.crl" with SHA-256 1{64}, which the ledger lists, is not there$/,
      ));
    test('a path that leads out of it', () =>
      refusal(
        changed('outside', ({ crls }) => {
          for (const crl of crls) crl.path = '../pack/crls/root.crl';
        }),
        /"..\/pack\/crls\/root.crl" with SHA-256 [0-9a-f]{64}, which the ledger lists, is not there$/,
      ));
  });

  test('refuses certificates that no key of the ledger signed, and too few custodians', async () => {
    const keyless = changed('keyless', (ledger) => {
      ledger.keys = [];
    });
    await assert.rejects(stageIn(join(folder, 'refused-1'), CAST, { from: keyless }), {
      code: 'REHEARSAL_SETUP',
      message: '"certificates/root.crt" of the pack that is followed is signed by no key of its ledger',
    });
    const strangers = changed('strangers', ({ shareSets }) => {
      for (const { shares } of shareSets) for (const share of shares.slice(2)) share.seat = `gone-${share.x}`;
    });
    await assert.rejects(stageIn(join(folder, 'refused-2'), CAST, { from: strangers }), {
      code: 'REHEARSAL_SETUP',
      message: 'of those who hold shares of "root-hsm", 2 have a token on the roster; 3 open it',
    });
  });

  test('a key that is on two HSMs of the script is refused', async () => {
    const copied = changed('copied', (ledger) => {
      const [token] = ledger.tokens;
      const [key] = ledger.keys;
      ledger.tokens.push({ ...token, name: 'backup-hsm', serial: 'b1', sets: [] });
      assert.ok(key);
      const { spkiSha256, step, generatedAt: provenAt } = key;
      ledger.copies.push({ key: 'root', spkiSha256, token: 'b1', step, provenAt });
    });
    const tokens = ['root-hsm', 'backup-hsm'];
    const cast = { ...CAST, tokens, stands: { ...CAST.stands, tokens } };
    await assert.rejects(stageIn(join(folder, 'copies'), cast, { from: copied }), {
      code: 'REHEARSAL_SETUP',
      message:
        'the key "root" is on two HSMs of this script, "root-hsm" and "backup-hsm"; a throw-away key is on one alone',
    });
    // On the backup alone it is the key that the ledger says was copied there.
    const alone = { ...CAST, tokens: ['backup-hsm'], stands: { ...CAST.stands, tokens: ['backup-hsm'] } };
    const { ledger } = found(await stageIn(join(folder, 'backup'), alone, { from: copied }));
    assert.deepEqual(
      ledger.copies.map(({ token, spkiSha256 }) => [token, spkiSha256]),
      [[ledger.tokens[1]?.serial, ledger.keys[0]?.spkiSha256]],
    );
    assert.equal(ledger.keys[0]?.token, json('ledger.json').keys[0].token);
  });
});
