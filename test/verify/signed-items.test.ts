import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { assembleCertificate } from '../../src/issue/certificate.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import type { Check } from '../../src/verify/check.ts';
import { certificateMissing } from '../../src/verify/checks/certificate-missing.ts';
import { certificateResult } from '../../src/verify/checks/certificate-result.ts';
import { certificateSignature } from '../../src/verify/checks/certificate-signature.ts';
import { certificateTbs } from '../../src/verify/checks/certificate-tbs.ts';
import { keyKnown } from '../../src/verify/checks/key-known.ts';
import { proposalPayload } from '../../src/verify/checks/proposal-payload.ts';
import type { Done, Parts } from '../../src/verify/parts.ts';
import { type Get, requireProducts, signedFiles } from '../../src/verify/products.ts';
import { approvedBytes, signedItems } from '../../src/verify/signed-items.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { MemorySource } from '../forge/memory-source.ts';
import { keyOf } from '../issue/software-ca.ts';
import { listedOut, listedTbs, listOf } from '../quorum/listed.ts';

const { spki, privateKey } = keyOf('ecdsa-p384');
const TBS = [listedTbs(0), listedTbs(1), listedTbs(2)];
const SIGNATURES = TBS.map((tbs) => sign('sha384', tbs, privateKey));
const { operation, payload } = listOf(TBS);
const EVENT = { seq: 7, type: 'proposed', step: 'devices', payload: 'approvals/7.tbs', at: '2027-03-10T12:00:00Z' };

const FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ['approvals/7.tbs', payload],
  ...TBS.map((tbs, index): [string, Uint8Array] => [
    `certificates/${listedOut(index)}`,
    assembleCertificate(tbs, 'ecdsa-sha384', SIGNATURES[index] as Buffer),
  ]),
]);
const FACTS = { key: operation.key, signatures: SIGNATURES.map((one) => one.toString('base64')) };

/** What these checks find in a pack with these files and this result of the one list. */
function found(change: { files?: ReadonlyMap<string, Uint8Array>; facts?: object; hsm?: string } = {}): string[] {
  const proposal = { seq: 7, event: EVENT, descriptor: { operation } };
  const result = { type: 'result', seq: 9, outcome: 'done', proposal: 7, facts: change.facts ?? FACTS };
  const done = [{ proposal, operation, result }] as unknown as readonly Done[];
  const knownKeys = [{ spki: parseSpki(spki), digest: sha256(spki), hsm: change.hsm ?? 'root-hsm', since: 3 }];
  const pack = openPack(new MemorySource(change.files ?? FILES));
  const parts: Record<string, unknown> = {
    done,
    knownKeys,
    proposals: [proposal],
    crls: [],
    requests: [],
    ocspResponses: [],
  };
  const get = ((name: string) => parts[name]) as Get;
  parts['certificates'] = signedFiles(get, pack.file, 'certificate', parseCertificate);
  const findings: string[] = [];
  const checks: readonly Check[] = [
    proposalPayload,
    keyKnown,
    certificateMissing,
    certificateTbs,
    certificateResult,
    certificateSignature,
  ];
  for (const check of checks) {
    const report = (where: string, message: string) => findings.push(`${check.id} ${where} ${message}`);
    const context = { pack, options: {}, report, note: assert.fail } as unknown as Parameters<Check['run']>[1];
    check.run(parts as unknown as Parts, context);
  }
  if (findings.length === 0) assert.ok(requireProducts(get, pack, undefined, {} as never));
  return findings;
}

const edited = (path: string, bytes: Uint8Array | undefined) => {
  const files = new Map(FILES);
  if (bytes) files.set(path, bytes);
  else files.delete(path);
  return files;
};

describe('a list, as a verifier reads it', () => {
  test('is as many certificates, each with its own bytes and signature: nothing is found', () => {
    assert.deepEqual(found(), []);
    const done = [{ proposal: { seq: 7 }, operation, result: { seq: 9, facts: FACTS } }] as unknown as readonly Done[];
    const items = signedItems(done);
    assert.deepEqual(
      items.map(({ path, signature }) => [path, signature]),
      SIGNATURES.map((signature, index) => [`certificates/${listedOut(index)}`, signature]),
    );
    const pack = openPack(new MemorySource(FILES));
    assert.deepEqual(
      items.map((item) => Buffer.from(approvedBytes(item, pack.file) ?? [])),
      TBS,
    );
  });

  test('a certificate of it that is not there', () => {
    assert.deepEqual(found({ files: edited(`certificates/${listedOut(1)}`, undefined) }), [
      `CERTIFICATE-MISSING events.jsonl:9 a certificate was signed, and the pack has no "certificates/${listedOut(1)}"`,
    ]);
  });

  test('one that is not of it', () => {
    const other = FILES.get(`certificates/${listedOut(0)}`);
    assert.deepEqual(found({ files: edited('certificates/other.crt', other) }), [
      'CERTIFICATE-MISSING certificates/other.crt no operation signed this certificate',
    ]);
  });

  test('a certificate in the place of another', () => {
    const [one, two] = [0, 1].map((index) => `certificates/${listedOut(index)}`) as [string, string];
    assert.deepEqual(found({ files: edited(one, FILES.get(two)) }), [
      `CERTIFICATE-TBS ${one} its to-be-signed bytes are not those approved in event 7`,
      `CERTIFICATE-RESULT events.jsonl:9 "signatures" has at 0 another than the one in "${one}"`,
    ]);
  });

  test('a signature that no key of ours made', () => {
    const path = `certificates/${listedOut(2)}`;
    const other = assembleCertificate(TBS[2] as Buffer, 'ecdsa-sha384', sign('sha384', Buffer.from('x'), privateKey));
    assert.deepEqual(found({ files: edited(path, other) }), [
      `CERTIFICATE-RESULT events.jsonl:9 "signatures" has at 2 another than the one in "${path}"`,
      `CERTIFICATE-SIGNATURE ${path} its signature is not one by the key that was approved for it`,
    ]);
  });

  test('fewer or more signatures in the result, and two exchanged', () => {
    const [first, second, third] = FACTS.signatures;
    const at = 'CERTIFICATE-RESULT events.jsonl:9';
    const path = (index: number) => `certificates/${listedOut(index)}`;
    assert.deepEqual(found({ facts: { ...FACTS, signatures: [first, second, third, third] } }), [
      `${at} "signatures" is no list of 3, as many as were approved`,
    ]);
    assert.deepEqual(found({ facts: { ...FACTS, signatures: [first, second] } }), [
      `${at} "signatures" is no list of 3, as many as were approved`,
      `${at} "signatures" has at 2 another than the one in "${path(2)}"`,
    ]);
    assert.deepEqual(
      found({ facts: { ...FACTS, signatures: [second, first, third] } }),
      [0, 1].map((index) => `${at} "signatures" has at ${index} another than the one in "${path(index)}"`),
    );
  });

  test('other bytes than were approved', () => {
    const other = Buffer.from(payload);
    other[60] = (other[60] ?? 0) ^ 1;
    const [finding] = found({ files: edited('approvals/7.tbs', other) });
    assert.match(finding ?? '', /^PROPOSAL-PAYLOAD approvals\/7\.tbs SHA-256 is \w{64}; approved was /);
  });

  test('an item that names another digest than its bytes have, though the whole is right', () => {
    const [first] = operation.items;
    const mutable = first as { payload: { sha256: string; size: number } };
    const { payload: own } = mutable;
    try {
      mutable.payload = { ...own, sha256: sha256('other') };
      assert.deepEqual(found(), [
        `PROPOSAL-PAYLOAD approvals/7.tbs item 1, "${listedOut(0)}": SHA-256 is ${own.sha256}; approved was ${sha256('other')}`,
      ]);
    } finally {
      mutable.payload = own;
    }
  });

  test('a key on another HSM is said once', () => {
    assert.deepEqual(found({ hsm: 'other-hsm' }), [
      'KEY-KNOWN events.jsonl:7 the key lies on "other-hsm"; the operation is for "root-hsm"',
    ]);
  });
});
