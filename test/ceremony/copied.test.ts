import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { shippedWithBackup } from '../forge/backup.ts';
import { hold, type Setting, setting } from './conducted.ts';
import type { Table } from './kill-points.ts';
import { assertVerifies, eventsIn } from './went-on.ts';

/** A ceremony in which a key is copied with other tools, that is killed while they are used, and while the copy signs. */

const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 5, present: 5 },
    witness: { of: 1, present: 1 },
    auditor: { of: 1, present: 1 },
  },
  tokens: ['root-hsm', 'backup-hsm'],
  media: { envelopes: 2, evidence: 2, publish: 2 },
  quorums: { administer: 3, inventory: 3, generate: 3, sign: 3 },
  materials: {},
  vendor: [{ step: 'clone', sheet: 'clone', copies: [{ from: 'root-hsm', to: 'backup-hsm' }] }],
  enrols: {},
};

function scriptIn(folder: string): string {
  mkdirSync(join(folder, 'script'));
  const path = join(folder, 'script', 'copied.yaml');
  writeFileSync(path, shippedWithBackup(), { flag: 'wx' });
  return path;
}

let set: Setting;
before(async () => {
  set = await setting({ script: scriptIn }, CAST);
});
after(() => rmSync(set.folder, { recursive: true, force: true }));

const COPY = 'same-key@backup-hsm';

/** Whether the copy is about to sign, or has. */
function isProving(events: readonly Event[]): boolean {
  const proposals = events.flatMap((event) => (event.type === 'proposed' && event.step === COPY ? [event.seq] : []));
  return events.some((event) => event.type === 'intent' && proposals.includes(event.proposal));
}

test('what was interrupted is done again, and the copy is proven once', async () => {
  const table = { set } as Table;
  let core: ChildProcess | undefined;
  const onStarted = (started: { core: ChildProcess }) => {
    core = started.core;
  };
  const atTools = await hold(set, {
    onStarted,
    answer: ({ step, kind }, honest) => {
      // The tool has done its work; nobody has said so yet.
      if (step === 'clone' && kind === 'confirm') core?.kill('SIGKILL');
      return honest;
    },
  });
  assert.equal(atTools.code, 137, atTools.stderr);
  await assertVerifies(table, 'interrupted', 'killed at the tools');

  const atProof = await hold(set, {
    resume: true,
    onStarted,
    onSync: (_count, running) => {
      if (existsSync(join(set.out, 'events.jsonl')) && isProving(eventsIn(set.out))) running.kill('SIGKILL');
    },
  });
  assert.equal(atProof.code, 137, atProof.stderr);
  await assertVerifies(table, 'interrupted', 'killed while the copy signs');

  const wentOn = await hold(set, { resume: true, guardEndsByItself: true });
  assert.equal(wentOn.code, 0, wentOn.stderr);
  await assertVerifies(table, 'complete', 'went on twice');
  const events = eventsIn(set.out);
  const runs = events.filter((event) => event.type === 'step' && event.step === 'clone' && event.phase === 'begin');
  assert.equal(runs.length, 2);
  assert.equal(events.filter((event) => event.type === 'file' && event.path === 'sheets/clone.txt').length, 1);
  const proofs = events.filter((event) => event.type === 'result' && event.facts['signature'] && event.facts['serial']);
  const serials = proofs.map((event) => event.type === 'result' && event.facts['serial']);
  assert.equal(new Set(serials).size, 2);
  const { copies } = JSON.parse(readFileSync(join(set.out, 'ledger.json'), 'utf8')) as { copies: { step: string }[] };
  assert.deepEqual(
    copies.map(({ step }) => step),
    [COPY],
  );
});
