import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { makeSoftHsm } from '../../src/rehearsal/soft-hsm.ts';
import { type Block, blocksOf } from '../docs/pages.ts';
import { type Act, inTurn, layTable, QUORATE, ROOT, Session, type Table, tableIn } from './table.ts';

const DAY_MS = 86_400_000;
const utc = (from: number) => `${new Date(Date.now() + from).toISOString().slice(0, 19)}Z`;
const END = /The ceremony has ended/;
const SCRIPT = join(ROOT, 'ceremonies', 'quorum-enrolment.yaml');
const COMMANDS = blocksOf('guides/quorum-enrolment.md').filter(({ language }) => language === 'sh');

/** What a holder does at the other machine, as the guide says: stock tools read both public keys from the token itself. */
function fingerprintElsewhere({ folder }: Table, seat: string): string {
  const command = guided(/pkcs11-tool/)
    .replace('~/enrolment/cards', join(folder, 'cards'))
    .replace('--token-label crypto-officer-1', `--token-label ${seat}`);
  const printed = execFileSync('sh', ['-euc', command], { encoding: 'utf8' });
  assert.match(printed, /^[0-9a-f]{64} /);
  return printed.slice(0, 64);
}

/** The command of the guide that is like it. */
function guided(what: RegExp): string {
  const found = COMMANDS.filter(({ text }) => what.test(text));
  assert.equal(found.length, 1, String(what));
  return (found[0] as Block).text;
}

/** A table for the root's ceremony, with the people, tokens and roster of the enrolment, and a blank HSM. */
/** The table of the next ceremony: its site names the pack of the enrolment as the previous one. */
function tableOfRoot(enrolment: Table, pack: string): Table {
  const roster = join(pack, 'roster', 'roster.json');
  const { head } = JSON.parse(readFileSync(join(pack, 'manifest.json'), 'utf8'));
  const folder = join(dirname(enrolment.folder), 'root');
  const hsm = makeSoftHsm(join(folder, 'hsm'));
  const site = JSON.parse(readFileSync(enrolment.site, 'utf8'));
  const media = ['envelopes', 'evidence', 'publish'].map((name) => {
    const copies = [1, 2].map((copy) => ({ at: join(folder, `${name}-${copy}`) }));
    for (const { at } of copies) mkdirSync(at);
    return [name, copies] as const;
  });
  const { module } = site['quorum-tokens'];
  const { 'policy-authority': _atTheDesk, ...people } = site.people;
  const activation = { means: 'shares' };
  writeFileSync(
    join(folder, 'site.yaml'),
    JSON.stringify({
      ...site,
      previous: { pack, head },
      roster: 'roster.json',
      authorization: 'authorization.json',
      modules: { ...site.modules, hsm: { ...site.modules[module], environment: hsm.environment } },
      tokens: {
        'root-hsm': { module: 'hsm', label: 'rehearsal-root-hsm', blank: true, model: 'SoftHSM v2', activation },
      },
      'quorum-tokens': { module },
      people,
      media: Object.fromEntries(media),
    }),
  );
  for (const [from, to] of [
    [roster, 'roster.json'],
    [join(enrolment.folder, 'people.json'), 'people.json'],
    [join(enrolment.folder, 'practice-pins.txt'), 'practice-pins.txt'],
  ] as const)
    copyFileSync(from, join(folder, to));
  const script = join(ROOT, 'ceremonies', 'root-generation.yaml');
  return { ...enrolment, folder, script, site: join(folder, 'site.yaml'), roster: sha256(readFileSync(roster)) };
}

/** Types the digits that the other machine shows; everything else as everybody would. */
function withOtherMachine(table: Table, act?: Act): Act {
  return (screen, session) => {
    const own = act?.(screen, session);
    if (own) return own;
    if (!/sixteen digits, 0-9 and a-f ?$/.test(screen.trimEnd())) return undefined;
    const events = session.events();
    const begun = events.findLast((event) => event.type === 'step' && event.phase === 'begin');
    const seat = begun?.type === 'step' ? (begun.by[0] ?? '') : '';
    const digits = fingerprintElsewhere(table, seat).slice(-16);
    return [digits.replace(/(.{4})(?=.)/g, '$1 ')];
  };
}

function verify(out: string, outcome: string, roster?: string) {
  const anchor = roster === undefined ? [] : ['--roster', roster];
  return spawnSync(QUORATE, ['verify', out, '--expect', 'rehearsal', '--outcome', outcome, ...anchor], {
    encoding: 'utf8',
  });
}

describe('the first enrolment at the table', { concurrency: 2 }, () => {
  it('by its guide: makes a roster whose members compared their keys on another machine, and a root begins with it', async () => {
    const home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-enrol-guide-'));
    const environment = { ...process.env, HOME: home };
    execFileSync('sh', ['-euc', guided(/ practice /)], { cwd: ROOT, env: environment });
    const table = { ...tableIn(join(home, 'enrolment'), SCRIPT), remove: () => rmSync(home, { recursive: true }) };
    const session = new Session(table, {
      line: `cd '${ROOT}' && HOME='${home}' && export HOME && ${guided(/ run /)}`,
      out: join(home, 'enrolment-pack'),
    });
    try {
      const act = inTurn([/PIN of token [0-9a-f]+: ?$/, '00000000']);
      await session.playUntil(END, withOtherMachine(table, act));
      assert.equal(act.left(), 0);
      session.enter('');
      assert.equal(await session.end(), 0, session.stderr());
      const roster = sha256(readFileSync(join(session.out, 'roster', 'roster.json')));
      const verified = verify(session.out, 'complete', roster);
      assert.equal(verified.status, 0, verified.stdout);
      // The wrong PIN is on record, and the token that refused it was enrolled once.
      assert.equal(
        session.events().filter((event) => event.type === 'refusal' && event.code === 'PIN_INCORRECT').length,
        1,
      );
      execFileSync('sh', ['-euc', guided(/verify\.sh/)], { env: environment });
      assert.ok(
        session.seen.some((screen) => /There is no roster yet: this ceremony makes the first one/.test(screen)),
      );
      assert.ok(session.seen.some((screen) => /ENROLMENT of crypto-officer-1 as crypto-officer/.test(screen)));
      assert.ok(
        session.seen.some((screen) => /ROSTER version 1, 10 members, to be signed by policy-authority-2/.test(screen)),
      );

      const report = execFileSync('pdftotext', ['-layout', join(session.out, 'views', 'report.pdf'), '-'], {
        encoding: 'utf8',
      });
      assert.match(report, new RegExp(`Roster that was made +${roster}`));
      assert.match(report, /crypto-officer-5 +SoftHSM v2; keys generated here/);

      // From here on it is the roster of the CA: two authorize the root's ceremony, and it begins with the five.
      const root = tableOfRoot(table, session.out);
      const previous = sha256(readFileSync(join(session.out, 'manifest.json')));
      const window = ['--from', utc(-DAY_MS), '--until', utc(DAY_MS), '--change', 'CHG-1', '--ceremony', '2'];
      const authorizing = ['authorize', root.script, '--site', root.site, ...window, '--previous'];
      const another = new Session(root, { command: [...authorizing, sha256('another pack')] });
      try {
        assert.equal(await another.end(), 2);
        assert.match(
          another.stderr(),
          new RegExp(
            `AUTHORIZATION_PREVIOUS: the previous pack's manifest is ${previous}, but the authorization names `,
          ),
        );
      } finally {
        another.close();
      }
      const desk = new Session(root, { command: [...authorizing, previous] });
      try {
        await desk.playUntil(
          /^EXIT \d+/m,
          inTurn([/Who signs next\?/, 'policy-authority-1'], [/Who signs next\?/, 'policy-authority-2']),
        );
        assert.equal(await desk.end(), 0, desk.stderr());
      } finally {
        desk.close();
      }
      const vault = new Session(tableIn(root.folder, root.script));
      try {
        await vault.playUntil(/prepare-token/);
        const [opening] = vault.events();
        assert.deepEqual(opening?.type === 'opening' && [opening.number, opening.previous], [2, previous]);
        const called = vault.events().filter((event) => event.type === 'statement' && event.kind === 'presence');
        assert.deepEqual(
          called.map((event) => event.type === 'statement' && event.seat),
          [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`),
        );
      } finally {
        vault.close();
      }
    } finally {
      session.close();
      table.remove();
    }
  });

  it('goes on after the power failed while a token was enrolled, and takes up the keys that were made on it', async () => {
    const table = layTable(SCRIPT);
    const first = new Session(table);
    try {
      await first.playUntil(/PIN of token [0-9a-f]+: ?$/, withOtherMachine(table));
      first.kill();
      first.close();
      const second = new Session(table, { out: first.out, args: ['--resume'] });
      try {
        await second.playUntil(END, withOtherMachine(table));
        second.enter('');
        assert.equal(await second.end(), 0, second.stderr());
        const roster = sha256(readFileSync(join(second.out, 'roster', 'roster.json')));
        const verified = verify(second.out, 'complete', roster);
        assert.equal(verified.status, 0, verified.stdout);
      } finally {
        second.close();
      }
    } finally {
      first.close();
      table.remove();
    }
  });

  it('ends where another machine reads other keys, before there is a roster, and verifies as aborted', async () => {
    const table = layTable(SCRIPT);
    const session = new Session(table);
    try {
      const act = inTurn(
        [/sixteen digits, 0-9 and a-f ?$/, '0000 0000 0000 0000'],
        [/Choose with the arrow keys, then Enter/, '<Down>', '<Enter>'],
      );
      await session.playUntil(END, withOtherMachine(table, act));
      session.enter('');
      assert.equal(await session.end(), 2, session.stderr());
      assert.match(
        session.stderr(),
        /quorate: COMPARISON_FAILED: "officer-token.fingerprint": typed "0000 0000 0000 0000"/,
      );
      const verified = verify(session.out, 'aborted');
      assert.equal(verified.status, 0, verified.stdout);
      assert.match(
        verified.stdout,
        /note: nothing anchors this pack: the first enrolment ended before it had made a roster/,
      );
    } finally {
      session.close();
      table.remove();
    }
  });
});
