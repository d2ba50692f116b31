import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { integer, sequence } from '../../src/der/writer.ts';
import { answersCrlFaults } from '../../src/pki/answer-faults.ts';
import { ofOtherPartitions } from '../../src/plan/ocsp-answers.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import * as made from './broken.ts';

const [A, B] = ['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl'] as const;
const crl = (uri: string, ...revoked: readonly number[]) =>
  parseCrl(
    made.crl({
      ...(revoked.length === 0 ? {} : { revoked: revoked.map((serial) => made.entry(serial, [made.reason(4)])) }),
      extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(true, made.fullName(made.uri(uri)))],
    }),
  );
const issued = (serial: number, uri: string) =>
  parseCertificate(
    made.certificate({
      serial: integer(serial),
      extensions: [...made.EXTENSIONS, made.distributionPoints(sequence(made.fullName(made.uri(uri))))],
    }),
  );
const ground = { issuer: made.ISSUER, responder: undefined, certificates: [], thisUpdate: '2028-01-01T00:00:00Z' };

describe('answers by the CRL of a partition', () => {
  test('are about what is in it', () => {
    const certificates = [
      { name: 'tls-1', certificate: issued(5, A) },
      { name: 'tls-2', certificate: issued(6, B) },
    ];
    assert.deepEqual(answersCrlFaults(crl(A), { ...ground, certificates }, []), [
      {
        of: 'certificates',
        message: `the CRL by which "tls-2" would be answered for is of another partition: its cRLDistributionPoints name the CRL "${B}", not "${A}"`,
      },
    ]);
  });

  test('are not signed by a responder that another partition lists', () => {
    const responder = issued(9, B);
    const said = (beside: readonly ReturnType<typeof crl>[]) =>
      answersCrlFaults(crl(A), { ...ground, responder }, ofOtherPartitions(crl(A), beside)).map(
        ({ message }) => message,
      );
    assert.deepEqual(said([crl(B)]), []);
    assert.match(said([crl(B, 9)]).join(), /^the responder's certificate was revoked at /);
    // What the CRL before said of its own partition, the one by which it goes says now.
    assert.deepEqual(said([crl(A, 9), crl(B)]), []);
  });
});
