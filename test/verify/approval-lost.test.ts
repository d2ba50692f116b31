import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_DIGEST } from '../../src/base/digest.ts';
import type { Ledger, LedgerLoss } from '../../src/ledger/ledger.ts';
import { changedRoster } from '../../src/pack/changed-roster.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import { memberOf } from '../../src/quorum/roster.ts';
import type { CheckContext } from '../../src/verify/check.ts';
import { approvalLost } from '../../src/verify/checks/approval-lost.ts';
import type { Parts } from '../../src/verify/parts.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { forge } from '../forge/forge.ts';

const AGREED = /^ +- \{ id: agreed,.*\n/m;
const LOST = `      - { id: card-lost, step: record-loss, by: auditor, check: witness, say: "Her card is gone.", with: { token: root-hsm, kind: quorum-token, thing: alice, state: lost, since: 2027-03-01, exposed: true, how: "Gone.", circumstances: "Report 12." } }
`;

test('an approval that is used only after its token was lost counts for nothing', async () => {
  const script = (text: string) =>
    text
      .replace(AGREED, (agreed) => agreed + LOST)
      .replace('quorums: { sign: 3 }', 'quorums: { sign: 3, administer: 3 }')
      .replace('operations: 2 }', 'operations: 3 }');
  const { source, options, derive, files } = await forge({ follows: true, record: { script } });
  const events = Buffer.from(files.get('events.jsonl') as Uint8Array)
    .toString()
    .split('\n');
  const { findings } = verifyPack(source, options, derive);
  const found = findings.map(({ check, where, message }) => {
    assert.equal(check, 'APPROVAL-LOST', message);
    const line = Number(/^events\.jsonl:([0-9]+)$/.exec(where)?.[1] ?? 0);
    if (line === 0) return where;
    const { proposal } = JSON.parse(events[line - 1] ?? '') as { proposal: number };
    return (JSON.parse(events[proposal - 1] ?? '') as { step: string }).step;
  });
  // Her approval of the declaration itself was used before it held.
  assert.deepEqual(found, ['hsm-full', 'crl', 'statements/sign-off.alice.p7s', 'signatures/alice.p7s']);
});

test('a token that is lost neither approves a change of the roster, nor signs the one that follows, nor the manifest', async () => {
  const { source } = await forge({ record: { changing: true } });
  const pack = openPack(source);
  const [roster, changed] = [pack.roster(), changedRoster(pack)];
  assert.ok(changed);
  const said = (seat: string, since: number): string[] => {
    const token = memberOf(roster, seat)?.tokens[0];
    assert.ok(token);
    const loss = { kind: 'quorum-token', thing: token.signingSpki, state: 'lost', at: '2027-01-01T00:00:00Z' };
    const where: string[] = [];
    const lost = { type: 'result', outcome: 'done', facts: { ...loss, to: 'lost' }, seq: since };
    const parts = {
      ...{
        ballots: [],
        proposals: [],
        roster,
        changed,
        ceremony: pack.ceremony(),
        authorization: pack.authorization(),
      },
      rosterAt: (seq: number) => (seq > changed.since ? changed.after : roster),
      events: since === 0 ? [] : [lost],
      before: since === 0 ? ({ losses: [loss as unknown as LedgerLoss] } as unknown as Ledger) : null,
    } as unknown as Parts;
    const context = { pack, report: (path: string) => where.push(path) } as unknown as CheckContext;
    approvalLost.run(parts, context);
    return where;
  };
  assert.notEqual(roster.digest, NO_DIGEST);
  const all = ['roster/change/bob.p7s', 'roster/next/bob.p7s', 'signatures/bob.p7s'];
  assert.deepEqual(said('bob', 0), all);
  assert.deepEqual(said('authority-1', 0), [
    'authorization/authority-1.p7s',
    'roster/next/authority-1.p7s',
    'signatures/authority-1.p7s',
  ]);
  // One that was lost since it decided did so as its holder's.
  assert.deepEqual(said('bob', changed.since + 1), all.slice(2));
});
