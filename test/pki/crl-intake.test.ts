import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { MAX_FRAME } from '../../src/channel/frames.ts';
import { OID } from '../../src/der/oid.ts';
import { contextPrimitive } from '../../src/der/tags.ts';
import {
  bitString,
  boolean,
  element,
  explicit,
  implicit,
  integer,
  octetString,
  raw,
  sequence,
  time,
} from '../../src/der/writer.ts';
import { derOfCrlFile, MAX_CRL_BYTES, MAX_CRL_FILE_BYTES, takeCrl } from '../../src/pki/crl-intake.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { SIGNATURE_ALGORITHMS } from '../../src/x509/signature.ts';
import { extensionDer, nameOf } from '../x509/build.ts';
import { oldKeyIdentifier, PARTNER, partnerRoot } from './partner.ts';
import { ecPair, type Pair } from './requests.ts';

const KEY = ecPair('P-384');
const OTHER = ecPair('P-384');
const CA = parseCertificate(partnerRoot({ key: KEY }));
const ALGORITHM = SIGNATURE_ALGORITHMS.find(({ name }) => name === 'ecdsa-with-SHA384')?.der as Uint8Array;
const AUTHORITY = extensionDer(OID.authorityKeyIdentifier, sequence(implicit(0, oldKeyIdentifier(KEY))));
const NUMBER = extensionDer(OID.cRLNumber, integer(7));

interface Fields {
  readonly issuer?: Uint8Array;
  readonly version?: readonly Uint8Array[];
  readonly until?: readonly Uint8Array[];
  readonly revoked?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  readonly signer?: Pair;
  readonly algorithm?: Uint8Array;
}

function crlOf(fields: Fields = {}): Uint8Array {
  const { issuer = PARTNER, signer = KEY, algorithm = ALGORITHM, extensions = [AUTHORITY, NUMBER] } = fields;
  const { version = [integer(1)], until = [time('2027-01-01T00:00:00Z')] } = fields;
  const tbs = sequence(
    ...[...version, raw(algorithm), issuer, time('2026-01-01T00:00:00Z'), ...until],
    ...(fields.revoked ? [sequence(...fields.revoked)] : []),
    ...(extensions.length === 0 ? [] : [explicit(0, sequence(...extensions))]),
  );
  return sequence(tbs, raw(algorithm), bitString(sign('sha384', tbs, signer.privateKey)));
}

const point = (...flags: readonly Uint8Array[]) => extensionDer(OID.issuingDistributionPoint, sequence(...flags), true);

/** What is wrong, and all that is said of it. */
const CASES: readonly (readonly [name: string, fields: Fields, message: string])[] = [
  [
    'a certificate is listed twice',
    { revoked: [1, 2, 1].map((serial) => sequence(integer(serial), time('2025-01-01T00:00:00Z'))) },
    'it lists 01 twice',
  ],
  ['another key signed it', { signer: OTHER }, 'its signature (ecdsa-with-SHA384) is not that of its CA'],
  [
    'an algorithm that is not exact',
    { algorithm: sequence(raw(Buffer.from('06082a8648ce3d040303', 'hex')), raw(Buffer.from('0500', 'hex'))) },
    'it is signed with algorithm 1.2.840.10045.4.3.3 in an encoding that is not one of the exact ones',
  ],
  ['another name', { issuer: nameOf() }, 'its issuer has another name than the CA that it is to be of'],
  ['no number', { extensions: [AUTHORITY] }, 'it has no CRL number'],
  ['no authority', { extensions: [NUMBER] }, 'it has no authority key identifier'],
  [
    'the authority of another key',
    {
      extensions: [extensionDer(OID.authorityKeyIdentifier, sequence(implicit(0, oldKeyIdentifier(OTHER)))), NUMBER],
    },
    `its authority key identifier is ${Buffer.from(oldKeyIdentifier(OTHER)).toString('hex')}, expected ${Buffer.from(oldKeyIdentifier(KEY)).toString('hex')}`,
  ],
  ['no next update', { until: [] }, 'it has no next update'],
  [
    'a delta CRL',
    { extensions: [AUTHORITY, NUMBER, extensionDer(OID.deltaCRLIndicator, integer(6), true)] },
    'it is a delta CRL, expected a full one',
  ],
  [
    'one for end entities alone',
    { extensions: [AUTHORITY, NUMBER, point(element(contextPrimitive(1), Uint8Array.of(0xff)))] },
    'it does not list all that its CA has issued, by its issuing distribution point',
  ],
  [
    'a critical extension that nobody knows',
    { extensions: [AUTHORITY, NUMBER, extensionDer('1.2.3.4', boolean(true), true)] },
    'it has the critical extension 1.2.3.4, which is not known here',
  ],
  [
    'version 1',
    { version: [], extensions: [] },
    'it has version 1, expected 2; it has no CRL number; it has no authority key identifier',
  ],
];

describe('a CRL that comes in', () => {
  test('is taken: strict DER, full, numbered, and signed by its CA; for CA certificates alone, too', () => {
    const { number, crl } = takeCrl(crlOf(), 'x', CA);
    assert.deepEqual([number, crl.thisUpdate.at, crl.revoked.count], [7n, '2026-01-01T00:00:00Z', 0]);
    const ofCas = point(element(contextPrimitive(2), Uint8Array.of(0xff)));
    assert.equal(takeCrl(crlOf({ extensions: [AUTHORITY, NUMBER, ofCas] }), 'x', CA).number, 7n);
  });

  for (const [name, fields, message] of CASES)
    test(`is refused: ${name}`, () => {
      assert.throws(
        () => takeCrl(crlOf(fields), 'x', CA),
        (error) => error instanceof CeremonyError && error.code === 'CRL_UNFIT' && error.message === `x: ${message}`,
      );
    });

  test('is read as DER or as one block of PEM, and not above its size', () => {
    const der = crlOf();
    assert.deepEqual(Buffer.from(wholeOf(derOfCrlFile(der, 'x'))), Buffer.from(der));
    assert.deepEqual(derOfCrlFile(Buffer.from(pemOf('X509 CRL', der)), 'x'), Buffer.from(der));
    assert.throws(() => derOfCrlFile(Buffer.from(pemOf('CERTIFICATE', der)), 'x'), /PEM of label "CERTIFICATE"/);
    const large = octetString(new Uint8Array(MAX_CRL_BYTES));
    assert.throws(
      () => derOfCrlFile(sequence(large), 'x'),
      /the CRL in "x" has 117440524 bytes, expected at most 117440512/,
    );
    assert.throws(
      () => derOfCrlFile(new Uint8Array(MAX_CRL_FILE_BYTES + 1), 'x'),
      /"x" has 159383553 bytes, expected at most 159383552/,
    );
    // The largest fits into its file as PEM.
    assert.ok(pemOf('X509 CRL', new Uint8Array(MAX_CRL_BYTES)).length <= MAX_CRL_FILE_BYTES);
    // The guard gets one that is to be signed, and the one before.
    assert.ok(2 * MAX_CRL_BYTES + 1024 * 1024 < MAX_FRAME);
    assert.throws(() => takeCrl(der.subarray(0, -1), 'x', CA), /^.*DER_INVALID|x, byte 0/);
  });
});
