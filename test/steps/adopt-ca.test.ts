import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { explicit, integer, raw, sequence, time } from '../../src/der/writer.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { crlExtensions, encodeExtension } from '../../src/pki/extensions.ts';
import { copyStatement } from '../../src/quorum/operation.ts';
import { adoptionOf } from '../../src/steps/adoption.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { adopting, OLD, OLD_LABEL, signerOf } from '../forge/adopting.ts';
import { hsmSign } from '../forge/guard-double.ts';
import { PAIR } from '../forge/intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { BACKUP_SERIAL } from '../forge/stage.ts';
import { fullName, uri } from '../pki/broken.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';
import { type Falsification, facts, recordOf, withoutEvent } from './recording.ts';

const recording = await recordCeremony(adopting());
const { judges, judged, events, folder, id, plan } = { ...recordOf(recording), folder: recording.folder };
const SPKI = sha256(spkiOf(PAIR));
const where = (message: string) => new RegExp(`STEP-ADOPT step \\d+ "adopt": ${message}`);

/** Changes what the HSM is said to have answered. */
const answered = (change: (facts: Record<string, unknown>) => void): Falsification => ({
  event: (event) => {
    if (event.type === 'result' && event.facts.serial === BACKUP_SERIAL && event.facts.signature) change(event.facts);
  },
});

const PARTITION = 'http://pki.example.com/old-a.crl';
/** What the CA has published of one partition, as it says, under the same number. */
const PARTIAL = await (async () => {
  const { subject, extensions } = parseCertificate(OLD.der);
  const identifier = subjectKeyIdentifier(extensions) as Uint8Array;
  const { signed, algorithm } = signerOf();
  const point = { oid: OID.issuingDistributionPoint, critical: true, value: sequence(fullName(uri(PARTITION))) };
  const own = [...crlExtensions(identifier, 7n), point].map(encodeExtension);
  const dates = ['2027-03-10T08:00:00Z', '2028-03-10T08:00:00Z'].map((at) => time(at));
  return signed(sequence(integer(1), raw(algorithm, subject.der), ...dates, explicit(0, sequence(...own))));
})();
const withoutIssued = ({ params }: Falsification): JsonObject => {
  const { issued: _none, ...others } = params as { issued?: string };
  return others;
};
const partial = (params: JsonObject = {}): Falsification => ({
  files: (all) => void all.set('inputs/old-crl.crl', PARTIAL),
  params: { ...(plan.acts.flatMap(({ steps }) => steps).find(({ key }) => key === 'adopt')?.params ?? {}), ...params },
});

judges('adopt', [
  [
    'the CRL is of a partition, in which not all is that the CA has issued',
    partial({ 'crl-lists': 'all' }),
    where(
      `"old-crl" is a CRL of "${PARTITION}", and certificate 2 of "old-issued", serial [0-9a-f]+, is in another part: `,
    ),
  ],
  [
    'the CRL is of a partition, the CA has issued nothing, and nobody said that it lists all',
    { ...partial(), params: withoutIssued(partial()) },
    where(`"old-crl" says by its issuing distribution point that it is of "${PARTITION}", and nothing here shows`),
  ],
  ['nothing was adopted', withoutEvent('adopt', 'observation'), where('what the record says was adopted is not what')],
  [
    'another CRL is said to be adopted',
    facts('adopt', (all) => {
      if (all.crl) all.crl.path = 'crls/root.crl';
    }),
    where('what the record says was adopted is not what came in$'),
  ],
  [
    'what the CRL lists is not said',
    facts('adopt', (all) => {
      if (all.revokedUnseen) all.revokedUnseen = [];
    }),
    where('what the record says was adopted is not what came in$'),
  ],
  ['nobody said where the key is', withoutEvent('adopt', 'answer'), /STEP-ANSWER step \d+ "adopt" recorded nothing/],
  [
    'another ceremony was signed',
    answered((all) => {
      const other = copyStatement('ab'.repeat(32), SPKI, BACKUP_SERIAL);
      all['signature'] = Buffer.from(hsmSign(PAIR.privateKey, other)).toString('base64');
    }),
    where('the signature does not show that the key is on this HSM$'),
  ],
  [
    'another key has signed',
    answered((all) => {
      const statement = copyStatement(id, SPKI, BACKUP_SERIAL);
      all['signature'] = Buffer.from(hsmSign(ecPair('P-384').privateKey, statement)).toString('base64');
    }),
    where('the signature does not show'),
  ],
  [
    'the key has another label',
    answered((all) => {
      all['label'] = 'other';
    }),
    where('the key is labelled "other", planned "rehearsal-old-root"$'),
  ],
  [
    'the public key is another',
    answered((all) => {
      all['spki'] = Buffer.from(spkiOf(ecPair('P-384'))).toString('base64');
    }),
    where('another key has signed$'),
  ],
  [
    'the CRL is gone',
    { files: (all) => void all.delete('inputs/old-crl.crl') },
    where('"inputs/old-crl\\.crl" is not'),
  ],
  [
    'a certificate came in that the authorization does not name',
    { files: (all) => void all.set('inputs/old-root.crt', OLD.issued[0] as Uint8Array) },
    where('"old-root" is not signed with its own key$'),
  ],
]);

test('the record says of what the CRL is by its own word, where the script says that it lists all', () => {
  const inputs = { certificate: 'old-root', crl: 'old-crl', 'crl-lists': 'all' } as const;
  const { facts: adopted, crlOf } = adoptionOf(inputs, events, (path) =>
    path === 'inputs/old-crl.crl' ? PARTIAL : folder.get(path),
  );
  assert.deepEqual([adopted['crlOf'], crlOf], [`"${PARTITION}"`, `"${PARTITION}"`]);
  const whole = adoptionOf(inputs, events, (path) => folder.get(path)).facts;
  assert.equal('crlOf' in whole, false);
});

describe('the ledger of a CA that was adopted', () => {
  const ledger = deriveLedger(plan, events, (path) => folder.get(path));

  test('has its key where it has signed, and says that nobody knows when it was made', () => {
    const key = ledger.keys.find(({ name }) => name === 'old-root');
    const observed = events.find((event) => event.type === 'observation' && event.subject === 'adoption');
    assert.deepEqual(key, {
      ...{ name: 'old-root', label: OLD_LABEL, id: '0a0b', algorithm: 'ecdsa-p384', spkiSha256: SPKI },
      ...{ spki: Buffer.from(spkiOf(PAIR)).toString('base64'), token: BACKUP_SERIAL, step: 'adopt', generatedAt: null },
      ...{ provenance: 'shown', state: 'active', quirks: ['LOCAL of the private key is false'] },
      states: [
        {
          ...{ from: null, to: 'active', at: observed?.at, ceremony: 1, step: 'adopt' },
          reason: 'it was in use before, and came in with its certificate',
          approvedBy: ['alice', 'bob', 'carol'],
        },
      ],
    });
    const token = ledger.tokens.find(({ serial }) => serial === BACKUP_SERIAL);
    assert.deepEqual([token?.name, token?.means, token?.sets], ['backup-hsm', 'device-quorum', []]);
    assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
  });

  test('has what people said of copies as what they said', () => {
    assert.deepEqual(
      ledger.copies.map(({ key, provenAt, provenance, step }) => [key, provenAt, provenance, step]),
      [0, 1].map(() => ['old-root', null, 'asserted', 'adopt']),
    );
    assert.deepEqual(
      ledger.adoptions?.map(({ key, complete, revokedUnseen }) => [key, complete, revokedUnseen]),
      [['old-root', 'asserted', ['0badc0de']]],
    );
  });

  test('has its certificate once, what it issued, and its CRL, each shown', () => {
    const shown = ledger.certificates.filter(({ provenance }) => provenance === 'shown');
    assert.deepEqual(
      shown.map(({ name, path, key }) => [name, path, key]),
      [
        ['old-root', 'inputs/old-root.crt', 'old-root'],
        ['old-issued-2', 'inputs/old-issued.0002.crt', 'old-root'],
        ['old-issued-3', 'inputs/old-issued.0003.crt', 'old-root'],
      ],
    );
    const crl = ledger.crls.find(({ provenance }) => provenance === 'shown');
    assert.deepEqual([crl?.name, crl?.issuer, crl?.number], ['old-crl', 'old-root', '7']);
  });

  test('does not have it where the key has signed and the adoption was not recorded', () => {
    const without = events.filter((event) => !(event.type === 'observation' && event.subject === 'adoption'));
    const { keys, copies, adoptions } = deriveLedger(plan, without, (path) => folder.get(path));
    assert.deepEqual([keys.map(({ name }) => name), copies, adoptions], [['root'], [], undefined]);
  });
});

test('the record as it is has no finding at any of its inputs', () => {
  for (const key of ['read-old-root', 'read-old-crl', 'read-old-issued']) assert.deepEqual(judged(key), []);
});
