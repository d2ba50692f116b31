import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { reissueCertificate } from '../../src/steps/reissue-certificate.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { recordCeremony } from '../forge/record.ts';
import { renewing } from '../forge/renewing.ts';
import { type Falsification, recordOf } from './recording.ts';

const { judges, stepOf, events, files, plan } = recordOf(await recordCeremony(renewing()));
const ROOT = 'certificates/root.crt';
const AGAIN = 'certificates/root-again.crt';
const bytesOf = (path: string) => files.get(path) as Uint8Array;
const finding = (message: string) => `STEP-CERTIFICATE step ${stepOf('again').number} "again": ${message}`;
const put = (path: string, bytes: Uint8Array): Falsification => ({ files: (all) => void all.set(path, bytes) });

test('all but dates, serial number and signature are those of the one before, to the byte', () => {
  const [before, again] = [ROOT, AGAIN].map((path) => parseCertificate(bytesOf(path)));
  assert.ok(before && again);
  assert.deepEqual(again.subject.der, before.subject.der);
  assert.deepEqual(again.issuer.der, before.issuer.der);
  assert.deepEqual(again.spki.der, before.spki.der);
  const extensions = ({ extensions: all }: typeof again) => all.map(({ der }) => Buffer.from(der).toString('hex'));
  assert.deepEqual(extensions(again), extensions(before));
  assert.notEqual(again.serial.hex, before.serial.hex);
  assert.ok(again.notAfter.at > before.notAfter.at);
});

test('the ledger has both, of one key', () => {
  const { certificates } = deriveLedger(plan, events, (path) => files.get(path));
  assert.deepEqual(
    certificates.map(({ name, key, path }) => [name, key, path]),
    [
      ['root', 'root', ROOT],
      ['root-again', 'root', AGAIN],
    ],
  );
  assert.equal(certificates[0]?.spkiSha256, certificates[1]?.spkiSha256);
});

judges('again', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no certificate was signed')],
  ['it is gone', { files: (all) => void all.delete(AGAIN) }, finding('the certificate is not in the pack')],
  ['the one before lies in its place', put(AGAIN, bytesOf(ROOT)), /"again": notAfter is .*, asked for /],
  [
    'the one before is not in the pack',
    { files: (all) => void all.delete(ROOT) },
    finding('the certificate "root" beside it is not in the pack'),
  ],
  [
    'other dates were to be',
    { params: { ...stepOf('again').params, 'not-after': { from: 'not-before', plus: 'P15Y', minus: 'PT1S' } } },
    /"again": notAfter is .*, asked for /,
  ],
]);

describe('a script that cannot renew is refused before anything is made', () => {
  const refused = async (change: (again: string) => string, expected: RegExp) =>
    await assert.rejects(recordCeremony(renewing(change)), (error: Error) => {
      assert.match(error.message, expected);
      return true;
    });

  test('of a certificate that is not there', async () =>
    await refused(
      (again) => again.replace('existing: root', 'existing: other'),
      /the certificate "other" is neither made by an earlier step nor used/,
    ));

  test('by the name of the very certificate', async () =>
    await refused(
      (again) => again.replace('issuer: self', 'issuer: root'),
      /"root" is of the very key that "root" certifies/,
    ));

  test('by a profile that is not there', async () =>
    await refused(
      (again) => again.replace('profile: root\n', 'profile: other\n'),
      /there is no certificate profile "other"/,
    ));
});

test('what may be changed is named, each once', () => {
  const { params } = stepOf('again');
  const parse = (changes: readonly string[]) => reissueCertificate.schema.safeParse({ ...params, changes });
  assert.ok(parse(['crl', 'ca-issuers']).success);
  for (const changes of [[], ['crl', 'crl'], ['subject'], ['serial']])
    assert.ok(!parse(changes).success, changes.join());
});
