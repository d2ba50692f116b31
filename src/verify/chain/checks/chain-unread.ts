import type { ChainCheck } from '../chain-check.ts';

export const chainUnread: ChainCheck = {
  id: 'CHAIN-UNREAD',
  title: 'each pack can be read as far as it takes to find its place: manifest, first event, ledger',
  run({ unread }, { report }) {
    for (const { name, where, because } of unread)
      report(name, where, `the pack is in no chain, for it cannot be read: ${because}`);
  },
};
