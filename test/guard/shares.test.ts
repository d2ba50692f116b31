import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { split } from 'shamir-secret-sharing';
import { compareEverySubset, recombine } from '../../src/guard/shares.ts';
import type { OpenedShare } from '../../src/quorum/share-envelope.ts';
import { type ShareSet, secretCheck } from '../../src/quorum/share-set.ts';

const ID = '00112233445566778899aabbccddeeff';
const SECRET = randomBytes(32);
const SET: ShareSet = { id: ID, kind: 'user', threshold: 3, check: secretCheck(ID, SECRET), shares: [] };

/** Shares of the library itself: what lies in envelopes is as it makes them, without anything of ours. */
async function opened(secret: Uint8Array = SECRET, of = 5): Promise<OpenedShare[]> {
  const pieces = await split(Uint8Array.from(secret), of, 3);
  return pieces.map((piece, index) => ({
    set: ID,
    seat: `crypto-officer-${index + 1}`,
    label: 'hsm',
    x: piece.at(-1) as number,
    threshold: 3,
    count: of,
    share: Buffer.from(piece),
    r: Buffer.alloc(16),
  }));
}

describe('a secret, out of shares of the library', () => {
  it('is the same from every quorum', async () => {
    const shares = await opened();
    assert.deepEqual(Buffer.from(await recombine(SET, shares.slice(1, 4))), SECRET);
    assert.deepEqual(Buffer.from(await recombine(SET, shares)), SECRET);
    assert.equal(await compareEverySubset(SET, shares), 10);
  });

  it('lets others have their turn while many quorums are compared', async () => {
    const shares = await opened(SECRET, 40);
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 10);
    assert.equal(await compareEverySubset(SET, shares), 9880);
    clearInterval(ticking);
    assert.ok(turns > 0);
  });

  it('leaves the shares as they were: they are zeroed by whoever holds them', async () => {
    const shares = await opened();
    const before = shares.map(({ share }) => Buffer.from(share));
    await recombine(SET, shares);
    assert.deepEqual(
      shares.map(({ share }) => share),
      before,
    );
  });

  it('is refused from fewer than the threshold', async () => {
    await assert.rejects(recombine(SET, (await opened()).slice(0, 2)), {
      code: 'QUORUM_NOT_MET',
      message: `2 shares of set ${ID} are open; 3 are needed`,
    });
  });

  const WRONG = {
    code: 'SHARE_CHECK_VALUE',
    message: `the shares of set ${ID} recombine to something else than its secret`,
  };

  it('is refused when a share is not of this set', async () => {
    const [first, ...others] = await opened();
    const [foreign] = await opened(randomBytes(32));
    await assert.rejects(recombine(SET, [first, foreign, others[2]] as OpenedShare[]), WRONG);
    await assert.rejects(compareEverySubset(SET, [foreign, ...others] as OpenedShare[]), WRONG);
  });

  it('is refused from shares of another length, also of a secret that ends in a zero', async () => {
    const short = Buffer.concat([SECRET.subarray(0, 31), Buffer.alloc(1)]);
    // The key of an HMAC is filled up with zeroes, so that the check value alone would let 31 of the bytes pass.
    const set = { ...SET, check: secretCheck(ID, short) };
    assert.deepEqual(Buffer.from(await recombine(set, await opened(short))), short);
    await assert.rejects(recombine(set, await opened(short.subarray(0, 31))), WRONG);
  });
});
