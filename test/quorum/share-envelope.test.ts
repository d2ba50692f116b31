import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { combine, split } from 'shamir-secret-sharing';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { sealEnvelope } from '../../src/cms/enveloped-data.ts';
import {
  envelopeName,
  holdEnvelopeToRecord,
  type OpenedShare,
  openShare,
  sharePlaintext,
} from '../../src/quorum/share-envelope.ts';
import { type ShareRecord, type ShareSet, shareCommitment } from '../../src/quorum/share-set.ts';
import { MEMBER } from '../cms/members.ts';
import { assertRefuses } from '../der/refusal.ts';
import { get, makeCertificate, openssl, put } from '../x509/openssl.ts';

const ID = '00112233445566778899aabbccddeeff';
const R = 'b2'.repeat(16);
/** y bytes and then x, as Vault writes a share. */
const SHARE = `${'a1'.repeat(32)}05`;

function opened(change: Partial<OpenedShare> = {}): OpenedShare {
  return {
    set: ID,
    seat: 'officer-5',
    label: 'ROOT-G1',
    x: 5,
    threshold: 3,
    count: 5,
    share: Buffer.from(SHARE, 'hex'),
    r: Buffer.from(R, 'hex'),
    ...change,
  };
}

const record = (change: Partial<ShareRecord> = {}): ShareRecord => ({
  seat: 'officer-5',
  x: 5,
  commitment: shareCommitment(ID, 5, Buffer.from(R, 'hex'), Buffer.from('a1'.repeat(32), 'hex')),
  envelope: sha256('envelope'),
  recipients: [sha256('token')],
  ...change,
});
const others = [1, 2, 3, 4].map((x) => record({ seat: `officer-${x}`, x }));
const set = (change: Partial<ShareSet> = {}): ShareSet => ({
  id: ID,
  kind: 'user',
  threshold: 3,
  check: sha256('check'),
  shares: [...others, record()],
  ...change,
});

/** What a reader in thirty years sees, written out by hand. */
const GOLDEN = `{"count":5,"label":"ROOT-G1","r":"${R}","seat":"officer-5","set":"${ID}","share":"${SHARE}","threshold":3,"type":"quorate/share/1","x":5}`;

describe('the plaintext', () => {
  test('is canonical JSON, made from bytes', () => {
    const { share, r, ...rest } = opened();
    assert.equal(sharePlaintext(opened()).toString('utf8'), GOLDEN);
    const hex = { share: share.toString('hex'), r: r.toString('hex') };
    assert.equal(GOLDEN, canonicalJson({ type: 'quorate/share/1', ...rest, ...hex }));
  });

  test('holds a label as JSON writes it, whatever is in it', () => {
    const label = 'Wurzel "r":"aa" \\ é';
    const plaintext = sharePlaintext(opened({ label }));
    assert.equal((JSON.parse(plaintext.toString('utf8')) as { label: string }).label, label);
    const back = openShare(plaintext, set(), record());
    assert.equal(back.label, label);
    assert.equal(back.share.toString('hex'), SHARE);
    assert.equal(back.r.toString('hex'), R);
  });

  test('leaves the share to its holder, who zeroes it', () => {
    const value = opened();
    sharePlaintext(value);
    assert.equal(value.share.toString('hex'), SHARE);
  });

  for (const kind of ['P-256', 'RSA'] as const) {
    test(`sealed to a ${kind} token it is what openssl alone decrypts, byte for byte`, () => {
      const name = `share-${kind}`;
      const usage = kind === 'RSA' ? 'keyEncipherment' : 'keyAgreement';
      const certificate = makeCertificate(name, kind, [...MEMBER, `keyUsage=critical,${usage}`]);
      put(`${name}.p7m`, sealEnvelope(sharePlaintext(opened()), [certificate], { bytes: randomBytes }));
      openssl(
        'cms',
        '-decrypt',
        '-binary',
        '-inform',
        'DER',
        '-in',
        `${name}.p7m`,
        '-inkey',
        `${name}.key`,
        '-recip',
        `${name}.pem`,
        '-out',
        `${name}.json`,
      );
      assert.equal(get(`${name}.json`).toString('utf8'), GOLDEN);
    });
  }
});

describe('an opened share', () => {
  test('comes back as it went in, and nothing of the plaintext stays', () => {
    const plaintext = sharePlaintext(opened());
    const back = openShare(plaintext, set(), record());
    assert.deepEqual(back, opened());
    assert.ok(plaintext.every((byte) => byte === 0));
  });

  const cases: readonly (readonly [
    name: string,
    change: Partial<OpenedShare>,
    code: Parameters<typeof assertRefuses>[1],
    message: string,
  ])[] = [
    [
      'of another set',
      { set: 'ff'.repeat(16) },
      'SHARE_FOREIGN_SET',
      `the share of "officer-5" belongs to set ${'ff'.repeat(16)}, expected ${ID}`,
    ],
    [
      'at x = 0',
      { x: 0, share: Buffer.from(`${'a1'.repeat(32)}00`, 'hex') },
      'SHARE_POINT',
      'the share of "officer-5" has x = 0, stated as 0; the record says 5',
    ],
    [
      'that says another x than it has',
      { x: 4 },
      'SHARE_POINT',
      'the share of "officer-5" has x = 5, stated as 4; the record says 5',
    ],
    [
      'at another point than the record',
      { x: 4, share: Buffer.from(`${'a1'.repeat(32)}04`, 'hex') },
      'SHARE_POINT',
      'the share of "officer-5" has x = 4, stated as 4; the record says 5',
    ],
    [
      'without any bytes',
      { share: Buffer.alloc(0) },
      'SHARE_POINT',
      'the share of "officer-5" has x = 0, stated as 5; the record says 5',
    ],
    [
      'whose value is another',
      { share: Buffer.from(`${'a0'.repeat(32)}05`, 'hex') },
      'SHARE_COMMITMENT',
      'the share of "officer-5" does not match its recorded commitment',
    ],
    [
      'that is cut short',
      { share: Buffer.from(`${'a1'.repeat(31)}05`, 'hex') },
      'SHARE_COMMITMENT',
      'the share of "officer-5" does not match its recorded commitment',
    ],
    [
      'whose r is another',
      { r: Buffer.alloc(16) },
      'SHARE_COMMITMENT',
      'the share of "officer-5" does not match its recorded commitment',
    ],
    [
      'of another person',
      { seat: 'officer-4' },
      'SHARE_COMMITMENT',
      'the share of "officer-5" does not match its recorded commitment',
    ],
    [
      'of another threshold',
      { threshold: 2 },
      'SHARE_COMMITMENT',
      'the share of "officer-5" does not match its recorded commitment',
    ],
    [
      'of another number of shares',
      { count: 4 },
      'SHARE_COMMITMENT',
      'the share of "officer-5" does not match its recorded commitment',
    ],
  ];
  for (const [name, change, code, message] of cases) {
    test(`${name} is refused, and its plaintext zeroed`, () => {
      const plaintext = sharePlaintext(opened(change));
      assertRefuses(() => openShare(plaintext, set(), record()), code, message);
      assert.ok(plaintext.every((byte) => byte === 0));
    });
  }

  const garbage: readonly (readonly [name: string, text: string])[] = [
    ['nothing', ''],
    ['no JSON', 'share'],
    ['another type', GOLDEN.replace('share/1', 'share/2')],
    ['a space in it', GOLDEN.replace('","seat', '", "seat')],
    ['a member more', GOLDEN.replace('{"count"', '{"a":1,"count"')],
    ['a member less', GOLDEN.replace(',"x":5', '')],
    ['the share in capitals', GOLDEN.replace(SHARE, SHARE.toUpperCase())],
    ['half a byte', GOLDEN.replace(SHARE, SHARE.slice(1))],
    ['an unfinished share', GOLDEN.slice(0, GOLDEN.indexOf('05","threshold'))],
    ['a share that is no text', GOLDEN.replace(`"${SHARE}"`, '5')],
    ['a point above 255', GOLDEN.replace('"x":5', '"x":261')],
    ['a byte that is not UTF-8', GOLDEN.replace('ROOT', 'R\u{fffd}T')],
  ];
  for (const [name, text] of garbage) {
    test(`${name} is one refusal like every other that does not open`, () => {
      const plaintext = Buffer.from(text.replace('\u{fffd}', 'OO'), 'utf8');
      if (text.includes('\u{fffd}')) plaintext[plaintext.indexOf('OO')] = 0xff;
      assertRefuses(
        () => openShare(plaintext, set(), record()),
        'SHARE_OPEN_FAILED',
        'the envelope could not be opened with this token',
      );
      assert.ok(
        plaintext.every((byte) => byte === 0),
        'the plaintext is zeroed',
      );
    });
  }

  test('an error never says what was in the share', () => {
    for (const change of [{ r: Buffer.alloc(16) }, { x: 4 }, { set: 'ff'.repeat(16) }]) {
      assert.throws(
        () => openShare(sharePlaintext(opened(change)), set(), record()),
        (error: Error) => !error.message.includes('a1a1') && !String(error.stack).includes('a1a1'),
      );
    }
  });
});

test('what comes out is what Shamir went in with: y bytes, and then x, as Vault has it', async () => {
  const secret = randomBytes(32);
  const shares = (await split(Uint8Array.from(secret), 5, 3)).map((share) => Buffer.from(share));
  const back = shares.slice(1, 4).map((share) => {
    const x = share.at(-1) ?? 0;
    const r = randomBytes(16);
    const seat = `officer-${x}`;
    const commitment = shareCommitment(ID, x, r, share.subarray(0, -1));
    assert.equal(share.length, 33);
    const own = record({ seat, x, commitment });
    const value = opened({ seat, x, share: Buffer.from(share), r });
    return openShare(sharePlaintext(value), set({ shares: [...others, own] }), own).share;
  });
  assert.deepEqual(Buffer.from(await combine(back.map((share) => Uint8Array.from(share)))), secret);
});

test('an envelope is held to its record before any token is touched', () => {
  holdEnvelopeToRecord(Buffer.from('envelope'), record());
  assertRefuses(
    () => holdEnvelopeToRecord(Buffer.from('envelopf'), record()),
    'SHARE_ENVELOPE_ALTERED',
    `the envelope of "officer-5" has SHA-256 ${sha256('envelopf')}; the record says ${sha256('envelope')}`,
  );
});

test('set, seat and version stand in the name of the file', () => {
  assert.equal(envelopeName(ID, 'officer-5'), `${ID}-officer-5-v1.p7m`);
});
