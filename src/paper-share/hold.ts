import { CeremonyError } from '../base/errors.ts';
import { holdShareToRecord, type OpenedShare } from '../quorum/share-envelope.ts';
import type { ShareRecord, ShareSet } from '../quorum/share-set.ts';
import type { PaperHeader, PaperShare } from './payload.ts';

/**
 * Holds what rows 1 and 2 say to the record of the set, before anything secret is typed.
 * @returns the record of that share
 * @throws CeremonyError SHARE_FOREIGN_SET, SHARE_POINT (also x = 0, which would be the secret itself), SHARE_COMMITMENT
 */
export function recordOfPaper(header: PaperHeader, set: ShareSet): ShareRecord {
  const { x } = header;
  if (header.set !== set.id)
    throw new CeremonyError('SHARE_FOREIGN_SET', `the paper share belongs to set ${header.set}, expected ${set.id}`);
  if (x === 0) {
    throw new CeremonyError('SHARE_POINT', 'the paper share has x = 0, which would be the secret itself', {
      hint: 'no share is ever made so: this paper is forged',
    });
  }
  const record = set.shares.find((one) => one.x === x);
  if (!record) {
    const points = set.shares.map((one) => one.x).join(', ');
    throw new CeremonyError('SHARE_POINT', `the paper share has x = ${x}; the shares of set ${set.id} have ${points}`);
  }
  if (header.threshold !== set.threshold || header.count !== set.shares.length) {
    throw new CeremonyError(
      'SHARE_COMMITMENT',
      `the paper share of "${record.seat}" says ${header.threshold} of ${header.count}; the record says ${set.threshold} of ${set.shares.length}`,
    );
  }
  return record;
}

/**
 * The share that a paper carried, as an envelope would have given it. One that fails is zeroed.
 * @param label of the HSM or key that the set opens
 * @throws CeremonyError SHARE_FOREIGN_SET, SHARE_POINT, SHARE_COMMITMENT
 */
export function openPaperShare(paper: PaperShare, set: ShareSet, label: string): OpenedShare {
  let record: ShareRecord;
  try {
    record = recordOfPaper(paper, set);
  } catch (error) {
    paper.share.fill(0);
    paper.r.fill(0);
    throw error;
  }
  return holdShareToRecord({ ...paper, seat: record.seat, label }, set, record);
}
