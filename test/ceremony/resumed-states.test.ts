import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { hold } from './conducted.ts';
import { spread } from './drawn.ts';
import { assertShell, atEvent, atLine, killAndGoOn, layFor, layPlayed } from './going-on.ts';
import { type Blow, type KillPoint, layTable, pointsOf, type Table, telling } from './kill-points.ts';
import { resultsOf } from './operations.ts';
import { assertDoneOnce, assertVerifies, eventsIn } from './went-on.ts';

/*
 * What a key became is a line of its own, right after the one that it follows from; and what people declare of things is done on no
 * HSM that could show it. A ceremony is killed between such lines, and on each side of them.
 *
 * QUORATE_KILLS=N kills each of these ceremonies at N more points, at changes to the disk and PKCS#11 calls, and `all` at all of them.
 */
const WISH = process.env['QUORATE_KILLS'] ?? '';
const LASTS = WISH === '' ? {} : { timeout: Number.POSITIVE_INFINITY };

type Events = readonly Event[];
type Points = readonly [KillPoint, ...KillPoint[]];

interface Swept {
  readonly lay: () => Promise<Table>;
  /** Beyond that it verifies. */
  readonly whole: (table: Table, where: string) => void;
  /** Where it is killed, and again while it goes on. */
  readonly named: readonly (readonly [name: string, blow: Blow, at: (events: Events) => Points])[];
}

function sweep(what: string, { lay, whole, named }: Swept): void {
  describe(`${what}, killed and resumed`, { concurrency: false }, () => {
    let table: Table;
    let points: readonly KillPoint[] = [];
    let events: Events = [];
    const assertWhole = async (where: string) => {
      await assertVerifies(table, 'complete', where);
      assertShell(table, where, String(table.set.stage.start['expectedRoster']));
      whole(table, where);
    };
    before(async () => {
      table = await lay();
      const held = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
      assert.equal(held.code, 0, held.stderr);
      points = pointsOf(held.told, table.proxies);
      events = eventsIn(table.set.out);
      await assertWhole('not killed');
    });
    after(() => table?.remove());

    for (const [name, blow, at] of named)
      test(name, LASTS, async () => {
        assert.ok(await killAndGoOn(table, at(events), blow, assertWhole), 'not reached');
      });

    if (WISH !== '')
      test('at changes to the disk and PKCS#11 calls', LASTS, async (t) => {
        const chosen = WISH === 'all' ? points : spread(points, Number(WISH));
        const failed: string[] = [];
        for (const [index, point] of chosen.entries())
          await killAndGoOn(table, [point], index % 2 === 0 ? 'core' : 'power', assertWhole).catch((error) =>
            failed.push(String(error)),
          );
        t.diagnostic(`killed at ${chosen.length} of ${points.length} points`);
        assert.deepEqual(failed, []);
      });
  });
}

/** Of each key by itself: from what to what, as the record has it. */
function statesIn(table: Table): string[] {
  return eventsIn(table.set.out).flatMap((event) =>
    event.type === 'key-state' ? [`${event.from ?? 'nothing'} → ${event.to}`] : [],
  );
}

function ledgerOf(table: Table): Ledger {
  return readLedger(readFileSync(join(table.set.out, 'ledger.json')));
}

function assertLedgerHas(table: Table, states: readonly string[], where: string): void {
  const { keys } = ledgerOf(table);
  assert.equal(keys.length, 1, where);
  assert.deepEqual(
    keys[0]?.states.slice(-states.length).map(({ to }) => to),
    states,
    where,
  );
  assert.equal(keys[0]?.state, states.at(-1), where);
}

sweep('the birth of a key', {
  lay: () => layTable(),
  whole(table, where) {
    assert.deepEqual(statesIn(table), ['nothing → pre-activation', 'pre-activation → active'], where);
    assertLedgerHas(table, ['pre-activation', 'active'], where);
    assertDoneOnce(table, eventsIn(table.set.out), where);
  },
  named: [
    ['when it was generated, before that is its state', 'power', () => [atLine('key-state', 1, 'before')]],
    [
      'when its certificate was signed, before it is active by that, and again before that line',
      'core',
      () => [atLine('key-state', 2, 'before'), atLine('key-state', 1, 'half')],
    ],
    ['when it is active, before it signs a CRL', 'power', () => [atLine('key-state', 2, 'after')]],
  ],
});

const loss = (id: string, more: string) =>
  `      - { id: ${id}, step: record-loss, by: auditor, check: witness, say: "I was told, and looked.", with: { token: root-hsm, ${more}, since: 2026-03-01, exposed: true, how: "Gone with a bag.", circumstances: "Report 12." } }\n`;
const decision = (id: string, state: string) =>
  `      - { id: ${id}, step: set-key-state, by: administrator, check: auditor, with: { key: root, state: ${state}, reason: "The quorum has it ${id}." } }\n`;

/** Nothing is done on an HSM, and nothing on it would show what was decided. */
const DECIDING = `quorate: 1
ceremony:
  title: Example Root CA G1, what is lost
  objectives: [losses]
  policy: Example CPS 1.2, section 5.7
  place: Class 5 vault
rules: []
seats:
  administrator:  { of: 1 }
  crypto-officer: { of: 4, present: 3 }
  witness:        { of: 1 }
  auditor:        { of: 1, independent: true }
quorums: { administer: 2 }
uses:
  root: { key: root, of: example-root-g1 }
tokens:
  root-hsm: { expect: ledger }
acts:
  - title: Opening
    steps:
      - { id: documents, step: compare, by: administrator, check: all, with: { values: [authorization], against: print } }
      - { id: clock, step: check-clock, by: administrator, check: witness, with: { references: 2, tolerance: PT1M } }
      - { id: environment, step: check-environment, by: administrator, check: auditor }
      - { id: roll-call, step: roll-call, each: crypto-officer, check: witness }
  - title: What is lost
    steps:
${loss('card-lost', 'kind: quorum-token, thing: crypto-officer-4, state: lost')}${loss('medium-lost', 'kind: medium, thing: envelopes.1, state: lost')}${loss('card-found', 'kind: quorum-token, thing: crypto-officer-4, state: found')}      - { id: on-paper, step: transcribe-earlier, by: administrator, check: auditor, say: "From page 9.", with: { kind: medium, thing: envelopes.2, ceremony: 1, signed: [Ada Example, Bea Example] } }
  - title: What follows
    steps:
${decision('suspended', 'suspended')}${decision('taken-up', 'active')}${decision('retired', 'deactivated')}  - title: Judgement
    steps:
      - { id: judged, step: attest, by: auditor, say: "The script was followed." }
      - { id: sign-off, step: sign-off, each: all }
  - title: Putting away
    always: true
    steps:
      - { id: close, step: close, by: administrator, check: auditor }
`;

/** Which proposal an event is about, by the step that made it. */
const ofStep = (events: Events, step: string) => (event: Event) => {
  if (event.type !== 'intent' && event.type !== 'result') return 'step' in event && event.step === step;
  const proposed = events[event.proposal - 1];
  return proposed?.type === 'proposed' && proposed.step === step;
};

sweep('what is lost, and what is decided of a key', {
  lay: () => layFor(DECIDING),
  whole(table, where) {
    assert.deepEqual(statesIn(table), ['active → suspended', 'suspended → active', 'active → deactivated'], where);
    assertLedgerHas(table, ['suspended', 'active', 'deactivated'], where);
    const events = eventsIn(table.set.out);
    for (const operation of ['record-loss', 'set-key-state'])
      assert.equal(resultsOf(operation, events).length, 3, `${where}: ${operation}`);
    const { losses, custody } = ledgerOf(table);
    assert.deepEqual(
      losses?.map(({ kind, state, step }) => `${kind} ${state} ${step}`),
      ['quorum-token lost card-lost', 'medium lost medium-lost', 'quorum-token found card-found'],
      where,
    );
    const onPaper = custody.filter((thing) => thing.onPaper);
    assert.deepEqual(
      onPaper.map(({ unit, state }) => `${unit} ${state}`),
      ['envelopes.2 destroyed'],
      where,
    );
  },
  named: [
    [
      'when it is recorded what somebody signed, and not that they did',
      'power',
      // Both files are recorded at once, and half of that is the line of the first.
      () => [{ ...atLine('file', 1, 'half'), at: 'write', of: 'write pack/chain.jsonl file+', phase: 'half' }],
    ],
    [
      'when a loss was stated, before it is proposed',
      'core',
      (events) => [atEvent(events, 'answer', 'after', ofStep(events, 'card-lost'))],
    ],
    [
      'when a loss was approved, before it is declared',
      'power',
      (events) => [atEvent(events, 'result', 'before', ofStep(events, 'medium-lost'))],
    ],
    [
      'when a loss is declared, before its step ends, and again while what was lost is found',
      'core',
      (events) => [
        atEvent(events, 'result', 'after', ofStep(events, 'medium-lost')),
        // The only one since.
        atLine('result', 1, 'half'),
      ],
    ],
    [
      'half through what the paper of an earlier ceremony says',
      'power',
      (events) => [atEvent(events, 'answer', 'half', ofStep(events, 'on-paper'))],
    ],
    [
      'when what that paper says is typed, before its step ends',
      'core',
      (events) => [atEvent(events, 'answer', 'after', ofStep(events, 'on-paper'))],
    ],
    [
      'when it is decided that a key is suspended, before that is its state',
      'power',
      () => [atLine('key-state', 1, 'before')],
    ],
    [
      'half through the line by which it is active again, and again before that line',
      'core',
      () => [atLine('key-state', 2, 'half'), atLine('key-state', 1, 'before')],
    ],
    ['when it is deactivated, before its step ends', 'power', () => [atLine('key-state', 3, 'after')]],
  ],
});

sweep('the adoption of a CA', {
  lay: () => layPlayed(readFileSync(join(PROGRAM_ROOT, 'ceremonies', 'adopt-ca.yaml'), 'utf8')),
  whole(table, where) {
    assert.deepEqual(statesIn(table), ['nothing → active'], where);
    assertLedgerHas(table, ['active'], where);
    const events = eventsIn(table.set.out);
    assert.equal(resultsOf('prove-key', events).length, 1, where);
    const { adoptions, copies, crls } = ledgerOf(table);
    assert.deepEqual([adoptions?.length, copies.length, crls.length], [1, 3, 1], where);
  },
  named: [
    [
      'when its key has signed, before that is recorded',
      'power',
      (events) => [atEvent(events, 'result', 'before', ofStep(events, 'adopt'))],
    ],
    [
      'when its key has shown that it is there, before it is taken up',
      'core',
      (events) => [atEvent(events, 'result', 'after', ofStep(events, 'adopt'))],
    ],
    [
      'when it is taken up, before it is active by that, and again before that line',
      'power',
      () => [atLine('key-state', 1, 'before'), atLine('key-state', 1, 'before')],
    ],
    ['when it is active, before its step ends', 'core', () => [atLine('key-state', 1, 'after')]],
  ],
});
