import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Change, reissueDifferences } from '../../src/pki/reissue-differences.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { recordCeremony } from '../forge/record.ts';
import { renewing } from '../forge/renewing.ts';
import { partnerRoot } from './partner.ts';
import { ecPair } from './requests.ts';

const { files } = await recordCeremony(renewing());
const read = (path: string) => parseCertificate(files.get(path) as Uint8Array);
const ROOT = read('certificates/root.crt');
const AGAIN = read('certificates/root-again.crt');
const between = (own: typeof ROOT, kept: typeof ROOT, changes: readonly Change[] = []) =>
  reissueDifferences({ name: 'new', certificate: own }, { name: 'old', certificate: kept }, changes);

describe('a certificate that is issued again', () => {
  test('differs in nothing but dates and serial number', () => assert.deepEqual(between(AGAIN, ROOT), []));

  test('changes what it is said to change', () =>
    assert.deepEqual(between(AGAIN, ROOT, ['key-usage']), [
      { of: 'changes', message: 'is said to change "key-usage", and has what "old" has' },
    ]));

  test('is of the same key and name, with the same key identifier and issuer', () => {
    const key = ecPair('P-384');
    const other = parseCertificate(partnerRoot({ key }));
    assert.deepEqual(
      between(AGAIN, other)
        .map(({ of, message }) => `${of}: ${message.replace(/ [0-9a-f]{8,}.*/, '')}`)
        .slice(0, 4),
      [
        'existing: has the public key',
        'existing: has the subject',
        'existing: has the subjectKeyIdentifier',
        'issuer: has the issuer',
      ],
    );
  });

  test('has every extension of the one before, to the byte, but where a field is named', () => {
    const usage = ROOT.extensions.find(({ oid }) => oid === '2.5.29.15');
    assert.ok(usage);
    const without = { ...AGAIN, extensions: AGAIN.extensions.filter((one) => one !== usage && one.oid !== usage.oid) };
    assert.match(
      between(without, ROOT)
        .map(({ of, message }) => `${of}: ${message}`)
        .join(),
      /^profile: has the "?key-?[uU]sage"? none/,
    );
    assert.deepEqual(between(without, ROOT, ['key-usage']), []);
  });
});
