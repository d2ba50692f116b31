import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { intake, SPKI_SHA256, withIssued } from '../forge/intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { WINDOW } from '../forge/stage.ts';
import { ecPair, requestOf } from '../pki/requests.ts';
import { TEMPLATES } from '../plan/planned.ts';
import { type Falsification, recordOf } from './recording.ts';

const PROFILE =
  '{ extends: tls-issuing-ca, policies: [2.23.140.1.2.1], ca-issuers: "http://pki.example.com/r.crt", crl: "http://pki.example.com/r.crl" }';

const withIssuing = (text: string) => withIssued(text, PROFILE);

const { judges, files, events, stepOf } = recordOf(await recordCeremony({ ...intake(), script: withIssuing }));
const CERTIFICATE = 'certificates/tls-ca.crt';
const finding = (message: string) => `STEP-CERTIFICATE step ${stepOf('tls-ca').number} "tls-ca": ${message}`;
const put = (path: string, bytes: Uint8Array): Falsification => ({ files: (all) => void all.set(path, bytes) });

test('the key of a request is certified, and nothing else of it', () => {
  const { spki, subject } = parseCertificate(files.get(CERTIFICATE) as Uint8Array);
  assert.equal(sha256(spki.der), SPKI_SHA256);
  assert.equal(subject.attributes.at(-1)?.value, 'REHEARSAL Requested TLS CA');
  const signed = events.findLast((event) => event.type === 'proposed' && event.step === 'tls-ca');
  assert.ok(signed?.type === 'proposed');
  assert.notEqual(signed.descriptor['key'], SPKI_SHA256, 'the key that signs is the issuer’s');
});

judges('tls-ca', [
  [
    'another request lies where it was read',
    put('requests/request.csr', requestOf({ key: ecPair('P-384'), signedWith: 'ecdsa-with-SHA384' })),
    finding('the request "request" was not read, or is not what was read'),
  ],
  [
    'nothing was read',
    { keep: (event) => !(event.type === 'observation' && event.step === 'read-request') },
    finding('the request "request" was not read, or is not what was read'),
  ],
  [
    'the certificate is of another key',
    put(CERTIFICATE, files.get('certificates/root.crt') as Uint8Array),
    /subjectPublicKeyInfo is [0-9a-f]+, asked for [0-9a-f]+/,
  ],
]);

describe('the plan refuses a request', () => {
  const text = withIssuing(
    readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8'),
  );
  const found = (changed: string) => {
    assert.notEqual(changed, '');
    const script = readScript(Buffer.from(changed), 'script.yaml', STEP_TYPES);
    const { problems } = makePlan({
      script,
      stepTypes: STEP_TYPES,
      templates: TEMPLATES,
      window: [WINDOW.from, WINDOW.until],
    });
    return problems.map(({ code, text: said }) => `${code} ${said}`);
  };
  const without = (id: string) => text.replace(new RegExp(`^ {6}- \\{ id: ${id},.*\\n`, 'm'), '');

  test('that is as it should be: not at all', () => assert.deepEqual(found(text), []));

  test('that is not read before it is used', () => {
    const problems = found(
      without('read-request')
        .replace(/^ {6}- \{ id: spki,.*\n/m, '')
        .replace(', show: request.differences', ''),
    );
    for (const expected of [
      'PLAN_ORDER "tls-ca" cannot be proposed here: the request "request" has not been read yet',
      'PLAN_NAME the request "request" is not read by an earlier step',
    ])
      assert.ok(problems.includes(expected), problems.join('\n'));
  });

  test('whose key is to be compared with what comes another way, and is not', () => {
    assert.ok(
      found(without('spki')).includes('PLAN_ORDER the key of "request" was not compared with what arrived another way'),
      found(without('spki')).join('\n'),
    );
  });
});
