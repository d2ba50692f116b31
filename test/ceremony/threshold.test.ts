import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { combine } from 'shamir-secret-sharing';
import type { CeremonyError } from '../../src/base/errors.ts';
import { openEnvelope } from '../../src/cms/enveloped-data.ts';
import { isSecretOf, pinFrom, type ShareSet } from '../../src/quorum/share-set.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { keyOperation, OFFICERS, StagedGuard } from '../guard/staged-guard.ts';

/** What software of anybody's can do with an officer's card, PIN and envelope: read the share. */
async function openByHand(
  staged: StagedGuard,
  seat: string,
  set: ShareSet,
  envelopes: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array> {
  const holder = staged.holder(seat);
  const cards = await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: staged.stage.modules[0] as string,
    environment: { SOFTHSM2_CONF: join(staged.folder, 'cards', 'softhsm2.conf') },
  });
  const token = { serial: holder.serial };
  await cards.login(token, 'user', Buffer.from(holder.pin));
  const { plaintext } = await openEnvelope(envelopes.get(`${set.id}-${seat}-v1.p7m`) as Uint8Array, {
    recipientCertificate: holder.encryption.certificate,
    ecdh: (peer) => cards.ecdh(token, holder.encryption.spki, peer),
    oaep: (ciphertext) => cards.rsaOaepDecrypt(token, holder.encryption.spki, 'sha1', ciphertext),
  });
  await cards.end();
  return Uint8Array.from(Buffer.from(JSON.parse(plaintext.toString('utf8')).share, 'hex'));
}

async function hsmProcess(staged: StagedGuard) {
  return await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: staged.stage.modules[0] as string,
    environment: { SOFTHSM2_CONF: join(staged.folder, 'hsm-root-hsm', 'softhsm2.conf') },
  });
}

test('before an activation: two of the three officers needed, the HSM itself and any software give nothing', async () => {
  const staged = await StagedGuard.start();
  try {
    const { serial, sets, envelopes } = await staged.prepare();
    const user = sets.find((set) => set.kind === 'user') as ShareSet;
    const shares: Uint8Array[] = [];
    for (const seat of OFFICERS.slice(0, 2)) shares.push(await openByHand(staged, seat, user, envelopes));

    // What two shares recombine to is not the secret, and the HSM does not open with what follows from it.
    const guess = await combine(shares);
    assert.equal(isSecretOf(user, guess), false);
    const hsm = await hsmProcess(staged);
    const opens = async (secret: Uint8Array) => {
      try {
        await hsm.login({ serial }, 'user', pinFrom(secret, user, 255));
        await hsm.logout({ serial });
        return 'opens';
      } catch (error) {
        return (error as CeremonyError).code;
      }
    };
    assert.equal(await opens(guess), 'PIN_INCORRECT');
    // Nor do they narrow it down: whatever the first byte of the secret were, a third share would fit the two.
    const fits = new Set<number>();
    for (let y = 0; y < 256; y++) {
      const third = Uint8Array.from(shares[0] as Uint8Array);
      third[0] = y;
      third[third.length - 1] = unused(shares);
      fits.add((await combine([...shares, third]))[0] as number);
    }
    assert.equal(fits.size, 256, 'every value of the byte is as likely as before');
    assert.deepEqual(
      (await hsm.inventory({ serial })).filter((object) => object.attributes['PRIVATE'] === true),
      [],
    );

    // The control: the third officer makes the difference.
    const third = await openByHand(staged, OFFICERS[2] as string, user, envelopes);
    const secret = await combine([...shares, third]);
    assert.equal(isSecretOf(user, secret), true);
    assert.equal(await opens(secret), 'opens');
    await hsm.end();
  } finally {
    await staged.close();
  }
});

/** A point that neither share uses. */
function unused(shares: readonly Uint8Array[]): number {
  const used = shares.map((share) => share.at(-1));
  return [1, 2, 3].find((x) => !used.includes(x)) as number;
}

/** The guard as somebody edited it: it tells the PIN of every activation on standard error. */
function editedGuard(folder: string) {
  cpSync(join(PROGRAM_ROOT, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(PROGRAM_ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(PROGRAM_ROOT, 'node_modules'), join(folder, 'node_modules'));
  const edit = (path: string, from: RegExp, to: string) => {
    const text = readFileSync(join(folder, path), 'utf8');
    assert.match(text, from, `${path} has changed; this test edits it`);
    writeFileSync(join(folder, path), text.replace(from, to));
  };
  edit(
    'src/guard/hsm.ts',
    /client = await this\.#start\(\);\n(?= {6}await this\.#login)/,
    'process.stderr.write("PIN " + Buffer.from(pin).toString("utf8") + "\\n");\n      client = await this.#start();\n',
  );
  edit('src/guard/main.ts', /process\.permission\.drop\('ffi'\);\n/, '');
  edit('src/token/client.ts', /`--allow-fs-read=\$\{programRoot\}\/\*`/, "'--allow-fs-read=*'");
  let told = '';
  const start = (_modules: readonly string[], _terminal: Duplex | number | 'pipe') => {
    const child = spawn(process.execPath, [join(folder, 'src', 'guard', 'main.ts')], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: {},
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
    });
    return {
      child,
      pipe: (fd: number) => (child.stdio as readonly unknown[])[fd] as Duplex,
      exited: new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 128))),
    };
  };
  return { start, pin: () => /^PIN (\S+)$/m.exec(told)?.[1] };
}

test('what software that was edited before an activation does get: the PIN, and with the HSM at hand the key', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-edited-'));
  const edited = editedGuard(folder);
  const staged = await StagedGuard.start(undefined, edited.start);
  try {
    const { serial, sets, envelopes } = await staged.prepare();
    const userEnvelopes = new Map(
      [...envelopes].filter(([name]) => name.startsWith(sets.find((set) => set.kind === 'user')?.id ?? '?')),
    );
    const { id } = await staged.propose(keyOperation(serial));
    const { facts } = await staged.guard.execute(id, await staged.approvals(id, OFFICERS.slice(0, 3), userEnvelopes));
    const pin = edited.pin();
    assert.ok(pin && pin.length === 64, 'the edited guard learnt the PIN during the activation');

    // Later, with nobody else in the room.
    const hsm = await hsmProcess(staged);
    await hsm.login({ serial }, 'user', Buffer.from(pin));
    const signature = await hsm.sign(
      { serial },
      Buffer.from(String(facts['spki']), 'base64'),
      'ecdsa-sha384',
      Buffer.from('anything at all'),
    );
    assert.ok(signature.length > 90);
    await hsm.end();
  } finally {
    await staged.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
