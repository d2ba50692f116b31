import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { integer, oid, sequence } from '../../src/der/writer.ts';
import { previousCertificatePath, previousCrlPath } from '../../src/ledger/carried.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { CheckContext } from '../../src/verify/check.ts';
import { crlPartition } from '../../src/verify/checks/crl-partition.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { scopeOf } from '../../src/x509/crl-scope.ts';
import * as made from '../pki/broken.ts';

const [A, B] = ['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl'] as const;
const at = (uri: string, ...more: readonly Uint8Array[]) =>
  made.issuingPoint(true, made.fullName(made.uri(uri)), ...more);
const crl = (scope: Uint8Array | undefined, ...serials: readonly number[]) =>
  made.crl({
    ...(serials.length === 0 ? {} : { revoked: serials.map((serial) => made.entry(serial)) }),
    extensions: [...made.CRL_EXTENSIONS, ...(scope ? [scope] : [])],
  });
/** Of another key than the CA's, unless told. */
const certificate = (serial: number, uris: readonly string[], more: readonly Uint8Array[] = [], spki = OTHER) =>
  made.certificate({
    serial: integer(serial),
    spki,
    extensions: [
      ...made.EXTENSIONS,
      ...(uris.length === 0
        ? []
        : [made.distributionPoints(...uris.map((uri) => sequence(made.fullName(made.uri(uri)))))]),
      ...more,
    ],
  });
const OTHER = made.hex(
  '3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);
const NO_CHECK = made.extension('1.3.6.1.5.5.7.48.1.5', made.hex('0500'));

const RESPONDS = made.extension(OID.extKeyUsage, sequence(oid(OID.OCSPSigning)));
/** Of no CA, as a responder's is. */
const responder = (serial: number, ...more: readonly Uint8Array[]) =>
  made.certificate({ serial: integer(serial), spki: OTHER, extensions: [...made.EXTENSIONS.slice(2), ...more] });

/** What is found of these, those of this ceremony under their names and all others as they are carried. */
function found(
  crls: readonly Uint8Array[],
  certificates: readonly Uint8Array[],
  outcome: 'complete' | 'interrupted' = 'complete',
): { readonly said: readonly string[]; readonly noted: readonly string[] } {
  const files = new Map<string, Uint8Array>();
  const [said, noted]: [string[], string[]] = [[], []];
  const ledger = {
    keys: [{ name: 'root', spkiSha256: sha256(made.SPKI) }],
    certificates: certificates.map((der, index) => {
      const path = `certificates/${index + 1}.crt`;
      files.set(index === 0 ? path : previousCertificatePath(sha256(der)), der);
      return { key: 'root', path, sha256: sha256(der), serial: parseCertificate(der).serial.hex };
    }),
    crls: crls.map((der, index) => {
      files.set(previousCrlPath(sha256(der)), der);
      const scope = scopeOf(parseCrl(der));
      const path = `crls/${index + 1}.crl`;
      return { issuer: 'root', path, sha256: sha256(der), number: '1', ...(scope ? { scope } : {}) };
    }),
  } as unknown as Ledger;
  const context = {
    options: { outcome },
    pack: {
      file: (path: string) => files.get(path),
      octets: (path: string) => files.get(path),
      digest: (path: string) => {
        const der = files.get(path);
        return der && sha256(der);
      },
    },
    report: (where: string, message: string) => said.push(`${where}: ${message}`),
    note: (text: string) => noted.push(text),
  } as unknown as CheckContext;
  crlPartition.run({ ledger } as never, context);
  return { said, noted };
}

describe('partitioned CRLs of a CA', () => {
  test('are as they should be where each certificate is in one', () => {
    const certificates = [certificate(5, [A]), certificate(6, [B])];
    assert.deepEqual(found([crl(at(A), 5), crl(at(B))], certificates), { said: [], noted: [] });
  });

  test('are none where all CRLs are complete, whatever the certificates name', () =>
    assert.deepEqual(found([crl(undefined, 5)], [certificate(5, []), certificate(6, [A, B])]).said, []));

  test('leave out what no CRL revokes: of the CA’s own key, and of a responder that is not asked about', () => {
    const certificates = [certificate(5, [A]), certificate(6, [], [], made.SPKI), responder(7, RESPONDS, NO_CHECK)];
    assert.deepEqual(found([crl(at(A))], certificates).said, []);
  });

  test('do not leave out one that says so, and is that of a CA or of no responder', () => {
    for (const [more, der] of [
      ['of a CA', certificate(7, [], [NO_CHECK])],
      ['of a CA that responds', certificate(7, [], [RESPONDS, NO_CHECK])],
      ['of no responder', responder(7, NO_CHECK)],
      ['of a responder that is asked about', responder(7, RESPONDS)],
    ] as const)
      assert.deepEqual(
        found([crl(at(A))], [certificate(5, [A]), der]).said,
        [
          `${previousCertificatePath(sha256(der))}: it is in no partition of the CRL of its CA: its cRLDistributionPoints name no CRL, not "${A}"`,
        ],
        more,
      );
  });

  test('lack one that a certificate names', () => {
    assert.deepEqual(found([crl(at(A))], [certificate(5, [B]), certificate(6, [A])]).said, [
      `certificates/1.crt: it is in no partition of the CRL of its CA: its cRLDistributionPoints name the CRL "${B}", not "${A}"`,
    ]);
    const interrupted = found([crl(at(A))], [certificate(5, [B])], 'interrupted');
    assert.deepEqual(interrupted.said, []);
    assert.match(
      interrupted.noted.join(),
      /^certificates\/1\.crt: it is in no partition .*; the ceremony ended before/,
    );
  });

  test('have one certificate in common', () =>
    assert.deepEqual(found([crl(at(A)), crl(at(B))], [certificate(5, [A, B])]).said, [
      `certificates/1.crt: it is in two partitions of the CRL of its CA, ${A} and ${B}: one could leave out what the other lists`,
    ]));

  test('are parts of each other, or stand beside a complete one', () => {
    const [one, other] = [crl(at(A)), crl(at(A, made.flag(2)))];
    assert.match(
      found([one, other], []).said.join('\n'),
      /^ledger\.json: "root" has signed CRLs of the partition http:\/\/pki\.example\.com\/a\.crl and of the partition http:\/\/pki\.example\.com\/a\.crl, CA certificates alone, expected none that have a certificate in common$/,
    );
    assert.match(
      found([crl(undefined), one], []).said.join('\n'),
      /"root" has signed CRLs of all that it issues and of the/,
    );
  });

  test('list what is in another', () => {
    const wrong = crl(at(A), 6);
    assert.deepEqual(found([wrong, crl(at(B))], [certificate(5, [A]), certificate(6, [B])]).said, [
      `${previousCrlPath(sha256(wrong))}: it lists 06, which is not in its partition: its cRLDistributionPoints name the CRL "${B}", not "${A}"`,
    ]);
    // Of a serial number that the ledger does not have, nobody knows which certificate it is of.
    assert.deepEqual(found([crl(at(A), 99)], [certificate(5, [A])]).said, []);
  });
});
