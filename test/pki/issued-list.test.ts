import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import { utf8String } from '../../src/der/writer.ts';
import { revokedUnseen, takeIssuedList } from '../../src/pki/issued-list.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { CertificateList } from '../../src/x509/model.ts';
import { nameOf } from '../x509/build.ts';
import { PARTNER, partnerRoot } from './partner.ts';
import { ecPair } from './requests.ts';

const KEY = ecPair('P-384');
const ROOT = partnerRoot({ key: KEY });
const CA = parseCertificate(ROOT);
const OWN = pemOf('CERTIFICATE', ROOT);

const take = (text: string) => takeIssuedList(Buffer.from(text), 'issued.pem', CA);

function refused(text: string, code: string, message: RegExp): void {
  assert.throws(
    () => take(text),
    (error) => error instanceof CeremonyError && error.code === code && message.test(error.message),
  );
}

test('a list of certificates that the CA has signed is taken, with white space around its blocks', () => {
  const [only, ...more] = take(`\n${OWN}\n`);
  assert.equal(more.length, 0);
  assert.equal(only?.serial.hex, CA.serial.hex);
});

test('a certificate of another key under the name of the CA is refused', () => {
  const forged = pemOf('CERTIFICATE', partnerRoot({ key: ecPair('P-384') }));
  refused(`${forged}`, 'CERTIFICATE_UNFIT', /certificate 1 of "issued\.pem", .*: its signature does not verify/);
  refused(`${OWN}${forged}`, 'CERTIFICATE_UNFIT', /certificate 2 of "issued\.pem", .*: its signature does not verify/);
});

test('a certificate that names another issuer is refused, even where the key of the CA has signed it', () => {
  const other = nameOf([OID.commonName, utf8String('Another CA')]);
  const elsewhere = pemOf('CERTIFICATE', partnerRoot({ key: KEY, issuer: other, subject: PARTNER }));
  refused(elsewhere, 'CERTIFICATE_UNFIT', /its issuer has another name than the CA/);
});

test('a serial number that comes twice is refused', () => {
  refused(`${OWN}${OWN}`, 'CERTIFICATE_UNFIT', /certificate 1 has its serial number [0-9a-f]+ too/);
});

test('what is no list of PEM certificates is refused', () => {
  refused('', 'DER_INVALID', /exactly one block/);
  refused(`${OWN}subject=Partner\n${OWN}`, 'DER_INVALID', /exactly one block/);
  refused(OWN.replaceAll('CERTIFICATE', 'X509 CRL'), 'DER_INVALID', /label "X509 CRL"/);
  refused(`${OWN}${' '.repeat(4 * 1024 * 1024)}`, 'FILE_TOO_LARGE', /expected at most 4194304/);
  refused(OWN.repeat(1001), 'FILE_TOO_LARGE', /1001 certificates, expected at most 1000/);
});

test('entries of a CRL of which no certificate is in the list are named by their serial number, in its order', () => {
  const listed = ['03', CA.serial.hex, '02'].map((serial) => ({ serial }));
  assert.deepEqual(revokedUnseen(take(OWN), { revoked: listed } as unknown as CertificateList), {
    first: ['03', '02'],
    more: 0,
  });
});

test('of more than a thousand of them the first are named, and the others counted', () => {
  const listed = Array.from({ length: 1003 }, (_, index) => ({ serial: (0x010000 + index).toString(16) }));
  const { first, more } = revokedUnseen(take(OWN), { revoked: listed } as unknown as CertificateList);
  assert.deepEqual([first.length, first[0], first.at(-1), more], [1000, '10000', '103e7', 3]);
});
