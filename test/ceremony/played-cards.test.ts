import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { playedPack, quorate, SCRIPT } from './played-pack.ts';

describe('a rehearsal with quorum cards that are played', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-played-cards-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  // With an HSM that is played as well they are in `played.test.ts`.
  test('as piv the script that ships runs to a pack that both verifiers take', async () => {
    const { json } = await playedPack(SCRIPT, join(folder, 'piv'), ['piv']);
    const { members } = json('roster/roster.json');
    const tokens = members.flatMap((member: { tokens?: object[] }) => member.tokens ?? []);
    assert.ok(tokens.length > 5);
    for (const { serial, model, origin } of tokens)
      assert.deepEqual([serial, model, origin], ['', 'PKCS#15 emulated', 'adopted']);
    const [token] = json('ledger.json').tokens;
    assert.equal(token.means, 'shares');
  });

  test('two kinds of card, or of HSM, are refused by name before anything is made', () => {
    for (const [one, message] of [
      ['luna-7', /the HSMs of a rehearsal are played as one kind, not as luna-7 and yubihsm/],
      ['piv', /the quorum cards of a rehearsal are played as one kind, not as piv and piv/],
    ] as const) {
      const other = one === 'piv' ? 'piv' : 'yubihsm';
      const refused = quorate('rehearse', SCRIPT, '--as', one, '--as', other, '--out', join(folder, `none-${one}`));
      assert.equal(refused.status, 64);
      assert.match(refused.stderr, message);
    }
  });
});
