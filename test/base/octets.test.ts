import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { FileOctets } from '../../src/adapters/file-octets.ts';
import { sha256 } from '../../src/base/digest.ts';
import { HeldOctets, PieceDigests } from '../../src/base/held-octets.ts';
import {
  joined,
  type Octets,
  partOf,
  sameOctets,
  startsWith,
  WINDOW,
  wholeOf,
  windowsOf,
} from '../../src/base/octets.ts';
import { pemOctets, pemOf } from '../../src/pki/pem.ts';
import { assertRefuses } from '../der/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-octets-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const BYTES = randomBytes(3 * WINDOW + 12_345);
let files = 0;
function inFile(bytes: Uint8Array): { readonly path: string; readonly octets: FileOctets } {
  const path = join(folder, String(++files));
  writeFileSync(path, bytes);
  return { path, octets: new FileOctets(path, 'the file') };
}

/** The same octets, wherever they are. */
const EVERYWHERE: readonly (readonly [string, Octets])[] = [
  ['in a file', inFile(BYTES).octets],
  ['in a file, held', HeldOctets.of(inFile(BYTES).octets, 'x')],
  [
    'in a part of a file',
    partOf(inFile(Buffer.concat([Buffer.alloc(777), BYTES, Buffer.alloc(5)])).octets, 777, 777 + BYTES.length),
  ],
  [
    'here and there',
    joined([
      BYTES.subarray(0, 10),
      new Uint8Array(),
      inFile(BYTES.subarray(10, WINDOW + 1)).octets,
      BYTES.subarray(WINDOW + 1),
    ]),
  ],
];

describe('octets', () => {
  for (const [where, octets] of EVERYWHERE)
    test(`are the same ${where} as in memory`, () => {
      assert.equal(octets.length, BYTES.length);
      assert.deepEqual(Buffer.from(wholeOf(octets)), BYTES);
      assert.equal(sha256(octets), sha256(BYTES));
      const seen = Array.from(windowsOf(octets), (window) => Uint8Array.from(window));
      assert.deepEqual(Buffer.concat(seen), BYTES);
      const places = [0, 9, 10, 11, 65_535, 65_536, WINDOW, WINDOW + 1, 2 * WINDOW - 3, BYTES.length - 1, BYTES.length];
      for (const begin of places)
        for (const end of places)
          if (begin <= end)
            assert.deepEqual(Buffer.from(octets.subarray(begin, end)), BYTES.subarray(begin, end), `${begin} ${end}`);
      assert.ok(sameOctets(octets, BYTES) && startsWith(octets, BYTES.subarray(0, -1)));
      const other = Buffer.from(BYTES);
      other[2 * WINDOW] = (other[2 * WINDOW] ?? 0) ^ 1;
      assert.ok(!sameOctets(octets, other) && !startsWith(octets, Buffer.concat([BYTES, Buffer.alloc(1)])));
    });

  test('are PEM as a whole encodes them, whatever their length, and read from anywhere', () => {
    for (const length of [0, 1, 2, 3, 47, 48, 49, 96, 97, 4096]) {
      const der = BYTES.subarray(0, length);
      const pem = pemOctets('X509 CRL', inFile(der).octets);
      const body = (der.toString('base64').match(/.{1,64}/g) ?? []).map((line) => `${line}\n`).join('');
      const expected = `-----BEGIN X509 CRL-----\n${body}-----END X509 CRL-----\n`;
      assert.equal(Buffer.from(wholeOf(pem)).toString('latin1'), expected);
      assert.equal(pemOf('X509 CRL', der), expected);
      assert.equal(pem.length, expected.length);
      for (let begin = 0; begin < Math.min(pem.length, 200); begin += 7)
        assert.equal(
          Buffer.from(pem.subarray(begin, begin + 70)).toString('latin1'),
          expected.slice(begin, begin + 70),
        );
    }
  });

  test('of a file that is shorter than it was are refused', () => {
    const { path, octets } = inFile(BYTES);
    truncateSync(path, 100);
    assertRefuses(() => octets.subarray(0, 10), 'FILE_UNREADABLE', '"the file" changed while it was read');
    rmSync(path);
    assertRefuses(() => octets.subarray(0, 10), 'FILE_UNREADABLE', '"the file" cannot be read: ENOENT');
  });
});

describe('octets that are held', () => {
  const changed = (at: number) => {
    const other = Buffer.from(BYTES);
    other[at] = (other[at] ?? 0) ^ 1;
    return other;
  };

  for (const [what, read] of [
    ['the very octet', (held: HeldOctets, at: number) => held.subarray(at, at + 1)],
    ['one in its piece', (held: HeldOctets, at: number) => held.subarray(at - (at % 4096), at - (at % 4096) + 1)],
    ['all', (held: HeldOctets) => held.subarray()],
    ['all, window by window', (held: HeldOctets) => [...windowsOf(held)]],
    ['a part of them', (held: HeldOctets, at: number) => wholeOf(partOf<Octets>(held, at - (at % 7), at + 1))],
  ] as const)
    test(`are not read once one of them is another: ${what}`, () => {
      for (const at of [7, 65_536, WINDOW + 5, BYTES.length - 1]) {
        const { path, octets } = inFile(BYTES);
        const held = HeldOctets.of(octets, 'the CRL');
        writeFileSync(path, changed(at));
        assertRefuses(() => read(held, at), 'FILE_UNREADABLE', '"the CRL" changed while it was read');
        assert.equal(sha256(held), sha256(BYTES));
      }
    });

  test('take few octets for a look here or there, and one look for many side by side', () => {
    const looks: number[] = [];
    const held = HeldOctets.of(
      {
        length: BYTES.length,
        subarray: (begin, end) => BYTES.subarray(begin, end),
        copyTo: (target, begin) => {
          looks.push(target.length);
          target.set(BYTES.subarray(begin, begin + target.length));
        },
      },
      'the CRL',
    );
    looks.length = 0;
    for (const at of [300_001, 7, 200_003, 9]) assert.equal(held.subarray(at, at + 1)[0], BYTES[at]);
    assert.deepEqual(looks, [4096, 4096, 4096, 4096]);
    looks.length = 0;
    assert.deepEqual(Buffer.from(held.subarray(4000, 300_000)), BYTES.subarray(4000, 300_000));
    assert.ok(looks.length <= 3, `${looks}`);
    assert.throws(() => held.copyTo(new Uint8Array(2), BYTES.length - 1), RangeError);
  });

  test('are those whose digests were taken as they came, however they came', () => {
    const digests = new PieceDigests();
    for (let at = 0; at < BYTES.length; at += 10_007) digests.update(BYTES.subarray(at, at + 10_007));
    const held = digests.held(inFile(BYTES).octets, 'x');
    assert.equal(held.sha256, sha256(BYTES));
    assert.deepEqual(Buffer.from(held.subarray()), BYTES);
    const others = new PieceDigests();
    others.update(BYTES);
    assertRefuses(
      () => others.held(inFile(BYTES.subarray(1)).octets, 'x'),
      'FILE_UNREADABLE',
      '"x" changed while it was read',
    );
  });
});
