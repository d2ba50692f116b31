import { changedList } from '../../forge/changed-list.ts';

export const vector = changedList('the CRL gives another date for what the last one lists', (listed) =>
  // An hour earlier: a later one could be in the future, which a CRL must not list.
  listed.map((entry) => ({ ...entry, at: `${new Date(Date.parse(entry.at) - 3_600_000).toISOString().slice(0, 19)}Z` })),
);
