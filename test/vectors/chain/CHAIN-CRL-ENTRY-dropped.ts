import { changedList } from '../../forge/changed-list.ts';

export const vector = changedList('the CRL leaves out a certificate that the last one lists', () => []);
