import { NO_DIGEST } from '../../../base/digest.ts';
import { PATH } from '../../../pack/layout.ts';
import type { ChainCheck } from '../chain-check.ts';
import { called, type Link } from '../pack-chain.ts';

/** Two packs of one ceremony are CHAIN-CEREMONY's to report. */
export const chainFork: ChainCheck = {
  id: 'CHAIN-FORK',
  title: 'no pack is followed by two, and one alone is the first',
  run({ links }, { report }) {
    for (const [previous, followers] of Map.groupBy(links, ({ opening }) => opening.previous)) {
      const [first, ...others] = followers.filter(isFirstOfItsCeremony);
      for (const other of others) report(other.name, `${PATH.events}:1`, fork(previous, first as Link, other));
    }
  },
};

function isFirstOfItsCeremony(link: Link, index: number, links: readonly Link[]): boolean {
  return links.findIndex(({ ceremony }) => ceremony === link.ceremony) === index;
}

function fork(previous: string, first: Link, other: Link): string {
  if (previous === NO_DIGEST) return `a fork: ${called(first)} and ${called(other)} both follow no pack`;
  const before = other.before ? called(other.before) : `the pack with manifest ${previous}`;
  return `a fork: ${called(first)} and ${called(other)} both follow ${before}`;
}
