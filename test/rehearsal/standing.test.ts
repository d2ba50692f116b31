import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { KEY_FLAGS } from '../../src/quorum/key-template.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import type { StageSet } from '../../src/rehearsal/stage.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { CAST, type Found, found, recombinedPin, stageIn, verifiedByOpenssl } from './set-stage.ts';

describe('the stage of a ceremony that follows others, where no pack is given', { concurrency: false }, () => {
  let folder = '';
  let stage: StageSet;
  let there: Found;
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-standing-test-'));
    stage = await stageIn(join(folder, 'stage'), CAST);
    there = found(stage);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('has a pack to follow, and says that it is invented', () => {
    const { manifest, manifestBytes, ledger, site, authorization } = there;
    assert.deepEqual(stage.notes, [
      'No evidence pack is given with --from: what the script takes from earlier ceremonies is invented for this rehearsal. ' +
        'Where the script is refused for what was invented, give --from and the pack of the ceremony before it, or rehearse that ceremony and it in one go.',
    ]);
    assert.equal(manifest.mode, 'rehearsal');
    assert.equal(manifest.ceremony, ledger.ceremony);
    assert.equal(manifest.roster, stage.start['expectedRoster']);
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      ['certificates/root.crt', 'crls/root.crl', 'ledger.json'],
    );
    for (const file of manifest.files) assert.equal(sha256(there.read(file.path)), file.sha256, file.path);
    assert.deepEqual(site.previous, { pack: 'previous', head: manifest.head });
    assert.deepEqual(
      [authorization['ceremony'], authorization['previous']],
      [ledger.number + 1, sha256(manifestBytes)],
    );
    assert.equal(stage.start['previous'], sha256(manifestBytes));
    assert.deepEqual(Buffer.from(String(stage.start['manifest']), 'base64'), manifestBytes);
    assert.deepEqual(Buffer.from(String(stage.start['ledger']), 'base64'), there.read('ledger.json'));
  });

  test('has a root of a year ago and an empty first CRL, which openssl verifies', () => {
    const { ledger, read } = there;
    const [certificate] = ledger.certificates;
    const [crl] = ledger.crls;
    const root = read(String(certificate?.path));
    verifiedByOpenssl(folder, root, root, read(String(crl?.path)));
    const parsed = parseCertificate(root);
    assert.deepEqual(parsed.subject.attributes.at(-1)?.value, 'REHEARSAL example-root-g1');
    assert.deepEqual([parsed.notBefore.at, parsed.notAfter.at], ['2030-05-06T07:00:00Z', '2046-05-06T07:00:00Z']);
    assert.deepEqual([certificate?.notBefore, certificate?.notAfter], [parsed.notBefore.at, parsed.notAfter.at]);
    assert.equal(certificate?.serial, parsed.serial.hex);
    const list = parseCrl(read(String(crl?.path)));
    assert.deepEqual(
      [crl?.number, crl?.thisUpdate, list.thisUpdate.at],
      ['1', '2031-04-06T07:00:00Z', crl?.thisUpdate],
    );
    assert.equal(list.revoked.count, 0);
    assert.deepEqual([certificate?.name, certificate?.key, crl?.issuer], ['root', 'root', 'root']);
    const [key] = ledger.keys;
    assert.equal(sha256(parsed.spki.der), key?.spkiSha256);
  });

  test('has the key on its HSM, and what opens it in envelopes of those who come', async () => {
    const { ledger, site, authorization } = there;
    const [token] = ledger.tokens;
    const [key] = ledger.keys;
    const [user, so] = ledger.shareSets;
    assert.ok(token && key && user && so);
    assert.deepEqual(
      [site.tokens['root-hsm']?.['serial'], site.tokens['root-hsm']?.['blank'], site.tokens['root-hsm']?.['label']],
      [token.serial, undefined, 'rehearsal-root-hsm'],
    );
    assert.deepEqual(site.tokens['root-hsm']?.['activation'], { means: 'shares' });
    assert.deepEqual(authorization['hsms'], [
      { model: token.model, module: 'module-root-hsm', name: 'root-hsm', serial: token.serial },
    ]);
    assert.deepEqual([token.label, token.means, token.sets], ['rehearsal-root-hsm', 'shares', [user.id, so.id]]);
    const officers = ['crypto-officer-1', 'crypto-officer-2', 'crypto-officer-3'];
    for (const [set, kind] of [
      [user, 'user'],
      [so, 'so'],
    ] as const) {
      assert.deepEqual([set.kind, set.threshold, set.hsm, set.state], [kind, 3, token.serial, 'current']);
      assert.deepEqual(
        set.shares.map(({ seat }) => seat),
        officers,
      );
      assert.deepEqual(set.envelopes, { 'envelopes 1': officers.map((seat) => `${set.id}-${seat}-v1.p7m`) });
    }
    const medium = String(site.media['envelopes']?.[0]?.at);
    const pin = await recombinedPin(stage, user, medium);
    const client = await startTokenProcess({
      programRoot: PROGRAM_ROOT,
      ...(site.modules['module-root-hsm'] as Found['site']['modules'][string]),
    });
    try {
      await client.login({ serial: token.serial }, 'so', await recombinedPin(stage, so, medium));
      await client.logout({ serial: token.serial });
      await client.login({ serial: token.serial }, 'user', pin);
      const objects = await client.inventory({ serial: token.serial });
      assert.equal(objects.length, 2);
      for (const { attributes } of objects)
        assert.deepEqual([attributes['LABEL'], attributes['ID']], ['rehearsal-example-root-g1', key.id]);
      const secret = objects.find(({ attributes }) => attributes['CLASS'] === 'private' || attributes['SIGN'] === true);
      for (const [flag, wanted] of Object.entries(KEY_FLAGS.private))
        assert.equal(secret?.attributes[flag], wanted, flag);
      const der = Buffer.from(key.spki, 'base64');
      const signature = await client.sign({ serial: token.serial }, der, 'ecdsa-sha384', Buffer.from('said'));
      const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
      assert.ok(verify('sha384', Buffer.from('said'), publicKey, signature));
    } finally {
      await client.end();
    }
  });

  test('has everything in the bags of the register, and the site says none', () => {
    const { ledger, site } = there;
    assert.deepEqual(site.materials, {});
    const units = ['hsm', 'cards@crypto-officer-1', 'cards@crypto-officer-2', 'cards@crypto-officer-3', 'envelopes'];
    assert.deepEqual(
      ledger.custody.map(({ unit, kind, state, bag }) => [unit, kind, state, bag]),
      units.map((unit, index) => [
        unit,
        unit === 'hsm' ? 'hsm' : unit === 'envelopes' ? 'medium' : 'quorum-token',
        'sealed',
        `R000000${index + 1}`,
      ]),
    );
    assert.deepEqual(
      [...stage.bags],
      ledger.custody.map(({ unit, bag }) => [unit, bag]),
    );
  });

  test('that is played by an HSM with its own quorum has no share sets, and signs all the same', async () => {
    const played = await stageIn(join(folder, 'luna'), CAST, { as: 'luna-7' });
    const { ledger, site, read } = found(played);
    assert.deepEqual(ledger.shareSets, []);
    const [token] = ledger.tokens;
    assert.deepEqual(
      [token?.means, token?.sets, token?.serial],
      ['device-quorum', [], site.tokens['root-hsm']?.['serial']],
    );
    const root = read('certificates/root.crt');
    verifiedByOpenssl(folder, root, root, read('crls/root.crl'));
  });

  test('that uses two roots and a certificate below one has them all, in a pack of one path for each', async () => {
    const uses = [
      ...CAST.stands.uses,
      { kind: 'certificate', called: 'tls-ca', of: 'example-root-g1' },
      { kind: 'certificate', called: 'root', of: 'example-root-g2' },
    ];
    const { ledger, read } = found(await stageIn(join(folder, 'two'), { ...CAST, stands: { ...CAST.stands, uses } }));
    assert.deepEqual(
      ledger.certificates.map(({ name, key }) => [name, key]),
      [
        ['root', 'root'],
        ['tls-ca', 'root'],
        ['root', 'root'],
      ],
    );
    const [first, below, second] = ledger.certificates;
    const path = `previous/certificates/${first?.sha256}.crt`;
    verifiedByOpenssl(folder, read(path), read(String(below?.path)));
    verifiedByOpenssl(folder, read(String(second?.path)), read(String(second?.path)));
    assert.equal(sha256(read(String(second?.path))), second?.sha256);
    assert.equal(ledger.keys.length, 2);
  });
});

test('a roster of the stage is the one that all its token holders signed', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-standing-roster-'));
  try {
    mkdirSync(join(folder, 'inputs'));
    const stage = await stageIn(folder, { ...CAST, stands: { tokens: [], uses: [] } });
    assert.equal(readRoster(readFileSync(join(stage.inputs, 'roster.json'))).digest, stage.start['expectedRoster']);
    assert.deepEqual([stage.start['previous'], stage.notes], ['0'.repeat(64), []]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
