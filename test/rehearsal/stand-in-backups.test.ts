import assert from 'node:assert/strict';
import { createDecipheriv, createPrivateKey, createPublicKey } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { recombine } from '../../src/guard/shares.ts';
import type { Ledger, LedgerBackup, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { PATH } from '../../src/pack/layout.ts';
import { buildManifest, manifestFile } from '../../src/pack/manifest.ts';
import { kekFrom } from '../../src/quorum/key-backup.ts';
import type { StageSet } from '../../src/rehearsal/stage.ts';
import { assertRejects } from '../der/refusal.ts';
import { CAST, type Found, found, openedShares, stageIn } from './set-stage.ts';

const RESTORES = { envelopes: ['kek-envelopes'], backups: ['backups'] };

/** Of a restoration on a blank HSM. */
const RESTORING = {
  ...CAST,
  seats: { ...CAST.seats, 'crypto-officer': { of: 5, present: 5 } },
  tokens: ['new-hsm'],
  media: { 'new-envelopes': 2, 'kek-envelopes': 2, backups: 2 },
  quorums: { restore: 3 },
  materials: {
    cards: { kind: 'quorum-token', sealed: true, each: 'crypto-officer', copies: 5 },
    'kek-envelopes': { kind: 'medium', sealed: true, each: null, copies: 2 },
    backups: { kind: 'medium', sealed: true, each: null, copies: 2 },
  },
  stands: {
    tokens: [],
    uses: [
      { kind: 'certificate', called: 'root', of: 'example-root-g1' },
      { kind: 'backup', called: 'latest', of: 'example-root-g1' },
    ],
    restores: RESTORES,
  },
};

describe('what a restoration finds on its stage', { concurrency: false }, () => {
  let folder = '';
  let stage: StageSet;
  let there: Found;
  let backup: LedgerBackup;
  let set: LedgerShareSet;
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-stand-in-backups-'));
    stage = await stageIn(join(folder, 'stage'), RESTORING);
    there = found(stage);
    const [one, ...more] = there.ledger.backups ?? [];
    const sets = there.ledger.shareSets.filter(({ kind }) => kind === 'kek');
    assert.ok(one && sets[0] && more.length === 0 && sets.length === 1);
    [backup, set] = [one, sets[0]];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const folders = (one: Found, medium: string) => (one.site.media[medium] ?? []).map(({ at }) => at);

  /** The private key of a wrapped copy, by shares that custodians open with their tokens. */
  async function unwrapped(from: StageSet, { file }: LedgerBackup, kek: LedgerShareSet, one: Found) {
    const [envelopes = '', blobs = ''] = [folders(one, 'kek-envelopes')[1], folders(one, 'backups')[1]];
    const opened = await openedShares(from, kek, (name) => readFileSync(join(envelopes, name)));
    const key = kekFrom(await recombine(kek, opened), kek.id);
    const cipher = createDecipheriv('id-aes256-wrap-pad', key, Buffer.from('a65959a6', 'hex'));
    const der = Buffer.concat([cipher.update(readFileSync(join(blobs, file))), cipher.final()]);
    const spki = createPublicKey(
      createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }),
    );
    return sha256(spki.export({ type: 'spki', format: 'der' }));
  }

  test('is a wrapped copy that its custodians open, of the key that the certificate has', async () => {
    const [key] = there.ledger.keys;
    assert.equal(key?.wrappable, true);
    assert.deepEqual(
      [backup.key, backup.spkiSha256, backup.set, backup.state, backup.algorithm],
      ['root', key?.spkiSha256, set.id, 'kept', 'aes-256-kwp'],
    );
    assert.deepEqual(backup.media, ['backups 1', 'backups 2']);
    assert.deepEqual(Object.keys(set.envelopes), ['kek-envelopes 1', 'kek-envelopes 2']);
    assert.deepEqual([set.threshold, set.shares.length], [3, 5]);
    for (const at of folders(there, 'backups')) {
      const blob = readFileSync(join(at, backup.file));
      assert.deepEqual([sha256(blob), blob.length], [backup.sha256, backup.size]);
    }
    assert.equal(await unwrapped(stage, backup, set, there), there.ledger.certificates[0]?.spkiSha256);
  });

  /** A pack of production that such a ledger stands in. */
  function packWith(name: string, change: (ledger: Ledger) => Ledger): string {
    const pack = join(folder, name);
    cpSync(join(stage.inputs, 'previous'), pack, { recursive: true });
    cpSync(join(stage.inputs, 'roster.json'), join(pack, 'roster.json'));
    const changed = ledgerBytes(change(there.ledger));
    writeFileSync(join(pack, 'ledger.json'), changed);
    const files = there.manifest.files.map(({ path }) =>
      manifestFile(path, path === PATH.ledger ? changed : there.read(path)),
    );
    const roster = readFileSync(join(pack, 'roster.json'));
    cpSync(join(pack, 'roster.json'), join(pack, PATH.roster));
    const all = [...files, manifestFile(PATH.roster, roster)];
    writeFileSync(join(pack, PATH.manifest), buildManifest({ ...there.manifest, roster: sha256(roster) }, all));
    return pack;
  }

  test('by a pack: another key, other shares of the same custodians, and what is destroyed stays so', async () => {
    const gone: LedgerBackup = {
      ...backup,
      set: 'ab'.repeat(16),
      file: `${'ab'.repeat(16)}-root.kwp`,
      state: 'destroyed',
    };
    const from = packWith('pack', (ledger) => ({ ...ledger, backups: [gone, backup] }));
    const next = await stageIn(join(folder, 'from'), RESTORING, { from });
    const one = found(next);
    const [first, second] = one.ledger.backups ?? [];
    const [key] = one.ledger.keys;
    assert.ok(second);
    assert.notEqual(key?.spkiSha256, backup.spkiSha256);
    assert.deepEqual(first, { ...gone, spkiSha256: key?.spkiSha256 });
    assert.notEqual(second.set, backup.set);
    const keks = one.ledger.shareSets.filter(({ kind }) => kind === 'kek');
    assert.deepEqual(
      keks.map(({ id, shares }) => [id, shares.map(({ seat }) => seat)]),
      [[second.set, set.shares.map(({ seat }) => seat)]],
    );
    assert.equal(await unwrapped(next, second, keks[0] as LedgerShareSet, one), key?.spkiSha256);
  });

  test('of a script that restores none, the ledger has the copy all the same', async () => {
    const from = packWith('kept', (ledger) => ledger);
    const { restores: _none, ...stands } = RESTORING.stands;
    const uses = stands.uses.filter(({ kind }) => kind !== 'backup');
    const next = await stageIn(join(folder, 'none'), { ...RESTORING, stands: { ...stands, uses } }, { from });
    const { ledger } = found(next);
    assert.deepEqual(ledger.backups, [{ ...backup, spkiSha256: ledger.keys[0]?.spkiSha256 }]);
    assert.deepEqual(ledger.shareSets, [set]);
  });

  test('too few custodians with a token on the roster are refused', async () => {
    const shares = set.shares.map((share, index) => ({ ...share, seat: index < 3 ? `former-${index}` : share.seat }));
    const from = packWith('few', (ledger) => ({ ...ledger, shareSets: [{ ...set, shares }] }));
    await assertRejects(
      () => stageIn(join(folder, 'few-stage'), RESTORING, { from }),
      'REHEARSAL_SETUP',
      /of those who hold shares of the wrapped copy of "root", 2 have a token on the roster; 3 open it/,
    );
  });

  test('a key that is on an HSM of the script too has no wrapped copy here, and that is said', async () => {
    const stands = { ...RESTORING.stands, tokens: ['root-hsm'] };
    const cast = { ...RESTORING, tokens: ['root-hsm', 'new-hsm'], stands };
    await assertRejects(
      () => stageIn(join(folder, 'both'), cast),
      'REHEARSAL_SETUP',
      /the key "root" is to be restored, and is on an HSM of this script too/,
    );
  });
});
