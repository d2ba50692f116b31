import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { type Block, blocksOf, where } from '../docs/pages.ts';
import { processesOf } from './processes.ts';
import { type Act, inTurn, ROOT, Session, tableIn } from './table.ts';

const BLOCKS = blocksOf('guides/crypto-officer.md');
const SCRIPT = join(ROOT, 'ceremonies', 'root-generation.yaml');
const END = /The ceremony has ended/;
const MENU = /What do you want\?/;
const KEY_READ = /Compare all rows of "root-key.spki"/;

/** What a newcomer does: every command of the guide, in its order, as it stands there. */
describe('the guide for crypto officers', { concurrency: false }, () => {
  let home: string;
  const commands = BLOCKS.filter(({ language }) => language === 'sh');
  const screens: string[] = [];

  before(() => {
    home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-guide-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  /** The next command, which the guide must have here. */
  function next(kind: string, what: RegExp): string {
    const block = commands.shift();
    assert.ok(block, `the guide has no command ${what}`);
    assert.equal(block.kind, kind, where(block));
    assert.match(block.text, what, where(block));
    return block.text;
  }

  function run(what: RegExp): string {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home };
    const ended = spawnSync('sh', ['-euc', next('guide', what)], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
      timeout: 120_000,
    });
    assert.equal(ended.status, 0, `${what}: ${ended.stdout}\n${ended.stderr}`);
    return ended.stdout;
  }

  /** A command that needs a terminal, typed into one. */
  function typed(what: RegExp, table: string, out: string): Session {
    const line = next('terminal', what);
    return new Session(tableIn(join(home, table), SCRIPT), {
      line: `cd '${ROOT}' && HOME='${home}' && export HOME && ${line}`,
      out: join(home, out),
    });
  }

  /** Plays until the screen says it, with the terminal closed at the end. */
  async function played(session: Session, until: RegExp, act?: Act): Promise<readonly Event[]> {
    try {
      await session.playUntil(until, act);
      screens.push(...session.seen);
      return session.events();
    } finally {
      session.close();
    }
  }

  it('installs and lays a table', () => {
    run(/^\.\/scripts\/setup$/);
    run(/practice .* --in ~\/practice$/);
    assert.match(run(/practice-pins\.txt$/), /^crypto-officer-5 .* [0-9]{8}$/m);
    assert.match(run(/plan .* --pdf ~\/practice\/script\.pdf$/), /^printed script .*\/script\.pdf$/m);
    const shown = run(/show ~\/practice\/authorization\.json$/);
    const { printed } = tableIn(join(home, 'practice'), SCRIPT);
    assert.ok(shown.includes(printed.replaceAll(' ', '  ')), 'the row that is typed from print is shown');
  });

  it('has the doctor look at it', async () => {
    const session = typed(/doctor --site/, 'practice', 'pack');
    try {
      assert.equal(await session.end(), 0, await session.screen());
    } finally {
      session.close();
    }
  });

  it('leads to the end of a ceremony, and to a pack that both verifiers find sound', async () => {
    const session = typed(/^bin\/quorate run .* --out ~\/pack$/, 'practice', 'pack');
    try {
      await session.playUntil(END);
      screens.push(...session.seen);
      session.enter('');
      assert.equal(await session.end(), 0, await session.screen());
    } finally {
      session.close();
    }
    run(/verify ~\/pack /);
    assert.match(run(/verify\.sh/), /^ok /m);
  });

  it('shows screens as they are', () => {
    const pictures = BLOCKS.filter(({ language, kind }) => language === 'text' && kind === 'screen');
    assert.ok(pictures.length >= 3);
    const seen = screens.map(withoutChance);
    const unseen = pictures.filter(({ text }) => !seen.some((screen) => screen.includes(withoutChance(text))));
    assert.deepEqual(unseen.map(pictureOf), []);
  });

  it('leads through the trouble that it has people practise', async () => {
    run(/practice .* --in ~\/practice-2$/);
    const clumsy = inTurn(
      [/\] crypto-officer-3, PIN of token/, '00000000'],
      [/PIN_INCORRECT/, '<Enter>'],
      [/ 7 {2}hsm-seen[\s\S]*Press Enter to go on/, '?'],
      [MENU, '<Down>', '<Down>', '<Enter>'],
      [/Why does the ceremony pause/, 'to practise it'],
      [/Who stays with/, '<Space>', '<Down>', '<Space>', '<Enter>'],
      [/Is everybody back/, '<Enter>'],
      [/OPERATION {3}generate a CA key pair[\s\S]*More follows/, ''],
      [/type "approve" or "decline"/, 'decline'],
      [/reason for declining/, 'to practise it'],
      [/OFFICER_DECLINED/, '<Enter>'],
    );
    const first = typed(/--out ~\/pack-2$/, 'practice-2', 'pack-2');
    const events = await played(first, KEY_READ, (screen, session) => clumsy(screen, session) ?? head(screen, session));
    assert.equal(clumsy.left(), 0);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'decision' ? [event.choice] : [])),
      ['again', 'propose-again'],
    );
    await ended(first);

    const ends = inTurn(
      [KEY_READ, '?'],
      [MENU, '<Down>', '<Down>', '<Down>', '<Down>', '<Down>', '<Enter>'],
      [/Why is the ceremony aborted/, 'enough practised'],
      [/Type ABORT/, 'ABORT'],
    );
    const again = typed(/--out ~\/pack-2 --resume$/, 'practice-2', 'pack-2');
    try {
      await again.playUntil(END, ends);
      again.enter('');
      assert.equal(await again.end(), 130, await again.screen());
    } finally {
      again.close();
    }
    assert.equal(ends.left(), 0);
    run(/--outcome aborted$/);
    run(/practice .*-vault\.yaml --in ~\/practice-vault$/);
    assert.match(readFileSync(join(home, 'practice-vault', 'practice-pins.txt'), 'utf8'), /^laptop +R0000001$/m);
    assert.deepEqual(commands, [], 'every command was run');
  });
});

/** The head that was written down at the pause. */
function head(screen: string, session: Session): readonly string[] | undefined {
  if (!/Type the last row of the head[\s\S]*four words$/.test(screen)) return undefined;
  const pause = session.events().findLast((event) => event.type === 'pause');
  return pause?.type === 'pause' ? [session.lastRowOf(pause.head)] : undefined;
}

/** Waits until none of its processes is left. */
async function ended({ out }: Session): Promise<void> {
  for (let look = 0; look < 200; look++) {
    try {
      processesOf(out);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`what wrote into ${out} goes on without a terminal`);
}

/** A screen without what is another in each ceremony: words, digests, serials, times. */
function withoutChance(screen: string): string {
  return screen
    .replace(/^ GUARD {3}\S+ \S+$/m, ' GUARD   WORDS')
    .replace(/(words for this ceremony are: {2})\S+ \S+/, '$1WORDS')
    .replaceAll(/\b[0-9a-f]{16,32}\b/g, 'HEX')
    .replaceAll(/\b\d\d:\d\d:\d\d UTC/g, 'TIME')
    .replaceAll(/^expires {5}\S+$/gm, 'expires     TIME');
}

function pictureOf(block: Block): string {
  return `${where(block)}\n${block.text}`;
}
