import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Opened, openEnvelopes } from './opened-envelopes.ts';
import { descriptorsOf, processesOf, type Role, searchMemory } from './processes.ts';
import { layTable, Session, type Table } from './table.ts';

const WRONG = '13377331';
const PATIENCE_MS = 20_000;
const PIN_ASKED = /PIN of token ([0-9a-f]{16}): *$/;
const ROLES: readonly Role[] = ['supervisor', 'guard', 'core', 'token process'];

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

  /**
   * No PIN that was typed and nothing that opens the HSM is in any process, not even in the token processes; the
   * guard's words are in the guard alone.
   */
  function lookThrough(pinsTyped: number, { secrets, shares }: Opened = { secrets: [], shares: new Map() }) {
    const pins = typed();
    assert.equal(pins.length, pinsTyped, 'how many PINs were typed');
    const texts = [
      ...pins.map((text) => ({ text, what: 'a PIN' })),
      ...secrets.map((text) => ({ text, what: 'a secret of the HSM' })),
      ...[...shares].flatMap(([seat, both]) => both.map((text) => ({ text, what: `a share of ${seat}` }))),
      { text: words, what: 'the words of the guard' },
    ];
    const running = processesOf(session.out);
    assert.deepEqual(new Set(running.map(({ role }) => role)), new Set(ROLES));
    for (const one of running) {
      const { bytes, finds } = searchMemory(
        one,
        texts.map(({ text }) => text),
      );
      assert.ok(bytes > 10_000_000, `${bytes} bytes of the ${one.role} were searched`);
      const found = [...new Set(finds.map(({ text }) => texts[text]?.what ?? ''))];
      assert.deepEqual(found, one.role === 'guard' ? ['the words of the guard'] : [], `in the ${one.role}`);
    }
  }

  it('the search finds a PIN that is being typed: in the guard, once, and in no other process', async () => {
    const first = await session.playUntil(/Written down and compared/);
    words = /^ GUARD {3}(\S+ \S+)$/m.exec(first)?.[1] ?? '';
    assert.notEqual(words, '');
    const asked = await session.playUntil(PIN_ASKED);
    const pin = table.pins.get(PIN_ASKED.exec(asked)?.[1] ?? '') ?? '';
    // No Enter, and nothing is echoed: the guard has it when it has it.
    session.type('-l', pin);
    const look = () =>
      processesOf(session.out).flatMap((one) => searchMemory(one, [pin]).finds.map(({ form }) => [one.role, form]));
    const until = Date.now() + PATIENCE_MS;
    let found = look();
    while (found.length === 0 && Date.now() < until) {
      await setTimeout(100);
      found = look();
    }
    assert.deepEqual(found, [['guard', 'ASCII']]);
  });

  it('a PIN that was typed and left with Ctrl-C, and a wrong one, are nowhere', async () => {
    session.type('C-c');
    await session.see(/PRESENTATION_CANCELLED/);
    await session.playUntil(PIN_ASKED);
    session.enter(WRONG);
    await session.see(/PIN_INCORRECT/);
    lookThrough(2);
  });

  it('after a roll-call no PIN is in any process', async () => {
    await session.playUntil(/ 7 {2}hsm-seen/);
    lookThrough(6);
  });

  it('after the HSM was prepared no PIN is in any process, and no secret of the HSM', async () => {
    await session.playUntil(/ 9 {2}key-agreed/);
    lookThrough(6, await openEnvelopes(session));
  });

  it('after approvals, while the HSM is open, the same', async () => {
    await session.playUntil(/Type "root-certificate" to go on/);
    const tokens = processesOf(session.out).filter(({ role }) => role === 'token process');
    assert.equal(tokens.length, 2, 'the token process of the quorum tokens, and that of the HSM');
    lookThrough(6, await openEnvelopes(session));
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
    lookThrough(7);
    session.enter('');
    assert.equal(await session.end(), 0, session.stderr());
  });
});
