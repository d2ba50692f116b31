import { changedList } from '../../forge/changed-list.ts';

export const vector = changedList('the CRL gives another reason for what the last one lists', (listed) =>
  listed.map((entry) => ({ ...entry, reason: 'superseded' })),
);
