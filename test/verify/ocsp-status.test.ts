import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { integer, sequence } from '../../src/der/writer.ts';
import { type CertificateAnswer, encodeResponseData } from '../../src/pki/ocsp-response.ts';
import { ocspStatus } from '../../src/verify/checks/ocsp-status.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { parseOcspResponseData } from '../../src/x509/ocsp-response.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import * as made from '../pki/broken.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';

const [A, B] = ['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl'] as const;
const BELOW = spkiOf(ecPair('P-256'));
const THIS_UPDATE = '2027-03-02T09:00:00Z';

const crl = (uri: string | undefined, ...revoked: readonly number[]) =>
  made.crl({
    ...(revoked.length === 0 ? {} : { revoked: revoked.map((serial) => made.entry(serial, [made.reason(4)])) }),
    extensions: [
      ...made.CRL_EXTENSIONS,
      ...(uri === undefined ? [] : [made.issuingPoint(true, made.fullName(made.uri(uri)))]),
    ],
  });
const issued = (serial: number, ...uris: readonly string[]) =>
  made.certificate({
    serial: integer(serial),
    spki: BELOW,
    extensions: [
      ...made.EXTENSIONS,
      made.distributionPoints(...uris.map((uri) => sequence(made.fullName(made.uri(uri))))),
    ],
  });
const good = (serial: number): CertificateAnswer => ({ serial: Uint8Array.of(serial), revoked: undefined });

/** What is found of a response after these CRLs, beside these certificates. */
function found(
  crls: readonly Uint8Array[],
  certificates: readonly Uint8Array[],
  answers: readonly CertificateAnswer[],
): readonly string[] {
  const said: string[] = [];
  const data = encodeResponseData({
    issuer: { name: made.NAME, spki: made.SPKI },
    responder: made.SPKI,
    ...{ producedAt: THIS_UPDATE, thisUpdate: THIS_UPDATE, nextUpdate: '2027-03-09T09:00:00Z' },
    answers,
    signatureAlgorithm: 'ecdsa-sha384',
  });
  const parts = {
    ocspResponses: [{ path: 'ocsp/x.ors', content: parseOcspResponseData(data), done: { proposal: { seq: 100 } } }],
    crls: crls.map((der, index) => ({
      path: `crls/${index + 1}.crl`,
      content: parseCrl(der),
      key: { spki: parseSpki(made.SPKI) },
      done: { result: { seq: index } },
    })),
    packCertificates: certificates.map((der) => ({ path: 'certificates/x.crt', content: parseCertificate(der) })),
  };
  ocspStatus.run(parts as never, { report: (_where: string, message: string) => said.push(message) } as never);
  return said;
}

describe('what is answered is what the CRL of the partition of each certificate says', () => {
  const revoked = { at: parseCrl(crl(A, 5)).revoked.find('05')?.at.at ?? '', reason: 'superseded' } as const;

  test('of several in one response', () => {
    const answers = [{ serial: Uint8Array.of(5), revoked }, good(6)];
    assert.deepEqual(found([crl(A, 5), crl(B)], [issued(5, A), issued(6, B)], answers), []);
    assert.deepEqual(found([crl(B), crl(A, 5)], [issued(6, B), issued(5, A)], answers), []);
  });

  test('not what that of another partition says', () =>
    assert.deepEqual(found([crl(A, 5), crl(B)], [issued(5, A)], [good(5)]), [
      `it says of the serial number 05 good; by "crls/1.crl" it is revoked at ${revoked.at} for superseded`,
    ]));

  test('of a certificate that is there, and in one of them', () => {
    assert.deepEqual(found([crl(A), crl(B)], [], [good(5)]), [
      'it answers for the serial number 05 of a CA whose CRL is partitioned, and that certificate is not in the pack',
    ]);
    assert.deepEqual(found([crl(B)], [issued(5, A)], [good(5)]), [
      `it answers for the serial number 05 which is in no partition of which its CA signed a CRL before it: its cRLDistributionPoints name the CRL "${A}", not "${B}"`,
    ]);
    assert.deepEqual(found([crl(A), crl(B)], [issued(5, A, B)], [good(5)]), [
      `it answers for the serial number 05 which is in the partitions of "crls/1.crl" and of "crls/2.crl" (${A}; ${B})`,
    ]);
  });

  test('and a complete CRL says it of all', () => {
    assert.deepEqual(found([crl(undefined, 5)], [], [good(6)]), []);
    assert.match(found([crl(undefined, 5)], [], [good(5)]).join(), /by "crls\/1\.crl" it is revoked/);
    assert.match(found([], [], [good(5)]).join(), /of a CA that signed no CRL before it in this ceremony$/);
  });
});
