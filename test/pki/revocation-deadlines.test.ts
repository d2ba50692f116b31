import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Decided, deadlineWords, revocationDeadlines } from '../../src/pki/revocation-deadlines.ts';

const KNOWN = '2026-11-28T09:00:00Z';
const REVOKED = '2026-11-30T12:00:00Z';
const until = (over: Partial<Decided>) =>
  revocationDeadlines(
    { rules: ['rfc5280', 'cabf-tls'], isCa: true, reason: 'superseded', ...over },
    KNOWN,
    REVOKED,
  ).map((one) => [one.clause, one.until]);

describe('until when a certificate is to be revoked', () => {
  const published = ['TLS BR §4.9.7', '2026-12-01T12:00:00Z'];

  test('of a CA within seven days, whatever the reason, and its CRL published within a day', () => {
    for (const reason of ['superseded', 'keyCompromise'] as const)
      assert.deepEqual(until({ reason }), [['TLS BR §4.9.1.2', '2026-12-05T09:00:00Z'], published]);
  });

  test('of a subscriber within a day where its key is lost, and in some cases within five', () => {
    const day = ['TLS BR §4.9.1.1, §4.9.5', '2026-11-29T09:00:00Z'];
    assert.deepEqual(until({ isCa: false, reason: 'keyCompromise' }), [day, published]);
    assert.deepEqual(until({ isCa: false, reason: 'privilegeWithdrawn' }), [
      day,
      ['TLS BR §4.9.1.1, §4.9.5', '2026-12-03T09:00:00Z'],
      published,
    ]);
  });

  test('by each of the requirements whose pack the script names, and by none without', () => {
    assert.deepEqual(
      until({ rules: ['cabf-cs', 'cabf-smime', 'mozilla'] }).map(([clause]) => clause),
      ['S/MIME BR §4.9.1.2', 'S/MIME BR §4.9.7', 'CS BR §4.9.1.2', 'CS BR §4.9.7'],
    );
    assert.deepEqual(until({ rules: ['rfc5280', 'private'] }), []);
  });

  test('is said before anybody knows when', () =>
    assert.deepEqual(deadlineWords({ rules: ['cabf-tls'], isCa: true, reason: 'superseded' }), [
      '7 days after the CA came to know: revoke the certificate of the CA (TLS BR §4.9.1.2)',
      '24 hours after the revocation: publish the CRL that says so (TLS BR §4.9.7)',
    ]));
});
