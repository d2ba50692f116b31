import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { integer, sequence, time } from '../../src/der/writer.ts';
import type { IssuedSoFar } from '../../src/guard/covering-crl.ts';
import { holdOcspResponse, SignedCrls } from '../../src/guard/ocsp-payload.ts';
import { type CertificateAnswer, encodeResponseData } from '../../src/pki/ocsp-response.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl, parseTbsCertList } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from '../pki/broken.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';

/*
 * What a core could have answered of a CA whose CRL is partitioned: "good" of what another partition lists. The guard has the
 * certificate itself brought, and takes none that the CA has not signed.
 */

const BELOW = spkiOf(ecPair('P-256'));
const [A, B, C] = ['a', 'b', 'c'].map((one) => `http://pki.example.com/root-${one}.crl`) as [string, string, string];
const NOW = '2027-03-02T10:00:00Z';

function issued(serial: number, uris: readonly string[]): Uint8Array {
  const points = uris.map((uri) => sequence(made.fullName(made.uri(uri))));
  const extensions = [...made.EXTENSIONS, ...(points.length === 0 ? [] : [made.distributionPoints(...points)])];
  return made.certificate({ serial: integer(serial), spki: BELOW, extensions });
}

/** With the signature of nobody. */
function altered(der: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(der);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
const IN_A = issued(5, [A]);
const IN_B = issued(6, [B]);

const crl = (uri: string | undefined, ...revoked: readonly number[]) =>
  parseCrl(
    made.crl({
      thisUpdate: time('2027-03-02T09:00:00Z'),
      ...(revoked.length === 0 ? {} : { revoked: revoked.map((one) => made.entry(one, [made.reason(4)])) }),
      extensions: [
        made.authorityKeyId,
        made.crlNumber(8n),
        ...(uri === undefined ? [] : [made.issuingPoint(true, made.fullName(made.uri(uri)))]),
      ],
    }),
  ).tbs;

/** A lists 5, B lists nothing. */
function signed(...crls: readonly Uint8Array[]): SignedCrls {
  const all = new SignedCrls();
  for (const one of crls.length === 0 ? [crl(A, 5), crl(B)] : crls) all.remember(made.SPKI, one);
  return all;
}

const good = (serial: number): CertificateAnswer => ({ serial: Uint8Array.of(serial), revoked: undefined });
const judged =
  (answers: readonly CertificateAnswer[], issuedSoFar: Partial<IssuedSoFar>, crls = signed()) =>
  () => {
    const payload = encodeResponseData({
      issuer: { name: made.NAME, spki: made.SPKI },
      responder: made.SPKI,
      ...{ producedAt: NOW, thisUpdate: NOW, nextUpdate: '2027-03-09T10:00:00Z' },
      answers,
      signatureAlgorithm: 'ecdsa-sha256',
    });
    holdOcspResponse(payload, made.SPKI, crls, NOW, { certificates: null, ledger: null, ...issuedSoFar });
  };
const brought = (...certificates: readonly Uint8Array[]) => ({ certificates: sequence(...certificates) });
const ledgerOf = (certificates: readonly Uint8Array[], scopes: readonly string[] = []) =>
  ({
    keys: [{ name: 'root', spkiSha256: sha256(made.SPKI) }],
    certificates: certificates.map((der) => ({
      key: 'root',
      serial: parseCertificate(der).serial.hex,
      sha256: sha256(der),
    })),
    crls: scopes.map((uri) => ({ issuer: 'root', scope: { uri } })),
  }) as unknown as IssuedSoFar['ledger'];

describe('the guard answers by the CRL of the partition that a certificate is in', () => {
  const revoked = parseTbsCertList(crl(A, 5)).revoked.find('05');
  const listed = { at: revoked?.at.at ?? '', reason: 'superseded' } as const;

  test('for several in one response, each by its own', () => {
    judged([{ serial: Uint8Array.of(5), revoked: listed }, good(6)], brought(IN_B, IN_A))();
    judged([good(6)], { ...brought(IN_B), ledger: ledgerOf([IN_A, IN_B], [A, B, C]) })();
  });

  const refuses = (asked: () => void, message: RegExp) => assertRefuses(asked, 'DESCRIPTOR_INVALID', message);

  test('and by no other', () => {
    refuses(
      judged([good(5)], brought(IN_A)),
      /serial number 05 that it is good; by the CRL of this ceremony it is revoked/,
    );
  });

  const CASES: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'without the certificate',
      judged([good(6)], brought(IN_A)),
      /^the CRL of that CA is partitioned, and the certificate 06 was not brought: /,
    ],
    [
      'with another certificate of that serial number than the ledger has',
      judged([good(5)], { ...brought(issued(5, [B])), ledger: ledgerOf([IN_A]) }),
      new RegExp(
        `^the CRL of that CA is partitioned, and the certificate 05, with the SHA-256 ${sha256(IN_A)} in the ledger, was not brought: `,
      ),
    ],
    [
      'with one that the CA has not signed',
      judged([good(5)], brought(altered(issued(5, [B])))),
      /^the certificate 05 that was brought is not signed with the key of that CA$/,
    ],
    [
      'of a certificate that names no CRL',
      judged([good(7)], brought(issued(7, []))),
      /^the certificate 07 is in no partition of the CRL of its CA: its cRLDistributionPoints name no CRL, not "http:\/\/pki\.example\.com\/root-a\.crl"; /,
    ],
    [
      'of one that names two',
      judged([good(7)], brought(issued(7, [A, B]))),
      /^the certificate 07 is in two partitions of the CRL of its CA, http:\/\/pki\.example\.com\/root-a\.crl and http:\/\/pki\.example\.com\/root-b\.crl: by one it may be revoked/,
    ],
    [
      'of one that names two, one of which is of an earlier ceremony',
      judged([good(7)], { ...brought(issued(7, [A, C])), ledger: ledgerOf([], [A, B, C]) }),
      /^the certificate 07 is in two partitions of the CRL of its CA, /,
    ],
    [
      'of one whose partition has no CRL of this ceremony',
      judged([good(7)], { ...brought(issued(7, [C])), ledger: ledgerOf([], [A, B, C]) }),
      /^the certificate 07 is in the partition http:\/\/pki\.example\.com\/root-c\.crl, of which no CRL was signed in this ceremony$/,
    ],
  ];
  for (const [name, asked, message] of CASES) test(`refuses an answer ${name}`, () => refuses(asked, message));

  test('of a complete CRL it needs no certificate', () => judged([good(6)], {}, signed(crl(undefined, 5)))());
});
