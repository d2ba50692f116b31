import { describe, test } from 'node:test';
import { holdWindow } from '../../src/quorum/authorization-window.ts';
import { assertRefuses } from '../der/refusal.ts';

const AT = '2027-01-15T12:00:00Z';
const hold = (notBefore: string, notAfter: string) => holdWindow({ notBefore, notAfter }, AT);

test('a window of 92 days may be signed, and one that ends this very second', () => {
  hold('2027-03-01T00:00:00Z', '2027-06-01T00:00:00Z');
  hold('2027-01-15T08:00:00Z', AT);
});

describe('a window is not signed', () => {
  const cases: readonly (readonly [what: string, from: string, until: string, message: string])[] = [
    ['that ends as it begins', '2027-03-01T00:00:00Z', '2027-03-01T00:00:00Z', 'ends before it begins'],
    ['that is over since a second', '2027-01-01T00:00:00Z', '2027-01-15T11:59:59Z', `is over: it is ${AT}`],
    ['of a second more', '2027-03-01T00:00:00Z', '2027-06-01T00:00:01Z', 'is longer than 92 days'],
  ];
  for (const [what, from, until, message] of cases) {
    test(what, () => {
      assertRefuses(() => hold(from, until), 'AUTHORIZATION_WINDOW', `the window ${from} to ${until} ${message}`);
    });
  }
});
