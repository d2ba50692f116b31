import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { WRAP_ALGORITHM, wrappedKeyName } from '../../src/quorum/key-backup.ts';
import { keyTemplate } from '../../src/quorum/key-template.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { startGuard } from '../../src/supervisor/processes.ts';
import { assertRejects } from '../der/refusal.ts';
import { PipedPrinter } from './piped-printer.ts';
import { hsm, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

/** A guard whose site names that printer, in a process with the rights that this gives it. */
async function withPrinter(path: string | null, use: (staged: StagedGuard) => Promise<void>): Promise<void> {
  const staged = await StagedGuard.start(
    (start) => ({ ...start, printer: path }),
    (modules, terminal) => startGuard(modules, terminal, path),
    { quorums: { backup: 3, restore: 3 } },
  );
  try {
    await use(staged);
  } finally {
    await staged.close();
  }
}

/** A set to wrap a key with, whose envelopes all custodians have opened, and that is proven; nothing is wrapped yet. */
async function prove(staged: StagedGuard) {
  const { serial, sets, envelopes } = await staged.prepare();
  const [id, label] = ['0a0b0c0d', 'rehearsal-root'];
  const generated = keyOperation(serial, id, null, label) as Extract<Operation, { op: 'generate-key' }>;
  const wrappable = { wrappable: true as const, privateTemplate: keyTemplate('private', label, id, [], true) };
  const generation = await staged.propose({ ...generated, ...wrappable });
  const [user, so] = sets as readonly [ShareSet, ShareSet];
  const of = (...wanted: readonly ShareSet[]) =>
    new Map([...envelopes].filter(([name]) => wanted.some((one) => name.startsWith(one.id))));
  const signed = await staged.approvals(generation.id, OFFICERS, of(user));
  const key = String((await staged.guard.execute(generation.id, signed)).facts['spkiSha256']);
  const made = await staged.guard.makeKekSet({ hsm: 'root-hsm', key, holders: OFFICERS });
  const { set } = made;
  const wrapping = await staged.propose({
    ...{ op: 'wrap-key', hsm: hsm(serial), step: 'backup', index: 0, hold: null, key },
    ...{ mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM, set, out: wrappedKeyName(set.id, 'root') },
  });
  const approvals = await staged.approvals(wrapping.id, OFFICERS, new Map([...of(user, so), ...made.envelopes]));
  const request = { hsm: 'root-hsm', set: set.id, ca: 'Example Root CA G1' };
  await assertRejects(
    () => staged.guard.printShares(request),
    'SHARE_UNPROVEN',
    `the set ${set.id} is not printed: not all its custodians have proven it`,
  );
  await staged.guard.proveKekSet('root-hsm', set.id);
  // All their shares are open too, and were proven when the token was prepared.
  for (const one of [user, so])
    await assertRejects(
      () => staged.guard.printShares({ ...request, set: one.id }),
      'SHARE_FOREIGN_SET',
      `the set ${one.id} of "root-hsm" was not made in this ceremony to wrap a key with: its shares are not printed`,
    );
  return { set, request, execute: () => staged.guard.execute(wrapping.id, approvals) };
}

describe('shares on paper', { concurrency: false }, () => {
  test('come out of the printer of the site one by one, are read back, and the operation goes on', async () => {
    const printer = await PipedPrinter.start();
    try {
      await withPrinter(printer.path, async (staged) => {
        const { set, request, execute } = await prove(staged);
        const from = staged.screen.length;
        let page = 0;
        staged.atPaper = async (question) => {
          if (!question.includes(' row ')) page += 1;
          return question.includes(' row ') ? await printer.scan(page) : '';
        };
        const { printed } = (await staged.guard.printShares(request)) as unknown as {
          printed: { seat: string; printedAt: string; pages: number }[];
        };
        assert.deepEqual(
          printed.map(({ seat, pages }) => [seat, pages]),
          OFFICERS.map((seat) => [seat, 1]),
        );
        for (const { printedAt } of printed) assert.match(printedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.equal(printer.pages().length, OFFICERS.length);
        for (const [index, { seat, x }] of set.shares.entries()) {
          const text = await printer.text(index + 1);
          assert.match(text, /REHEARSAL: PAPER SHARE/);
          assert.match(text, new RegExp(`^Custodian +${seat}$`, 'm'));
          assert.match(text, new RegExp(`^Share +number x = ${x}$`, 'm'));
          assert.match(text, /^CA +Example Root CA G1$/m);
          assert.match(text, /^Opens +the backup of the key\s+rehearsal-root/m);
          const [, row] = /^ *7 +(\w{4} \w{4})/m.exec(text) ?? [];
          assert.ok(row && !staged.screen.slice(from).includes(row), 'a row is on the screen');
        }
        const { facts } = await execute();
        assert.ok(facts['proof']);
      });
    } finally {
      printer.stop();
    }
  });

  test('are not printed where the site names no printer, a file in its place, or nothing at all', async () => {
    const request = { hsm: 'root-hsm', set: '0'.repeat(32), ca: 'Example Root CA G1' };
    const refused = async (path: string | null, message: string) =>
      await withPrinter(path, async (staged) => {
        await assertRejects(() => staged.guard.printShares(request), 'PRINTER_REFUSED', message);
      });
    await refused(null, 'the site names no printer for paper shares');
    const folder = mkdtempSync(join(tmpdir(), 'quorate-no-printer-'));
    try {
      const file = join(folder, 'printer');
      writeFileSync(file, '');
      await refused(file, `the printer "${file}" is a regular file; expected a character device or a pipe`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('are those of a set that is known, printed where the supervisor lets the guard write and nowhere else', async () => {
    const printer = await PipedPrinter.start();
    try {
      // What the guard is told is not what it may do: the right is given when it starts.
      const staged = await StagedGuard.start((start) => ({ ...start, printer: printer.path }));
      try {
        const request = { hsm: 'root-hsm', set: '0'.repeat(32), ca: 'Example Root CA G1' };
        const denied = `the printer "${printer.path}": it cannot be opened (ERR_ACCESS_DENIED)`;
        await assertRejects(() => staged.guard.printShares(request), 'PRINTER_REFUSED', denied);
      } finally {
        await staged.close();
      }
      await withPrinter(printer.path, async (staged) => {
        const request = { hsm: 'root-hsm', set: '0'.repeat(32), ca: 'Example Root CA G1' };
        const unknown = `no set ${request.set} of "root-hsm" is known`;
        await assertRejects(() => staged.guard.printShares(request), 'SHARE_FOREIGN_SET', unknown);
      });
    } finally {
      printer.stop();
    }
  });
});
