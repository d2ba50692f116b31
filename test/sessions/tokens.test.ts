import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { layTable, QUORATE, Session, type Table } from './table.ts';

const END = /The ceremony has ended/;
const OFFICERS = [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`);

function of<T extends Event['type']>(events: readonly Event[], type: T): readonly (Event & { type: T })[] {
  return events.filter((event): event is Event & { type: T } => event.type === type);
}

function verify({ table, out }: Session) {
  const anchor = ['--expect', 'rehearsal', '--roster', table.roster, '--outcome', 'complete', '--no-report'];
  return spawnSync(QUORATE, ['verify', out, ...anchor], { encoding: 'utf8' });
}

async function at(use: (table: Table, session: Session) => Promise<void>): Promise<void> {
  const table = layTable();
  const session = new Session(table);
  try {
    await use(table, session);
  } finally {
    session.close();
    table.remove();
  }
}

/** Who is asked to insert their token. */
function asked(screen: string): string | undefined {
  return /(\S+), insert your quorum token/.exec(screen.replace(/\s+/g, ' '))?.[1];
}

describe('one reader for all quorum tokens', { concurrency: 2 }, () => {
  it('is enough: each token is waited for, and the ceremony goes on when it is in', async () => {
    await at(async (table, session) => {
      for (const seat of table.tokens.keys()) table.takeOut(seat);
      let inside: string | undefined;
      const swapped: string[] = [];
      // The people do what the page says, and nothing else: take the one out, put the other in.
      await session.playUntil(END, (screen) => {
        const seat = asked(screen);
        if (seat === undefined || seat === inside) return undefined;
        if (inside !== undefined) {
          const serial = table.tokens.get(inside);
          assert.match(screen.replace(/\s+/g, ' '), new RegExp(`token ${serial}\\. Take it out first, ${inside}\\.`));
          table.takeOut(inside);
        }
        table.putIn(seat);
        inside = seat;
        swapped.push(seat);
        return undefined;
      });
      session.enter('');
      assert.equal(await session.end(), 0, session.stderr());
      const events = session.events();
      assert.deepEqual(of(events, 'refusal'), []);
      assert.ok(
        OFFICERS.every((seat) => swapped.includes(seat)),
        swapped.join(),
      );
      const verified = verify(session);
      assert.equal(verified.status, 0, verified.stdout);
    });
  });

  it('shows whose token is there instead, says that it waits, asks for no PIN, and can be given up', async () => {
    await at(async (table, session) => {
      const wanted = 'crypto-officer-2';
      const [serial, other] = [table.tokens.get(wanted), table.tokens.get('crypto-officer-3')];
      for (const seat of table.tokens.keys())
        if (!['crypto-officer-1', 'crypto-officer-3'].includes(seat)) table.takeOut(seat);
      const text = (screen: string) => screen.replace(/\s+/g, ' ');
      await session.playUntil(/crypto-officer-2, insert your quorum token/);
      const first = await session.see(/Waiting, \d+ s so far\. Ctrl-C gives up\./);
      assert.ok(text(first).includes(`${wanted}, insert your quorum token (serial ${serial}).`), first);
      assert.ok(text(first).includes(`token ${other}. This is the token of crypto-officer-3.`), first);
      assert.doesNotMatch(first, /PIN of token/);
      // It is seen to be alive, and Enter is no PIN of anybody's.
      session.enter('');
      await session.see(/Waiting, [3-9] s so far/);
      assert.deepEqual(of(session.events(), 'refusal'), []);
      // Taken away, the other one is named no more.
      table.takeOut('crypto-officer-3');
      for (let screen = first; screen.includes(String(other)); screen = await session.screen())
        await new Promise((resolve) => setTimeout(resolve, 100));
      table.putIn('crypto-officer-3');
      session.type('C-c');
      await session.see(/TOKEN_MISSING/);
      await session.see(/Choose with the arrow keys/);
      table.putIn(wanted);
      // Once the choice is "try again", the ceremony goes on.
      await session.playUntil(/crypto-officer-4, insert your quorum token/);
      const events = session.events();
      assert.deepEqual(
        of(events, 'refusal').map((event) => [event.code, event.seat, event.message]),
        [['TOKEN_MISSING', wanted, `the token of "${wanted}" (serial ${serial}) is not present`]],
      );
      assert.deepEqual(
        of(events, 'decision').map(({ choice }) => choice),
        ['again'],
      );
      assert.equal(of(events, 'statement').filter((event) => event.seat === wanted).length, 1);
    });
  });

  it('takes nobody’s approval twice: who has approved is not offered again, and their token serves nobody else', async () => {
    await at(async (table, session) => {
      const first = await session.playUntil(/Approved: [^.]*\(crypto-officer-1\)\.[\s\S]*Who presents next\?/);
      const offered = first.slice(first.indexOf('Who presents next?'));
      assert.match(offered, /crypto-officer-2/);
      assert.doesNotMatch(offered, /crypto-officer-1/);
      for (const seat of table.tokens.keys()) if (seat !== 'crypto-officer-1') table.takeOut(seat);
      await session.playUntil(/crypto-officer-2, insert your quorum token/);
      const waiting = (await session.see(/Waiting, \d+ s so far/)).replace(/\s+/g, ' ');
      assert.match(waiting, /In a reader: token \w+\. Take it out first, crypto-officer-1\./);
      assert.doesNotMatch(waiting, /PIN of token/);
      const approvals = () => of(session.events(), 'approval').slice(5);
      const before = approvals().map(({ seat }) => seat);
      assert.deepEqual(new Set(before), new Set(['crypto-officer-1']));
      table.putIn('crypto-officer-2');
      await session.playUntil(/One more of: /);
      for (const { seq } of of(session.events(), 'proposed').slice(-2)) {
        const seats = approvals().flatMap(({ proposal, seat }) => (proposal === seq ? [seat] : []));
        assert.deepEqual(seats, ['crypto-officer-1', 'crypto-officer-2']);
      }
    });
  });

  it('an HSM that counts a wrong PIN says so before its next login, and people may leave it at that', async () => {
    await at(async (table, session) => {
      // Somebody tries a PIN of the HSM between its preparation and its first key.
      await session.playUntil(/OPERATION {3}generate a CA key pair/);
      const prepared = of(session.events(), 'result').find(
        ({ outcome, facts }) => outcome === 'done' && facts['serial'],
      );
      const tried = spawnSync(
        'softhsm2-util',
        ['--import', '/dev/null', '--token', 'rehearsal-root-hsm', '--label', 'x', '--id', '01', '--pin', '00000000'],
        { env: { ...process.env, SOFTHSM2_CONF: table.hsmConfiguration }, encoding: 'utf8' },
      );
      assert.match(tried.stderr, /PIN does not match/);
      const page = await session.playUntil(/Ctrl-C leaves it alone/);
      assert.ok(
        page.includes(
          `THE HSM "root-hsm" (serial ${prepared?.facts['serial']}) REPORTS:\na wrong PIN was entered before\n`,
        ),
        page,
      );
      assert.match(page, /^ GUARD {3}/);
      session.type('C-c');
      await session.see(/PRESENTATION_CANCELLED/);
      // "Propose again" comes first; everybody approves once more, and this time the PIN is sent.
      await session.playUntil(/Ctrl-C leaves it alone/);
      session.enter('');
      await session.playUntil(/Recorded in this step/);
      assert.deepEqual(
        of(session.events(), 'decision').map(({ choice }) => choice),
        ['propose-again'],
      );
      assert.equal(of(session.events(), 'result').at(-1)?.outcome, 'done');
    });
  });
});
