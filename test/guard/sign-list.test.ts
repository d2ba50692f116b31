import assert from 'node:assert/strict';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';
import { assembleCertificate, buildTbsCertificate } from '../../src/issue/certificate.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { serialNumber } from '../../src/pki/request.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { PROTECTION } from '../forge/guard-double.ts';
import { ask, put } from '../issue/judges.ts';
import { rootRequest } from '../issue/software-ca.ts';
import { drawnFor, listedTbs, listOf, type SignListOperation } from '../quorum/listed.ts';
import { CKR, type FaultProxy } from '../softhsm/fault-proxy.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { hsm, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const COUNT = 60;

async function refusalOf(attempt: Promise<unknown>, code: ErrorCode): Promise<CeremonyError> {
  const error = await attempt.then(
    () => assert.fail(`it was expected to be refused as ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CeremonyError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

describe('a list that a CA key signs by quorum, on real SoftHSM', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let serial: string;
  let envelopes: ReadonlyMap<string, Uint8Array>;
  let digest: Sha256;
  let key: KeyObject;
  let root: Uint8Array;
  let drawn: readonly Buffer[];
  let all: readonly Buffer[];

  const carryOut = async (operation: Operation, payload: Uint8Array | null) => {
    const { id } = await staged.propose(operation, payload);
    return await staged.guard.execute(id, await staged.approvals(id, THREE, envelopes));
  };
  const tbsOf = (index: number, random = drawn[index]) =>
    listedTbs(index, { issuer: issuerIdentity(parseCertificate(root)) }, random);
  const proposal = (payloads: readonly Uint8Array[]) => {
    const { operation, payload } = listOf(payloads, digest);
    return { operation: { ...operation, hsm: hsm(serial) } satisfies SignListOperation, payload };
  };
  const refused = async (operation: Operation, payload: Uint8Array | null, code: ErrorCode, message: RegExp) => {
    const error = await refusalOf(staged.propose(operation, payload), code);
    assert.match(error.message, message);
  };

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, {
      reset: async (stage, folder) => {
        const interposed = await interpose(stage, join(folder, 'faults'));
        proxy = interposed.hsm('root-hsm');
        return interposed.stage;
      },
    });
    const prepared = await staged.prepare();
    serial = prepared.serial;
    const user = prepared.sets.find(({ kind }) => kind === 'user')?.id ?? '?';
    envelopes = new Map([...prepared.envelopes].filter(([name]) => name.startsWith(user)));
    const { facts } = await carryOut(keyOperation(serial), null);
    const spki = Buffer.from(String(facts['spki']), 'base64');
    digest = sha256(spki);
    key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const tbs = await buildTbsCertificate(rootRequest('ecdsa-p384'), {
      spki,
      serial: serialNumber(await staged.guard.random('root-hsm', 16)),
    });
    const { operation } = listOf([tbs], digest);
    const { items: _items, ...common } = { ...operation, hsm: hsm(serial), op: 'sign' as const, out: 'root.crt' };
    const signed = await carryOut(common, tbs);
    root = assembleCertificate(tbs, 'ecdsa-sha384', signed.bytes);
    const bytes = Buffer.from(await staged.guard.random('root-hsm', 16, COUNT));
    assert.equal(bytes.length, COUNT * 16);
    drawn = Array.from({ length: COUNT }, (_, index) => bytes.subarray(index * 16, index * 16 + 16));
    assert.equal(new Set(drawn.map((one) => one.toString('hex'))).size, COUNT);
    all = drawn.map((_one, index) => tbsOf(index));
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  test('60 certificates under one approval and one login; each signature holds for node:crypto and openssl', async () => {
    const { operation, payload } = proposal(all);
    const calls = () => ['C_Login', 'C_Sign'].map((call) => proxy.count(call));
    const [logins = 0, signs = 0] = calls();
    staged.screen = '';
    const { facts, bytes } = await carryOut(operation, payload);
    assert.deepEqual(calls(), [logins + 1, signs + COUNT]);
    assert.equal(bytes.length, 0);
    const { signatures, ...others } = facts as { signatures: string[] };
    assert.deepEqual(others, { key: digest, protection: PROTECTION });
    assert.equal(signatures.length, COUNT);
    const files = signatures.map((text, index) => {
      const [tbs, signature] = [all[index] as Buffer, Buffer.from(text, 'base64')];
      assert.ok(verify('sha384', tbs, key, signature), `item ${index}`);
      const certificate = assembleCertificate(tbs, 'ecdsa-sha384', signature);
      return put(`listed-${index}.pem`, pemOf('CERTIFICATE', certificate));
    });
    const anchor = put('listed-root.pem', pemOf('CERTIFICATE', root));
    assert.deepEqual(ask('openssl', 'verify', '-x509_strict', '-CAfile', anchor, ...files), {
      status: 0,
      text: files.map((file) => `${file}: OK\n`).join(''),
    });
    assert.equal(staged.screen.split('OPERATION   sign 60 certificates').length - 1, THREE.length);
    for (const index of drawn.keys()) assert.ok(staged.screen.includes(`"Device ${index}"`), `item ${index}`);
  });

  test('each is used once: what was approved is not signed again', async () => {
    const { operation, payload } = proposal(all.slice(0, 2));
    const { id } = await staged.propose(operation, payload);
    const approvals = await staged.approvals(id, THREE, envelopes);
    await staged.guard.execute(id, approvals);
    await refusalOf(staged.guard.execute(id, approvals), 'PROPOSAL_CONSUMED');
  });

  test('an HSM that is lost at item 55: nothing leaves the guard, and it says how many were signed', async () => {
    const { operation, payload } = proposal(all);
    proxy.at('C_Sign', 55, { return: CKR.deviceRemoved });
    const error = await refusalOf(carryOut(operation, payload), 'HSM_REMOVED');
    assert.match(error.message, /^"root-hsm" .* was removed during sign-list of step "devices": C_Sign returned /);
    assert.equal(
      error.hint,
      '54 of 60 were signed and are thrown away; put the same one back, then ask for all of them again',
    );
    const { signed, of, reached, signatures } = error.details ?? {};
    assert.deepEqual([signed, of, reached, signatures], [54, 60, 'maybe', undefined]);
    // A module that takes its process along says nothing any more; what it began was announced.
    proxy.heal();
    proxy.at('C_Sign', 53, 'segv');
    const died = await refusalOf(carryOut(operation, payload), 'TOKEN_PROCESS_DIED');
    assert.match(died.hint ?? '', /^52 of 60 were signed and are thrown away; /);
    // It may be asked for again, and is done then.
    proxy.heal();
    const { facts } = await carryOut(operation, payload);
    assert.equal((facts['signatures'] as string[]).length, COUNT);
  });

  test('what is not what the list says is refused, and the item named', async () => {
    const { operation, payload } = proposal(all);
    const items = operation.items;
    await refused(operation, payload.subarray(1), 'PAYLOAD_DIGEST', /^the payload has SHA-256 /);
    await refused(operation, null, 'PAYLOAD_DIGEST', /^the payload has SHA-256 missing/);

    // The digest of the whole is right, that of an item is not.
    const [first, second, ...rest] = items;
    assert.ok(first && second);
    const exchanged = [{ ...first, payload: { ...first.payload, sha256: sha256('other') } }, second, ...rest];
    await refused({ ...operation, items: exchanged }, payload, 'PAYLOAD_DIGEST', /^item 1, "device-0000\.crt": its /);

    const order = [second, first, ...rest];
    await refused({ ...operation, items: order }, payload, 'DESCRIPTOR_INVALID', /must ascend, each once$/);
    const longer = { ...second, payload: { ...second.payload, size: second.payload.size + 1 } };
    await refused(
      { ...operation, items: [first, longer, ...rest] },
      payload,
      'DESCRIPTOR_INVALID',
      /the sizes of the items add up to \d+ bytes; the payload has \d+$/,
    );

    const of = (payloads: readonly Uint8Array[]) => {
      const one = proposal(payloads);
      return [one.operation, one.payload] as const;
    };
    const [one, two] = [all[0] as Buffer, all[1] as Buffer];
    await refused(...of([one, Buffer.concat([two, Buffer.of(0)])]), 'DER_INVALID', /^item 2, "device-0001\.crt": /);
    await refused(...of([Buffer.concat([one, two])]), 'DER_INVALID', /^item 1, /);
    await refused(...of([one, tbsOf(7, drawn[0])]), 'DESCRIPTOR_INVALID', /^item 2, .* is that of item 1, /);
    await refused(
      ...of([one, tbsOf(1, drawnFor(1))]),
      'DESCRIPTOR_INVALID',
      /^item 2, .*: the serial number 01\w+ is not 01 and random bytes that the HSM gave in this ceremony$/,
    );
    await refused(
      { ...proposal([one]).operation, mechanism: 'ecdsa-sha256' },
      one,
      'DESCRIPTOR_INVALID',
      /^item 1, .*: the payload names another signature algorithm than "ecdsa-sha256"$/,
    );
  });
});
