import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wholeOf } from '../../src/base/octets.ts';
import { assembleCrl, buildTbsCertList } from '../../src/issue/crl.ts';
import { compareCrl } from '../../src/pki/compare.ts';
import { lint } from '../../src/pki/lint.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { Revocation } from '../../src/pki/request.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { ask, put } from './judges.ts';
import {
  CA_ALGORITHMS,
  type CaAlgorithm,
  crlRequest,
  issueCrl,
  issueRoot,
  packsFor,
  rootRequest,
} from './software-ca.ts';

const revocation = (hex: string, reason: Revocation['reason'], at = '2025-12-01T10:00:00Z'): Revocation => ({
  serial: Uint8Array.from(Buffer.from(hex, 'hex')),
  at,
  reason,
});

async function caOf(algorithm: CaAlgorithm): Promise<{ der: Uint8Array; pem: string }> {
  const der = await issueRoot(rootRequest(algorithm));
  return { der, pem: put(`ca-${algorithm}.pem`, pemOf('CERTIFICATE', der)) };
}

describe('a first CRL', () => {
  for (const algorithm of CA_ALGORITHMS) {
    it(`under ${algorithm} is accepted by openssl, certtool, reader, comparison and rules`, async () => {
      const ca = await caOf(algorithm);
      const request = crlRequest(ca.der, algorithm);
      const der = issueCrl(request, algorithm);
      const pem = put(`${algorithm}.crl.pem`, pemOf('X509 CRL', der));
      assert.deepEqual(ask('openssl', 'crl', '-in', pem, '-CAfile', ca.pem, '-noout'), {
        status: 0,
        text: 'verify OK\n',
      });
      const { text } = ask('openssl', 'crl', '-in', pem, '-noout', '-text');
      assert.match(text, /Version 2 \(0x1\)/);
      assert.match(text, /X509v3 CRL Number: \n\s+1\n\s*No Revoked Certificates\./);
      const info = ask('certtool', '--crl-info', '--infile', pem);
      assert.equal(info.status, 0);
      assert.match(info.text, /No revoked certificates\./);
      const verified = ask('certtool', '--verify-crl', '--load-ca-certificate', ca.pem, '--infile', pem);
      assert.equal(verified.status, 0);
      assert.match(verified.text, /Verification output: Verified\. The certificate is trusted\./);
      const crl = parseCrl(der);
      assert.equal(crl.revokedPresent, false);
      assert.deepEqual(compareCrl(crl, request), []);
      const context = {
        kind: 'root-crl',
        plannedAt: request.thisUpdate,
        issuer: parseCertificate(ca.der),
        previous: undefined,
      } as const;
      assert.deepEqual(lint({ crl: der }, packsFor(algorithm), context).problems, []);
    });
  }

  it('makes openssl accept the chain with revocation checks on', async () => {
    const ca = await caOf('ecdsa-p384');
    const crl = put('check.crl', pemOf('X509 CRL', issueCrl(crlRequest(ca.der, 'ecdsa-p384'), 'ecdsa-p384')));
    const judged = ask('openssl', 'verify', '-x509_strict', '-crl_check', '-CRLfile', crl, '-CAfile', ca.pem, ca.pem);
    assert.deepEqual(judged, { status: 0, text: `${ca.pem}: OK\n` });
  });
});

describe('a CRL with entries', () => {
  it('lists serial numbers, dates and reasons as openssl reads them, the reason as ENUMERATED', async () => {
    const ca = await caOf('ecdsa-p384');
    const revoked = [
      revocation(`01${'ab'.repeat(16)}`, 'keyCompromise'),
      revocation('00ff', 'superseded', '2049-12-31T23:59:59Z'),
      revocation('7f', 'cessationOfOperation', '2050-01-01T00:00:00Z'),
      revocation('80', 'affiliationChanged'),
      revocation('05', undefined),
      { ...revocation('06', 'cACompromise'), invalidSince: '2025-11-01T02:03:04Z' },
    ];
    const request = crlRequest(ca.der, 'ecdsa-p384', { number: 7n, revoked });
    const der = issueCrl(request, 'ecdsa-p384');
    const pem = put('entries.pem', pemOf('X509 CRL', der));
    assert.deepEqual(ask('openssl', 'crl', '-in', pem, '-CAfile', ca.pem, '-noout'), {
      status: 0,
      text: 'verify OK\n',
    });
    const { text } = ask('openssl', 'crl', '-in', pem, '-noout', '-text');
    assert.match(
      text,
      /Serial Number: 01(AB){16}\n\s+Revocation Date: Dec {2}1 10:00:00 2025 GMT\n.*\n.*Reason Code: \n\s+Key Compromise/,
    );
    assert.match(text, /Serial Number: 05\n\s+Revocation Date: Dec {2}1 10:00:00 2025 GMT\n\s+Serial Number: 06/);
    const tree = ask('openssl', 'asn1parse', '-in', pem).text;
    assert.match(tree, /INTEGER\s+:FF\n.*UTCTIME\s+:491231235959Z\n/i);
    assert.match(tree, /INTEGER\s+:-80\n/);
    assert.match(tree, /GENERALIZEDTIME\s+:20500101000000Z\n.*\n.*\n.*X509v3 CRL Reason Code\n.*\[HEX DUMP\]:0A0105/);
    assert.match(
      text,
      /Serial Number: 06\n.*\n.*\n.*Reason Code: \n\s+CA Compromise\n\s+Invalidity Date: \n\s+Nov {2}1 02:03:04 2025 GMT/,
    );
    assert.deepEqual(compareCrl(parseCrl(der), request), []);
    const other = revoked.with(5, { ...(revoked[5] as Revocation), invalidSince: '2025-11-01T02:03:05Z' });
    assert.deepEqual(
      compareCrl(parseCrl(der), { ...request, revoked: other }).map(({ field }) => field),
      ['invalidityDate of 06'],
    );
  });

  it('has its number up to 20 octets', async () => {
    const ca = await caOf('ecdsa-p256');
    for (const number of [0n, 127n, 128n, (1n << 159n) - 1n]) {
      const pem = put(
        'number.pem',
        pemOf('X509 CRL', issueCrl(crlRequest(ca.der, 'ecdsa-p256', { number }), 'ecdsa-p256')),
      );
      const { text } = ask('openssl', 'crl', '-in', pem, '-noout', '-crlnumber');
      assert.equal(BigInt(text.trim().replace('crlNumber=', '')), number);
    }
  });

  it('takes many entries in time and memory in line with their number', async () => {
    const ca = await caOf('ecdsa-p384');
    const revoked = Array.from({ length: 20_000 }, (_, i) =>
      revocation((0x01000000 + i).toString(16).padStart(8, '0'), 'superseded'),
    );
    const request = crlRequest(ca.der, 'ecdsa-p384', { revoked });
    const der = issueCrl(request, 'ecdsa-p384');
    assert.equal(parseCrl(der).revoked.count, 20_000);
    assert.deepEqual(compareCrl(parseCrl(der), request), []);
    const der20k = put('many.der', der);
    assert.deepEqual(ask('openssl', 'crl', '-inform', 'DER', '-in', der20k, '-CAfile', ca.pem, '-noout'), {
      status: 0,
      text: 'verify OK\n',
    });
  });
});

describe('buildTbsCertList', () => {
  it('refuses what cannot be written, with all reasons', async () => {
    const ca = await caOf('ecdsa-p384');
    const request = crlRequest(ca.der, 'ecdsa-p384', {
      number: 1n << 159n,
      revoked: [revocation('05', undefined), revocation('05', undefined)],
    });
    assert.throws(() => wholeOf(buildTbsCertList(request)), {
      code: 'PROFILE_INVALID',
      message: `the CRL cannot be made: the CRL number ${1n << 159n} is not from 0 to 2^159-1; the serial number 05 is revoked twice`,
    });
  });
});

describe('assembleCrl', () => {
  it('puts the named algorithm and the signature behind what was signed', async () => {
    const ca = await caOf('ecdsa-p384');
    const tbs = wholeOf(buildTbsCertList(crlRequest(ca.der, 'ecdsa-p384')));
    const crl = parseCrl(assembleCrl(tbs, 'rsa-pkcs1-sha512', Uint8Array.of(1, 2)));
    assert.deepEqual(Buffer.from(crl.tbs), Buffer.from(tbs));
    assert.equal(Buffer.from(crl.signatureAlgorithm.der).toString('hex'), '300d06092a864886f70d01010d0500');
    assert.deepEqual([...crl.signature], [1, 2]);
  });
});

describe('a delta CRL, and the complete one that says where they are', () => {
  const URL_OF_DELTAS = 'http://pki.example.com/root-delta.crl';
  const HUGE = (1n << 159n) - 2n;

  it('are read by openssl and certtool, and by our own encoding byte for byte, up to 20 octets of number', async () => {
    const ca = await caOf('ecdsa-p384');
    for (const number of [2n, 128n, 32768n, 1n << 40n, HUGE + 1n]) {
      const request = {
        ...crlRequest(ca.der, 'ecdsa-p384'),
        ...{ number, base: number - 1n, revoked: [revocation('05', 'removeFromCRL')] },
      };
      const der = issueCrl(request, 'ecdsa-p384');
      assert.deepEqual(compareCrl(parseCrl(der), request), []);
      const pem = put(`delta-${number}.pem`, pemOf('X509 CRL', der));
      const { text } = ask('openssl', 'crl', '-in', pem, '-CAfile', ca.pem, '-noout', '-text');
      const hex = (value: bigint) => (value < 256n ? String(value) : `0x${evenHex(value)}`);
      assert.match(text, new RegExp(`X509v3 CRL Number: \\n +(?:${number}|${hex(number)})\\n`, 'i'));
      assert.match(
        text,
        new RegExp(`X509v3 Delta CRL Indicator: critical\\n +(?:${number - 1n}|${hex(number - 1n)})\\n`, 'i'),
      );
      assert.match(text, /X509v3 CRL Reason Code: \n +Remove From CRL/);
      assert.equal(ask('certtool', '--crl-info', '--infile', pem).status, 0);
    }
  });

  it('differ in the comparison by each of both extensions', async () => {
    const ca = await caOf('ecdsa-p384');
    const complete = { ...crlRequest(ca.der, 'ecdsa-p384'), freshest: URL_OF_DELTAS };
    const delta = { ...crlRequest(ca.der, 'ecdsa-p384'), number: 9n, base: 7n };
    const made = issueCrl(complete, 'ecdsa-p384');
    assert.deepEqual(compareCrl(parseCrl(made), complete), []);
    const pem = put('freshest.pem', pemOf('X509 CRL', made));
    assert.match(
      ask('openssl', 'crl', '-in', pem, '-noout', '-text').text,
      /X509v3 Freshest CRL: \n +Full Name:\n +URI:http:\/\/pki\.example\.com\/root-delta\.crl\n/,
    );
    const fields = (der: Uint8Array, asked: typeof complete | typeof delta) =>
      compareCrl(parseCrl(der), asked).map(({ field }) => field);
    assert.deepEqual(fields(made, { ...complete, freshest: 'http://pki.example.com/other.crl' }), [
      'crlExtensions: freshestCRL',
    ]);
    assert.deepEqual(fields(issueCrl(delta, 'ecdsa-p384'), { ...delta, base: 6n }), [
      'crlExtensions: deltaCRLIndicator',
    ]);
    assert.deepEqual(fields(issueCrl(delta, 'ecdsa-p384'), { ...delta, base: undefined } as never), [
      'crlExtensions: identifiers in order',
    ]);
  });
});

describe('a CRL of a partition', () => {
  const uri = 'http://pki.example.com/root-a.crl';

  it('says so critically, as openssl and certtool read it, and as our own encoding has it byte for byte', async () => {
    const ca = await caOf('ecdsa-p384');
    const words = {
      ca: 'Only CA Certificates',
      user: 'Only User Certificates',
    } as const;
    for (const scope of [{ uri }, { only: 'ca' }, { only: 'user' }, { uri, only: 'ca' }] as const) {
      const request = { ...crlRequest(ca.der, 'ecdsa-p384'), scope };
      const der = issueCrl(request, 'ecdsa-p384');
      assert.deepEqual(compareCrl(parseCrl(der), request), []);
      assert.deepEqual(
        compareCrl(parseCrl(der), { ...request, scope: { uri: 'http://pki.example.com/root-b.crl' } }).map(
          ({ field }) => field,
        ),
        ['crlExtensions: issuingDistributionPoint'],
      );
      const pem = put('partition.pem', pemOf('X509 CRL', der));
      const { text } = ask('openssl', 'crl', '-in', pem, '-CAfile', ca.pem, '-noout', '-text');
      assert.match(text, /X509v3 Issuing Distribution Point: critical\n/);
      assert.equal(text.includes(`URI:${uri}`), 'uri' in scope);
      assert.equal(/Only (?:CA|User) Certificates/.exec(text)?.[0], 'only' in scope ? words[scope.only] : undefined);
      assert.equal(ask('certtool', '--crl-info', '--infile', pem).status, 0);
    }
  });
});

function evenHex(value: bigint): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}
