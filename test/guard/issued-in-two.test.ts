import { describe, test } from 'node:test';
import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { integer, oid, sequence } from '../../src/der/writer.ts';
import { holdInOnePartition } from '../../src/guard/issued-in-two.ts';
import { Judging } from '../../src/guard/judging.ts';
import { SignedCrls } from '../../src/guard/ocsp-payload.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import type { CrlScope } from '../../src/x509/crl-scope.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from '../pki/broken.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';

const KEY: Sha256 = sha256(made.SPKI);
const BELOW = spkiOf(ecPair('P-256'));
const [A, B, C] = ['a', 'b', 'c'].map((one) => `http://pki.example.com/root-${one}.crl`) as [string, string, string];
const uris = (...all: readonly string[]): readonly CrlScope[] => all.map((uri) => ({ uri }));
const OPERATION = { op: 'sign', kind: 'certificate', key: KEY } as unknown as Parameters<typeof holdInOnePartition>[0];

const tbs = (names: readonly string[], spki = BELOW, extensions: readonly Uint8Array[] = made.EXTENSIONS) =>
  parseCertificate(
    made.certificate({
      serial: integer(5),
      spki,
      extensions: [
        ...extensions,
        made.distributionPoints(...names.map((name) => sequence(made.fullName(made.uri(name))))),
      ],
    }),
  ).tbs;

describe('the guard signs no certificate that is in two partitions of its CA', () => {
  const refused = (payload: Uint8Array, scopes: readonly (CrlScope | undefined)[], message: RegExp) =>
    assertRefuses(() => holdInOnePartition(OPERATION, payload, scopes), 'DESCRIPTOR_INVALID', message);

  test('by the URLs that it names', () =>
    refused(
      tbs([A, B]),
      uris(A, B),
      /^the certificate would be in two partitions of the CRL of its CA, http:\/\/pki\.example\.com\/root-a\.crl and http:\/\/pki\.example\.com\/root-b\.crl: what one lists the other could leave out$/,
    ));

  test('by its kind and a URL', () =>
    refused(tbs([A]), [{ only: 'ca' }, ...uris(A)], / CA certificates alone and http/));

  test('in a list, it says which', () => {
    const [one, two] = [tbs([A]), tbs([A, B])];
    const items = [one, two].map((bytes, index) => ({
      ...{ index, out: `tls-${index + 1}.crt` },
      payload: { sha256: sha256(bytes), size: bytes.length },
    }));
    const list = { op: 'sign-list', key: KEY, items } as unknown as typeof OPERATION;
    assertRefuses(
      () => holdInOnePartition(list, Buffer.concat([one, two]), uris(A, B)),
      'DESCRIPTOR_INVALID',
      /^item 2, "tls-2\.crt", would be in two partitions /,
    );
  });

  test('whatever the core proposes, by the scopes of its ledger and of what it signed itself', () => {
    const random = 'a5'.repeat(16);
    const payload = parseCertificate(
      made.certificate({
        serial: integer(Buffer.from(`01${random}`, 'hex')),
        spki: BELOW,
        extensions: [
          ...made.EXTENSIONS,
          made.distributionPoints(...[A, B].map((name) => sequence(made.fullName(made.uri(name))))),
        ],
      }),
    ).tbs;
    const crls = new SignedCrls();
    const signed = made.crl({
      extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(true, made.fullName(made.uri(B)))],
    });
    const ledger = {
      keys: [{ name: 'root', spkiSha256: KEY }],
      crls: [{ issuer: 'root', scope: { uri: A } }],
    };
    const nothing = { holdUse: () => undefined };
    const drawn = new Set([random]);
    const memory = {
      ...{ crls, ledger, drawn, destructions: nothing, states: nothing, losses: { isLost: () => false } },
      hsms: { get: () => ({ requireToken: () => undefined }) },
      known: { drawn, crls, ledger },
    };
    const roster = { classes: new Map([['sign', { role: 'crypto-officer', need: 3 }]]) };
    const judging = new Judging({ authorization: undefined } as never, { roster } as never, memory as never);
    const operation = {
      ...{ op: 'sign', kind: 'certificate', key: KEY, mechanism: 'ecdsa-sha384', hsm: { name: 'root-hsm' } },
      payload: { sha256: sha256(payload), size: payload.length },
    };
    const judge = () =>
      judging.judge({ descriptor: { operation }, payload, certificates: null } as never, 'carried-out');
    judge();
    crls.remember(made.SPKI, parseCrl(signed).tbs);
    assertRefuses(judge, 'DESCRIPTOR_INVALID', /^the certificate would be in two partitions /);
  });

  test('and signs what is in one, in one that begins, or needs none', () => {
    for (const [payload, scopes] of [
      [tbs([A]), uris(A, B)],
      [tbs([A]), uris(A, A)],
      [tbs([C]), uris(A, B)],
      [tbs([A, B]), [undefined]],
      [tbs([A, C]), uris(A, B)],
      [tbs([A, B], made.SPKI), uris(A, B)],
    ] as const)
      holdInOnePartition(OPERATION, payload, scopes);
    const responds = made.extension(OID.extKeyUsage, sequence(oid(OID.OCSPSigning)));
    const noCheck = made.extension('1.3.6.1.5.5.7.48.1.5', made.hex('0500'));
    holdInOnePartition(OPERATION, tbs([A, B], BELOW, [...made.EXTENSIONS.slice(2), responds, noCheck]), uris(A, B));
  });
});
