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

const CA = 'Example Root CA G1';
const pageOf = (set: string, seat: string) => ({ hsm: 'root-hsm', set, seat, ca: CA, mayLie: false });

/** A set to wrap a key with, whose envelopes all custodians have opened, and that is proven; nothing is wrapped yet. */
async function prove(staged: StagedGuard, paper: { readonly paper?: true } = { paper: true }) {
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
    ...{ op: 'wrap-key', hsm: hsm(serial), step: 'backup', index: 0, hold: null, key, ...paper },
    ...{ mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM, set, out: wrappedKeyName(set.id, 'root') },
  });
  const approvals = await staged.approvals(wrapping.id, OFFICERS, new Map([...of(user, so), ...made.envelopes]));
  const print = (seat: string, of = set.id) => staged.guard.printShare(pageOf(of, seat));
  await assertRejects(
    () => print('crypto-officer-1'),
    'SHARE_UNPROVEN',
    `the set ${set.id} is not printed: not all its custodians have proven it`,
  );
  await staged.guard.proveKekSet('root-hsm', set.id);
  // All their shares are open too, and were proven when the token was prepared.
  for (const one of [user, so])
    await assertRejects(
      () => print('crypto-officer-1', one.id),
      'SHARE_FOREIGN_SET',
      `the set ${one.id} of "root-hsm" was not made in this ceremony to wrap a key with: its shares are not printed`,
    );
  return { set, print, execute: () => staged.guard.execute(wrapping.id, approvals) };
}

describe('shares on paper', { concurrency: false }, () => {
  test('come out of the printer of the site one by one, are read back, and the operation goes on', async () => {
    const printer = await PipedPrinter.start();
    try {
      await withPrinter(printer.path, async (staged) => {
        const { set, print, execute } = await prove(staged);
        const from = staged.screen.length;
        let page = 0;
        staged.atPaper = async (question) => {
          if (!question.includes(' row ')) page += 1;
          return question.includes(' row ') ? await printer.scan(page) : '';
        };
        for (const seat of OFFICERS) {
          const { printedAt, ...printed } = await print(seat);
          assert.deepEqual(printed, { seat, pages: 1 });
          assert.match(printedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        }
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
        // Whoever asks once more for a page that was read back asks for a copy that nobody counts.
        await assertRejects(
          () => print('crypto-officer-2'),
          'SHARE_DUPLICATE',
          `the share of "crypto-officer-2" of the set ${set.id} was printed and read back: there is one page of each`,
        );
        await assertRejects(
          () => print('auditor-1'),
          'SHARE_FOREIGN_SET',
          `"auditor-1" holds no share of the set ${set.id}`,
        );
        assert.equal(printer.pages().length, OFFICERS.length);
        const { facts } = await execute();
        assert.ok(facts['proof']);
      });
    } finally {
      printer.stop();
    }
  });

  test('are not printed where their operation does not say that they are on paper, whoever asks', async () => {
    const printer = await PipedPrinter.start();
    try {
      await withPrinter(printer.path, async (staged) => {
        const { set, print, execute } = await prove(staged, {});
        assert.ok(!staged.screen.includes('ON PAPER'));
        await assertRejects(
          () => print('crypto-officer-1'),
          'QUORUM_NOT_MET',
          `nobody has approved that the shares of the set ${set.id} are printed: its operation does not say so`,
        );
        assert.equal((await execute()).facts['set'], set.id);
        assert.deepEqual(printer.pages(), []);
      });
    } finally {
      printer.stop();
    }
  });

  test('are counted page by page, and whoever is to get another reads first that one may lie about', async () => {
    const printer = await PipedPrinter.start();
    try {
      await withPrinter(printer.path, async (staged) => {
        const { print } = await prove(staged);
        assert.match(staged.screen, /ON PAPER +each of these shares is printed too, first, UNENCRYPTED/);
        const from = staged.screen.length;
        // The page came, and could not be read.
        staged.atPaper = (question) => (question.includes(' row ') ? '?' : question.startsWith('Type ') ? 'stop' : '');
        await assertRejects(
          () => print('crypto-officer-1'),
          'SHARE_ROW',
          'row 1: character 1 is none of the digits and letters that a row is made of',
        );
        assert.ok(!staged.screen.slice(from).includes('MAY HAVE BEEN PRINTED BEFORE'));
        staged.atPaper = async (question) => (question.includes(' row ') ? await printer.scan(2) : '');
        const { pages } = await print('crypto-officer-1');
        assert.equal(pages, 2);
        assert.match(staged.screen.slice(from), /A PAGE OF THEIRS MAY HAVE BEEN PRINTED BEFORE/);
      });
    } finally {
      printer.stop();
    }
  });

  test('are not printed where the site names no printer; one that is none, nobody begins with', async () => {
    await withPrinter(null, async (staged) => {
      const request = pageOf('0'.repeat(32), 'crypto-officer-1');
      const message = 'the site names no printer for paper shares';
      await assertRejects(() => staged.guard.printShare(request), 'PRINTER_REFUSED', message);
    });
    const folder = mkdtempSync(join(tmpdir(), 'quorate-no-printer-'));
    try {
      const file = join(folder, 'printer');
      writeFileSync(file, '');
      await assertRejects(
        () => withPrinter(file, async () => undefined),
        'PRINTER_REFUSED',
        `the printer "${file}" is a regular file; expected a character device or a pipe`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('are those of a set that is known, printed where the supervisor lets the guard write and nowhere else', async () => {
    const printer = await PipedPrinter.start();
    try {
      // What the guard is told is not what it may do: the right is given when it starts.
      await assertRejects(
        () => StagedGuard.start((start) => ({ ...start, printer: printer.path })),
        'PRINTER_REFUSED',
        `the printer "${printer.path}": it cannot be opened (ERR_ACCESS_DENIED)`,
      );
      await withPrinter(printer.path, async (staged) => {
        const request = pageOf('0'.repeat(32), 'crypto-officer-1');
        const unknown = `no set ${request.set} of "root-hsm" is known`;
        await assertRejects(() => staged.guard.printShare(request), 'SHARE_FOREIGN_SET', unknown);
      });
    } finally {
      printer.stop();
    }
  });
});
