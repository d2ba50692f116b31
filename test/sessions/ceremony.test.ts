import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { type Act, inTurn, layTable, QUORATE, ROOT, Session } from './table.ts';

const END = /The ceremony has ended/;
const MENU = /What do you want\?/;

function verify(session: Session, outcome = 'complete') {
  const { table, out } = session;
  const anchor = ['--expect', 'rehearsal', '--roster', table.roster, '--outcome', outcome, '--no-report'];
  return spawnSync(QUORATE, ['verify', out, ...anchor], { encoding: 'utf8' });
}

function of<T extends Event['type']>(events: readonly Event[], type: T): readonly (Event & { type: T })[] {
  return events.filter((event): event is Event & { type: T } => event.type === type);
}

/** Lays a table, has people sit at it, and looks at what they left. */
async function hold(
  act: Act | undefined,
  look: (session: Session, code: number) => void,
  size?: { columns: number; rows: number },
  script?: string,
) {
  const table = layTable(script);
  const session = new Session(table, size);
  try {
    await session.playUntil(END, act);
    session.enter('');
    look(session, await session.end());
  } finally {
    session.close();
    table.remove();
  }
}

describe('a ceremony at the table', { concurrency: 2 }, () => {
  it('is held from the first page to a pack that verifies, on 80 columns and 24 rows', async () => {
    await hold(undefined, (session, code) => {
      assert.equal(code, 0, session.stderr());
      const verified = verify(session);
      assert.equal(verified.status, 0, verified.stdout);
      // The log reads on its own: the time first, and no PIN or colour in it.
      const log = session.stderr();
      for (const line of log.trimEnd().split('\n')) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}/);
      assert.equal(log.includes('\u001b'), false);
      for (const pin of session.table.pins.values()) assert.equal(log.includes(pin), false);
      assert.match(log, /Z {2}complete: \d+ events, head [0-9a-f]{64}$/m);
      // No PIN was ever on the screen, and every page began at its top.
      for (const screen of session.seen) {
        for (const pin of session.table.pins.values()) assert.ok(!screen.includes(pin), screen);
      }
      for (const screen of session.still.filter((one) => /^\? /m.test(one)))
        assert.match(screen, /^ Example Root CA G1, generation +REHEARSAL {2}\d\d:\d\d:\d\d UTC/, screen);
    });
  });

  it('goes on after a wrong PIN, a mistyped row, a correction, a deviation, a pause and a declined operation', async () => {
    const act = inTurn(
      // A deviation, said at the first question, approved before the HSM is used.
      [/Press Enter when it is done/, '?'],
      [MENU, '<Down>', '<Enter>'],
      [/What is done otherwise/, 'One phone stayed in the room, switched off'],
      [/\? Why/, 'Its owner is on call'],
      [/What becomes of this step/, '<Enter>'],
      [/Who agrees/, '<Space>', '<Down>', '<Space>', '<Enter>'],
      [/The deviation needs approval/, '<Down>', '<Enter>'],
      // The last row of the printed words, mistyped once.
      [/four words/, 'aardvark absurd accrue acme'],
      [/it is not the last row/, '<Enter>'],
      // The recorder's name, corrected at the clock.
      [/Time on clock 1/, '?'],
      [MENU, '<Down>', '<Down>', '<Down>', '<Enter>'],
      [/Which\?/, '<Enter>'],
      [/\? started/, ''],
      [/\? recorder/, 'second recorder'],
      [/\? card/, ''],
      [/\? Why/, 'the first one failed'],
      // A wrong PIN at the roll-call.
      [/\] crypto-officer-2, PIN of token/, '00000000'],
      [/PIN_INCORRECT/, '<Enter>'],
      // A pause before the HSM is looked at.
      [/7 {2}hsm-seen[\s\S]*Press Enter to go on/, '?'],
      [MENU, '<Down>', '<Down>', '<Enter>'],
      [/Why does the ceremony pause/, 'lunch'],
      [/Who stays with/, '<Space>', '<Down>', '<Down>', '<Space>', '<Enter>'],
      [/Is everybody back/, '<Enter>'],
      // Declined once, and proposed again.
      [/OPERATION {3}generate a CA key pair[\s\S]*More follows/, ''],
      [/type "approve" or "decline"/, 'decline'],
      [/reason for declining/, 'the label is read out wrong'],
      [/OFFICER_DECLINED/, '<Enter>'],
    );
    await hold(
      (screen, session) => act(screen, session) ?? typeHead(screen, session),
      (session, code) => {
        assert.equal(act.left(), 0, session.stderr());
        assert.equal(code, 0, session.stderr());
        const events = session.events();
        const [deviation] = of(events, 'deviation');
        assert.equal(deviation?.what, 'One phone stayed in the room, switched off');
        const approvals = of(events, 'approval').filter((event) => event.proposal === deviation?.seq);
        assert.equal(approvals.length, 3);
        assert.deepEqual(
          of(events, 'refusal').map(({ code: refused, seat }) => [refused, seat]),
          [['PIN_INCORRECT', 'crypto-officer-2']],
        );
        assert.deepEqual(
          of(events, 'decision').map(({ choice }) => choice),
          ['again', 'propose-again'],
        );
        assert.equal(of(events, 'correction')[0]?.values['recorder'], 'second recorder');
        assert.deepEqual(
          of(events, 'pause').map(({ phase }) => phase),
          ['begin', 'end'],
        );
        assert.equal(of(events, 'declined')[0]?.reason, 'the label is read out wrong');
        const verified = verify(session);
        assert.equal(verified.status, 0, verified.stdout);
      },
    );
  });

  it('goes on with whoever comes for a witness, and then for an officer, when the HSM is prepared already', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-exchange-'));
    const script = join(folder, 'more-people.yaml');
    const text = readFileSync(join(ROOT, 'ceremonies', 'root-generation.yaml'), 'utf8')
      .replace('crypto-officer: { of: 5,', 'crypto-officer: { of: 6,')
      .replace('witness:        { of: 1,', 'witness:        { of: 2, present: 1,');
    writeFileSync(script, text);
    const exchange = (leaves: readonly string[], what: string) =>
      [
        [/9 {2}key-agreed[\s\S]*Press Enter to go on/, '?'],
        [MENU, '<Down>', '<Down>', '<Down>', '<Down>', '<Enter>'],
        [/Who leaves/, ...leaves, '<Enter>'],
        [/Who comes in the place/, '<Enter>'],
        [/What has happened/, what],
        [/Why does somebody else come/, 'Nobody else of that role is here'],
        [/Who agrees/, '<Space>', '<Enter>'],
      ] as const;
    const act = inTurn(
      ...exchange(['<Down>', '<Down>', '<Down>', '<Down>', '<Down>'], 'The witness has a fever'),
      ...exchange([], 'The card of the first officer is locked for good'),
    );
    try {
      await hold(
        act,
        (session, code) => {
          assert.equal(act.left(), 0, session.stderr());
          assert.equal(code, 0, session.stderr());
          const events = session.events();
          assert.deepEqual(
            of(events, 'deviation').map(({ effect, names }) => [effect, ...names]),
            [
              ['exchange', 'witness-1', 'witness-2'],
              ['exchange', 'crypto-officer-1', 'crypto-officer-6'],
            ],
          );
          assert.ok(session.still.some((screen) => /leaves +witness-1[\s\S]*comes +witness-2/.test(screen)));
          const begun = of(events, 'step').filter(({ phase, step }) => phase === 'begin' && step === 'key-agreed');
          assert.deepEqual(
            begun.map(({ check }) => check.join()),
            ['witness-1', 'witness-2', 'witness-2'],
            'it begins again with whoever came',
          );
          const signs = of(events, 'step').filter(
            ({ phase, step }) => phase === 'begin' && step.startsWith('sign-off@'),
          );
          assert.deepEqual(
            signs.filter(({ step }) => step.endsWith('-1')).map(({ step, by }) => [step, ...by]),
            [
              ['sign-off@administrator-1', 'administrator-1'],
              ['sign-off@crypto-officer-1', 'crypto-officer-6'],
              ['sign-off@witness-1', 'witness-2'],
              ['sign-off@auditor-1', 'auditor-1'],
            ],
          );
          const used = of(events, 'intent')
            .slice(1)
            .flatMap(({ approvers }) => approvers);
          assert.deepEqual(
            used.filter((seat) => ['crypto-officer-1', 'crypto-officer-6'].includes(seat)),
            [],
            'the one has left, and the other has no share of the HSM',
          );
          const signatures = readdirSync(join(session.out, 'signatures')).map((name) => name.replace('.p7s', ''));
          assert.deepEqual(
            signatures.sort(),
            [2, 3, 4, 5, 6].map((number) => `crypto-officer-${number}`),
          );
          const verified = verify(session);
          assert.equal(verified.status, 0, verified.stdout);
          const shell = join(ROOT, 'templates', 'verify', 'verify.sh');
          const alone = spawnSync('sh', [shell, session.table.roster], { cwd: session.out, encoding: 'utf8' });
          assert.equal(alone.status, 0, alone.stdout);
        },
        undefined,
        script,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is aborted in order, and verifies as aborted', async () => {
    const act = inTurn(
      [/8 {2}activation[\s\S]*Type "activation" to go on/, '?'],
      [MENU, '<Down>', '<Down>', '<Down>', '<Down>', '<Down>', '<Enter>'],
      [/Why is the ceremony aborted/, 'the witness feels ill'],
      [/Type ABORT/, 'ABORT'],
    );
    await hold(act, (session, code) => {
      assert.equal(act.left(), 0);
      assert.equal(code, 130, session.stderr());
      assert.deepEqual(
        of(session.events(), 'abort').map(({ code: abort, message }) => [abort, message]),
        [['CEREMONY_ABORTED', 'the people ended the ceremony: the witness feels ill']],
      );
      const verified = verify(session, 'aborted');
      assert.equal(verified.status, 0, verified.stdout);
      assert.equal(verify(session).status, 1);
    });
  });

  it('fits a wide terminal', async () => {
    const act = inTurn(
      [/Press Enter when it is done/, '?'],
      [MENU, '<Down>', '<Down>', '<Down>', '<Down>', '<Down>', '<Enter>'],
      [/Why is/, 'enough seen'],
      [/Type ABORT/, 'ABORT'],
    );
    await hold(
      act,
      (session, code) => {
        assert.equal(code, 130, session.stderr());
        assert.match(session.seen.find((screen) => screen.includes('briefing')) ?? '', /^ .{60,98} UTC$/m);
      },
      { columns: 160, rows: 50 },
    );
  });
});

/** The head that was written down at the pause. */
function typeHead(screen: string, session: Session): readonly string[] | undefined {
  if (!/Type the last row of the head[\s\S]*four words$/.test(screen)) return undefined;
  const pause = session.events().findLast((event) => event.type === 'pause');
  return pause?.type === 'pause' ? [session.lastRowOf(pause.head)] : undefined;
}
