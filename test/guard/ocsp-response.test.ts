import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { buildTbsCertList } from '../../src/issue/crl.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import { type CertificateAnswer, encodeResponseData } from '../../src/pki/ocsp-response.ts';
import type { Revocation } from '../../src/pki/request.ts';
import { describeOperation, type Operation, type SignedKind } from '../../src/quorum/operation.ts';
import { crlProfile } from '../pki/fixtures.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, StagedGuard, utc } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const NAME = encodeName(subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Root CA G1' }));
const NOW = utc(Date.now() - 60_000);
const LOST = Uint8Array.of(1, 2, 3);
const GOOD: CertificateAnswer = { serial: LOST, revoked: undefined };
const REVOKED: CertificateAnswer = { serial: LOST, revoked: { at: NOW, reason: 'cACompromise' } };

describe('OCSP responses that a CA key signs by quorum, on real SoftHSM', { concurrency: false }, () => {
  let staged: StagedGuard;
  let serial: string;
  let envelopes: ReadonlyMap<string, Uint8Array>;
  let spki: Buffer;
  let prepared: Awaited<ReturnType<StagedGuard['prepare']>>['past'];
  let activated: Awaited<ReturnType<StagedGuard['activate']>>;

  const stage = async () => {
    staged = await StagedGuard.start();
    const made = await staged.prepare();
    serial = made.serial;
    prepared = made.past;
    const user = made.sets.find(({ kind }) => kind === 'user')?.id ?? '?';
    envelopes = new Map([...made.envelopes].filter(([name]) => name.startsWith(user)));
    const { id } = await staged.propose(keyOperation(serial), null);
    const { facts } = await staged.guard.execute(id, await staged.approvals(id, THREE, envelopes));
    spki = Buffer.from(String(facts['spki']), 'base64');
    activated = await staged.activate(serial, sha256(spki));
  };
  before(stage);
  after(() => staged.close());

  const signing = (kind: SignedKind, payload: Uint8Array): Operation => ({
    ...{ op: 'sign', hsm: hsm(serial), step: kind, index: 0, hold: null },
    ...{ key: sha256(spki), mechanism: 'ecdsa-sha384', kind },
    payload: { sha256: sha256(payload), size: payload.length },
    out: 'x',
  });
  const crl = (...revoked: readonly Revocation[]) =>
    wholeOf(
      buildTbsCertList({
        profile: crlProfile(),
        issuer: { name: NAME, keyIdentifier: new Uint8Array(20) },
        ...{ number: 1n, thisUpdate: NOW, nextUpdate: '2049-01-01T00:00:00Z' },
        revoked,
        signatureAlgorithm: 'ecdsa-sha384',
      }),
    );
  const response = (answer: CertificateAnswer) =>
    encodeResponseData({
      issuer: { name: NAME, spki },
      responder: spki,
      ...{ producedAt: NOW, thisUpdate: NOW, nextUpdate: '2049-01-01T00:00:00Z' },
      answers: [answer],
      signatureAlgorithm: 'ecdsa-sha384',
    });
  const carryOut = async (kind: SignedKind, payload: Uint8Array) => {
    const { id } = await staged.propose(signing(kind, payload), payload);
    return await staged.guard.execute(id, await staged.approvals(id, THREE, envelopes));
  };
  const refused = (answer: CertificateAnswer, message: RegExp) =>
    assert.rejects(staged.propose(signing('ocsp-response', response(answer)), response(answer)), {
      code: 'DESCRIPTOR_INVALID',
      message,
    });

  test('none is signed before the CRL of that CA', async () => {
    await refused(GOOD, /of which no CRL was signed in this ceremony$/);
  });

  test('then one that says what the CRL says, and no other; people read the status', async () => {
    await carryOut('crl', crl());
    await refused(REVOKED, /it is revoked at .* for cACompromise; by the CRL of this ceremony it is good$/);
    const payload = response(GOOD);
    staged.screen = '';
    const { bytes } = await carryOut('ocsp-response', payload);
    assert.match(staged.screen, /OPERATION +sign an OCSP response/);
    assert.match(staged.screen, /STATUS +GOOD/);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    assert.ok(verify('sha384', payload, { key, dsaEncoding: 'der' }, bytes));
  });

  test('and no second CRL of that key, proposed before or after the first was signed', async () => {
    staged.close();
    await stage();
    const [one, other] = [crl({ serial: LOST, at: NOW, reason: 'cACompromise' }), crl()];
    const { id } = await staged.propose(signing('crl', other), other);
    const approvals = await staged.approvals(id, THREE, envelopes);
    await carryOut('crl', one);
    const refusal = { code: 'DESCRIPTOR_INVALID', message: 'a CRL of this key was signed in this ceremony' };
    await assert.rejects(staged.guard.execute(id, approvals), refusal);
    await assert.rejects(staged.propose(signing('crl', other), other), refusal);
    await refused(GOOD, /by the CRL of this ceremony it is revoked at .* for cACompromise$/);
  });

  test('a guard that is started anew takes for the CRL what the quorum approved and the key signed', async () => {
    staged.close();
    await stage();
    const payload = crl({ serial: LOST, at: NOW, reason: 'cACompromise' });
    const operation = signing('crl', payload);
    const expires = inMinutes(30);
    const { id } = await staged.propose(operation, payload, expires);
    const approvals = await staged.approvals(id, THREE, envelopes);
    const past = { descriptor: describeOperation(operation).bytes, proposal: id, expires, approvals, serial, keys: [] };
    const rejects = (change: object, code: string) =>
      assert.rejects(staged.guard.recall({ ...past, payload, ...change }), { code });
    const { bytes: signature } = await staged.guard.execute(id, approvals);
    staged = await staged.resumed();
    await staged.guard.recall({ ...prepared, keys: [{ spki: spki.toString('base64'), label: 'rehearsal-root' }] });
    await staged.guard.recall(activated);
    // It was approved, and nobody has signed it.
    await rejects({}, 'HSM_SIGNATURE');
    await rejects({ signature: Buffer.from('3006020101020101', 'hex') }, 'HSM_SIGNATURE');
    await rejects({ signature, approvals: approvals.slice(0, 2) }, 'QUORUM_NOT_MET');
    await rejects({ signature, payload: crl() }, 'PAYLOAD_DIGEST');
    await assert.rejects(staged.guard.recall({ ...past, signature }), { code: 'PAYLOAD_DIGEST' });
    const other = describeOperation(signing('request', payload)).bytes;
    await rejects({ signature, descriptor: other }, 'DESCRIPTOR_INVALID');
    await staged.guard.recall({ ...past, payload, signature });
    await staged.goOn();
    await refused(GOOD, /it is good; by the CRL of this ceremony it is revoked at .* for cACompromise$/);
    await carryOut('ocsp-response', response(REVOKED));
  });
});
