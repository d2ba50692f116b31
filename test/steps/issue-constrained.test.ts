import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { intake, PAIR, withIssued } from '../forge/intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { ALL_ACCEPT, ALL_REFUSE, judgeChain } from '../issue/chain-judges.ts';
import { type Leaf, makeLeaf } from '../issue/chain-maker.ts';
import { ask, put } from '../issue/judges.ts';

/* A CA whose request comes into a ceremony is confined by the script, whatever its request says; its key is the test's. */

const PROFILE =
  '{ extends: tls-issuing-ca, policies: [2.23.140.1.2.1], crl: "http://pki.example.com/r.crl", ca-issuers: "http://pki.example.com/r.crt", ' +
  'name-constraints: { permitted: { dns: [example.com], directory: [{ C: US, O: Example Org }] }, excluded: { dns: [secret.example.com], ip: all } } }';

const SUBJECT = '/C=US/O=Example Org';
const OUTSIDE: readonly (readonly [what: string, leaf: Leaf])[] = [
  ['a host of another domain', { subject: SUBJECT, names: 'DNS:www.example.net' }],
  ['a host of a domain that ends alike', { subject: SUBJECT, names: 'DNS:www.notexample.com' }],
  ['a host of a domain that is excluded', { subject: SUBJECT, names: 'DNS:a.secret.example.com' }],
  ['an address', { subject: SUBJECT, names: 'IP:192.0.2.1' }],
  ['another organisation', { subject: '/C=US/O=Other', names: 'DNS:www.example.com' }],
];

// The ceremony is held another day than the test: GnuTLS cannot be asked (test/issue/confined.test.ts asks it).
const ACCEPT = { ...ALL_ACCEPT, gnutls: null };
const REFUSE = { ...ALL_REFUSE, gnutls: null };

describe('below a CA that the script confines', async () => {
  const { files } = await recordCeremony({ ...intake(), script: (text) => withIssued(text, PROFILE) });
  const published = (name: string) => Buffer.from(files.get(`publish/${name}`) as Uint8Array).toString();
  const ca = put('requested-ca.pem', published('tls-ca.pem'));
  const key = put('requested-ca.key', PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const { notBefore } = parseCertificate(files.get('certificates/tls-ca.crt') as Uint8Array);
  const later = new Date(Date.parse(notBefore.at) + 86_400_000);
  const days = Math.ceil((later.getTime() - Date.now()) / 86_400_000) + 30;
  const judged = (leaf: Leaf) => {
    const made = makeLeaf(ca, { ...leaf, key, days, more: ['extendedKeyUsage=serverAuth'] });
    const { text: pem } = ask('openssl', 'x509', '-in', made);
    return judgeChain(published('root.pem'), pem + published('tls-ca-full-chain.pem'), 'tls-server', later);
  };

  test('the CA itself is one to each of two libraries', () => {
    const chain = published('tls-ca-full-chain.pem');
    assert.deepEqual(judgeChain(published('root.pem'), chain, 'tls-ca', later), ACCEPT);
    // NSS lets a clock be a day off.
    const before = new Date(Date.parse(notBefore.at) - 2 * 86_400_000);
    assert.deepEqual(judgeChain(published('root.pem'), chain, 'tls-ca', before), REFUSE);
  });

  test('a host inside is accepted', () => {
    assert.deepEqual(judged({ subject: SUBJECT, names: 'DNS:www.example.com,DNS:example.com' }), ACCEPT);
  });

  for (const [what, leaf] of OUTSIDE) test(`${what} is refused`, () => assert.deepEqual(judged(leaf), REFUSE));
});
