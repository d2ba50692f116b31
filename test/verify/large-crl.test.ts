import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { CrlRequest, Revocation } from '../../src/pki/request.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { forge } from '../forge/forge.ts';
import { reissued } from '../forge/reissue.ts';
import { reissuedAfter } from '../forge/reissue-after.ts';

const COUNT = 10_000;

/** The CRL of one ceremony, with so many entries, and then that of the next. */
async function verified(again: (request: CrlRequest) => CrlRequest) {
  const before = reissued({
    crl: (request) => ({
      ...request,
      revoked: Array.from({ length: COUNT }, (_, index): Revocation => {
        const digest = createHash('sha256').update(String(index)).digest();
        return {
          serial: Uint8Array.of(1, ...digest.subarray(0, 16)),
          at: request.thisUpdate,
          reason: index % 2 === 0 ? 'keyCompromise' : 'superseded',
        };
      }),
    }),
  });
  const next = reissuedAfter(again);
  const { source, options, derive } = await forge({
    follows: { recorded: before.files, events: before.events },
    recorded: next.files,
    events: next.events,
  });
  return await verifyPack(source, options, derive);
}

describe(`a pack with a CRL of ${COUNT} entries`, () => {
  test('verifies, and the next CRL keeps them all', async () => {
    const { findings } = await verified((request) => {
      assert.ok('kept' in request.revoked);
      assert.equal(request.revoked.kept.count, COUNT);
      return request;
    });
    assert.deepEqual(findings, []);
  });

  test('does not verify where one of them is lost and one changed', async () => {
    const { findings } = await verified((request) => {
      const revoked = Array.from(request.revoked);
      const [lost] = revoked.splice(4321, 1);
      assert.ok(lost);
      return { ...request, revoked: revoked.with(17, { ...(revoked[17] as Revocation), reason: 'keyCompromise' }) };
    });
    const said = findings.filter(({ check }) => check === 'CRL-LINT').map(({ message }) => message);
    assert.equal(
      said.filter((message) => /crl-entries-kept: the entry of [0-9a-f]{34} of the CRL/.test(message)).length,
      1,
    );
    assert.equal(
      said.filter((message) => /crl-entries-unchanged: the entry of [0-9a-f]{34} was/.test(message)).length,
      1,
    );
    assert.equal(said.length, 2);
  });
});
