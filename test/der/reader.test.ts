import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atEnd,
  childrenOf,
  compareBytes,
  enter,
  finish,
  nextTag,
  readDer,
  setOf,
  take,
  takeAny,
  takeOptional,
} from '../../src/der/reader.ts';
import { checkDer } from '../../src/der/strict.ts';
import { contextConstructed, TAG } from '../../src/der/tags.ts';
import { assertRefuses, bytes } from './refusal.ts';

const MALFORMED: readonly (readonly [name: string, hex: string, message: string])[] = [
  ['empty', '', 'x, byte 0: expected an identifier and a length, found 0 bytes'],
  ['identifier alone', '30', 'x, byte 0: expected an identifier and a length, found 1 bytes'],
  ['indefinite length', '3080 0000', 'x, byte 1: expected a definite length of at most 4 octets, found 0x80'],
  ['length of length 5', '3085 0000000000', 'x, byte 1: expected a definite length of at most 4 octets, found 0x85'],
  ['reserved length ff', '30ff 00', 'x, byte 1: expected a definite length of at most 4 octets, found 0xff'],
  ['long form below 128', '048105 0102030405', 'x, byte 1: expected the shortest form of the length 5'],
  [
    'leading zero in the length',
    `04820080 ${'00'.repeat(128)}`,
    'x, byte 1: expected the shortest form of the length 128',
  ],
  ['length octets missing', '0482 01', 'x, byte 1: expected 2 length octets, found 1'],
  ['content missing', '0405 010203', 'x, byte 0: expected 5 content bytes of OCTET STRING, found 3'],
  ['length near 4 GiB', '0484ffffffff 00', 'x, byte 0: expected 4294967295 content bytes of OCTET STRING, found 1'],
  ['trailing byte', '0401 aa 00', 'x, byte 3: expected the end, found 1 more bytes'],
  ['second element', '0500 0500', 'x, byte 2: expected the end, found 2 more bytes'],
  ['constructed OCTET STRING', '2404 0402 aabb', 'x, byte 0: expected the primitive form of OCTET STRING, found 0x24'],
  ['constructed BIT STRING', '2304 0302 00aa', 'x, byte 0: expected the primitive form of BIT STRING, found 0x23'],
  ['constructed UTF8String', '2c03 0c01 61', 'x, byte 0: expected the primitive form of UTF8String, found 0x2c'],
  ['constructed INTEGER', '2203 0201 01', 'x, byte 0: expected the primitive form of INTEGER, found 0x22'],
  ['primitive SEQUENCE', '1000', 'x, byte 0: expected the constructed form of SEQUENCE, found 0x10'],
  ['primitive SET', '1100', 'x, byte 0: expected the constructed form of SET, found 0x11'],
  ['end of contents', '0000', 'x, byte 0: expected an element, found tag 0x00 (end of contents)'],
  ['high tag number', '1f8101 00', 'x, byte 0: expected a tag number up to 30, found the high form 0x1f'],
  ['high tag number, context', 'bf2300', 'x, byte 0: expected a tag number up to 30, found the high form 0xbf'],
];

for (const [name, hex, message] of MALFORMED) {
  test(`refuses: ${name}`, () => {
    assertRefuses(() => readDer(bytes(hex), 'x'), 'DER_INVALID', message);
  });
}

const MALFORMED_INSIDE: readonly (readonly [name: string, hex: string, message: string])[] = [
  ['child longer than its parent', '3003 0402 aa', 'x, byte 2: expected 2 content bytes of OCTET STRING, found 1'],
  [
    'child longer than its parent, with bytes after it',
    '3007 3003 0402aa 0500',
    'x, byte 4: expected 2 content bytes of OCTET STRING, found 1',
  ],
  ['boolean 01', '3003 0101 01', 'x, byte 4: expected 00 or ff for the BOOLEAN x, found "01"'],
  ['boolean of two octets', '3004 0102 ffff', 'x, byte 4: expected 00 or ff for the BOOLEAN x, found "ffff"'],
  ['boolean of none', '3002 0100', 'x, byte 4: expected 00 or ff for the BOOLEAN x, found ""'],
  ['integer of none', '3002 0200', 'x, byte 2: expected at least one octet for the INTEGER x'],
  ['integer padded with 00', '3004 0202 007f', 'x, byte 4: expected the shortest form of the INTEGER x, found 007f…'],
  ['integer padded with ff', '3004 0202 ff80', 'x, byte 4: expected the shortest form of the INTEGER x, found ff80…'],
  ['enumerated padded', '3004 0a02 0001', 'x, byte 4: expected the shortest form of the INTEGER x, found 0001…'],
  ['bit string without a count', '3002 0300', 'x, byte 2: expected at least one octet for the BIT STRING x'],
  ['bit string with 8 unused bits', '3004 0302 0800', 'x, byte 4: expected 0 to 7 unused bits in x, found 8'],
  ['empty bit string with unused bits', '3003 0301 01', 'x, byte 4: expected no unused bits in the empty BIT STRING x'],
  ['unused bits that are set', '3004 0302 0403', 'x, byte 5: expected the 4 unused bits of x to be zero'],
  ['null with content', '3003 0501 00', 'x, byte 4: expected no content in the NULL x'],
  ['empty object identifier', '3002 0600', 'x, byte 2: expected 1 to 64 octets for the OBJECT IDENTIFIER x, found 0'],
  [
    'object identifier that does not end',
    '3004 0602 2a86',
    'x, byte 5: expected the last arc of the OBJECT IDENTIFIER x to end',
  ],
  ['padded arc', '3005 0603 2a8001', 'x, byte 5: expected an arc of the OBJECT IDENTIFIER x without padding'],
  ['padded first arc', '3004 0602 8001', 'x, byte 4: expected an arc of the OBJECT IDENTIFIER x without padding'],
  ['UTCTime without seconds', `300d 170b ${hexOf('2701010000Z')}`, 'x, byte 4: expected YYMMDDHHMMSSZ for x'],
  ['UTCTime with an offset', `3013 1711 ${hexOf('270101000000+0000')}`, 'x, byte 4: expected YYMMDDHHMMSSZ for x'],
  ['UTCTime without Z', `300e 170c ${hexOf('270101000000')}`, 'x, byte 4: expected YYMMDDHHMMSSZ for x'],
  [
    'GeneralizedTime with a fraction',
    `3013 1811 ${hexOf('20270101000000.5Z')}`,
    'x, byte 4: expected YYYYMMDDHHMMSSZ for x',
  ],
  [
    '29 February of no leap year',
    `300f 170d ${hexOf('270229000000Z')}`,
    'x, byte 4: expected a time of the calendar for x, found "2027-02-29T00:00:00Z"',
  ],
  [
    '29 February 2100',
    `3011 180f ${hexOf('21000229000000Z')}`,
    'x, byte 4: expected a time of the calendar for x, found "2100-02-29T00:00:00Z"',
  ],
  [
    'month 13',
    `300f 170d ${hexOf('271301000000Z')}`,
    'x, byte 4: expected a time of the calendar for x, found "2027-13-01T00:00:00Z"',
  ],
  [
    'hour 24',
    `300f 170d ${hexOf('270101240000Z')}`,
    'x, byte 4: expected a time of the calendar for x, found "2027-01-01T24:00:00Z"',
  ],
  [
    'second 60',
    `300f 170d ${hexOf('270101000060Z')}`,
    'x, byte 4: expected a time of the calendar for x, found "2027-01-01T00:00:60Z"',
  ],
  ['UTF-8 that is none', '3004 0c02 c328', 'x, byte 4: expected UTF-8 in x'],
  ['overlong UTF-8', '3004 0c02 c0af', 'x, byte 4: expected UTF-8 in x'],
  ['surrogate in UTF-8', '3005 0c03 eda080', 'x, byte 4: expected UTF-8 in x'],
  ['PrintableString with an at sign', '3003 1301 40', 'x, byte 4: expected the alphabet of its string type in x'],
  ['IA5String beyond ASCII', '3003 1601 e9', 'x, byte 4: expected the alphabet of its string type in x'],
  ['NumericString with a letter', '3003 1201 61', 'x, byte 4: expected the alphabet of its string type in x'],
  ['VisibleString with a control', '3003 1a01 07', 'x, byte 4: expected the alphabet of its string type in x'],
  ['BMPString of an odd length', '3003 1e01 61', 'x, byte 4: expected 2 octets for each character of x'],
  ['BMPString with a surrogate', '3004 1e02 d800', 'x, byte 4: expected a character in x'],
  ['UniversalString beyond Unicode', '3006 1c04 00110000', 'x, byte 4: expected a character in x'],
  [
    'SET OF in the wrong order',
    '3106 020102 020101',
    'x, byte 5: expected the elements of x in ascending order (SET OF)',
  ],
];

for (const [name, hex, message] of MALFORMED_INSIDE) {
  test(`the whole tree is checked: ${name}`, () => {
    assertRefuses(() => checkDer(bytes(hex), 'x'), 'DER_INVALID', message);
  });
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}

test('well-formed trees pass', () => {
  for (const hex of [
    '0500',
    '3000',
    '3100',
    '0101ff',
    '010100',
    '020100',
    '0202 0080',
    '0201 80',
    '0301 00',
    '0302 0700',
    '0302 0780',
    '06012a',
    '0c00',
    '3106 020101 020102',
    '3106 020101 020101',
    'a003 020101',
    '8000',
    '310a 0c0161 020101 0500 0500',
  ]) {
    checkDer(bytes(hex), 'x');
  }
});

test('nesting ends at 32 levels', () => {
  let der = Buffer.from('3000', 'hex');
  for (let i = 0; i < 40; i++) der = Buffer.concat([Buffer.from([0x30, der.length]), der]);
  assertRefuses(() => checkDer(der, 'x'), 'DER_INVALID', 'x, byte 66: expected at most 32 levels of nesting');
});

test('size ends at the limit', () => {
  assertRefuses(
    () => readDer(Buffer.alloc(11), 'x', { maxBytes: 10 }),
    'DER_INVALID',
    'x, byte 10: expected at most 10 bytes, found 11',
  );
});

test('the offset is in the details', () => {
  assert.throws(() => readDer(bytes('3080'), 'x'), { details: { offset: 1 } });
});

test('a cursor takes what it is told to', () => {
  const cursor = enter(readDer(bytes('3009 020101 a0020500 0500'), 'x'), 'thing');
  assert.equal(nextTag(cursor), TAG.integer);
  assert.equal(takeOptional(cursor, TAG.boolean, 'flag'), undefined);
  take(cursor, TAG.integer, 'version');
  assertRefuses(() => finish(cursor, 'thing'), 'DER_INVALID', 'x, byte 5: expected the end of thing, found [0]');
  assert.equal(takeOptional(cursor, contextConstructed(0), 'option')?.tag, 0xa0);
  assertRefuses(
    () => take({ ...cursor }, TAG.octetString, 'key'),
    'DER_INVALID',
    'x, byte 9: expected OCTET STRING for key, found NULL',
  );
  takeAny(cursor, 'nothing');
  assert.ok(atEnd(cursor));
  assert.equal(nextTag(cursor), -1);
  finish(cursor, 'thing');
  assertRefuses(
    () => take(cursor, TAG.null, 'more'),
    'DER_INVALID',
    'x, byte 11: expected NULL for more, found the end',
  );
  assertRefuses(() => takeAny(cursor, 'more'), 'DER_INVALID', 'x, byte 11: expected more, found the end');
  assertRefuses(
    () => enter(readDer(bytes('3100'), 'x'), 'thing'),
    'DER_INVALID',
    'x, byte 0: expected SEQUENCE for thing, found SET',
  );
});

test('children and sets', () => {
  assert.equal(childrenOf(readDer(bytes('3006 020101 020102'), 'x'), 'list').length, 2);
  assert.equal(setOf(readDer(bytes('3106 020101 020102'), 'x'), 'set').length, 2);
  assert.ok(compareBytes(bytes('0101'), bytes('010100')) < 0);
  assert.ok(compareBytes(bytes('02'), bytes('0101')) > 0);
});
