import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { takeCaCertificate } from '../../src/pki/certificate-intake.ts';
import { takeRequest, takeRequests } from '../../src/pki/request-intake.ts';
import { modulusOf } from '../../src/pki/rsa-weakness.ts';
import { readWeakKeys, type WeakKeys } from '../../src/pki/weak-keys.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { get, openssl, put } from '../x509/openssl.ts';
import { good } from './cases/rsa-moduli.ts';
import { ecPair, type Pair, requestOf, rsaPair, spkiOf } from './requests.ts';

/** As the packages of those lists were made: openssl prints the modulus, openssl takes its SHA-1. */
function lineOf(key: string): string {
  put('modulus', openssl('rsa', '-in', key, '-noout', '-modulus'));
  return openssl('dgst', '-sha1', '-r', 'modulus').slice(20, 40);
}

function pairOf(key: string): Pair {
  const privateKey = createPrivateKey(get(key));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function listOf(...lines: readonly string[]): WeakKeys {
  const read = readWeakKeys(Buffer.from(`${lines.join('\n')}\n`));
  assert.ok('list' in read, 'fault' in read ? read.fault : '');
  return read.list;
}

openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'weak.pem');
openssl(
  'req',
  '-x509',
  '-key',
  'weak.pem',
  '-subj',
  '/CN=Weak Root',
  '-days',
  '30',
  '-outform',
  'DER',
  '-out',
  'weak.crt',
);
const WEAK = pairOf('weak.pem');
const OTHER = rsaPair();
const LINE = lineOf('weak.pem');
const HEAD = ['# blacklist of RSA keys', '#', '00000123456789abcdef'];
const LISTED = listOf(...HEAD, LINE, 'ffffffffffffffffffff');
const modulus = (pair: Pair) => modulusOf(parseSpki(spkiOf(pair))) ?? 0n;
const expected = (weakKeys?: WeakKeys) => ({ key: undefined, ownKeys: new Map<string, string>(), weakKeys });

describe('a list', () => {
  test('has the keys of which openssl says its lines, and no others', () => {
    assert.match(LINE, /^[0-9a-f]{20}$/);
    assert.equal(LISTED.entries, 3);
    assert.equal(LISTED.sha256, sha256(Buffer.from(`${[...HEAD, LINE, 'ffffffffffffffffffff'].join('\n')}\n`)));
    assert.deepEqual(
      [WEAK, OTHER].map((pair) => LISTED.has(modulus(pair))),
      [true, false],
    );
    assert.equal(LISTED.has(good), false);
    assert.equal(listOf(...HEAD).has(modulus(WEAK)), false);
  });

  test('of 300,000 keys is read whole, the first and the last', () => {
    const lines = Array.from({ length: 300_000 }, (_, at) => at.toString(16).padStart(20, '0'));
    lines[299_999] = LINE;
    const read = readWeakKeys(Buffer.from(`${lines.join('\n')}\n`));
    assert.ok('list' in read);
    const { list } = read;
    assert.deepEqual([list.entries, list.has(modulus(WEAK)), list.has(modulus(OTHER))], [300_000, true, false]);
  });

  const cases: readonly (readonly [name: string, text: string, fault: string])[] = [
    ['nothing', '', 'is empty'],
    ['comments alone', '# a\n#\n', 'has no keys, only comments'],
    [
      'an end within a line',
      `${LINE}\n${LINE.slice(0, 7)}`,
      'is cut short: its last line, 2, does not end in a line feed',
    ],
    ['an end within a comment', `${LINE}\n# the`, 'is cut short: its last line, 2, does not end in a line feed'],
    ['a last line without an end', `# a\n${LINE}`, 'is cut short: its last line, 2, does not end in a line feed'],
    ...(
      [
        ['a digit too few', LINE.slice(1)],
        ['a digit too many', `${LINE}0`],
        ['a whole SHA-1', LINE.repeat(2)],
        ['capitals', `ABCDEF${LINE.slice(6)}`],
        ['what is no digit', `${LINE.slice(1)}g`],
        ['what lies between the digits and the letters', `${LINE.slice(1)}:`],
        ['a blank before it', ` ${LINE.slice(1)}`],
        ['a carriage return', `${LINE.slice(1)}\r`],
        ['nothing on it', ''],
        ['an octet beyond ASCII', `${LINE.slice(1)}\u00e9`],
      ] as const
    ).map(
      ([name, line]) =>
        [
          `a line with ${name}`,
          `# a\n${LINE}\n${line}\n${LINE}\n`,
          'has in line 3 neither 20 lower-case hexadecimal digits nor a comment after "#"',
        ] as const,
    ),
  ];
  for (const [name, text, fault] of cases)
    test(`is refused that has ${name}`, () => assert.deepEqual(readWeakKeys(Buffer.from(text, 'latin1')), { fault }));
});

describe('a key that is listed is refused', () => {
  const message = `its RSA key is in the list of weak keys with SHA-256 ${LISTED.sha256}, as "${LINE}": others can have its private key (CVE-2008-0166)`;
  const hint = /^nothing of it is used, and nobody should use this key for anything: its owner makes a new one/;
  const refusalOf = (take: () => unknown): CeremonyError => {
    try {
      take();
    } catch (error) {
      assert.ok(error instanceof CeremonyError);
      return error;
    }
    assert.fail('it was taken');
  };

  test('in a request', () => {
    const der = requestOf({ key: WEAK });
    const error = refusalOf(() => takeRequest(der, '"weak.csr" on "inbox"', expected(LISTED)));
    assert.deepEqual([error.code, error.message], ['REQUEST_KEY_WEAK', `"weak.csr" on "inbox": ${message}`]);
    assert.match(error.hint ?? '', hint);
    assert.equal(takeRequest(der, 'x', expected(listOf(...HEAD))).algorithm, 'rsa-2048');
    assert.equal(takeRequest(der, 'x', expected()).algorithm, 'rsa-2048');
    assert.equal(takeRequest(requestOf({ key: OTHER }), 'x', expected(LISTED)).algorithm, 'rsa-2048');
    assert.equal(takeRequest(requestOf({ key: ecPair() }), 'x', expected(LISTED)).algorithm, 'ecdsa-p256');
  });

  test('in a folder of requests, by its file', () => {
    const files = new Map([
      ['a.csr', requestOf({ key: OTHER })],
      ['b.csr', requestOf({ key: WEAK })],
    ]);
    const error = refusalOf(() => takeRequests(files, '"all" on "inbox"', expected(LISTED)));
    assert.deepEqual([error.code, error.message], ['REQUEST_KEY_WEAK', `"all" on "inbox": b.csr: ${message}`]);
    assert.match(
      error.hint ?? '',
      /^nothing of the folder is used: .* list of weak keys: .* its owner makes a new one/,
    );
    assert.equal(takeRequests(files, 'x', expected(listOf(...HEAD))).length, 2);
  });

  test('in the certificate of a CA', () => {
    const der = get('weak.crt');
    const error = refusalOf(() => takeCaCertificate(der, '"weak.crt" on "inbox"', expected(LISTED)));
    assert.equal(error.code, 'REQUEST_KEY_WEAK');
    assert.ok(error.message.startsWith(`"weak.crt" on "inbox": ${message}`), error.message);
    assert.match(error.hint ?? '', hint);
    assert.equal(takeCaCertificate(der, 'x', expected(listOf(...HEAD))).algorithm, 'rsa-2048');
  });
});
