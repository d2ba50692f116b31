import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type PaperEntry, readPaperShare } from '../../src/guard/paper-entry.ts';
import type { Screen } from '../../src/guard/screen.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import type { PaperShare } from '../../src/paper-share/payload.ts';
import { paperRows, scanText } from '../../src/paper-share/write-rows.ts';
import type { OpenedShare } from '../../src/quorum/share-envelope.ts';
import { type ShareSet, shareCommitment } from '../../src/quorum/share-set.ts';
import { randomShare, Seeded } from '../paper-share/shares.ts';
import { atTerminal } from './typist.ts';

const random = new Seeded('entry');
const id = random.bytes(16).toString('hex');
const shares = [10, 20, 30].map((x) => randomShare(random, { set: id, x, threshold: 2, count: 3 }));
const [first, second] = shares as [PaperShare, PaperShare];
const seatOf = (x: number) => `custodian-${x / 10}`;
const set: ShareSet = {
  id,
  kind: 'user',
  threshold: 2,
  check: '0'.repeat(64),
  shares: shares.map(({ x, r, share }) => ({
    seat: seatOf(x),
    x,
    commitment: shareCommitment(id, x, r, share.subarray(0, -1)),
    envelope: String(x).repeat(32),
    recipients: ['1'.repeat(64)],
  })),
};
const opened = (paper: PaperShare): OpenedShare => ({ ...paper, seat: seatOf(paper.x), label: 'root-g1' });
const typedRows = (paper: PaperShare) => paperRows(paper).map((row) => row.toString('latin1'));
const scanOf = (paper: PaperShare) => scanText(paperRows(paper)).toString('latin1');

/** Types one line at each question, and Ctrl-C when there is none left. */
async function typing(lines: readonly string[], change: Partial<PaperEntry> = {}) {
  const left = [...lines];
  const session = await atTerminal(
    (terminal) => readPaperShare({ terminal, set, label: 'root-g1', seat: 'custodian-1', presented: [], ...change }),
    () => left.shift() ?? '\u0003',
  );
  const { result: share, asked, ...rest } = session;
  return {
    ...rest,
    share,
    asked: asked.map((question) => Number(/^custodian-1, row (\d) of 7:$/.exec(question)?.[1])),
  };
}

async function refusal(lines: readonly string[], change: Partial<PaperEntry> = {}): Promise<[string, string, number]> {
  const { error, asked } = await typing(lines, change);
  assert.ok(error);
  return [error.code, error.message, asked.length];
}

describe('a paper share that is typed', () => {
  test('is the share of its seat, held to the record; each row is asked for once', async () => {
    const { share, asked, written } = await typing(typedRows(first));
    assert.deepEqual(share, opened(first));
    assert.deepEqual(asked, [1, 2, 3, 4, 5, 6, 7]);
    assert.match(written, /PAPER SHARE OF custodian-1, FOR "root-g1"/);
    assert.match(written, /It is the share x = 10 of custodian-1; 2 of 3 are needed\./);
    assert.match(written, /The share of custodian-1 is the recorded one\. Put the page away\./);
  });

  test('is taken in lower case, in groups, with what is mistyped taken back', async () => {
    const rows = typedRows(first).map((row) => {
      const text = row.toLowerCase();
      return `${text.slice(0, 4)} ${text.slice(4, 9)}x\u007f ${text.slice(9)}`;
    });
    assert.deepEqual((await typing(rows)).share, opened(first));
  });

  test('is never on the screen: marks and blanks stand for it, and what was typed is zeroed', async () => {
    const rows = typedRows(first);
    const { written, device } = await typing([`${rows[0]?.slice(0, 16)} ${rows[0]?.slice(16)}`, ...rows.slice(1)]);
    assert.match(written, /row 1 of 7: \*{16} \*{5}\r\n/);
    assert.equal(written.match(/row \d of 7: \*{21}\r\n/g)?.length, 6);
    for (const row of rows) {
      for (let at = 0; at + 4 <= row.length; at++) assert.ok(!written.includes(row.slice(at, at + 4)), row);
    }
    assert.ok(device.typed.every((keys) => keys.every((byte) => byte === 0)));
  });

  test('leaves nothing of a row in what the terminal handed over, taken or refused', async () => {
    const lines = [...typedRows(first).slice(0, 3), 'no row', ...typedRows(first).slice(3)].map((row) =>
      Buffer.from(row),
    );
    const left = [...lines];
    const nothing = async () => undefined;
    const screen: Screen = {
      ...{ take: nothing, release: () => undefined, show: nothing, status: () => undefined, waitFor: nothing },
      readLine: async () => left.shift() as Buffer,
    };
    const terminal = new GuardTerminal(screen);
    await readPaperShare({ terminal, set, label: 'root-g1', seat: 'custodian-1', presented: [] });
    assert.ok(lines.every((line) => line.every((byte) => byte === 0)));
  });

  test('is asked for a row again that does not fit, with what is wrong, and goes on there', async () => {
    const rows = typedRows(first);
    const other = typedRows(second);
    const lines = [
      rows[0],
      rows[1],
      `${rows[2]?.slice(1, 2)}${rows[2]?.slice(0, 1)}${rows[2]?.slice(2)}`,
      rows[3],
      rows[2]?.slice(1),
      other[2],
      rows[2],
      ...rows.slice(3),
    ] as string[];
    const { share, asked, written } = await typing(lines);
    assert.deepEqual(share, opened(first));
    assert.deepEqual(asked, [1, 2, 3, 3, 3, 3, 3, 4, 5, 6, 7]);
    assert.deepEqual(written.match(/^row \d: .*$/gm), [
      'row 3: typing error: its last 5 characters do not fit the others',
      'row 3: this is row 4; rows are typed in their order',
      'row 3: 20 characters were typed; a row has 21',
      'row 3: it is typed right, and belongs to another share than the rows before it',
    ]);
  });

  test('is given up after five tries of a row, and left with Ctrl-C', async () => {
    const rows = typedRows(first);
    assert.deepEqual(await refusal([...rows.slice(0, 3), 'a', 'b', 'c', 'd', 'e', ...rows.slice(3)]), [
      'SHARE_ROW',
      'row 4: 1 characters were typed; a row has 21',
      8,
    ]);
    assert.deepEqual(await refusal(rows.slice(0, 3)), [
      'PRESENTATION_CANCELLED',
      'the question was left with Ctrl-C',
      4,
    ]);
  });
});

describe('a share that is not to be taken is named where it is known', () => {
  test('of another set: by its first row, or its second', async () => {
    const foreign = randomShare(new Seeded('foreign'), { threshold: 2, count: 3, x: 10 });
    const begins = foreign.set.slice(0, 18);
    assert.deepEqual(await refusal(typedRows(foreign)), [
      'SHARE_FOREIGN_SET',
      `the paper share belongs to set ${begins}…, expected ${id}`,
      1,
    ]);
    const near = randomShare(new Seeded('near'), { set: `${id.slice(0, 31)}${id.endsWith('0') ? '1' : '0'}`, x: 10 });
    assert.deepEqual(await refusal(typedRows(near)), [
      'SHARE_FOREIGN_SET',
      `the paper share belongs to set ${near.set}, expected ${id}`,
      2,
    ]);
  });

  test('with x = 0, at a point that nobody has, of somebody else, or with another threshold: by its second row', async () => {
    const at = (x: number, threshold = 2) =>
      typedRows({ ...first, x, threshold, share: Buffer.of(...first.share.subarray(0, -1), x) });
    assert.deepEqual(await refusal(at(0)), [
      'SHARE_POINT',
      'the paper share has x = 0, which would be the secret itself',
      2,
    ]);
    assert.deepEqual(await refusal(at(11)), [
      'SHARE_POINT',
      `the paper share has x = 11; the shares of set ${id} have 10, 20, 30`,
      2,
    ]);
    assert.deepEqual(await refusal(typedRows(second)), [
      'SHARE_POINT',
      'the paper share has x = 20, which is that of "custodian-2"; "custodian-1" was asked for theirs',
      2,
    ]);
    assert.deepEqual(await refusal(at(10, 3)), [
      'SHARE_COMMITMENT',
      'the paper share of "custodian-1" says 3 of 3; the record says 2 of 3',
      2,
    ]);
  });

  test('that is open already: by its second row', async () => {
    assert.deepEqual(await refusal(typedRows(first), { presented: [opened(second), opened(first)] }), [
      'SHARE_DUPLICATE',
      'the share at x = 10, of "custodian-1", is open already; each counts once',
      2,
    ]);
  });

  test('that is forged, with rows that all fit: by its commitment', async () => {
    const share = Buffer.from(first.share);
    share[5] = (share[5] as number) ^ 1;
    assert.deepEqual(await refusal(typedRows({ ...first, share })), [
      'SHARE_COMMITMENT',
      'the share of "custodian-1" does not match its recorded commitment',
      7,
    ]);
  });
});

describe('a code that is scanned', () => {
  test('is taken in place of the rows, at the first question or a later one', async () => {
    const whole = await typing([scanOf(first)]);
    assert.deepEqual([whole.share, whole.asked], [opened(first), [1]]);
    assert.match(whole.written, /row 1 of 7: \*{155}\r\n/);
    assert.match(whole.written, /It is the share x = 10 of custodian-1/);
    const later = await typing([...typedRows(first).slice(0, 2), scanOf(first).toLowerCase()]);
    assert.deepEqual([later.share, later.asked], [opened(first), [1, 2, 3]]);
  });

  test('that does not fit says which row does not, and all rows are asked for anew', async () => {
    const rows = typedRows(first);
    const spoilt = scanOf(first).replace(
      rows[4] as string,
      (rows[4] as string).replace(/./, (one) => (one === 'Z' ? 'Y' : 'Z')),
    );
    const { share, asked, written } = await typing([rows[0] as string, spoilt, ...rows]);
    assert.deepEqual([share, asked], [opened(first), [1, 2, 1, 2, 3, 4, 5, 6, 7]]);
    assert.match(written, /in the code, row 5: typing error/);
    assert.deepEqual(await refusal([spoilt, spoilt, spoilt, spoilt, spoilt]), [
      'SHARE_ROW',
      'in the code, row 5: typing error: its last 5 characters do not fit the others',
      5,
    ]);
  });

  test('of another share is refused as if it had been typed', async () => {
    assert.deepEqual(await refusal([scanOf(second)]), [
      'SHARE_POINT',
      'the paper share has x = 20, which is that of "custodian-2"; "custodian-1" was asked for theirs',
      1,
    ]);
  });
});
