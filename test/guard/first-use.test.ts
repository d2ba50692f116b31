import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { buildTbsCertificate } from '../../src/issue/certificate.ts';
import { buildTbsCertList } from '../../src/issue/crl.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import { serialNumber } from '../../src/pki/request.ts';
import { describeOperation, type Operation, type SignedKind } from '../../src/quorum/operation.ts';
import { rootRequest } from '../issue/software-ca.ts';
import { crlProfile } from '../pki/fixtures.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, StagedGuard, utc } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const NOW = utc(Date.now() - 60_000);
const NOT_ACTIVE = { code: 'DESCRIPTOR_INVALID', message: /is in pre-activation: it signs a request for itself/ };

describe('a key is in use from its first certificate on, by the guard, on real SoftHSM', { concurrency: false }, () => {
  let staged: StagedGuard;
  let serial = '';
  let envelopes: ReadonlyMap<string, Uint8Array> = new Map();
  let prepared: Awaited<ReturnType<StagedGuard['prepare']>>['past'];
  let spki = Buffer.alloc(0);
  let certificate: Uint8Array = new Uint8Array();
  const crl = wholeOf(
    buildTbsCertList({
      profile: crlProfile(),
      issuer: {
        name: encodeName(subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Root CA G1' })),
        keyIdentifier: new Uint8Array(20),
      },
      ...{ number: 1n, thisUpdate: NOW, nextUpdate: '2049-01-01T00:00:00Z' },
      revoked: [],
      signatureAlgorithm: 'ecdsa-sha384',
    }),
  );

  before(async () => {
    staged = await StagedGuard.start();
    const made = await staged.prepare();
    serial = made.serial;
    prepared = made.past;
    const user = made.sets.find(({ kind }) => kind === 'user')?.id ?? '?';
    envelopes = new Map([...made.envelopes].filter(([name]) => name.startsWith(user)));
    const { id } = await staged.propose(keyOperation(serial), null);
    const { facts } = await staged.guard.execute(id, await staged.approvals(id, THREE, envelopes));
    spki = Buffer.from(String(facts['spki']), 'base64');
    const random = await staged.guard.random('root-hsm', 16);
    certificate = await buildTbsCertificate(rootRequest('ecdsa-p384'), { spki, serial: serialNumber(random) });
  });
  after(() => staged.close());

  const signing = (kind: SignedKind, payload: Uint8Array): Operation => ({
    ...{ op: 'sign', hsm: hsm(serial), step: kind, index: 0, hold: null },
    ...{ key: sha256(spki), mechanism: 'ecdsa-sha384', kind, out: 'x' },
    payload: { sha256: sha256(payload), size: payload.length },
  });

  test('its CRL is approved with its certificate, signed after it and not before, and by no later guard that has not seen it', async () => {
    await assert.rejects(staged.propose(signing('crl', crl), crl), NOT_ACTIVE, 'its certificate is not proposed');
    const expires = inMinutes(30);
    const operation = signing('certificate', certificate);
    const own = await staged.propose(operation, certificate, expires);
    const list = await staged.propose(signing('crl', crl), crl);
    const approvals = await staged.approvals(own.id, THREE, envelopes);
    const ofList = await staged.approvals(list.id, THREE, envelopes);
    await assert.rejects(staged.guard.execute(list.id, ofList), NOT_ACTIVE, 'its certificate is not signed');
    const { bytes: signature } = await staged.guard.execute(own.id, approvals);

    staged = await staged.resumed();
    const past = { descriptor: describeOperation(operation).bytes, proposal: own.id, expires, approvals, serial };
    await staged.guard.recall({ ...prepared, keys: [{ spki: spki.toString('base64'), label: 'rehearsal-root' }] });
    const rejects = (change: object, code: string) =>
      assert.rejects(staged.guard.recall({ ...past, keys: [], payload: certificate, ...change }), { code });
    await rejects({}, 'HSM_SIGNATURE');
    await rejects({ signature: Buffer.from('3006020101020101', 'hex') }, 'HSM_SIGNATURE');
    await rejects({ signature, payload: crl }, 'PAYLOAD_DIGEST');
    await rejects({ signature, approvals: approvals.slice(0, 2) }, 'QUORUM_NOT_MET');
    await staged.guard.recall({ ...past, keys: [], payload: certificate, signature });
    await staged.goOn();
    const { id } = await staged.propose(signing('crl', crl), crl);
    await staged.guard.execute(id, await staged.approvals(id, THREE, envelopes));
  });
});
