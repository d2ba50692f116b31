import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPackFolder } from '../../src/adapters/pack-folder.ts';
import { derivePlan } from '../../src/cli/verify.ts';
import { kindOf } from '../../src/pack/layout.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { type Conducted, conduct } from './conducted.ts';

/** By default states are sampled; QUORATE_KILLS=all looks at all of them. resumed.test.ts really kills. */
const ALL = process.env['QUORATE_KILLS'] === 'all';
/** Of the states of the pack, one in this many is verified. */
const EVERY = ALL ? 1 : 7;

function findingsOf(folder: string, roster: string, outcome: 'interrupted' | 'complete' = 'interrupted') {
  const source = openPackFolder(folder, (path) => kindOf(path)?.limit);
  return verifyPack(source, { expect: 'rehearsal', outcome, roster }, { plan: derivePlan, steps: STEP_TYPES });
}

/** What an interrupted folder must be: a transcript that verifies up to its last line, and only whole files. */
function assertSound(folder: string, roster: string, where: string): number {
  const names = readdirSync(folder);
  if (!names.includes('chain.jsonl')) return 0;
  // The chain is there and empty: no event is committed, so nothing has been done and there is nothing to verify.
  if (readFileSync(join(folder, 'chain.jsonl')).length === 0) return 0;
  // Closed, and killed while it was being sealed: what is not written yet is missing, and nothing else is wrong.
  const closed = readFileSync(join(folder, 'events.jsonl'), 'utf8').includes('"type":"close"');
  const findings = findingsOf(folder, roster, closed ? 'complete' : 'interrupted').findings.filter(
    (finding) =>
      !closed ||
      (!['PACK-MISSING', 'SIGNATURE-MISSING', 'VIEW-REPORT'].includes(finding.check) &&
        !finding.where.startsWith('.incoming/')),
  );
  assert.deepEqual(
    findings.map((finding) => `${finding.check} ${finding.where}: ${finding.message}`),
    [],
    where,
  );
  return readFileSync(join(folder, 'chain.jsonl'), 'utf8').split('\n').length - 1;
}

test('at every durable write, what lies on the disk verifies up to its last line', async (t) => {
  const snapshots = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-snapshots-'));
  let held: Conducted | undefined;
  let out = '';
  let seen = '';
  let taken = 0;
  try {
    held = await conduct({
      onStarted: ({ stage }) => {
        out = join(stage.inputs, '..', 'pack');
      },
      onSync: () => {
        // Most writes go to media; only what changes in the pack is a new state of it.
        const state = readdirSync(out, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => `${entry.parentPath}/${entry.name} ${statSync(join(entry.parentPath, entry.name)).size}`)
          .join('\n');
        if (state === seen) return;
        seen = state;
        taken += 1;
        if (taken % EVERY === 0 || taken < 3) cpSync(out, join(snapshots, String(taken)), { recursive: true });
      },
    });
    assert.equal(held.code, 0, held.stderr);
    assert.ok(taken > 120, `${taken} states`);
    const roster = String(held.stage.start['expectedRoster']);
    let most = 0;
    for (const name of readdirSync(snapshots)) {
      most = Math.max(most, assertSound(join(snapshots, name), roster, `killed in state ${name} of ${taken}`));
    }
    assert.ok(most > 150, `${most} events`);
    t.diagnostic(`${readdirSync(snapshots).length} of ${taken} states looked at`);

    // Between an event line and its chain line, and inside of either.
    const lines = readFileSync(join(held.out, 'events.jsonl'), 'utf8').split('\n');
    for (const cut of [2, 70, 100, lines.length - 3]) {
      const folder = join(snapshots, `cut-${cut}`);
      cpSync(join(snapshots, '1'), folder, { recursive: true });
      cpSync(held.out, folder, { recursive: true });
      for (const path of ['manifest.json', 'SHA256SUMS', 'ledger.json', 'VERIFY.md', 'verify.sh'])
        rmSync(join(folder, path));
      for (const path of ['signatures', 'views']) rmSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, 'events.jsonl'), `${lines.slice(0, cut).join('\n')}\n${lines[cut]?.slice(0, 40)}`);
      const chain = readFileSync(join(held.out, 'chain.jsonl'), 'utf8').split('\n').slice(0, cut);
      writeFileSync(join(folder, 'chain.jsonl'), `${chain.join('\n')}\n`);
      const chains = findingsOf(folder, roster).findings.filter((finding) => finding.check.startsWith('CHAIN-'));
      assert.deepEqual(chains, [], `an event line without its chain line after event ${cut}`);
      truncateSync(join(folder, 'events.jsonl'), Buffer.byteLength(`${lines.slice(0, cut).join('\n')}\n`));
      appendFileSync(join(folder, 'chain.jsonl'), '{"leaf":"');
      assert.deepEqual(
        findingsOf(folder, roster).findings.filter((finding) => finding.check.startsWith('CHAIN-')),
        [],
        `half a chain line after event ${cut}`,
      );
    }
  } finally {
    held?.remove();
    rmSync(snapshots, { recursive: true, force: true });
  }
});
