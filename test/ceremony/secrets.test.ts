import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { combine } from 'shamir-secret-sharing';
import { openEnvelope } from '../../src/cms/enveloped-data.ts';
import { pinFrom, readShareSet, type ShareSet } from '../../src/quorum/share-set.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { type Conducted, conduct } from './conducted.ts';

/** Every process below this one, as the kernel shows it: command line and environment. */
function looks(): Map<string, Buffer> {
  const seen = new Map<string, Buffer>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const file of ['cmdline', 'environ']) {
      try {
        const bytes = readFileSync(`/proc/${pid}/${file}`);
        if (bytes.length > 0) seen.set(`${pid}/${file}`, bytes);
      } catch {
        // A process that has ended, or that hides its memory: there is nothing to be seen of it then.
      }
    }
  }
  return seen;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A secret in the forms in which it could stand in a file: as it is, hex, base64 at each alignment. */
function forms(secret: Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const aligned = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(Math.ceil((shift * 4) / 3), -4),
  );
  return [
    bytes,
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('hex').toUpperCase()),
    ...aligned.filter((text) => text.length >= 8).map((text) => Buffer.from(text)),
  ];
}

/** What three officers can recombine afterwards: the HSM's secret, its PIN, and the shares themselves. */
async function hsmSecrets(held: Conducted): Promise<Map<string, Uint8Array>> {
  const events = readFileSync(join(held.out, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const proposed = events.find((event) => event.operation === 'prepare-token');
  const sets: ShareSet[] = proposed.descriptor.sets.map((set: never) => readShareSet(set, 'set'));
  const medium = held.stage.media.find((path) => path.includes('envelopes')) as string;
  const cards = await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: held.stage.modules[0] as string,
    environment: { SOFTHSM2_CONF: join(held.folder, 'cards', 'softhsm2.conf') },
  });
  const secrets = new Map<string, Uint8Array>();
  for (const set of sets) {
    const shares: Uint8Array[] = [];
    for (const record of set.shares.slice(0, set.threshold)) {
      const holder = held.stage.enrolled.find((one) => one.person.seat === record.seat);
      assert.ok(holder);
      const token = { serial: holder.serial };
      await cards.login(token, 'user', Buffer.from(holder.pin));
      const { plaintext } = await openEnvelope(readFileSync(join(medium, `${set.id}-${record.seat}-v1.p7m`)), {
        recipientCertificate: holder.encryption.certificate,
        ecdh: (peer) => cards.ecdh(token, holder.encryption.spki, peer),
        oaep: (ciphertext) => cards.rsaOaepDecrypt(token, holder.encryption.spki, 'sha1', ciphertext),
      });
      const share = Buffer.from(JSON.parse(plaintext.toString('utf8')).share, 'hex');
      shares.push(Uint8Array.from(share));
      secrets.set(`share of ${record.seat} in the ${set.kind} set`, share);
      await cards.logout(token);
    }
    const secret = await combine(shares);
    secrets.set(`secret of the ${set.kind} set`, secret);
    secrets.set(`${set.kind} PIN`, pinFrom(secret, set, 255));
  }
  await cards.end();
  return secrets;
}

test('no PIN, share or secret is in the pack, on the media, in output, argv or the environment', async () => {
  const processes = new Map<string, Buffer>();
  let watching = true;
  let started: Promise<void> = Promise.resolve();
  const held = await conduct({
    onStarted: () => {
      started = (async () => {
        while (watching) {
          for (const [name, bytes] of looks()) processes.set(`${name} ${bytes.length}`, bytes);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
    },
    // A wrong PIN once, near the end: an error is where a secret would slip out.
    pinOf: (() => {
      let asked = 0;
      return (holder) => (holder.person.seat === 'witness-1' && ++asked === 3 ? Buffer.from('13377331') : holder.pin);
    })(),
  });
  watching = false;
  await started;
  try {
    assert.equal(held.code, 4, held.stderr);
    const secrets = await hsmSecrets(held);
    for (const holder of held.stage.enrolled) secrets.set(`PIN of ${holder.person.seat}`, holder.pin);
    secrets.set('the wrong PIN', Buffer.from('13377331'));
    assert.ok(secrets.size > 16, `${secrets.size} secrets are looked for`);
    assert.equal((secrets.get('user PIN') as Uint8Array).length, 64);

    const places = new Map<string, Buffer>([
      ['standard output', Buffer.from(held.stdout)],
      ['standard error', Buffer.from(held.stderr)],
      ["the guard's screen", Buffer.from(held.screen)],
      ...processes,
    ]);
    // The tokens' own folders hold their keys, which is their business; everything else is ours.
    for (const folder of [held.out, ...held.stage.media, held.stage.inputs])
      for (const path of filesBelow(folder)) places.set(path, readFileSync(path));
    assert.ok([...places.keys()].filter((name) => /cmdline/.test(name)).length > 4, 'the processes were seen');
    for (const [what, secret] of secrets) {
      for (const form of forms(secret)) {
        for (const [place, bytes] of places) assert.ok(!bytes.includes(form), `${what} is in ${place}`);
      }
    }
    // The search itself can find: something that is there in each of these forms.
    const known = Buffer.from(held.stage.authorization, 'hex');
    assert.ok([...places.values()].some((bytes) => forms(known).some((form) => bytes.includes(form))));
  } finally {
    held.remove();
  }
});
