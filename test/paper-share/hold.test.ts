import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { openPaperShare, recordOfPaper } from '../../src/paper-share/hold.ts';
import type { PaperShare } from '../../src/paper-share/payload.ts';
import { type ShareSet, shareCommitment } from '../../src/quorum/share-set.ts';
import { assertRefuses } from '../der/refusal.ts';
import { randomShare, Seeded } from './shares.ts';

const random = new Seeded('hold');
const id = random.bytes(16).toString('hex');
const shares = [1, 2, 3].map((x) => randomShare(random, { set: id, x, threshold: 2, count: 3 }));
const set: ShareSet = {
  id,
  kind: 'user',
  threshold: 2,
  check: sha256('check'),
  shares: shares.map(({ x, r, share }) => ({
    seat: `officer-${x}`,
    x,
    commitment: shareCommitment(id, x, r, share.subarray(0, -1)),
    envelope: sha256(`envelope ${x}`),
    recipients: [sha256(`token ${x}`)],
  })),
};

const copy = (index: number, change: Partial<PaperShare> = {}): PaperShare => {
  const { share, r, ...rest } = shares[index] as PaperShare;
  return { ...rest, share: Buffer.from(share), r: Buffer.from(r), ...change };
};

test('a true share is that of its seat, as an envelope would have given it', () => {
  const opened = openPaperShare(copy(1), set, 'root-hsm');
  assert.deepEqual(opened, { ...copy(1), seat: 'officer-2', label: 'root-hsm' });
  assert.equal(recordOfPaper(copy(2), set).seat, 'officer-3');
});

test('every other one is refused by what is wrong with it, and zeroed', () => {
  const other = 'f'.repeat(32);
  const at = (x: number) => {
    const { share } = copy(0);
    share[32] = x;
    return { x, share };
  };
  const bent = copy(0).share;
  bent[31] = (bent[31] as number) ^ 1;
  const salted = copy(0).r;
  salted[0] = (salted[0] as number) ^ 128;
  const refused: [PaperShare, string, string][] = [
    [copy(0, { set: other }), 'SHARE_FOREIGN_SET', `the paper share belongs to set ${other}, expected ${id}`],
    [copy(0, at(0)), 'SHARE_POINT', 'the paper share has x = 0, which would be the secret itself'],
    [copy(0, at(4)), 'SHARE_POINT', `the paper share has x = 4; the shares of set ${id} have 1, 2, 3`],
    [copy(0, at(2)), 'SHARE_COMMITMENT', 'the share of "officer-2" does not match its recorded commitment'],
    [copy(0, { share: bent }), 'SHARE_COMMITMENT', 'the share of "officer-1" does not match its recorded commitment'],
    [copy(0, { r: salted }), 'SHARE_COMMITMENT', 'the share of "officer-1" does not match its recorded commitment'],
    [
      copy(0, { threshold: 3 }),
      'SHARE_COMMITMENT',
      'the paper share of "officer-1" says 3 of 3; the record says 2 of 3',
    ],
    [copy(0, { count: 4 }), 'SHARE_COMMITMENT', 'the paper share of "officer-1" says 2 of 4; the record says 2 of 3'],
  ];
  for (const [paper, code, message] of refused) {
    assertRefuses(() => openPaperShare(paper, set, 'root-hsm'), code as never, message);
    assert.ok(paper.share.every((byte) => byte === 0) && paper.r.every((byte) => byte === 0), message);
  }
});
