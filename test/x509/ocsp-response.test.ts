import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { contextConstructed } from '../../src/der/tags.ts';
import {
  bitString,
  boolean,
  element,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  utcTime,
} from '../../src/der/writer.ts';
import { parseOcspResponse, parseOcspResponseData } from '../../src/x509/ocsp-response.ts';
import { kindOf, renderDocument } from '../../src/x509/render.ts';

const AT = '2026-11-01T00:00:00Z';
const NEXT = '2027-10-01T00:00:00Z';
const HASH = octetString(new Uint8Array(20).fill(7));
const CERT_ID = sequence(sequence(oid(OID.sha1), nullValue()), HASH, HASH, integer(0x0102));
const GOOD = implicit(0);
const NONCE = sequence(sequence(oid(OID.ocspNonce), octetString(octetString(Uint8Array.of(1)))));

const single = (status: Uint8Array, ...rest: readonly Uint8Array[]) =>
  sequence(CERT_ID, status, generalizedTime(AT), ...rest);
const data = (...answers: readonly Uint8Array[]) =>
  sequence(explicit(2, HASH), generalizedTime(AT), sequence(...answers));
const revoked = (...content: readonly Uint8Array[]) => element(contextConstructed(1), ...content);
const SIGNATURE = [sequence(oid(OID.ed25519)), bitString(new Uint8Array(64))] as const;
const response = (basic: Uint8Array, status = 0, type: string = OID.ocspBasic) =>
  sequence(enumerated(status), explicit(0, sequence(oid(type), octetString(basic))));

describe('parseOcspResponseData', () => {
  it('reads each status, each responder, and what may be there', () => {
    const [good] = parseOcspResponseData(data(single(GOOD))).responses;
    assert.deepEqual(good?.status, { kind: 'good' });
    assert.equal(good?.nextUpdate, undefined);
    assert.equal(good?.certId.serial.hex, '0102');
    const time = generalizedTime(AT);
    const [one, two, three] = parseOcspResponseData(
      data(
        single(revoked(time)),
        single(revoked(time, explicit(0, enumerated(1))), explicit(0, generalizedTime(NEXT))),
        single(implicit(2), explicit(1, NONCE)),
      ),
    ).responses;
    const at = { at: AT, form: 'generalized' };
    assert.deepEqual(one?.status, { kind: 'revoked', at, reason: undefined });
    assert.deepEqual(two?.status, { kind: 'revoked', at, reason: 'keyCompromise' });
    assert.equal(two?.nextUpdate?.at, NEXT);
    assert.deepEqual(three?.status, { kind: 'unknown' });
    assert.equal(three?.extensions[0]?.oid, OID.ocspNonce);
    const named = sequence(explicit(1, sequence()), generalizedTime(AT), sequence(single(GOOD)), explicit(1, NONCE));
    const read = parseOcspResponseData(named);
    assert.equal(read.responder.kind, 'name');
    assert.equal(read.extensions.length, 1);
    const text = [...renderDocument(named)].join('\n');
    assert.match(text, /Responder +\(empty\)/);
    assert.match(text, /ocspNonce/);
  });

  const FAULTS: readonly (readonly [what: string, der: Uint8Array, message: RegExp])[] = [
    [
      'the version that is the default',
      sequence(explicit(0, integer(0)), generalizedTime(AT)),
      /byName \[1\] or byKey/,
    ],
    ['no answer', data(), /expected an answer in responses, found none/],
    ['UTCTime', sequence(explicit(2, HASH), utcTime(AT), sequence(single(GOOD))), /for producedAt, found UTCTime/],
    ['another status', data(single(implicit(3))), /expected good \[0\], revoked \[1\] or unknown \[2\]/],
    ['a good one with content', data(single(implicit(0, Uint8Array.of(5, 0)))), /no content in the NULL good/],
    [
      'reason 7',
      data(single(revoked(generalizedTime(AT), explicit(0, enumerated(7))))),
      /CRLReason of RFC 5280, found 7/,
    ],
    [
      'no extension in a list',
      data(single(GOOD, explicit(1, sequence()))),
      /an extension in singleExtensions, found none/,
    ],
    ['more behind an answer', data(single(GOOD, boolean(true))), /the end of an element of responses/],
    [
      'more behind the answers',
      sequence(explicit(2, HASH), generalizedTime(AT), sequence(single(GOOD)), boolean(true)),
      /the end of tbsResponseData/,
    ],
  ];
  for (const [what, der, message] of FAULTS)
    it(`refuses ${what}`, () => {
      assert.throws(() => parseOcspResponseData(der), { code: 'DER_INVALID', message });
    });

  it('is of no other kind, and nothing else is of this one', () => {
    assert.equal(kindOf(data(single(GOOD))), 'tbs-ocsp-response');
    assert.equal(kindOf(response(sequence(data(single(GOOD)), ...SIGNATURE))), 'ocsp-response');
  });
});

describe('parseOcspResponse', () => {
  const basic = sequence(data(single(GOOD)), ...SIGNATURE);

  it('reads one that is successful', () => {
    const read = parseOcspResponse(response(basic));
    assert.deepEqual(read.tbs, data(single(GOOD)));
    assert.deepEqual(read.certificates, []);
    assert.equal(read.signature.length, 64);
  });

  it('refuses one that answers nothing, is of another type, or has more in it', () => {
    const refused = (der: Uint8Array, message: RegExp) =>
      assert.throws(() => parseOcspResponse(der), { code: 'DER_INVALID', message });
    refused(response(basic, 6), /expected the responseStatus successful \(0\), found 6/);
    refused(sequence(enumerated(0)), /for responseBytes, found the end/);
    refused(response(basic, 0, OID.ocspNonce), /expected the responseType id-pkix-ocsp-basic, found 1\.3\.6/);
    refused(
      response(sequence(data(single(GOOD)), ...SIGNATURE, explicit(0, sequence()))),
      /a certificate in certs, found none/,
    );
    refused(response(sequence(data(single(GOOD)), ...SIGNATURE, boolean(true))), /the end of BasicOCSPResponse/);
    refused(response(Buffer.concat([basic, nullValue()])), /the end of the enclosing string/);
  });
});
