import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { lastRowOf } from '../../src/base/words.ts';
import { hold } from './conducted.ts';
import { layTable, type Table } from './kill-points.ts';
import { assertDoneOnce, assertVerifies, eventsIn } from './went-on.ts';

/** A ceremony with second screen and sheets that is killed while they are read, and once more when one of two was signed. */

const EXAMINED = '[root-certificate, first-crl], sheet: printed, second-screen: auditor, medium: evidence }';

let table: Table;
before(async () => {
  table = await layTable((text) => text.replace('[root-certificate, first-crl] }', EXAMINED));
});
after(() => table.remove());

test('what was examined before an interruption is examined again when the ceremony goes on', async () => {
  const { set } = table;
  let core: ChildProcess | undefined;
  const onStarted = (started: { core: ChildProcess }) => {
    core = started.core;
  };
  const atScreen = await hold(set, {
    onStarted,
    answer: ({ against, subject }, honest) => {
      if (against === 'another-machine' && subject === 'first-crl') core?.kill('SIGKILL');
      return honest;
    },
  });
  assert.equal(atScreen.code, 137, atScreen.stderr);
  await assertVerifies(table, 'interrupted', 'killed at the second screen');

  const hasBegun = () =>
    existsSync(join(set.out, 'events.jsonl')) &&
    eventsIn(set.out).some((event) => event.type === 'step' && event.step === 'root-certificate');
  const approved = await hold(set, {
    resume: true,
    onStarted,
    onSync: (_count, running) => {
      if (hasBegun()) running.kill('SIGKILL');
    },
  });
  assert.equal(approved.code, 137, approved.stderr);
  await assertVerifies(table, 'interrupted', 'killed when all was approved, and the first was signed');

  const wentOn = await hold(set, { resume: true, guardEndsByItself: true });
  assert.equal(wentOn.code, 0, wentOn.stderr);
  await assertVerifies(table, 'complete', 'went on twice');
  const events = eventsIn(set.out);
  assertDoneOnce(table, events, 'went on twice');
  const seen = (subject: string) =>
    events.flatMap((event) =>
      event.type === 'observation' && event.subject === subject ? [`${event.step} ${event.facts['proposal']}`] : [],
    );
  const proposals = (step: string) =>
    events.flatMap((event) => (event.type === 'proposed' && event.step === step ? [event.seq] : []));
  const [certificates, crls] = [proposals('root-certificate'), proposals('first-crl')];
  // Killed at the second row: the first was on record. Then both, in one step. The certificate was signed when it was
  // killed again; the CRL was not, and is put up anew in its own step.
  assert.deepEqual([certificates.length, crls.length], [2, 3]);
  assert.deepEqual(seen('second-screen'), [
    `cert-agreed ${certificates[0]}`,
    `cert-agreed ${certificates[1]}`,
    `cert-agreed ${crls[1]}`,
    `first-crl ${crls[2]}`,
  ]);
  assert.deepEqual(seen('sheet'), seen('second-screen').slice(1));
  // All of it lies on both copies of the medium, as it went out.
  const copies = readdirSync(set.folder, { recursive: true })
    .map(String)
    .filter((path) => /proposals\/\d+-[a-z-]+\.(json|tbs)$/.test(path));
  assert.equal(copies.length, 2 * 2 * 5);
  const last = events[(crls[2] ?? 0) - 1];
  const shown = copies.filter((path) => path.endsWith(`/${crls[2]}-first-crl.json`));
  assert.ok(last?.type === 'proposed' && shown.length === 2);
  for (const path of shown) assert.equal(sha256(readFileSync(join(set.folder, path))), last.digest);
  assert.ok(
    events.some((event) => event.type === 'observation' && event.facts['words'] === lastRowOf(last.digest)),
    'the words are those of the digest that was approved last',
  );
});
