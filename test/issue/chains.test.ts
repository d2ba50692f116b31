import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { SCRIPTED } from '../pki/fixtures.ts';
import { CA_KIND, judge, type Leaf, makeCa, makeLeaf, rootPem, verify } from './chain-maker.ts';
import { ask, put } from './judges.ts';

/** Chains root → CA of a profile → leaf, judged by openssl, and where it may be known to them by certtool and NSS. */

/** Without a common name: GnuTLS takes one for a host name where there is no other. */
const PARTNER = '/C=DE/O=Partner/OU=leaf';

/**
 * What the others accept although it is outside: GnuTLS holds nobody to constraints of URIs and directory names, and
 * NSS takes a name that is a part of the permitted one for one below it.
 */
const UNHELD = { gnutls: /^(uri|directory)/, nss: /^directory too short$/ };

/**
 * Leaves of the partner whose names stand in SCRIPTED, inside and outside, by the form of their names, with the error
 * of openssl.
 */
const LEAVES: readonly (readonly [form: string, leaf: Leaf, error: number | undefined])[] = [
  ['dns', { subject: PARTNER, names: 'DNS:partner.example' }, undefined],
  ['dns below', { subject: PARTNER, names: 'DNS:www.a.partner.example' }, undefined],
  ['dns of another', { subject: PARTNER, names: 'DNS:example.com' }, 47],
  ['dns that ends alike', { subject: PARTNER, names: 'DNS:notpartner.example' }, 47],
  ['one dns of two', { subject: PARTNER, names: 'DNS:partner.example,DNS:example.com' }, 47],
  ['dns excluded', { subject: PARTNER, names: 'DNS:secret.partner.example' }, 48],
  ['dns below what is excluded', { subject: PARTNER, names: 'DNS:a.secret.partner.example' }, 48],
  ['ipv4', { subject: PARTNER, names: 'IP:192.0.2.127' }, undefined],
  ['ipv4 outside', { subject: PARTNER, names: 'IP:192.0.3.1' }, 47],
  ['ipv4 excluded', { subject: PARTNER, names: 'IP:192.0.2.128' }, 48],
  ['ipv6', { subject: PARTNER, names: 'IP:2001:db8:ffff::1' }, undefined],
  ['ipv6 outside', { subject: PARTNER, names: 'IP:2001:db9::1' }, 47],
  ['email', { subject: PARTNER, names: 'email:user@partner.example' }, undefined],
  ['email outside', { subject: PARTNER, names: 'email:user@example.com' }, 47],
  ['email at a host below', { subject: PARTNER, names: 'email:user@mail.partner.example' }, 47],
  ['email excluded', { subject: PARTNER, names: 'email:root@partner.example' }, 48],
  ['uri', { subject: PARTNER, names: 'URI:https://www.partner.example/a' }, undefined],
  ['uri outside', { subject: PARTNER, names: 'URI:https://www.example.com/' }, 47],
  ['directory by domain', { subject: '/DC=example/DC=partner/OU=leaf', names: 'DNS:partner.example' }, undefined],
  ['directory outside', { subject: '/C=DE/O=Other/OU=leaf', names: 'DNS:partner.example' }, 47],
  ['directory too short', { subject: '/C=DE', names: 'DNS:partner.example' }, 47],
  ['directory in another order', { subject: '/O=Partner/C=DE/OU=leaf', names: 'DNS:partner.example' }, 47],
];

describe('a leaf of a partner', () => {
  let ca: string;
  before(async () => {
    ca = await makeCa('partner', 'partner-ca', SCRIPTED['partner-ca'] ?? {});
  });
  for (const [form, leaf, error] of LEAVES) {
    it(`${error === undefined ? 'inside' : 'outside'}: ${form}`, () => {
      const file = makeLeaf(ca, leaf);
      const judged = verify(ca, file);
      if (error === undefined) assert.deepEqual(judged, { status: 0, text: `${file}: OK\n` });
      else {
        assert.match(
          judged.text,
          new RegExp(`error ${error} at 0 depth lookup: ${error === 47 ? 'permitted' : 'excluded'}`),
        );
        assert.equal(judged.status, 2);
      }
      const accepts = error === undefined;
      assert.deepEqual(judge(ca, file, 'tls-server'), {
        openssl: accepts,
        gnutls: accepts || UNHELD.gnutls.test(form),
        nss: accepts || UNHELD.nss.test(form),
      });
    });
  }
});

describe('what a template confines a CA to', () => {
  it('a workload of another trust domain is outside', async () => {
    const ca = await makeCa('spiffe', 'spiffe-ca', SCRIPTED['spiffe-ca'] ?? {});
    const svid = (uri: string) => verify(ca, makeLeaf(ca, { names: `URI:${uri}` }));
    assert.equal(svid('spiffe://prod.example.com/ns/web').status, 0);
    assert.match(svid('spiffe://test.example.com/ns/web').text, /error 47 .*permitted subtree violation/);
  });

  it('what excludes all host names and addresses excludes each of them', async () => {
    const constraints = {
      permitted: { email: ['.invalid'], uri: ['.invalid'], directory: [{ O: 'Partner' }] },
      excluded: { dns: 'all', ip: 'all' },
    };
    const ca = await makeCa('none', 'partner-ca', { ...SCRIPTED['partner-ca'], 'name-constraints': constraints });
    const named = (names?: string) =>
      verify(ca, makeLeaf(ca, { subject: '/O=Partner/OU=leaf', ...(names && { names }) })).text;
    assert.match(named(), /: OK\n$/);
    for (const name of ['DNS:a', 'DNS:www.partner.example', 'IP:192.0.2.1', 'IP:::1']) {
      assert.match(named(name), /error 48 .*excluded subtree violation/, name);
    }
    for (const name of ['email:user@partner.example', 'URI:https://partner.example/']) {
      assert.match(named(name), /error 47 .*permitted subtree violation/, name);
    }
  });

  it('a TLS server of the right name is good for its purpose, and one with another purpose is not', async () => {
    const ca = await makeCa('tls', 'tls-issuing-ca', SCRIPTED['tls-issuing-ca'] ?? {});
    const leaf = (purpose: string) =>
      makeLeaf(ca, {
        subject: '/C=US/O=Example Org',
        names: 'DNS:www.example.com',
        more: [`extendedKeyUsage=${purpose}`],
      });
    assert.equal(verify(ca, leaf('serverAuth'), '-purpose', 'sslserver').status, 0);
    // The CA has no such purpose, so its leaves have none either.
    assert.match(verify(ca, leaf('clientAuth'), '-purpose', 'sslclient').text, /error 26 at 1 depth/);
  });

  it('a CA below a CA with path length 0 is refused', async () => {
    const fields = { crl: 'http://pki.example.com/root.crl' };
    for (const [length, answer] of [
      [0, /error 25 at 2 depth lookup: path length constraint exceeded/],
      [1, /: OK\n$/],
    ] as const) {
      const ca = await makeCa(`path-${length}`, 'client-ca', { ...fields, 'path-length': length });
      const lower = makeLeaf(ca, { subject: '/O=Lower', kind: CA_KIND });
      const leaf = makeLeaf(lower, { subject: '/O=Lower/CN=leaf', key: 'leaf.key' });
      assert.match(verify(ca, leaf, '-untrusted', lower).text, answer);
    }
  });

  it('policies are held to what policy constraints and inhibit-any-policy say', async () => {
    const ca = await makeCa('policies', 'private-service-ca', SCRIPTED['private-service-ca'] ?? {});
    const judged = (policy?: string) => {
      const more = policy === undefined ? [] : [`certificatePolicies=${policy}`];
      return verify(
        ca,
        makeLeaf(ca, { names: 'DNS:a.svc.example.com', more }),
        '-policy_check',
        '-policy',
        '1.3.6.1.4.1.99999.2',
      ).text;
    };
    assert.match(judged('1.3.6.1.4.1.99999.2'), /: OK\n$/);
    for (const policy of [undefined, '1.3.6.1.4.1.99999.1', '2.5.29.32.0']) {
      assert.match(judged(policy), /error 43 at 0 depth lookup: no explicit policy/, policy ?? 'none');
    }
  });
});

describe('an OCSP responder', () => {
  it('answers for the root that issued it, and openssl believes it', async () => {
    const ca = await makeCa('revoked', 'client-ca', SCRIPTED['client-ca'] ?? {});
    const responder = await makeCa('responder', 'ocsp-responder', {});
    const { text } = ask('openssl', 'x509', '-in', ca, '-noout', '-serial');
    const serial = /serial=([0-9A-F]+)/.exec(text)?.[1] ?? assert.fail(text);
    const index = put('index.txt', `R\t491231235959Z\t260101000000Z\t${serial}\tunknown\t/CN=any\n`);
    const about = ['-issuer', rootPem, '-cert', ca, '-no_nonce'];
    const asked = ask('openssl', 'ocsp', ...about, '-reqout', 'request.der');
    assert.equal(asked.status, 0, asked.text);
    const answer = ask(
      'openssl',
      ...['ocsp', '-index', index, '-CA', rootPem, '-rsigner', responder, '-rkey', 'ca.key', '-rmd', 'sha256'],
      ...['-reqin', 'request.der', '-respout', 'answer.der', '-ndays', '1'],
    );
    assert.equal(answer.status, 0, answer.text);
    const believed = ask('openssl', 'ocsp', ...about, '-CAfile', rootPem, '-respin', 'answer.der');
    assert.match(believed.text, /Response verify OK/);
    assert.match(believed.text, /: revoked/);
    // Any other certificate of the root is no responder.
    const client = ask(
      'openssl',
      ...['ocsp', '-index', index, '-CA', rootPem, '-rsigner', ca, '-rkey', 'ca.key', '-rmd', 'sha256'],
      ...['-reqin', 'request.der', '-respout', 'other.der', '-ndays', '1'],
    );
    assert.equal(client.status, 0, client.text);
    const doubted = ask('openssl', 'ocsp', ...about, '-CAfile', rootPem, '-respin', 'other.der');
    assert.match(doubted.text, /Response Verify Failure/);
  });
});
