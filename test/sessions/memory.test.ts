import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { descriptorsOf, processesOf, type Role, searchMemory } from './processes.ts';
import { layTable, Session, type Table } from './table.ts';

const WRONG = '13377331';
const PATIENCE_MS = 20_000;
const PIN_ASKED = /PIN of token ([0-9a-f]{16}): *$/;

/** One session from the first PIN to the last page; the memory of all its processes is searched on the way. */
describe('the memory of a ceremony at the table', { concurrency: false }, () => {
  let table: Table;
  let session: Session;
  /** The guard's two words. */
  let words = '';

  before(() => {
    table = layTable();
    session = new Session(table);
  });
  after(() => {
    session?.close();
    table?.remove();
  });

  /** PINs that were asked for so far, and the wrong one: each was typed. */
  function typed(): string[] {
    const serials = session.seen.flatMap((screen) => PIN_ASKED.exec(screen)?.[1] ?? []);
    return [WRONG, ...[...new Set(serials)].map((serial) => table.pins.get(serial) ?? '')];
  }

  /** No PIN is in any process, not even the token process; the guard's words are in the guard alone. */
  function lookThrough(expected: readonly Role[]) {
    const running = processesOf(session.out);
    assert.deepEqual(new Set(running.map(({ role }) => role)), new Set(expected));
    const pins = typed();
    for (const one of running) {
      const { bytes, finds } = searchMemory(one, [...pins, words]);
      assert.ok(bytes > 10_000_000, `${bytes} bytes of the ${one.role} were searched`);
      const [ofWords, ofPins] = [
        finds.filter(({ text }) => text === pins.length),
        finds.filter(({ text }) => text < pins.length),
      ];
      assert.deepEqual(ofPins, [], `a PIN is in the ${one.role}`);
      if (one.role === 'guard') assert.notEqual(ofWords.length, 0, 'the guard knows its words');
      else assert.deepEqual(ofWords, [], `the words of the guard are in the ${one.role}`);
    }
    return pins.length;
  }

  it('the search finds a PIN that is being typed: in the guard, once, and in no other process', async () => {
    const first = await session.playUntil(/Written down and compared/);
    words = /^ GUARD {3}(\S+ \S+)$/m.exec(first)?.[1] ?? '';
    assert.notEqual(words, '');
    const asked = await session.playUntil(PIN_ASKED);
    const pin = table.pins.get(PIN_ASKED.exec(asked)?.[1] ?? '') ?? '';
    // No Enter, and nothing is echoed: the guard has it when it has it.
    session.type('-l', pin);
    const until = Date.now() + PATIENCE_MS;
    const finds = () =>
      processesOf(session.out).flatMap((one) => searchMemory(one, [pin]).finds.map(({ form }) => [one.role, form]));
    let found = finds();
    while (found.length === 0 && Date.now() < until) {
      await setTimeout(100);
      found = finds();
    }
    assert.deepEqual(found, [['guard', 'ASCII']]);
  });

  it('a PIN that was typed and left with Ctrl-C, and a wrong one, are nowhere', async () => {
    session.type('C-c');
    await session.see(/PRESENTATION_CANCELLED/);
    await session.playUntil(PIN_ASKED);
    session.enter(WRONG);
    await session.see(/PIN_INCORRECT/);
    assert.equal(lookThrough(['supervisor', 'guard', 'core', 'token process']), 2);
  });

  it('after a roll-call no PIN is in any process', async () => {
    await session.playUntil(/ 7 {2}hsm-seen/);
    assert.equal(lookThrough(['supervisor', 'guard', 'core', 'token process']), 6);
  });

  it('after approvals, while the HSM is open, no PIN is in any process', async () => {
    await session.playUntil(/Approved: crypto-officer-1. 2 more needed[^]*Choose with/);
    await session.playUntil(/Type "root-certificate" to go on/);
    const open = processesOf(session.out).filter(({ role }) => role === 'token process');
    assert.equal(open.length, 2, 'the token process of the cards, and that of the HSM');
    lookThrough(['supervisor', 'guard', 'core', 'token process']);
  });

  it('the core has neither the terminal nor a way to open it', () => {
    const running = processesOf(session.out);
    const core = running.find(({ role }) => role === 'core');
    const guard = running.find(({ role }) => role === 'guard');
    assert.ok(core && guard);
    const isTerminal = (path: string) => /^\/dev\/(?:tty|pts|console|ptmx)/.test(path);
    assert.ok(descriptorsOf(guard).some(isTerminal), 'the guard has the terminal');
    assert.notEqual(guard.terminal, 0);
    assert.deepEqual(descriptorsOf(core).filter(isTerminal), []);
    assert.equal(core.terminal, 0);
  });

  it('on the last page no PIN is in any process', async () => {
    await session.playUntil(/The ceremony has ended/);
    // Five officers and the witness have tokens; the administrator and the auditor have none.
    assert.equal(lookThrough(['supervisor', 'guard', 'core', 'token process']), 7);
    session.enter('');
    assert.equal(await session.end(), 0, session.stderr());
  });
});
