import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { canonicalJson, type Json } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import {
  isSecretOf,
  LONGEST_PIN,
  pinFrom,
  readShareSet,
  SHORTEST_PIN,
  type ShareSet,
  secretCheck,
  shareCommitment,
} from '../../src/quorum/share-set.ts';
import { assertRefuses } from '../der/refusal.ts';

const ID = '00112233445566778899aabbccddeeff';
const SECRET = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
const ascii = (text: string) => Buffer.from(text, 'ascii');

/** openssl, with bytes as hex: the outside judge of every derivation. */
function openssl(input: Uint8Array, ...args: readonly string[]): Buffer {
  return execFileSync('openssl', [...args], { input, timeout: 60_000 });
}

function setOf(kind: 'user' | 'so' = 'user', change: Record<string, Json> = {}): ShareSet {
  const shares = [1, 2, 3].map((x) => ({
    seat: `officer-${x}`,
    x,
    commitment: sha256(`commitment ${x}`),
    envelope: sha256(`envelope ${x}`),
    recipients: [sha256(`token ${x}`)],
  }));
  return { id: ID, kind, threshold: 2, check: secretCheck(ID, SECRET), shares, ...change } as ShareSet;
}

describe('the PIN', () => {
  const info = (kind: string) => Buffer.concat([ascii('quorate/pin/1'), Buffer.from(ID, 'hex'), ascii(kind)]);
  const stream = (kind: string) =>
    openssl(
      Buffer.alloc(0),
      ...['kdf', '-keylen', '40', '-kdfopt', 'digest:SHA256', '-kdfopt', `hexkey:${SECRET.toString('hex')}`],
      ...['-kdfopt', `hexinfo:${info(kind).toString('hex')}`, '-binary', 'HKDF'],
    );

  for (const kind of ['user', 'so'] as const) {
    test(`of the ${kind} set is the base32 of HKDF, as openssl and base32 make it`, () => {
      const whole = execFileSync('base32', ['-w0'], { input: stream(kind), encoding: 'ascii' });
      assert.equal(whole.length, 64);
      assert.equal(pinFrom(SECRET, setOf(kind), 64).toString('ascii'), whole);
    });
  }

  test('is a prefix of that at every length that tokens allow, and never longer than it carries bits', () => {
    const whole = pinFrom(SECRET, setOf(), LONGEST_PIN).toString('ascii');
    for (let length = SHORTEST_PIN; length <= 300; length++) {
      assert.equal(pinFrom(SECRET, setOf(), length).toString('ascii'), whole.slice(0, length), `length ${length}`);
    }
    assert.match(whole, /^[A-Z2-7]{64}$/);
  });

  test('is HKDF in its own words, and exactly this: it opens tokens for decades', () => {
    assert.deepEqual(byHand(SECRET, info('user')), stream('user'));
    assert.equal(pinFrom(SECRET, setOf('user'), 32).toString('ascii'), 'KAFRKLSEOLXY5ZFW6DNGJYDCAIDXSLNZ');
  });

  test('differs by secret, set and kind', () => {
    const other = Buffer.from(SECRET);
    other[0] = (other[0] as number) ^ 1;
    const pins = [
      pinFrom(SECRET, setOf(), 32),
      pinFrom(SECRET, setOf('so'), 32),
      pinFrom(SECRET, setOf('user', { id: 'ff'.repeat(16) }), 32),
      pinFrom(other, setOf(), 32),
    ].map(String);
    assert.equal(new Set(pins).size, 4);
  });

  for (const longest of [0, 8, 15]) {
    test(`of at most ${longest} characters is refused: fewer than 80 bits`, () => {
      assertRefuses(
        () => pinFrom(SECRET, setOf(), longest),
        'PIN_LENGTH',
        `the token takes PINs of at most ${longest} characters; 16 are needed for 80 bits`,
      );
    });
  }

  test('is a new buffer that the caller zeroes, and the secret is left as it was', () => {
    const before = Buffer.from(SECRET);
    const pin = pinFrom(SECRET, setOf(), 32);
    pin.fill(0);
    assert.deepEqual(SECRET, before);
    assert.notDeepEqual(pinFrom(SECRET, setOf(), 32), pin);
  });
});

/** RFC 5869 with SHA-256, an empty salt and 40 octets, in its own words. */
function byHand(secret: Uint8Array, info: Uint8Array): Buffer {
  const mac = (key: Uint8Array, ...parts: readonly Uint8Array[]) =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest();
  const pseudoRandomKey = mac(Buffer.alloc(32), secret);
  const first = mac(pseudoRandomKey, info, Uint8Array.of(1));
  const second = mac(pseudoRandomKey, first, info, Uint8Array.of(2));
  return Buffer.concat([first, second]).subarray(0, 40);
}

describe('commitment and check value', () => {
  const share = Buffer.from('a1'.repeat(32), 'hex');
  const r = Buffer.from('b2'.repeat(16), 'hex');

  test('the commitment is a SHA-256 over tag, set, x, r and share', () => {
    const hashed = Buffer.concat([ascii('quorate/share/1'), Buffer.from(ID, 'hex'), Uint8Array.of(7), r, share]);
    assert.equal(shareCommitment(ID, 7, r, share), openssl(hashed, 'dgst', '-sha256', '-r').toString().slice(0, 64));
  });

  test('it changes with each of them', () => {
    const commitments = [
      shareCommitment(ID, 7, r, share),
      shareCommitment('ff'.repeat(16), 7, r, share),
      shareCommitment(ID, 8, r, share),
      shareCommitment(ID, 7, share.subarray(0, 16), share),
      shareCommitment(ID, 7, r, share.subarray(1)),
    ];
    assert.equal(new Set(commitments).size, commitments.length);
  });

  test('the check value is an HMAC under the secret', () => {
    const input = Buffer.concat([ascii('quorate/check/1'), Buffer.from(ID, 'hex')]);
    const mac = openssl(input, 'dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${SECRET.toString('hex')}`, '-r');
    assert.equal(secretCheck(ID, SECRET), mac.toString().slice(0, 64));
  });

  test('only the secret of the set passes it', () => {
    assert.equal(isSecretOf(setOf(), SECRET), true);
    assert.equal(isSecretOf(setOf(), Buffer.alloc(32)), false);
    assert.equal(isSecretOf(setOf('user', { id: 'ff'.repeat(16) }), SECRET), false);
    assert.equal(isSecretOf(setOf('user', { check: '0'.repeat(64) }), SECRET), false);
  });
});

describe('the record of a set', () => {
  const read = (set: unknown) => readShareSet(JSON.parse(canonicalJson(set)) as Json, 'the set');
  const share = (x: number) => setOf().shares[x - 1] as object;

  test('is read back as it was written', () => {
    assert.deepEqual(read(setOf('so')), setOf('so'));
  });

  const cases: readonly (readonly [name: string, set: unknown, message: string])[] = [
    ['what is no object', [], 'the set is not an object'],
    [
      'a short id',
      { ...setOf(), id: ID.slice(2) },
      'the set "id" is "112233445566778899aabbccddeeff", expected /^[0-9a-f]{32}$/',
    ],
    ['another kind', { ...setOf(), kind: 'admin' }, 'the set "kind" is "admin", expected user or so or kek'],
    ['a threshold of one', { ...setOf(), threshold: 1 }, 'the set "threshold" is 1, expected an integer from 2 to 255'],
    ['a threshold above the number of shares', { ...setOf(), threshold: 4 }, 'the set: threshold 4 of 3 shares'],
    ['no shares', { ...setOf(), shares: [] }, 'the set: threshold 2 of 0 shares'],
    ['a surplus member', { ...setOf(), secret: '' }, 'the set has an unknown member "secret"'],
    [
      'x = 0: the secret itself',
      { ...setOf(), shares: [share(1), { ...share(2), x: 0 }] },
      'the set: shares[1] "x" is 0, expected an integer from 1 to 255',
    ],
    [
      'x = 256',
      { ...setOf(), shares: [share(1), { ...share(2), x: 256 }] },
      'the set: shares[1] "x" is 256, expected an integer from 1 to 255',
    ],
    [
      'a person twice',
      { ...setOf(), shares: [share(1), { ...share(2), seat: 'officer-1' }] },
      'the set: two shares have the same seat',
    ],
    ['a point twice', { ...setOf(), shares: [share(1), { ...share(2), x: 1 }] }, 'the set: two shares have the same x'],
    [
      'an envelope twice',
      { ...setOf(), shares: [share(1), { ...share(2), envelope: sha256('envelope 1') }] },
      'the set: two shares have the same envelope',
    ],
    [
      'a commitment twice',
      { ...setOf(), shares: [share(1), { ...share(2), commitment: sha256('commitment 1') }] },
      'the set: two shares have the same commitment',
    ],
    [
      'an envelope to nobody',
      { ...setOf(), shares: [share(1), { ...share(2), recipients: [] }] },
      'the set: shares[1] names no token that can open the share of "officer-2"',
    ],
    [
      'a recipient that is no digest',
      { ...setOf(), shares: [share(1), { ...share(2), recipients: ['x'] }] },
      'the set: shares[1]: recipients[0] "recipient" is not a SHA-256 digest of 64 lower-case hexadecimal digits',
    ],
    [
      'a surplus member of a share',
      { ...setOf(), shares: [share(1), { ...share(2), share: '' }] },
      'the set: shares[1] has an unknown member "share"',
    ],
  ];
  for (const [name, set, message] of cases) {
    test(`refuses ${name}`, () => assertRefuses(() => read(set), 'DESCRIPTOR_INVALID', message));
  }
});
