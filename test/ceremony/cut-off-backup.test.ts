import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { envelopeName, setOfEnvelope } from '../../src/quorum/share-envelope.ts';
import { hold, type Setting } from './conducted.ts';
import { intentsOf, resultsOf } from './operations.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { reportWords } from './report-text.ts';
import { layRestorings, type Restorings } from './restoring.ts';
import { assertVerifies, eventsIn } from './went-on.ts';

const MEDIA = ['kek-envelopes.1', 'kek-envelopes.2'] as const;

/** The envelopes on a medium, by the set that they are of. */
const envelopesOn = (folder: string, medium: string) =>
  Map.groupBy(readdirSync(join(folder, 'media', medium)), (file) => setOfEnvelope(file) ?? 'none');

/**
 * Power fails while the envelopes of a wrapping key are written: as often as there are numbers here, when so many lie on the
 * first medium. The last time it is let go on.
 */
async function cutOff(set: Setting, lying: readonly number[]) {
  for (const [index, wanted] of [...lying, Number.POSITIVE_INFINITY].entries()) {
    const before = readdirSync(join(set.folder, 'media', MEDIA[0])).length;
    const held = await hold(set, {
      resume: index > 0,
      guardEndsByItself: wanted === Number.POSITIVE_INFINITY,
      onSync: (_count, core) => {
        if (readdirSync(join(set.folder, 'media', MEDIA[0])).filter(setOfEnvelope).length - before >= wanted)
          core.kill('SIGKILL');
      },
    });
    assert.equal(held.code, wanted === Number.POSITIVE_INFINITY ? 0 : 137, held.stderr);
    if (wanted === Number.POSITIVE_INFINITY) return held;
  }
  throw new Error('it was never let go on');
}

describe('a wrapping key whose making was cut off', { concurrency: false }, () => {
  let laid: Restorings;
  let root: Setting;
  let ledger: Ledger;
  before(async () => {
    // Once before the first envelope of a set is on record, and once when some are.
    laid = await layRestorings(async (set) => {
      root = set;
      return await cutOff(set, [1, 2]);
    });
    ledger = readLedger(readFileSync(join(root.out, 'ledger.json')));
  });
  after(() => laid?.remove());

  const kept = () => ledger.backups?.[0] ?? assert.fail('nothing was backed up');
  const cut = () => [...envelopesOn(root.folder, MEDIA[0]).keys()].filter((id) => id !== kept().set);

  test('wraps nothing: what is wrapped, once, is wrapped under the set that was made when it went on', async () => {
    await assertVerifies({ set: root } as never, 'complete', 'cut off twice');
    assert.equal(cut().length, 2, 'two sets were cut off');
    const events = eventsIn(root.out);
    assert.equal(intentsOf('wrap-key', events), 1);
    const [result, ...more] = resultsOf('wrap-key', events);
    assert.ok(result && more.length === 0);
    assert.equal(result.facts['set'], kept().set);
    assert.equal(ledger.backups?.length, 1);
    assert.deepEqual(
      ledger.shareSets.flatMap(({ id, kind, state }) => (kind === 'kek' ? [[id, state]] : [])),
      [[kept().set, 'current']],
    );
    for (const copy of [1, 2])
      assert.deepEqual(readdirSync(join(root.folder, 'media', `backups.${copy}`)), [kept().file]);
  });

  test('is in the ledger as what opens nothing, file by file as it lies there', () => {
    const lie = (id: string) =>
      Object.fromEntries(
        MEDIA.flatMap((medium) => {
          const files = envelopesOn(root.folder, medium).get(id);
          return files ? [[medium.replace('.', ' '), files.toSorted()]] : [];
        }),
      );
    assert.deepEqual(
      ledger.unused?.map(({ set, step, envelopes }) => ({ set, step, envelopes })).toSorted(bySet),
      cut()
        .map((set) => ({ set, step: 'backup', envelopes: lie(set) }))
        .toSorted(bySet),
    );
  });

  test('is to be destroyed, by the report and by "quorate ledger"', () => {
    const roster = String(root.stage.start['expectedRoster']);
    const shown = reportWords(root.out);
    const said = quorate('ledger', root.out, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(said.status, 0, said.stderr);
    for (const { set, envelopes } of ledger.unused ?? []) {
      const count = Object.values(envelopes).flat().length;
      assert.match(
        said.stdout,
        new RegExp(`^  envelopes of the set ${set} on kek-envelopes 1 \\(${count}\\): they open nothing$`, 'm'),
      );
      assert.ok(
        shown.includes(
          `To destroy, of set ${set}: the envelopes on kek-envelopes 1 (${count} files). Step "backup" was cut off before that set was put to use, and they open nothing.`,
        ),
      );
    }
    assert.match(said.stdout, /^to destroy$/m);
    assert.equal(verifyShell(root.out, roster).status, 0);
  });

  test('is refused by name in the place of the one that counts, and that one restores the key', async () => {
    const { set, clear } = laid.tables.drill;
    const [cutOffSet = ''] = cut();
    const [file = ''] = envelopesOn(root.folder, MEDIA[0]).get(cutOffSet) ?? [];
    const seat = file.slice(cutOffSet.length + 1, -'-v1.p7m'.length);
    const from = join(root.folder, 'media', MEDIA[0], file);
    const to = (name: string) => join(set.folder, 'media', MEDIA[0], name);
    // Where it lies in truth, and then under the name of the one that counts.
    cpSync(from, to(file));
    const restored = await hold(set, { guardEndsByItself: true });
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(resultsOf('unwrap-key', eventsIn(set.out)).length, 1);
    clear();
    cpSync(from, to(envelopeName(kept().set, seat)), { force: true });
    const refused = await hold(set, { guardEndsByItself: true });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, new RegExp(`SHARE_ENVELOPE_ALTERED: the envelope of "${seat}" has SHA-256`));
    assert.equal(intentsOf('unwrap-key', eventsIn(set.out)), 0, 'no HSM was asked for anything');
  });
});

function bySet(one: { readonly set: string }, other: { readonly set: string }): number {
  return one.set < other.set ? -1 : 1;
}
