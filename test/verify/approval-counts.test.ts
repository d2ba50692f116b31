import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPack } from '../../src/pack/pack-reader.ts';
import { approvalCounts } from '../../src/verify/approval-counts.ts';
import { recordedApprovals } from '../../src/verify/ballots.ts';
import { partsOf } from '../../src/verify/make-parts.ts';
import { firstPack } from '../forge/chain.ts';

test('approvals are counted by the roster at the intent: whoever left between counts no more', async () => {
  const { source, derive, options } = await firstPack();
  const pack = openPack(source);
  const get = partsOf(pack, derive, options);
  const [roster, all] = [get('rosterAt')(0), get('proposals')];
  const proposal = all.find(({ intents, approvals }) => intents.length > 0 && approvals.length > 0);
  assert.ok(proposal);
  const { seq, approvals, intents } = proposal;
  const leaver = approvals[0]?.seat ?? '';
  const without = { ...roster, members: roster.members.filter(({ seat }) => seat !== leaver) };
  const counted = (from: number) =>
    approvalCounts(
      all,
      (at) => (at < from ? roster : without),
      (of, before) => recordedApprovals(pack, of, before),
    ).get(seq)?.seats;
  const intent = intents[0]?.seq ?? 0;
  assert.ok(seq < intent);
  assert.ok(counted(intent + 1)?.includes(leaver));
  assert.ok(!counted(intent)?.includes(leaver));
  assert.equal(counted(intent)?.length, (counted(intent + 1)?.length ?? 0) - 1);
});
