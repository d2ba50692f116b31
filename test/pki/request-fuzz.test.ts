import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError, isErrorCode } from '../../src/base/errors.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { differencesOf } from '../../src/pki/request-differences.ts';
import { derOfRequestFile, takeRequest } from '../../src/pki/request-intake.ts';
import { type CertificationRequest, parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { renderRequest } from '../../src/x509/render-request.ts';
import { attributesOf, ecPair, requestOf, rsaPair } from './requests.ts';

/** Requests that were tried; the number that each test makes of each kind is fixed. */
const MUTATED = 100_000;
const RESIGNED = 6_000;
const PEM_MUTATED = 10_000;

/** Park and Miller's generator: the same mutations of the same bytes in every run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

const KEY = ecPair();
const SEEDS = [
  requestOf({ key: KEY }),
  requestOf({ key: KEY, attributes: attributesOf() }),
  requestOf({ key: ecPair('P-384'), signedWith: 'ecdsa-with-SHA384' }),
  requestOf({ key: rsaPair() }),
];
/** The last two are rare: their checks take ten and a hundred times as long. */
const seedOf = (random: (below: number) => number, seeds: readonly Uint8Array[] = SEEDS) =>
  seeds[random(100) === 0 ? 2 + random(2) : random(2)]!;
const KNOWN = new Map(SEEDS.map((der) => [sha256(parseCertificationRequest(der).tbs), der]));
const INTERESTING = [0x00, 0x01, 0x02, 0x03, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff];

/** Bits, octets, lengths, pieces: cut out, put in, doubled, exchanged with those of another request. */
function mutate(der: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(der);
  for (let change = 0; change <= random(3); change++) {
    if (bytes.length === 0) return bytes;
    const at = random(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random(16));
    switch (random(8)) {
      case 0:
        bytes[at]! ^= 1 << random(8);
        break;
      case 1:
        bytes[at] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 2:
        bytes[at]! += random(2) === 0 ? 1 : 255;
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(random(256)), bytes.subarray(at)]);
        break;
      case 6: {
        const other = SEEDS[random(SEEDS.length)]!;
        const from = random(other.length);
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 1 + random(64)), bytes.subarray(at)]);
        break;
      }
      default:
        bytes = bytes.subarray(0, at);
    }
  }
  return bytes;
}

/** Takes it, or refuses it with a code; whatever else happens is a bug. */
function taken(bytes: Uint8Array, codes: Map<string, number>): CertificationRequest | undefined {
  try {
    const der = derOfRequestFile(bytes, 'r.csr');
    return takeRequest(der, 'r.csr', { key: undefined, ownKeys: new Map() }).request;
  } catch (error) {
    assert.ok(error instanceof CeremonyError, `${Buffer.from(bytes).toString('hex')}: ${String(error)}`);
    assert.ok(isErrorCode(error.code) && error.message.length > 0 && error.message.length < 1000, error.message);
    assert.doesNotMatch(error.message, /[^\x20-\x7e…]/);
    codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    return undefined;
  }
}

/** What is shown of any request is safe for a terminal, and bounded. */
function shown(request: CertificationRequest): void {
  const lines = [...renderRequest(request), ...differencesOf(request, 'r.txt')];
  assert.ok(differencesOf(request, 'r.txt').length <= 101);
  for (const line of lines) assert.doesNotMatch(line, /[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]/);
}

describe('whatever is brought is refused with a code, or is what its requester signed', () => {
  test('mutated requests', () => {
    const random = makeRandom(20270301);
    const codes = new Map<string, number>();
    let accepted = 0;
    for (let count = 0; count < MUTATED; count++) {
      const mutated = mutate(seedOf(random), random);
      const request = taken(mutated, codes);
      if (!request) continue;
      accepted += 1;
      // In all that was signed it is one of the seeds; its signature then verifies, whatever octets it has.
      const seed = KNOWN.get(sha256(request.tbs));
      assert.ok(seed, Buffer.from(mutated).toString('hex'));
      assert.equal(sha256(parseCertificationRequest(seed).spki.der), sha256(request.spki.der));
    }
    // Some mutations undo each other; hardly any other request is taken.
    assert.ok(accepted < MUTATED / 100, `${accepted} were accepted`);
    for (const code of ['DER_INVALID', 'REQUEST_ALGORITHM', 'REQUEST_KEY_WEAK', 'REQUEST_SIGNATURE'])
      assert.ok((codes.get(code) ?? 0) > 10, `${code}: ${codes.get(code)}`);
  });

  test('requests whose attributes and subject are mutated, and signed again', () => {
    const random = makeRandom(65537);
    const codes = new Map<string, number>();
    const wishes = parseAttributes(SEEDS[0]!);
    let accepted = 0;
    for (let count = 0; count < RESIGNED; count++) {
      const der = requestOf({ key: KEY, attributes: mutate(wishes, random) });
      const request = taken(der, codes);
      if (!request) continue;
      accepted += 1;
      assert.deepEqual(Buffer.from(request.der), Buffer.from(der));
      shown(request);
    }
    assert.ok(accepted > RESIGNED / 100, `${accepted} were accepted`);
    assert.deepEqual([...codes.keys()], ['DER_INVALID']);
  });

  test('mutated PEM files', () => {
    const random = makeRandom(1337);
    const codes = new Map<string, number>();
    const seeds = SEEDS.map((der) => Buffer.from(pemOf('CERTIFICATE REQUEST', der)));
    for (let count = 0; count < PEM_MUTATED; count++) {
      const request = taken(mutate(seedOf(random, seeds), random), codes);
      if (request) assert.ok(KNOWN.has(sha256(request.tbs)));
    }
    assert.ok((codes.get('DER_INVALID') ?? 0) > PEM_MUTATED / 2);
  });
});

/** The attributes of a request, with their tag: the last element of what is signed. */
function parseAttributes(der: Uint8Array): Uint8Array {
  const { tbs, spki } = parseCertificationRequest(der);
  return tbs.subarray(spki.der.byteOffset + spki.der.length - tbs.byteOffset);
}
