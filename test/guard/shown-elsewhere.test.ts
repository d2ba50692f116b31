import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST } from '../../src/base/digest.ts';
import { describeOperation } from '../../src/quorum/operation.ts';
import { attestationBytes } from '../../src/quorum/statement.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import { quorate } from '../cli/quorate.ts';
import { inMinutes, OFFICERS, prepareOperation, StagedGuard } from './staged-guard.ts';

/** What the guard has drawn on its screen, against what `quorate show` prints on another computer. */

let staged: StagedGuard;
let folder: string;
before(async () => {
  staged = await StagedGuard.start();
  folder = mkdtempSync(join(tmpdir(), 'quorate-shown-'));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await staged.close();
});

async function shown(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await quorate(folder, 'show', ...args);
  assert.equal(err, '');
  assert.equal(code, 0);
  return out;
}

test('a proposal is shown elsewhere, row for row, as the guard draws it', async () => {
  const { sets } = await staged.guard.makeShareSets({
    hsm: 'root-hsm',
    label: 'rehearsal-root-hsm',
    holders: OFFICERS,
    userThreshold: 3,
    soThreshold: 3,
  });
  // With a hold there is a line that does not fit into one row.
  const operation = { ...prepareOperation(sets), hold: { operations: 4, seconds: 1800 } };
  const expires = inMinutes(30);
  const { id } = await staged.propose(operation, null, expires);
  staged.behaviour.set('crypto-officer-1', { answer: 'decline' });
  await staged.guard.approve('crypto-officer-1', [id], new Map());

  const descriptor = describeOperation(operation);
  const { eventLine, chainLine } = linkEvent(
    {
      type: 'proposed',
      step: operation.step,
      operation: operation.op,
      descriptor: JSON.parse(Buffer.from(descriptor.bytes).toString('utf8')) as JsonObject,
      digest: descriptor.digest,
      expires,
      payload: null,
      lint: [],
      at: expires,
    },
    { seq: 1, at: expires, salt: '00'.repeat(16) },
    NO_DIGEST,
  );
  const pack = join(folder, 'pack');
  mkdirSync(pack);
  writeFileSync(join(pack, 'events.jsonl'), `${eventLine}\n`);
  writeFileSync(join(pack, 'chain.jsonl'), `${chainLine}\n`);
  const rows = await shown(pack, '--proposal', '1');
  assert.match(rows, /^\nOPERATION {3}initialise the HSM token and set its PINs\n/);
  assert.ok(rows.includes('\n  | '), 'no row goes on');
  assert.ok(staged.screen.includes(rows), `shown:\n${rows}\ndrawn:\n${staged.screen}`);
});

test('a statement too', async () => {
  const seat = 'witness-1';
  const text = 'I saw every step done as written, but for the deviations recorded. 全て記録のとおりである。';
  const statement = attestationBytes({
    ceremony: staged.ceremony,
    head: 'a'.repeat(64),
    seat,
    step: `seen@${seat}`,
    text,
  });
  await staged.guard.attest(seat, statement);
  writeFileSync(join(folder, 'statement.json'), statement);
  const [rows = ''] = (await shown('statement.json')).split('\nSHA-256 of the file\n');
  assert.match(rows, /^STATEMENT of witness-1, step seen@witness-1\nI saw every step/);
  assert.ok(staged.screen.includes(rows), `shown:\n${rows}\ndrawn:\n${staged.screen}`);
});
