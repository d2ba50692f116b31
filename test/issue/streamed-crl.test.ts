import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { wholeOf } from '../../src/base/octets.ts';
import { assembleCrl, buildTbsCertList, frameOfCrl, streamTbsCertList } from '../../src/issue/crl.ts';
import { encodeListed, standingEntries } from '../../src/issue/revoked-certificates.ts';
import { compareCrl } from '../../src/pki/compare.ts';
import { crlAfter, crlWith } from '../../src/pki/crl-succession.ts';
import { DistinctReader, notAfter } from '../../src/pki/listed-line.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { Revocation } from '../../src/pki/request.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import { type AnyLine, anyLines, cut, listOf } from '../pki/listed-lines.ts';
import { ask, put } from './judges.ts';
import { crlRequest, issueCrl, issueRoot, keyOf, rootRequest } from './software-ca.ts';

const LATE = '2200-01-01T00:00:00Z';
const root = await issueRoot(rootRequest('ecdsa-p384'));

/** The octets of an INTEGER that is not negative, as `BigInt` and nothing of ours writes them. */
function contentOf(serial: string): Uint8Array {
  const digits = BigInt(`0x${serial}`).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Uint8Array.from(Buffer.from(Number.parseInt(even.slice(0, 2), 16) < 0x80 ? even : `00${even}`, 'hex'));
}

const revocationOf = ({ serial, at, reason, since }: AnyLine): Revocation => ({
  ...{ serial: contentOf(serial), at, reason },
  ...(since === '' ? {} : { invalidSince: since }),
});

/** Pieces are written over: each is copied as it comes. */
const copied = (pieces: Iterable<Uint8Array>) => Array.from(pieces, (piece) => Uint8Array.from(piece));

function encoded(lines: readonly AnyLine[], thisUpdate = LATE): Uint8Array[] {
  const file = listOf(lines);
  return copied(encodeListed(new DistinctReader(() => cut(file, 70_000, 1), 'list.csv', notAfter(thisUpdate))));
}

describe('a list that is encoded as a stream', () => {
  test('has the entries that the encoder of a ceremony makes of it, octet by octet, and those that were asked for', () => {
    for (const seed of [1, 2, 3]) {
      const lines = anyLines(2000, seed);
      const pieces = encoded(lines);
      const asked = lines.map(revocationOf);
      const { length } = Buffer.concat(pieces);
      assert.deepEqual(Buffer.concat(pieces), Buffer.concat(Array.from(standingEntries(asked), wholeOf)));
      const request = crlRequest(root, 'ecdsa-p384', { revoked: asked });
      const tbs = Buffer.concat(copied(streamTbsCertList(request, { length, pieces: () => pieces }).pieces()));
      assert.deepEqual(tbs, Buffer.from(wholeOf(buildTbsCertList(request))));
      const der = assembleCrl(tbs, 'ecdsa-sha384', sign('sha384', tbs, keyOf('ecdsa-p384').privateKey));
      assert.deepEqual(compareCrl(parseCrl(der), request), []);
    }
  });

  test('is a CRL to openssl, which reads each entry as the list has it, and the very bytes whose digest was made', () => {
    const lines = anyLines(1000, 7);
    const pieces = encoded(lines);
    const length = Buffer.concat(pieces).length;
    const request = crlRequest(root, 'ecdsa-p384');
    const stream = streamTbsCertList(request, { length, pieces: () => pieces });
    const digest = createHash('sha256');
    const tbs = Buffer.concat(
      Array.from(stream.pieces(), (piece) => {
        digest.update(piece);
        return Uint8Array.from(piece);
      }),
    );
    assert.equal(tbs.length, stream.length);
    const signature = sign('sha384', tbs, keyOf('ecdsa-p384').privateKey);
    const { before, after } = frameOfCrl(tbs.length, 'ecdsa-sha384', signature);
    const whole = Buffer.concat([before, tbs, after]);
    assert.deepEqual(whole, Buffer.from(assembleCrl(tbs, 'ecdsa-sha384', signature)));
    const [crl, ca] = [put('streamed.crl', whole), put('streamed-ca.pem', pemOf('CERTIFICATE', root))];
    assert.deepEqual(ask('openssl', 'crl', '-inform', 'DER', '-in', crl, '-CAfile', ca, '-noout'), {
      status: 0,
      text: 'verify OK\n',
    });
    const inside = put('streamed.tbs', '');
    const at = String(before.length);
    ask('openssl', 'asn1parse', '-inform', 'DER', '-in', crl, '-strparse', at, '-noout', '-out', inside);
    assert.match(ask('openssl', 'dgst', '-sha256', '-r', inside).text, new RegExp(`^${digest.digest('hex')} `));
    const { text } = ask('openssl', 'crl', '-inform', 'DER', '-in', crl, '-noout', '-text');
    const read = [...text.matchAll(/Serial Number: (\S+)\n[^:]+: (.* GMT)[\s\S]*?Reason Code: \n\s+(.*)\n/g)];
    assert.equal(read.length, lines.length);
    for (const [index, [, serial, date, reason]] of read.entries()) {
      const line = lines[index] as AnyLine;
      assert.equal(BigInt(`0x${serial}`), BigInt(`0x${line.serial}`));
      assert.equal(Date.parse(date ?? ''), Date.parse(line.at));
      assert.equal(reason?.replace(/ /g, '').toLowerCase(), line.reason.toLowerCase());
    }
  });

  test('takes one piece of memory, which is written over, and as many pieces as its length has', () => {
    const counts = [2000, 20_000].map((count) => {
      const file = listOf(anyLines(count, 3));
      const places = new Set<ArrayBufferLike>();
      let [pieces, length] = [0, 0];
      for (const piece of encodeListed(new DistinctReader(() => cut(file, 70_000, 1), 'list.csv', notAfter(LATE)))) {
        places.add(piece.buffer);
        pieces++;
        length += piece.length;
      }
      assert.equal(places.size, 1);
      assert.equal([...places][0]?.byteLength, 256 * 1024);
      return { pieces, length, each: length / count };
    });
    for (const { pieces, length } of counts) assert.equal(pieces, Math.ceil(length / (256 * 1024 - 256)));
    assert.ok(Math.abs((counts[0]?.each ?? 0) - (counts[1]?.each ?? 0)) < 1);
  });

  test('ends in a refusal, before its last piece, where a certificate comes twice', () => {
    const lines = anyLines(300, 3);
    assertRefuses(() => encoded([...lines, lines[4] as AnyLine]), 'REVOCATION_UNFIT', /line 302: line 6 revokes/);
    assert.deepEqual(encoded([]), []);
  });
});

describe('a CRL after another', () => {
  const before = () => {
    const revoked = anyLines(500, 9).map(revocationOf);
    return parseCrl(issueCrl(crlRequest(root, 'ecdsa-p384', { number: 4n, revoked }), 'ecdsa-p384'));
  };

  test('has the entries of that one as they stand there, without a copy of its own, and then those that are new', () => {
    const last = before();
    const added: Revocation[] = [{ serial: Uint8Array.of(1), at: '2025-01-01T00:00:00Z', reason: 'superseded' }];
    const succession = crlWith(crlAfter(last), added);
    assert.ok(succession && 'kept' in succession.revoked);
    const [first = new Uint8Array()] = standingEntries(succession.revoked);
    assert.equal(wholeOf(first).buffer, last.revoked.der.buffer);
    const request = crlRequest(root, 'ecdsa-p384', { ...succession });
    const next = parseCrl(issueCrl(request, 'ecdsa-p384'));
    assert.deepEqual(next.revoked.der.subarray(0, last.revoked.der.length), last.revoked.der);
    assert.equal(next.revoked.count, last.revoked.count + 1);
    assert.deepEqual(compareCrl(next, request), []);
  });

  test('has those on hold that are revoked for good where they stand, and all between them without a copy', () => {
    const held = anyLines(500, 9).map((line, index) => ({
      ...revocationOf(line),
      ...(index % 100 === 50 ? { reason: 'certificateHold' as const } : {}),
    }));
    const last = parseCrl(issueCrl(crlRequest(root, 'ecdsa-p384', { number: 4n, revoked: held }), 'ecdsa-p384'));
    const now: Revocation[] = [350, 50].map((index) => ({
      ...{ serial: held[index]?.serial as Uint8Array, at: '2029-01-01T00:00:00Z', reason: 'keyCompromise' },
    }));
    const added: Revocation[] = [{ serial: Uint8Array.of(1), at: '2029-01-01T00:00:00Z', reason: 'superseded' }];
    const succession = crlWith(crlAfter(last), [...now, ...added]);
    assert.ok(succession && 'kept' in succession.revoked);
    const places = Array.from(standingEntries(succession.revoked), (piece) => wholeOf(piece).buffer);
    assert.deepEqual(
      places.map((place) => place === last.revoked.der.buffer),
      [true, false, true, false, true, false],
    );
    const expected = [...held.map((one, index) => (index === 50 ? now[1] : index === 350 ? now[0] : one)), ...added];
    const request = crlRequest(root, 'ecdsa-p384', { ...succession });
    const next = parseCrl(issueCrl(request, 'ecdsa-p384'));
    const whole = crlRequest(root, 'ecdsa-p384', { number: 5n, revoked: expected as Revocation[] });
    assert.deepEqual(next.tbs, parseCrl(issueCrl(whole, 'ecdsa-p384')).tbs);
    assert.deepEqual([compareCrl(next, request), compareCrl(next, whole)], [[], []]);
    assert.match(
      compareCrl(last, request)
        .map(({ field }) => field)
        .join(),
      /reasonCode of /,
    );
  });

  test('is not what was asked for where a kept entry is another', () => {
    const succession = crlAfter(before());
    const request = crlRequest(root, 'ecdsa-p384', { ...succession });
    const tbs = wholeOf(buildTbsCertList(request));
    const at = Buffer.from(tbs).indexOf(Buffer.from('0a01', 'hex'), 2000);
    tbs[at + 2] = tbs[at + 2] === 1 ? 4 : 1;
    const der = assembleCrl(tbs, 'ecdsa-sha384', sign('sha384', tbs, keyOf('ecdsa-p384').privateKey));
    assert.match(compareCrl(parseCrl(der), request)[0]?.field ?? '', /^reasonCode of /);
  });

  test('revokes nothing that the one before lists already', () => {
    const last = before();
    const [kept] = last.revoked;
    const serial = Uint8Array.from(Buffer.from(kept?.serial ?? '', 'hex'));
    const again = crlWith(crlAfter(last), [{ serial, at: '2025-01-01T00:00:00Z', reason: 'superseded' }]);
    assertRefuses(
      () => wholeOf(buildTbsCertList(crlRequest(root, 'ecdsa-p384', { ...again }))),
      'PROFILE_INVALID',
      new RegExp(`the serial number ${kept?.serial} is revoked twice$`),
    );
  });
});
