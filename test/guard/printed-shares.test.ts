import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { WRAP_ALGORITHM, wrappedKeyName } from '../../src/quorum/key-backup.ts';
import { keyTemplate } from '../../src/quorum/key-template.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { startGuard } from '../../src/supervisor/processes.ts';
import { assertRejects } from '../der/refusal.ts';
import { manifestPage } from './manifest-page.ts';
import { PipedPrinter } from './piped-printer.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

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
type Before = 'none' | 'printing' | 'read-back';
const pageOf = (set: string, seat: string, before: Before = 'none') => ({ hsm: 'root-hsm', set, seat, ca: CA, before });
const notReadBack = (set: string, ...seats: readonly string[]) =>
  [
    'SHARE_UNPROVEN',
    `the shares of the set ${set} are to be on paper, and nobody has read back to this guard the page of ${seats.join(', ')}`,
  ] as const;

/** A set to wrap a key with, whose envelopes all custodians have opened, and that is proven; nothing is wrapped yet. */
async function prove(staged: StagedGuard, paper: { readonly paper?: true } = { paper: true }) {
  const { serial, sets, envelopes, past: preparation } = await staged.prepare();
  const [id, label] = ['0a0b0c0d', 'rehearsal-root'];
  const generated = keyOperation(serial, id, null, label) as Extract<Operation, { op: 'generate-key' }>;
  const wrappable = { wrappable: true as const, privateTemplate: keyTemplate('private', label, id, [], true) };
  const expires = inMinutes(30);
  const generation = await staged.propose({ ...generated, ...wrappable });
  const [user, so] = sets as readonly [ShareSet, ShareSet];
  const of = (...wanted: readonly ShareSet[]) =>
    new Map([...envelopes].filter(([name]) => wanted.some((one) => name.startsWith(one.id))));
  const signed = await staged.approvals(generation.id, OFFICERS, of(user));
  const made = (await staged.guard.execute(generation.id, signed)).facts;
  const key = String(made['spkiSha256']);
  const sealed = await staged.guard.makeKekSet({ hsm: 'root-hsm', key, holders: OFFICERS });
  const { set } = sealed;
  const operation: Operation = {
    ...{ op: 'wrap-key', hsm: hsm(serial), step: 'backup', index: 0, hold: null, key, ...paper },
    ...{ mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM, set, out: wrappedKeyName(set.id, 'root') },
  };
  const wrapping = await staged.propose(operation, null, expires);
  const shares = new Map([...of(user, so), ...sealed.envelopes]);
  const approvals = await staged.approvals(wrapping.id, OFFICERS, shares);
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
  const [keys, descriptor] = [[{ spki: String(made['spki']), label }], describeOperation(operation).bytes];
  const begun = { descriptor, proposal: wrapping.id, expires, approvals, serial: null, keys: [] };
  return {
    ...{ set, print, execute: () => staged.guard.execute(wrapping.id, approvals), operation, shares },
    /** What a guard is told that comes after an interruption. */
    past: [{ ...preparation, keys }, begun],
  };
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
        await assertRejects(execute, ...notReadBack(set.id, ...OFFICERS));
        for (const seat of OFFICERS) {
          if (seat === 'crypto-officer-5') await assertRejects(execute, ...notReadBack(set.id, seat));
          const { printedAt, ...printed } = await print(seat);
          assert.deepEqual(printed, { seat, pages: 1 });
          assert.match(String(printedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
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
        const book = await manifestPage(staged);
        assert.match(book, new RegExp(`SHARES ON PAPER, by its own book:\\s+set ${set.id}`));
        for (const seat of OFFICERS) assert.match(book, new RegExp(`^ +${seat}: 1 printed here, read back`, 'm'));
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
        const { set, print, execute } = await prove(staged);
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
        staged.atPaper = (question) => (question.includes(' row ') ? '?' : question.startsWith('Type ') ? 'stop' : '');
        await assertRejects(
          () => print('crypto-officer-2'),
          'SHARE_ROW',
          'row 1: character 1 is none of the digits and letters that a row is made of',
        );
        // Sent to the printer is not read back.
        await assertRejects(execute, ...notReadBack(set.id, ...OFFICERS.slice(1)));
        const book = await manifestPage(staged);
        assert.match(book, /^ +crypto-officer-1: 2 printed here, read back/m);
        assert.match(book, /^ +crypto-officer-2: 1 printed here, READ BACK BY NOBODY/m);
      });
    } finally {
      printer.stop();
    }
  });

  test('that another guard printed are read back to the one that wraps, which believes no record of that', async () => {
    const printer = await PipedPrinter.start();
    try {
      await withPrinter(printer.path, async (staged) => {
        const { set, print, operation, shares, past } = await prove(staged);
        let page = 0;
        staged.atPaper = async (question) => {
          if (!question.includes(' row ')) page += 1;
          return question.includes(' row ') ? await printer.scan(page) : '';
        };
        for (const seat of OFFICERS.slice(0, 3)) await print(seat);
        const resumed = await staged.resumed(
          (start) => ({ ...start, printer: printer.path }),
          (modules, terminal) => startGuard(modules, terminal, printer.path),
        );
        try {
          for (const one of past) await resumed.guard.recall(one);
          await resumed.goOn();
          const { id } = await resumed.propose(operation);
          const approvals = await resumed.approvals(id, OFFICERS, shares);
          await resumed.guard.proveKekSet('root-hsm', set.id);
          const execute = () => resumed.guard.execute(id, approvals);
          await assertRejects(execute, ...notReadBack(set.id, ...OFFICERS));
          const asked: string[] = [];
          const [first, second, third, fourth, fifth] = OFFICERS as [string, string, string, string, string];
          const again = async (seat: string, before: Before, of: number) => {
            const from = resumed.screen.length;
            asked.length = 0;
            resumed.atPaper = async (question) => {
              asked.push(question.replace(/:? $/, ''));
              if (question.startsWith('Type ')) return 'again';
              if (!question.includes(' row ')) return '';
              // Somebody has lost the page: there is nothing to type, and another is printed.
              return asked.length === 1 && of === 0 ? '\u0003' : await printer.scan(of || printer.pages().length);
            };
            const { printedAt, pages } = await resumed.guard.printShare(pageOf(set.id, seat, before));
            return { isDated: printedAt !== null, pages, screen: resumed.screen.slice(from) };
          };
          const read = await again(first, 'read-back', 1);
          assert.deepEqual([read.isDated, read.pages, asked], [false, 0, [`${first}, row 1 of 7`]]);
          assert.match(read.screen, new RegExp(`THE PAPER SHARE OF ${first} IS READ BACK ONCE MORE`));
          assert.equal(printer.pages().length, 3);
          // The core says that nothing was printed for them: it was, and this guard cannot know.
          const silent = await again(second, 'none', 4);
          assert.deepEqual([silent.isDated, silent.pages], [true, 1]);
          assert.match(silent.screen, /A PAGE OF THEIRS MAY HAVE BEEN PRINTED BEFORE/);
          const lost = await again(third, 'read-back', 0);
          assert.deepEqual([lost.isDated, lost.pages], [true, 1]);
          await assertRejects(execute, ...notReadBack(set.id, fourth, fifth));
          for (const seat of [fourth, fifth]) await again(seat, 'none', printer.pages().length + 1);
          assert.ok((await execute()).facts['proof']);
          const book = await manifestPage(resumed);
          assert.match(book, new RegExp(`^ +${first}: none printed here, read back`, 'm'));
          assert.match(book, new RegExp(`^ +${third}: 1 printed here, read back`, 'm'));
        } finally {
          await resumed.end();
        }
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
