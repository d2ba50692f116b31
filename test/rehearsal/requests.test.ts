import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { takeRequests } from '../../src/pki/request-intake.ts';
import { folderDigest, MOST_REQUESTS, namesInFolder } from '../../src/plan/folder-input.ts';
import { Shape } from '../../src/quorum/shape.ts';
import { bringRequests, readBroughtFile } from '../../src/rehearsal/requests.ts';
import { assertRejects } from '../der/refusal.ts';

/** What lies on the medium when a rehearsal has brought it. */
async function brought(count: number, key = 'ecdsa-p256', name = 'devices') {
  const medium = mkdtempSync(join(tmpdir(), 'quorate-'));
  try {
    const cast = { type: 'csr-folder', name, on: 'inbox', file: 'batch', key, count } as const;
    const shape = new Shape(cast, 'REHEARSAL_SETUP', 'the cast');
    const references = await bringRequests(
      [readBroughtFile(shape)],
      new Map([['inbox', [medium]]]),
      '2027-01-01T00:00:00Z',
      null,
      () => assert.fail('no key is asked for'),
    );
    const names = readdirSync(join(medium, 'batch')).sort();
    const files = new Map(names.map((one) => [one, Uint8Array.from(readFileSync(join(medium, 'batch', one)))]));
    const subject = execFileSync(
      'openssl',
      ['req', '-inform', 'DER', '-in', join(medium, 'batch', names[0] ?? ''), '-noout', '-verify', '-subject'],
      { stdio: 'pipe' },
    ).toString();
    return { references, files, subject };
  } finally {
    rmSync(medium, { recursive: true });
  }
}

test('a rehearsal brings as many requests as a folder may have, each with a key of its own', async () => {
  const { references, files, subject } = await brought(MOST_REQUESTS);
  assert.deepEqual([...references], [['devices-sha256', folderDigest(files)]]);
  const names = namesInFolder(
    [...files.keys()].map((name) => ({ name, kind: 'file' })),
    'the folder',
  );
  assert.deepEqual([names.length, names[0], names.at(-1)], [1000, 'devices-0001.csr', 'devices-1000.csr']);
  const taken = takeRequests(files, 'the folder', { key: 'ecdsa-p256', ownKeys: new Map() });
  assert.equal(new Set(taken.map(({ request }) => sha256(request.spki.der))).size, 1000);
  assert.match(subject, /CN ?= ?devices-0001$/m);
});

test('their names are not too long, whatever the script calls the folder', async () => {
  const { files } = await brought(2, 'ecdsa-p384', 'a'.repeat(64));
  assert.deepEqual([...files.keys()], [`${'a'.repeat(48)}-1.csr`, `${'a'.repeat(48)}-2.csr`]);
});

test('more of them, or none, are refused', async () => {
  for (const count of [0, 1001])
    await assertRejects(
      () => brought(count),
      'REHEARSAL_SETUP',
      new RegExp(`"count" is ${count}, expected an integer from 1 to 1000$`),
    );
});
