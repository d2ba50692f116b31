import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { lint } from '../../src/pki/lint.ts';
import { certificateSubject } from '../../src/pki/lint-subject.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { recordCeremony } from '../forge/record.ts';
import { recordOf } from './recording.ts';

const KEY =
  '      - { id: ocsp-key, step: generate-key, with: { token: root-hsm, label: ocsp, algorithm: ecdsa-p384 }, makes: { key: ocsp } }\n';
const STEP = `      - id: ocsp
        step: issue-ocsp-responder
        with:
          issuer: root
          subject-key: ocsp
          profile: ocsp
          subject: { C: US, O: Example Org, CN: Example OCSP 1 }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P90D, minus: PT1S, at-most: root.not-after }
        out: ocsp.crt
        makes: { certificate: ocsp }
`;

/** A root that delegates its answers in the ceremony in which it is made. */
const recording = await recordCeremony({
  script: (text) =>
    text
      .replace('  root: { extends: root-ca }\n', '  root: { extends: root-ca }\n  ocsp: { extends: ocsp-responder }\n')
      .replace('operations: 4 }', 'operations: 6 }')
      .replace('operations: [hsm-empty, root-key]', 'operations: [hsm-empty, root-key, ocsp-key]')
      .replace('operations: [root-certificate, first-crl]', 'operations: [root-certificate, ocsp, first-crl]')
      .replace(/^( {6}- \{ id: root-key,.*\n)/m, `$1${KEY}`)
      .replace('value: root-key.spki, against: paper', 'values: [root-key.spki, ocsp-key.spki], against: paper')
      .replace(/^( {6}- \{ id: first-crl,.*\n)/m, `${STEP}$1`),
});
const { judges, stepOf, events, files, plan } = recordOf(recording);
const CERTIFICATE = 'certificates/ocsp.crt';
const bytesOf = (path: string) => files.get(path) as Uint8Array;
const finding = (message: string) => `STEP-CERTIFICATE step ${stepOf('ocsp').number} "ocsp": ${message}`;

judges('ocsp', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no certificate was signed')],
  [
    'it is the certificate of the root',
    { files: (all) => void all.set(CERTIFICATE, bytesOf('certificates/root.crt')) },
    /subject is .*, asked for .*/,
  ],
  [
    'it was to be valid for a year',
    { params: { ...stepOf('ocsp').params, 'not-after': { from: 'not-before', plus: 'P1Y', minus: 'PT1S' } } },
    /notAfter is .*, asked for /,
  ],
  [
    'it was to be a CA',
    { params: { ...stepOf('ocsp').params, profile: 'root' } },
    finding('what was asked for cannot be rebuilt from the plan'),
  ],
]);

test('it is no CA, signs answers alone, and is not asked about (RFC 6960 §4.2.2.2)', () => {
  const certificate = parseCertificate(bytesOf(CERTIFICATE));
  const { basicConstraints, extKeyUsage, keyUsage } = certificateSubject(certificate);
  assert.equal(basicConstraints?.ca ?? false, false);
  assert.deepEqual(extKeyUsage, ['1.3.6.1.5.5.7.3.9']);
  assert.deepEqual(keyUsage?.names, ['digitalSignature']);
  assert.ok(certificate.extensions.some(({ oid }) => oid === OID.ocspNoCheck));
  const context = {
    kind: 'ocsp-responder',
    issuer: parseCertificate(bytesOf('certificates/root.crt')),
    plannedAt: certificate.notBefore.at,
  } as const;
  assert.deepEqual(lint({ certificate: bytesOf(CERTIFICATE) }, plan.rules, context).problems, []);
  // By the rules of a CA it would be none.
  assert.notDeepEqual(
    lint({ certificate: bytesOf(CERTIFICATE) }, plan.rules, { ...context, kind: 'subordinate-ca' }).problems,
    [],
  );
});

test('openssl accepts it for OCSP, and for no CA', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-ocsp-'));
  try {
    for (const name of ['root', 'ocsp'])
      writeFileSync(join(folder, `${name}.pem`), pemOf('CERTIFICATE', bytesOf(`certificates/${name}.crt`)));
    const verify = ['verify', '-x509_strict', '-no_check_time', '-CAfile', 'root.pem'];
    const at = { cwd: folder, encoding: 'utf8' } as const;
    assert.equal(execFileSync('openssl', [...verify, '-purpose', 'ocsphelper', 'ocsp.pem'], at), 'ocsp.pem: OK\n');
    assert.notEqual(spawnSync('openssl', [...verify, '-purpose', 'sslserver', 'ocsp.pem'], at).status, 0);
    const text = execFileSync('openssl', ['x509', '-in', 'ocsp.pem', '-noout', '-ext', 'extendedKeyUsage'], at);
    assert.match(text, /OCSP Signing/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the ledger has it as one that the root has signed', () => {
  const { certificates } = deriveLedger(plan, events, (path) => files.get(path));
  assert.deepEqual(
    certificates.map(({ name, key }) => [name, key]),
    [
      ['root', 'root'],
      ['ocsp', 'root'],
    ],
  );
});
