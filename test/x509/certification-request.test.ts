import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import {
  boolean,
  element,
  explicit,
  integer,
  octetString,
  oid,
  printableString,
  raw,
  sequence,
  set,
  utf8String,
} from '../../src/der/writer.ts';
import { MAX_REQUEST_BYTES, parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { kindOf, renderDocument } from '../../src/x509/render.ts';
import { attributeOf, attributesOf, ecPair, infoOf, requestOf, spkiOf } from '../pki/requests.ts';
import { extensionDer, NAME } from './build.ts';
import { get, openssl } from './openssl.ts';

const KEY = ecPair();
const extensions = sequence(extensionDer(OID.keyUsage, octetString(Buffer.from('x'))));
const wish = attributeOf(OID.extensionRequest, extensions);
const note = attributeOf(OID.unstructuredName, utf8String('n'));

describe('a certificate request', () => {
  test('is read whole: subject, key, attributes and extensions, and what is signed', () => {
    const request = parseCertificationRequest(requestOf({ key: KEY }));
    assert.deepEqual(Buffer.from(request.tbs), Buffer.from(infoOf({ key: KEY })));
    assert.deepEqual(Buffer.from(request.spki.der), Buffer.from(spkiOf(KEY)));
    assert.deepEqual(
      request.subject.attributes.map(({ value }) => value),
      ['DE', 'Test Root'],
    );
    assert.deepEqual(
      request.attributes.map(({ oid: type, values }) => [type, values.length]),
      [
        [OID.unstructuredName, 1],
        [OID.challengePassword, 1],
        [OID.extensionRequest, 1],
      ],
    );
    assert.deepEqual(
      request.extensions.map(({ oid: type, critical }) => [type, critical]),
      [
        [OID.basicConstraints, true],
        ['1.2.3.4', false],
      ],
    );
  });

  test('may ask for nothing at all', () => {
    const request = parseCertificationRequest(requestOf({ key: KEY, subject: sequence(), attributes: attributesOf() }));
    assert.deepEqual([request.attributes, request.extensions, request.subject.attributes], [[], [], []]);
  });

  const whole = requestOf({ key: KEY });
  const withAttributes = (attributes: Uint8Array) => requestOf({ key: KEY, attributes });
  const refused: readonly (readonly [name: string, der: Uint8Array, message: RegExp])[] = [
    ['bytes after it', Buffer.concat([whole, Buffer.of(0)]), /expected the end, found 1 more bytes/],
    ['two of them', Buffer.concat([whole, whole]), /expected the end, found \d+ more bytes/],
    ['a byte too few', whole.subarray(0, -1), /content bytes of SEQUENCE, found/],
    [
      'an indefinite length',
      Buffer.concat([Buffer.of(0x30, 0x80), whole.subarray(3), Buffer.of(0, 0)]),
      /expected a definite length/,
    ],
    [
      'a length in too many octets',
      Buffer.concat([Buffer.of(0x30, 0x83, 0), whole.subarray(2)]),
      /expected the shortest form/,
    ],
    ['version 1', requestOf({ key: KEY, version: integer(1) }), /expected version from 0 to 0, found 01 \(hex\)/],
    ['version -1', requestOf({ key: KEY, version: integer(-1) }), /found a negative number/],
    [
      'a padded version',
      requestOf({ key: KEY, version: Buffer.of(2, 2, 0, 0) }),
      /expected the shortest form of the INTEGER/,
    ],
    ['no attributes', withAttributes(raw()), /expected \[0\].* for attributes, found the end/],
    ['attributes under another tag', withAttributes(set(wish)), /for attributes, found SET/],
    [
      'something after the attributes',
      withAttributes(raw(attributesOf(), integer(1))),
      /expected the end of certificationRequestInfo/,
    ],
    [
      'attributes out of order',
      withAttributes(explicit(0, wish, note)),
      /expected the elements of attributes in ascending order/,
    ],
    [
      'an attribute without values',
      withAttributes(attributesOf(attributeOf('1.2.3'))),
      /expected a value of attribute 1\.2\.3, found none/,
    ],
    [
      'an attribute that is no pair',
      withAttributes(attributesOf(sequence(oid('1.2.3')))),
      /for the values of attribute 1\.2\.3, found the end/,
    ],
    [
      'an attribute with more than values',
      withAttributes(attributesOf(sequence(oid('1.2.3'), set(integer(1)), integer(2)))),
      /expected the end of an attribute/,
    ],
    [
      'values out of order',
      withAttributes(attributesOf(sequence(oid('1.2.3'), element(0x31, integer(2), integer(1))))),
      /expected the elements of the values of attribute 1\.2\.3/,
    ],
    [
      'BER inside a value',
      withAttributes(attributesOf(attributeOf('1.2.3', Buffer.of(1, 1, 1)))),
      /expected 00 or ff for the BOOLEAN/,
    ],
    [
      'an alphabet that a value does not have',
      withAttributes(attributesOf(attributeOf('1.2.3', element(0x13, Buffer.from('@'))))),
      /expected the alphabet/,
    ],
    [
      'two requests for extensions',
      withAttributes(
        attributesOf(
          wish,
          attributeOf(OID.extensionRequest, sequence(extensionDer(OID.keyUsage, octetString(Buffer.from('y'))))),
        ),
      ),
      /expected one extensionRequest, found another/,
    ],
    [
      'one request of two values',
      withAttributes(
        attributesOf(attributeOf(OID.extensionRequest, extensions, sequence(extensionDer('1.2.3', boolean(true))))),
      ),
      /expected one extensionRequest, found another/,
    ],
    [
      'a request for no extension',
      withAttributes(attributesOf(attributeOf(OID.extensionRequest, sequence()))),
      /expected an extension in extensionRequest, found none/,
    ],
    [
      'a request for what is no extension',
      withAttributes(attributesOf(attributeOf(OID.extensionRequest, sequence(sequence(integer(1)))))),
      /for an identifier in extensionRequest, found INTEGER/,
    ],
    [
      'a certificate',
      sequence(sequence(explicit(0, integer(2)), integer(1)), sequence(oid('1.2.3')), Buffer.of(3, 1, 0)),
      /expected INTEGER for version/,
    ],
    [
      'a key with unused bits',
      requestOf({
        key: KEY,
        spki: sequence(sequence(oid(OID.ecPublicKey), oid(OID.secp256r1)), Buffer.of(3, 2, 1, 0)),
      }),
      /expected whole octets/,
    ],
    [
      'a subject of an empty set',
      requestOf({ key: KEY, subject: sequence(set()) }),
      /expected an attribute in each relative distinguished name/,
    ],
    [
      'more than 64 KiB',
      withAttributes(attributesOf(attributeOf('1.2.3', octetString(new Uint8Array(MAX_REQUEST_BYTES))))),
      /expected at most 65536 bytes/,
    ],
    [
      'nesting without end',
      withAttributes(attributesOf(attributeOf('1.2.3', nested(40)))),
      /expected at most 32 levels of nesting/,
    ],
    ['nothing', new Uint8Array(), /expected an identifier and a length, found 0 bytes/],
  ];
  for (const [name, der, message] of refused) {
    test(`is refused for ${name}`, () => {
      assert.throws(
        () => parseCertificationRequest(der, 'request.csr'),
        (error) =>
          error instanceof CeremonyError &&
          error.code === 'DER_INVALID' &&
          error.message.startsWith('request.csr, byte ') &&
          message.test(error.message),
      );
    });
  }
});

function nested(levels: number): Uint8Array {
  let der: Uint8Array = integer(1);
  for (let level = 0; level < levels; level++) der = sequence(der);
  return der;
}

describe('a certificate request is shown', () => {
  const lines = [...renderDocument(requestOf({ key: KEY }))];
  const text = lines.join('\n');

  test('as one, in lines of at most 80 columns', () => {
    assert.equal(kindOf(requestOf({ key: KEY })), 'request');
    assert.equal(kindOf(requestOf({ key: KEY, attributes: attributesOf() })), 'request');
    assert.equal(kindOf(parseCertificationRequest(requestOf({ key: KEY })).tbs), 'tbs-request');
    assert.equal(lines[0], 'Certificate request');
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  test('with subject, key, extensions and attributes, foreign text escaped', () => {
    assert.match(text, /commonName +"Test Root"/);
    assert.match(text, /Public key +EC P-256/);
    assert.match(text, /basicConstraints \(2\.5\.29\.19\), critical\n +CA +yes\n +path length +3/);
    assert.match(text, /unstructuredName \(1\.2\.840\.113549\.1\.9\.2\)\n? +"a note\\u\{202E\}"/);
    assert.match(text, /Signed with +ecdsa-with-SHA256/);
  });

  test('but for the password by which its certificate could be revoked', () => {
    assert.match(text, /challengePassword \(1\.2\.840\.113549\.1\.9\.7\)\n? +present, and not shown/);
    const password = Buffer.from(printableString('open sesame')).toString('hex').match(/.{4}/g)?.join(' ');
    assert.ok(!text.includes('open sesame') && !text.includes(String(password)));
  });

  test('and says where it asks for nothing', () => {
    const none = [...renderDocument(requestOf({ key: KEY, subject: NAME, attributes: attributesOf() }))].join('\n');
    assert.match(none, /\n {2}Extensions +none\n {2}Other attributes +none\n/);
  });
});

test('what openssl makes is read, and it has the same key', () => {
  for (const [name, options] of [
    ['p256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    [
      'rsa',
      ['-newkey', 'rsa:2048', '-addext', 'subjectAltName=DNS:a.example', '-addext', 'keyUsage=critical,keyCertSign'],
    ],
  ] as const) {
    openssl(
      'req',
      '-new',
      ...options,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-subj',
      '/C=US/O=Example/CN=CA 1',
      '-outform',
      'DER',
      '-out',
      `${name}.csr`,
    );
    openssl('pkey', '-in', `${name}.key`, '-pubout', '-outform', 'DER', '-out', `${name}.spki`);
    const request = parseCertificationRequest(get(`${name}.csr`));
    assert.deepEqual(Buffer.from(request.spki.der), get(`${name}.spki`));
    assert.equal(request.extensions.length, name === 'rsa' ? 2 : 0);
  }
});
