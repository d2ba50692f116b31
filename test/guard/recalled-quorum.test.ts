import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { integer } from '../../src/der/writer.ts';
import { requireQuorumThen } from '../../src/guard/recalled-quorum.ts';
import { ToldCrls } from '../../src/guard/told-crls.ts';
import { type Roster, readRoster } from '../../src/quorum/roster.ts';
import { approvalBytes } from '../../src/quorum/statement.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import { documentBytes, makeMembers, rosterDocument, type SoftMember, signWith } from '../forge/stage.ts';
import * as made from '../pki/broken.ts';

const MEMBERS = makeMembers();
const AT_FIRST = readRoster(documentBytes(rosterDocument(MEMBERS)));
const CHANGED = readRoster(documentBytes(rosterDocument(MEMBERS.filter(({ seat }) => seat !== 'alice'))));
const STATEMENT = approvalBytes({
  ...{ ceremony: NO_DIGEST, digest: sha256('descriptor'), expires: '2027-03-10T10:00:00Z' },
  ...{ operation: 'sign', proposal: sha256('proposal'), step: 'crl' },
});
const signed = (...seats: readonly string[]) =>
  seats.map((seat) => ({
    seat,
    signature: signWith((MEMBERS.find((one) => one.seat === seat) as SoftMember).tokens[0] as never, STATEMENT),
  }));

describe('what was approved before an interruption', () => {
  const three = signed('alice', 'carol', 'erin');

  test('stands, though the roster has been changed since', () => {
    requireQuorumThen(CHANGED, AT_FIRST, 'sign', STATEMENT, three);
    requireQuorumThen(AT_FIRST, AT_FIRST, 'sign', STATEMENT, three);
  });

  test('is counted all the same, and by no roster that was not in force', () => {
    assertRefuses(
      () => requireQuorumThen(CHANGED, AT_FIRST, 'sign', STATEMENT, three.slice(1)),
      'QUORUM_NOT_MET',
      /^2 of 3 needed people/,
    );
    for (const atFirst of [CHANGED, { ...AT_FIRST, digest: NO_DIGEST } as Roster])
      assert.throws(() => requireQuorumThen(CHANGED, atFirst, 'sign', STATEMENT, three), /alice/);
  });
});

test('a guard that was started anew says which CRLs of a key it was told of', () => {
  const [key, other] = [sha256('key'), sha256('other')];
  const { tbs } = parseCrl(made.crl());
  const delta = parseCrl(
    made.crl({
      extensions: [made.authorityKeyId, made.crlNumber(2n), made.extension(OID.deltaCRLIndicator, integer(1), true)],
    }),
  ).tbs;
  const told = new ToldCrls();
  told.add(key, tbs, true);
  told.add(key, delta, false);
  assert.deepEqual(told.lines(key).slice(0, 5), [
    'known       2 CRL of this key from before the interruption',
    '            complete CRL 1, signed',
    `            ${sha256(tbs)}`,
    '            delta CRL 2 since 1, PERHAPS SIGNED: its record broke off',
    `            ${sha256(delta)}`,
  ]);
  assert.equal(told.lines(other)[0], 'known       NO CRL of this key from before the interruption');
  // What an OCSP response says may be of any of them.
  told.add(other, tbs, true);
  assert.deepEqual(
    [told.lines(undefined)[0], told.lines(other)[0]],
    ['known       3 CRL from before the interruption', 'known       1 CRL of this key from before the interruption'],
  );
  for (const row of [...told.lines(key), ...told.lines(undefined)]) assert.ok(row.length <= 80, row);
});
