import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readDer } from '../../src/der/reader.ts';
import { TAG } from '../../src/der/tags.ts';
import { element, oid, sequence, set, utf8String } from '../../src/der/writer.ts';
import { encodeSigned } from '../../src/pki/encode.ts';
import { markedLabel, markedName, markedTokenLabel } from '../../src/rehearsal/marking.ts';
import { standInTbsCertificate, standInTbsCertList } from '../../src/rehearsal/stand-in-documents.ts';
import { ofPair, StandInKeys } from '../../src/rehearsal/stand-in-keys.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { authorityKeyIdentifier, subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { parsePublicKey } from '../../src/x509/public-key.ts';

const CONFIGURATION = `
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[below]
basicConstraints = critical,CA:TRUE,pathlen:0
nameConstraints = critical,permitted;DNS:example.com
certificatePolicies = 2.23.140.1.2.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer:always
[ca]
default_ca = own
[own]
database = index.txt
crlnumber = crlnumber
crl_extensions = list
default_md = sha256
default_crl_days = 30
[list]
authorityKeyIdentifier = keyid:always
`;

/** Documents by openssl, which has its own ways: key identifiers are SHA-1, and an issuer is named in them. */
describe('documents of a real CA, as they stand in a rehearsal', () => {
  let folder = '';
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const der = (name: string) => readFileSync(join(folder, name));
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-documents-test-'));
    writeFileSync(join(folder, 'cnf'), CONFIGURATION);
    writeFileSync(
      join(folder, 'index.txt'),
      'R\t310101000000Z\t260101000000Z,keyCompromise\t0123\tunknown\t/CN=Gone\n',
    );
    writeFileSync(join(folder, 'crlnumber'), '07\n');
    openssl('genrsa', '-out', 'root.key', '2048');
    openssl('ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', 'below.key');
    openssl(
      ...'req -config cnf -x509 -key root.key -subj /C=US/O=Ex/CN=Root -extensions root -days 99 -out root.pem'.split(
        ' ',
      ),
    );
    openssl(...'req -config cnf -new -key below.key -subj /O=Ex/CN=Below -out below.csr'.split(' '));
    openssl(
      ...'x509 -req -in below.csr -CA root.pem -CAkey root.key -extfile cnf -extensions below -days 9 -out below.pem'.split(
        ' ',
      ),
    );
    openssl(...'ca -config cnf -gencrl -cert root.pem -keyfile root.key -out root.crl.pem'.split(' '));
    for (const name of ['root', 'below'])
      openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.crt`);
    openssl('crl', '-in', 'root.crl.pem', '-outform', 'DER', '-out', 'root.crl');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are marked, and openssl verifies them with the other keys', async () => {
    const keys = new StandInKeys();
    const [root, below, crl] = [
      parseCertificate(der('root.crt')),
      parseCertificate(der('below.crt')),
      parseCrl(der('root.crl')),
    ];
    const signed = async (tbs: Uint8Array, identifier: Uint8Array) =>
      encodeSigned(tbs, identifier, await keys.for(root.spki).sign(identifier, tbs));
    const issuer = keys.change(root.spki);
    const rootNow = await signed(standInTbsCertificate(root.tbs, issuer, issuer), root.signatureAlgorithm.der);
    const belowNow = await signed(
      standInTbsCertificate(below.tbs, keys.change(below.spki), issuer),
      below.signatureAlgorithm.der,
    );
    const crlNow = await signed(standInTbsCertList(crl.tbs, issuer), crl.signatureAlgorithm.der);
    writeFileSync(join(folder, 'root-now.crt'), rootNow);
    writeFileSync(join(folder, 'below-now.crt'), belowNow);
    writeFileSync(join(folder, 'now.crl'), crlNow);
    openssl('x509', '-in', 'root-now.crt', '-inform', 'DER', '-out', 'root-now.pem');
    openssl('x509', '-in', 'below-now.crt', '-inform', 'DER', '-out', 'below-now.pem');
    openssl('verify', '-check_ss_sig', '-CAfile', 'root-now.pem', 'below-now.pem');
    openssl('crl', '-in', 'now.crl', '-inform', 'DER', '-CAfile', 'root-now.pem', '-noout', '-verify');

    const [a, b, c] = [parseCertificate(rootNow), parseCertificate(belowNow), parseCrl(crlNow)];
    const names = [a.subject, a.issuer, b.subject, b.issuer, c.issuer].map(
      ({ attributes }) => attributes.at(-1)?.value,
    );
    assert.deepEqual(
      names,
      ['Root', 'Root', 'Below', 'Root', 'Root'].map((name) => `REHEARSAL ${name}`),
    );
    assert.notDeepEqual(a.spki.der, root.spki.der);
    assert.deepEqual(parsePublicKey(b.spki).type, 'ec');
    // By the method of the CA, not by ours.
    assert.deepEqual(subjectKeyIdentifier(b.extensions), keyHash(b.spki.key));
    assert.deepEqual(authorityKeyIdentifier(b.extensions)?.keyIdentifier, keyHash(a.spki.key));
    assert.deepEqual(authorityKeyIdentifier(c.extensions)?.keyIdentifier, keyHash(a.spki.key));
    const others = (one: typeof b) => one.extensions.filter(({ oid: id }) => !['2.5.29.14', '2.5.29.35'].includes(id));
    assert.deepEqual(
      others(b).map((one) => Buffer.from(one.der).toString('hex')),
      others(below).map((one) => Buffer.from(one.der).toString('hex')),
    );
    assert.deepEqual([b.serial.hex, b.notAfter.at], [below.serial.hex, below.notAfter.at]);
    assert.deepEqual(
      [...c.revoked].map(({ serial }) => serial),
      ['0123'],
    );
  });

  it('are the same again once they are marked', () => {
    const keys = new StandInKeys();
    const root = parseCertificate(der('root.crt'));
    const same = { old: root.spki, now: root.spki };
    const once = standInTbsCertificate(root.tbs, same, same);
    assert.notDeepEqual(once, root.tbs);
    assert.deepEqual(standInTbsCertificate(once, same, same), once);
    assert.equal(keys.for(root.spki), keys.for(root.spki));
  });
});

function keyHash(key: Uint8Array): Uint8Array {
  return Uint8Array.from(execFileSync('openssl', ['dgst', '-sha1', '-binary'], { input: key }));
}

describe('the marking of a rehearsal', () => {
  const attribute = (type: string, value: Uint8Array) => set(sequence(oid(type), value));
  const marked = (...rdns: Uint8Array[]) => markedName(readDer(sequence(...rdns), 'a name'));

  it('stands before common names, in the characters of their string type, and nowhere else', () => {
    const organisation = attribute('2.5.4.10', utf8String('Root'));
    const wide = (text: string) => element(TAG.bmpString, Buffer.from(text, 'utf16le').swap16());
    assert.deepEqual(
      marked(organisation, attribute('2.5.4.3', wide('Ä'))),
      sequence(organisation, attribute('2.5.4.3', wide('REHEARSAL Ä'))),
    );
    const odd = attribute('2.5.4.3', element(TAG.octetString, Uint8Array.of(1)));
    assert.deepEqual(marked(organisation, odd), sequence(organisation, odd));
  });

  it('stands once before a label, which is cut to what a token has room for', () => {
    assert.equal(markedLabel(markedLabel('root-g1')), 'rehearsal-root-g1');
    assert.equal(markedTokenLabel(`${'x'.repeat(21)}ü`), `rehearsal-${'x'.repeat(21)}`);
    assert.equal(markedTokenLabel(`${'x'.repeat(20)}ü`), `rehearsal-${'x'.repeat(20)}ü`);
  });
});

it('there is no other key for one of a kind that is not made here', () => {
  const { spki } = ofPair(generateKeyPairSync('x25519') as never);
  assert.throws(() => new StandInKeys().for(spki), {
    code: 'REHEARSAL_SETUP',
    message:
      'the pack that is followed has a key of algorithm 1.3.101.110; here RSA, Ed25519 and the curves P-256, P-384 and P-521 can be made',
  });
});
