import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { utf8String } from '../../src/der/writer.ts';
import { adoptedQuirks, isByCertificate, keyOfCertificate } from '../../src/guard/adopted-key.ts';
import { Proposals } from '../../src/guard/proposals.ts';
import { descriptorScreen } from '../../src/quorum/approval-screen.ts';
import { describeOperation, type Operation, readDescriptor } from '../../src/quorum/operation.ts';
import { assertRefuses } from '../der/refusal.ts';
import { partnerRoot } from '../pki/partner.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';
import { nameOf } from '../x509/build.ts';

const KEY = ecPair('P-384');
const ROOT = partnerRoot({ key: KEY });

type Proof = Extract<Operation, { op: 'prove-key' }>;

function proof(certificate: Uint8Array = ROOT, change: Partial<Proof> = {}): Proof {
  return {
    ...{ op: 'prove-key', hsm: { name: 'root-hsm', model: 'M', serial: '1' }, step: 'adopt', index: 0, hold: null },
    ...{ key: sha256(spkiOf(KEY)), mechanism: 'ecdsa-sha384' },
    certificate: { name: 'root', sha256: sha256(certificate), size: certificate.length },
    ...change,
  };
}

const named = (der: Uint8Array, name = 'root') => ({ references: new Map([[`${name}-sha256`, sha256(der)]]) });

function keyOf(payload: Uint8Array, references = named(payload), change: Partial<Proof> = {}) {
  const operation: Operation = proof(payload, change);
  assert.ok(isByCertificate(operation));
  return keyOfCertificate(operation, payload, references);
}

describe('a key that no ledger has', () => {
  test('is that of the certificate which the authorization names', () => {
    const { spki, label } = keyOf(ROOT);
    assert.deepEqual([sha256(spki), label], [sha256(spkiOf(KEY)), 'root']);
  });

  test('is not learned from a certificate that the authorization does not name', () => {
    const other = partnerRoot({ key: KEY, serial: 2 });
    for (const references of [named(other), named(ROOT, 'other'), { references: new Map<string, string>() }])
      assertRefuses(() => keyOf(ROOT, references), 'REQUEST_REFERENCE', /the certificate "root" is [0-9a-f]{64}, and/);
  });

  test('is no other than that of its certificate', () => {
    const change = { key: sha256(spkiOf(ecPair('P-384'))) };
    assertRefuses(() => keyOf(ROOT, named(ROOT), change), 'DESCRIPTOR_INVALID', /"root" is of the key [0-9a-f]{64}/);
  });

  test('is not learned from a certificate that another key has signed, or of another issuer', () => {
    const forged = partnerRoot({ key: KEY, signer: ecPair('P-384') });
    const below = partnerRoot({ key: KEY, subject: nameOf([OID.commonName, utf8String('Below')]) });
    for (const one of [forged, below])
      assertRefuses(() => keyOf(one), 'CERTIFICATE_UNFIT', 'the certificate "root": it is not signed with its own key');
  });

  test('has quirks where its HSM says of it what no key made here would have', () => {
    const made = { SENSITIVE: true, EXTRACTABLE: false, LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true };
    assert.deepEqual(adoptedQuirks(made, []), []);
    const { ALWAYS_SENSITIVE: _unknown, ...imported } = { ...made, LOCAL: false };
    assert.deepEqual(adoptedQuirks(imported, ['EXTRACTABLE']), [
      'the HSM does not report EXTRACTABLE of the private key',
      'LOCAL of the private key is false',
      'the HSM does not report ALWAYS_SENSITIVE of the private key',
    ]);
  });
});

describe('the operation that proves it', () => {
  test('is read back with its certificate, and shows it to the approvers', () => {
    const { bytes, operation } = describeOperation(proof());
    assert.deepEqual(readDescriptor(bytes).operation, operation);
    const screen = descriptorScreen(readDescriptor(bytes), ROOT).join('\n');
    assert.match(screen, /ADOPTS {6}a key that NO CEREMONY OF THIS CA HAS MADE/);
    assert.match(screen, /"root", which the authorization names as "root-sha256"/);
    assert.match(screen, /Partner Root/);
    const { certificate: _none, ...known } = proof();
    assert.doesNotMatch(descriptorScreen(describeOperation(known)).join('\n'), /ADOPTS/);
  });

  test('comes with exactly that certificate', () => {
    const request = { proposal: 'aa'.repeat(32), expires: '2027-03-10T09:30:00Z' };
    const register = (payload: Uint8Array | null, operation: Operation = proof()) =>
      new Proposals().register(
        'bb'.repeat(32),
        { ...request, descriptor: describeOperation(operation).bytes, payload },
        '2027-03-10T09:00:00Z',
      );
    assert.deepEqual(register(ROOT).payload, ROOT);
    for (const payload of [null, Buffer.of(1)])
      assertRefuses(() => register(payload), 'PAYLOAD_DIGEST', /the payload has SHA-256/);
    const { certificate: _none, ...known } = proof();
    assertRefuses(() => register(ROOT, known), 'PAYLOAD_DIGEST', /operation "prove-key" has no payload/);
  });
});
