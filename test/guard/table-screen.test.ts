import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { LONGEST_LINE } from '../../src/guard/screen.ts';
import { TableScreen } from '../../src/guard/table-screen.ts';
import { assertRejects } from '../der/refusal.ts';
import { CLEAR, FakeDevice } from './fake-device.ts';

const WORDS = 'tiger Wichita';
interface Table {
  readonly device: FakeDevice;
  readonly screen: TableScreen;
  /** The core's end of the pipe, and what it got from the keyboard. */
  readonly core: Duplex;
  readonly got: string[];
}

function table(onTaken?: () => void): Table {
  const device = new FakeDevice();
  const [guardSide, core] = duplexPair();
  const screen = new TableScreen(device, guardSide, WORDS, onTaken);
  const got: string[] = [];
  core.on('data', (chunk: Buffer) => void got.push(chunk.toString()));
  core.on('error', () => undefined);
  return { device, screen, core, got };
}

/** Lets streams hand on what they hold. */
async function settle(): Promise<void> {
  for (let count = 0; count < 10; count++) await turn();
}

const rows = (count: number) => Array.from({ length: count }, (_, index) => `row ${index + 1}`);

describe('the screen', () => {
  test('is cleared for the guard, and begins with its words', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(['What is signed']);
    assert.equal(device.written.startsWith(CLEAR), true);
    assert.deepEqual(device.page, [` GUARD   ${WORDS}`.padEnd(80), '', 'What is signed', '']);
  });

  test('is cleared when the guard gives it back', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(['What is signed']);
    device.take();
    screen.release();
    assert.equal(device.take(), CLEAR);
  });

  test('shows what fits at once', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(rows(19));
    assert.equal(device.page.length, 22);
    assert.equal(device.written.includes('More follows'), false);
  });

  test('begins on a page of its own what does not fit below an answer, and stays on the page otherwise', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(rows(10));
    const asked = screen.readLine('Approve?', true);
    await settle();
    device.type('approve\r');
    (await asked).fill(0);
    await screen.show(['signs']);
    assert.ok(device.page.includes('row 10') && device.page.includes('signs'), device.page.join('\n'));
    const again = screen.readLine('Approve?', true);
    await settle();
    device.type('approve\r');
    (await again).fill(0);
    await screen.show(rows(19));
    assert.deepEqual(device.page.slice(2, -1), rows(19));
    // What nobody has answered is read to its end first.
    const reading = screen.show(rows(3));
    await settle();
    assert.match(device.page.at(-1) ?? '', /More follows/);
    device.type('\r');
    await reading;
  });

  test('has no page for a blank row, and begins none with one', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(['', ...rows(19), '']);
    assert.deepEqual(device.page.slice(2, -1), rows(19));
    assert.equal(device.written.includes('More follows'), false);
    const parted = table();
    await parted.screen.take();
    await parted.screen.show(['above', '', 'below']);
    assert.deepEqual(parted.device.page.slice(2, -1), ['above', '', 'below']);
  });

  test('shows no more than fits before somebody has read it, and has the words on every page', async () => {
    const { device, screen } = table();
    await screen.take();
    let shown = false;
    const showing = screen.show(rows(45)).then(() => {
      shown = true;
    });
    const pages: (readonly string[])[] = [];
    for (const from of [0, 19]) {
      await settle();
      pages.push(device.page.slice(2, -1));
      assert.equal(shown, false, `somebody must read on after ${from}`);
      assert.equal(device.page[0], ` GUARD   ${WORDS}`.padEnd(80));
      assert.ok(device.page.length <= 24);
      assert.equal(device.page.at(-1), `[${WORDS}] More follows. Press Enter to read on. `);
      device.type('\r');
    }
    await showing;
    pages.push(device.page.slice(2, -1));
    assert.deepEqual(pages.flat(), rows(45));
    assert.deepEqual(
      pages.map((page) => page.length),
      [19, 19, 7],
    );
  });

  test('counts what was shown and asked before on the same page', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(rows(10));
    const asked = screen.readLine('Who?', true);
    device.type('me\r');
    await asked;
    await screen.show(rows(8));
    assert.equal(device.page.filter((row) => row.startsWith('row')).length, 18);
    // Nobody has answered since: the next row does not fit, and waits.
    void screen.show(rows(1));
    await settle();
    assert.equal(device.page.at(-1), `[${WORDS}] More follows. Press Enter to read on. `);
    device.type('\r');
  });

  test('counts a question of two rows as two', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(rows(17));
    const asked = screen.readLine('x'.repeat(80), true);
    device.type('\r');
    await asked;
    await screen.show(['one more']);
    assert.deepEqual(device.page.slice(2, -1), ['one more']);
  });

  test('says nothing of what is typed while a page is read', async () => {
    const { device, screen } = table();
    await screen.take();
    const showing = screen.show(rows(20));
    await settle();
    device.take();
    device.type('123456');
    assert.equal(device.take(), '');
    device.type('\r');
    await showing;
    assert.equal(device.written.includes('123456'), false);
  });
});

describe('a state', () => {
  const row = (text: string) => `\u001b7\u001b[24;1H\u001b[0m\u001b[K${text}\u001b8`;

  test('stands in the last row, behind the guard’s words, and leaves the cursor where it was', async () => {
    const { device, screen } = table();
    await screen.take();
    device.take();
    screen.status('The HSM is signing … 3 s.');
    assert.equal(device.take(), row(`[${WORDS}] The HSM is signing … 3 s.`));
    screen.status(undefined);
    assert.equal(device.take(), row(''));
    screen.status(undefined);
    assert.equal(device.take(), '');
  });

  test('shows no words on a page of the core, which could draw a question behind them', async () => {
    const { device, screen } = table();
    screen.status('The HSM is signing … 3 s.');
    assert.equal(device.take(), row(' The HSM is signing … 3 s.'));
    await screen.take();
    screen.status('The HSM is signing … 4 s.');
    screen.release();
    device.take();
    screen.status('The HSM is signing … 5 s.');
    assert.equal(device.take().includes(WORDS), false);
  });

  test('is never as wide as the screen: nothing is pushed up', async () => {
    const { device, screen } = table();
    await screen.take();
    device.take();
    screen.status('x'.repeat(200));
    assert.equal(device.take(), row(`[${WORDS}] ${'x'.repeat(200)}`.slice(0, 79)));
  });

  test('is not drawn while something is asked, nor taken away from a page that has gone', async () => {
    const { device, screen } = table();
    await screen.take();
    const asked = screen.readLine('PIN:', false);
    device.take();
    screen.status('The HSM is signing … 3 s.');
    assert.equal(device.take(), '');
    device.type('1\r');
    await asked;
    screen.status('The HSM is signing … 3 s.');
    screen.release();
    device.take();
    screen.status(undefined);
    assert.equal(device.take(), '');
  });

  test('is not drawn on a terminal that is closed', async () => {
    const { device, screen } = table();
    device.end();
    screen.status('The HSM is signing … 3 s.');
    assert.equal(device.take(), '');
  });
});

describe('the core', () => {
  test('is told whenever its page goes', async () => {
    let taken = 0;
    const { screen } = table(() => {
      taken += 1;
    });
    assert.equal(taken, 0);
    for (const times of [1, 2]) {
      await screen.take();
      assert.equal(taken, times);
      screen.release();
    }
  });
});

describe('a question', () => {
  test('goes when there is nothing to answer any more, and leaves nothing of what was typed', async () => {
    const { device, screen } = table();
    await screen.take();
    const until = new AbortController();
    const asked = screen.readLine('wait or end:', true, until.signal);
    device.type('en');
    until.abort();
    assert.equal((await asked).length, 0);
    const next = screen.readLine('next:', true);
    device.type('d\r');
    assert.equal(String(await next), 'd');
    assert.equal((await screen.readLine('too late:', true, until.signal)).length, 0);
  });

  test('of a page that nobody needs to read any more goes as well', async () => {
    const { device, screen } = table();
    await screen.take();
    const until = new AbortController();
    const showing = screen.show(rows(30), until.signal);
    await settle();
    assert.equal(device.page.at(-1), `[${WORDS}] More follows. Press Enter to read on. `);
    until.abort();
    await showing;
    assert.equal(device.written.includes('row 20'), false);
  });

  test('has the guard’s words, and its answer without its end', async () => {
    const { device, screen } = table();
    await screen.take();
    device.take();
    const asked = screen.readLine('alice, PIN of token 7:', false);
    assert.equal(device.take(), `[${WORDS}] alice, PIN of token 7: `);
    device.type('12');
    device.type('34\r');
    assert.equal(String(await asked), '1234');
  });

  test('is echoed where it may be seen, and a PIN is not', async () => {
    for (const [echo, shown] of [
      [true, '12\b \b3\r\n'],
      [false, '\r\n'],
    ] as const) {
      const { device, screen } = table();
      await screen.take();
      const asked = screen.readLine('?', echo);
      device.take();
      device.type('12\u007f3\r');
      assert.equal(String(await asked), '13');
      assert.equal(device.take(), shown);
    }
  });

  test('has the words each time it is asked', async () => {
    const { device, screen } = table();
    await screen.take();
    for (let time = 0; time < 3; time++) {
      device.take();
      const asked = screen.readLine('approve or decline:', true);
      assert.equal(device.take(), `[${WORDS}] approve or decline: `);
      device.type('x\r');
      await asked;
    }
  });

  test('is not answered by what was typed before it', async () => {
    const { device, screen } = table();
    await screen.take();
    device.type('approve\r');
    const asked = screen.readLine('approve or decline:', true);
    await settle();
    device.type('decline\r');
    assert.equal(String(await asked), 'decline');
  });

  test('is not answered by what was typed behind the end of the last answer', async () => {
    const { device, screen } = table();
    await screen.take();
    const first = screen.readLine('first:', true);
    device.type('one\rapprove\r');
    assert.equal(String(await first), 'one');
    const second = screen.readLine('second:', true);
    await settle();
    device.type('two\r');
    assert.equal(String(await second), 'two');
  });

  test('is left with Ctrl-C', async () => {
    const { device, screen } = table();
    await screen.take();
    const asked = screen.readLine('PIN:', false);
    device.type('12\u0003');
    await assertRejects(() => asked, 'PRESENTATION_CANCELLED', 'the question was left with Ctrl-C');
    const again = screen.readLine('PIN:', false);
    device.type('34\r');
    assert.equal(String(await again), '34');
  });

  test('takes no more than a line of it', async () => {
    const { device, screen } = table();
    await screen.take();
    const asked = screen.readLine('PIN:', false);
    device.type('1'.repeat(LONGEST_LINE + 1));
    await assertRejects(() => asked, 'ANSWER_REFUSED', `an answer longer than ${LONGEST_LINE} bytes was typed`);
  });
});

describe('keys', () => {
  test('go to the core while the guard has no question', async () => {
    const { device, got } = table();
    device.type('x\r');
    device.type('\u0003');
    await settle();
    assert.equal(got.join(''), 'x\r\u0003');
  });

  test('are nobody’s while the guard has the screen and asks nothing', async () => {
    const { device, screen, got } = table();
    await screen.take();
    device.type('1234\r');
    screen.release();
    await settle();
    assert.deepEqual(got, []);
    device.type('y');
    await settle();
    assert.equal(got.join(''), 'y');
  });

  test('of an answer never reach the core', async () => {
    const { device, screen, got } = table();
    await screen.take();
    const asked = screen.readLine('PIN:', false);
    device.type('1234\r5678');
    await asked;
    screen.release();
    await settle();
    assert.deepEqual(got, []);
  });

  test('are zeroed once they were taken, whoever took them', async () => {
    const { device, screen } = table();
    device.type('core');
    await screen.take();
    device.type('nobody');
    const asked = screen.readLine('PIN:', false);
    device.type('12');
    device.type('34\r');
    await asked;
    const cancelled = screen.readLine('PIN:', false);
    device.type('56\u0003');
    await cancelled.catch(() => undefined);
    assert.equal(device.typed.length, 5);
    for (const keys of device.typed) assert.deepEqual([...keys], Array(keys.length).fill(0));
  });

  test('reach the core as they were typed, though they are zeroed', async () => {
    const { device, core } = table();
    core.pause();
    device.type('secret of the core');
    core.resume();
    const chunk = await new Promise<Buffer>((resolve) => core.once('data', resolve));
    assert.equal(String(chunk), 'secret of the core');
  });
});

describe('what the core draws', () => {
  test('is shown, but for what may not reach the terminal', async () => {
    const { device, core } = table();
    core.write('page\n\u001b]0;title\u0007\u001b[31mred\u001b[6n');
    await settle();
    assert.equal(device.take(), 'page\n\u001b[31mred');
  });

  test('stands before the guard’s page when it was written before', async () => {
    const { device, screen, core } = table();
    core.write('last words');
    await screen.take();
    assert.ok(device.written.indexOf('last words') >= 0);
    assert.ok(device.written.indexOf('last words') < device.written.indexOf(CLEAR));
  });

  test('waits while the guard has the screen, and is shown when it gives it back', async () => {
    const { device, screen, core } = table();
    await screen.take();
    device.take();
    core.write('behind the guard');
    await settle();
    const asked = screen.readLine('PIN:', false);
    await settle();
    device.type('1\r');
    await asked;
    assert.equal(device.take().includes('behind'), false);
    screen.release();
    await settle();
    assert.equal(device.take(), `${CLEAR}behind the guard`);
  });

  test('that stopped in the midst of a sequence changes nothing of the guard’s page', async () => {
    const { device, screen, core } = table();
    core.write('\u001b[3');
    await settle();
    await screen.take();
    await screen.show(['1mWhat is signed']);
    assert.deepEqual(device.page.slice(2), ['1mWhat is signed', '']);
    assert.equal(device.written.startsWith(CLEAR), true);
  });

  test('may end; the guard goes on', async () => {
    const { device, screen, core } = table();
    core.end();
    core.destroy();
    await settle();
    await screen.take();
    const asked = screen.readLine('PIN:', false);
    device.type('1\r');
    assert.equal(String(await asked), '1');
    screen.release();
    device.type('y');
    await settle();
  });
});

describe('a terminal that is closed', () => {
  test('ends the question that is open', async () => {
    const { device, screen } = table();
    await screen.take();
    const asked = screen.readLine('PIN:', false);
    device.type('12');
    device.end();
    await assertRejects(() => asked, 'INTERRUPTED', 'the terminal was closed while an answer was awaited');
  });

  test('lets no other be asked', async () => {
    const { device, screen } = table();
    device.end();
    await assertRejects(
      () => screen.readLine('PIN:', false),
      'INTERRUPTED',
      'the terminal was closed while an answer was awaited',
    );
  });

  test('ends a page that somebody should have read', async () => {
    const { device, screen } = table();
    await screen.take();
    const showing = screen.show(rows(30));
    await settle();
    device.end();
    await assertRejects(() => showing, 'INTERRUPTED', 'the terminal was closed while an answer was awaited');
  });

  test('is known to the core', async () => {
    const { device, core } = table();
    const closed = new Promise<void>((resolve) => {
      core.on('end', resolve);
      core.on('close', resolve);
    });
    device.end();
    await closed;
  });

  test('leaves nothing of the PIN that was being typed', async () => {
    const made: Buffer[] = [];
    const { device, screen } = table();
    await screen.take();
    const alloc = Buffer.alloc;
    Buffer.alloc = (size: number, ...rest: []) => {
      const buffer = alloc(size, ...rest);
      if (size === LONGEST_LINE) made.push(buffer);
      return buffer;
    };
    let asked: Promise<Buffer>;
    try {
      asked = screen.readLine('PIN:', false);
    } finally {
      Buffer.alloc = alloc;
    }
    device.type('1234');
    const [line] = made;
    assert.ok(line, 'the PIN is gathered in a buffer of that size');
    assert.ok(line.includes('1234'));
    device.end();
    await asked.catch(() => undefined);
    assert.equal(
      line.every((byte) => byte === 0),
      true,
    );
  });
});

describe('waiting for what people do', () => {
  const WAITING = `[${WORDS}] Waiting, 0 s so far. Ctrl-C gives up.`;

  /** What stands on the screen once all of it was written, cursor movements included. */
  function standing(written: string): readonly string[] {
    const rows: string[] = [''];
    let row = 0;
    for (const part of written.slice(written.lastIndexOf(CLEAR) + CLEAR.length).split(/(\u001b\[\d*[AJm]|\r\n|\r)/)) {
      const up = /^\u001b\[(\d+)A$/.exec(part)?.[1];
      if (up !== undefined) row -= Number(up);
      else if (part === '\u001b[J') rows.splice(row, rows.length, '');
      else if (part === '\r\n') rows[++row] ??= '';
      else if (part !== '\r' && !part.startsWith('\u001b')) rows[row] += part;
    }
    return rows;
  }

  test('says what is waited for and that it goes on, in place of what it said before', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(['What is signed']);
    let looks = 0;
    const done = screen.waitFor(async () => (++looks < 3 ? { rows: [`look ${looks}`, 'insert it'] } : { done: 'in' }));
    await settle();
    assert.deepEqual(standing(device.written).slice(2), ['What is signed', 'look 1', 'insert it', WAITING]);
    await sleep(1100);
    const again = standing(device.written).slice(2);
    assert.deepEqual(again, ['What is signed', 'look 2', 'insert it', WAITING.replace('0 s', '1 s')]);
    assert.equal(await done, 'in');
    assert.deepEqual(standing(device.written).slice(2), ['What is signed', '']);
  });

  test('says nothing where there is nothing to wait for', async () => {
    const { device, screen } = table();
    await screen.take();
    device.take();
    assert.equal(await screen.waitFor(async () => ({ done: 1 })), 1);
    assert.equal(device.take(), '');
  });

  test('ends at once with Ctrl-C, and with no other key; what is typed reaches nobody', async () => {
    const { device, screen, got } = table();
    await screen.take();
    const since = performance.now();
    const done = screen.waitFor(async () => ({ rows: ['insert it'] }));
    await settle();
    device.type('1234\r?q\u001b');
    await settle();
    assert.equal(standing(device.written).at(-1), WAITING);
    device.type('\u0003');
    assert.equal(await done, undefined);
    assert.ok(performance.now() - since < 900);
    assert.deepEqual(got, []);
    assert.equal(device.written.includes('1234'), false);
    assert.deepEqual(
      device.typed.map(String).map((keys) => keys.replaceAll('\0', '')),
      ['', ''],
    );
  });

  test('ends when the terminal is closed', async () => {
    const { device, screen } = table();
    await screen.take();
    const done = screen.waitFor(async () => ({ rows: ['insert it'] }));
    await settle();
    device.end();
    await assertRejects(() => done, 'INTERRUPTED', 'the terminal was closed while an answer was awaited');
  });

  test('ends with what a look throws, and leaves no key to be waited for', async () => {
    const { device, screen, got } = table();
    await screen.take();
    await assert.rejects(
      screen.waitFor(async () => {
        throw new RangeError('no');
      }),
      RangeError,
    );
    screen.release();
    device.type('\u0003');
    await settle();
    assert.deepEqual(got, ['\u0003']);
  });

  test('has what stands above it read to its end where it does not fit below', async () => {
    const { device, screen } = table();
    await screen.take();
    await screen.show(rows(18));
    const done = screen.waitFor(async () => ({ rows: ['insert it'] }));
    await settle();
    assert.equal(device.page.at(-1), `[${WORDS}] More follows. Press Enter to read on. `);
    device.type('\r');
    await settle();
    assert.deepEqual(standing(device.written), [` GUARD   ${WORDS}`.padEnd(80), '', 'insert it', WAITING]);
    device.type('\u0003');
    await done;
  });
});
