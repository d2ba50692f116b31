import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { findCard } from '../../src/guard/card-search.ts';
import type { Look, Screen } from '../../src/guard/screen.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { type Member, memberOf, readRoster } from '../../src/quorum/roster.ts';
import type { TokenFacts, TokenProcess } from '../../src/token/client.ts';
import { assertRejects } from '../der/refusal.ts';
import { authorizationDocument, documentBytes, MODEL, makeMembers, rosterDocument } from '../forge/stage.ts';

const MEMBERS = makeMembers();
const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
const AUTHORIZATION = readAuthorization(
  Buffer.from(
    documentBytes(
      authorizationDocument(
        { script: '1'.repeat(64), site: '2'.repeat(64), roster: ROSTER.digest },
        MEMBERS,
        'rehearsal',
      ),
    ),
  ),
);
const memberAt = (seat: string) => memberOf(ROSTER, seat) as Member;
const serialOf = (seat: string) => memberAt(seat).tokens[0]?.serial ?? '';
const facts = (serial: string, more: object = {}) =>
  ({ serial, model: MODEL, initialized: serial !== '', ...more }) as unknown as TokenFacts;

const TROUBLE = new CeremonyError('PKCS11_ERROR', 'C_GetTokenInfo returned CKR_GENERAL_ERROR (5)');

/**
 * A search through looks that are given, each by the process that stands or by a new one.
 * @param looks what each look sees, the last one ever after; @param patience how often people are willing to look
 */
function searching(looks: readonly (readonly TokenFacts[] | CeremonyError)[], patience: number, before?: string) {
  const queue = [...looks];
  const pages: (readonly string[])[] = [];
  const asked: string[] = [];
  let started = 0;
  let standing: TokenProcess | undefined;
  const screen: Screen = {
    take: async () => undefined,
    release: () => undefined,
    show: async () => undefined,
    status: () => undefined,
    readLine: async (prompt) => {
      asked.push(prompt);
      return Buffer.alloc(0);
    },
    async waitFor<T>(look: Look<T>) {
      for (let time = 0; time < patience; time++) {
        const seen = await look();
        if ('done' in seen) return seen.done;
        pages.push(seen.rows);
      }
      return undefined;
    },
  };
  const reach = async () => {
    if (standing) return standing;
    started += 1;
    standing = {
      tokens: async () => {
        const next = queue.length > 1 ? queue.shift() : queue[0];
        if (next instanceof CeremonyError) throw next;
        return next;
      },
      stop: async () => {
        standing = undefined;
      },
    } as unknown as TokenProcess;
    return standing;
  };
  const search = {
    reach,
    terminal: new GuardTerminal(screen),
    authorization: AUTHORIZATION,
    roster: () => ROSTER,
    last: { serial: before },
  };
  return { find: (seat: string) => findCard(search, memberAt(seat)), pages, asked, started: () => started };
}

describe('the search for a quorum token', () => {
  test('takes the one that is there, without a word', async () => {
    const { find, pages, started } = searching([[facts(serialOf('alice'))]], 9);
    const { token, tries } = await find('alice');
    assert.equal(token.serial, serialOf('alice'));
    assert.equal(tries, 'no failed try reported');
    assert.deepEqual([pages, started()], [[], 1]);
  });

  test('looks once more by a new process before it asks: what stood may not have noticed', async () => {
    const { find, pages, started } = searching([[], [facts(serialOf('alice'))]], 9);
    assert.equal((await find('alice')).token.serial, serialOf('alice'));
    assert.deepEqual([pages, started()], [[], 2]);
  });

  test('asks for the one that is not there, says whose the others are, and goes on when it is', async () => {
    const [alice, bob] = [serialOf('alice'), serialOf('bob')];
    const stranger = facts('99 \u202e"', {});
    const looks = [[], [], [], [facts(bob), facts('')], [facts(bob), stranger], [facts(alice)]];
    const { find, pages, asked } = searching(looks, 9);
    assert.equal((await find('alice')).token.serial, alice);
    const please = `alice, insert your quorum token (serial ${alice}).`;
    assert.deepEqual(pages, [
      [please],
      [please, `In a reader: token ${bob}. This is the token of bob.`],
      [
        please,
        `In a reader: token ${bob}. This is the token of bob.`,
        `In a reader: token 99 \\u{202E}". It is not on the roster.`,
      ],
    ]);
    assert.deepEqual(asked, [], 'no PIN is asked for');
  });

  test('names first the one that was presented last: it comes out', async () => {
    const others = ['bob', 'carol', 'dave', 'erin'].map(serialOf);
    const { find, pages } = searching([others.map((serial) => facts(serial))], 1, serialOf('erin'));
    await assertRejects(() => find('alice'), 'TOKEN_MISSING', /is not present$/);
    assert.deepEqual(pages[0]?.slice(1), [
      `In a reader: token ${serialOf('erin')}. Take it out first, erin.`,
      `In a reader: token ${serialOf('bob')}. This is the token of bob.`,
      `In a reader: token ${serialOf('carol')}. This is the token of carol.`,
      'In readers besides: 1 more.',
    ]);
  });

  test('ends in a refusal where nobody can insert it, or people give up', async () => {
    const message = `the token of "alice" (serial ${serialOf('alice')}) is not present`;
    for (const patience of [0, 3]) {
      const error = await assertRejects(() => searching([[]], patience).find('alice'), 'TOKEN_MISSING', message);
      void error;
    }
  });

  test('outlasts one look that fails, as when a token is pulled under it; two in a row it does not', async () => {
    const alice = facts(serialOf('alice'));
    const found = searching([TROUBLE, [], TROUBLE, [], TROUBLE, [alice]], 9);
    assert.equal((await found.find('alice')).token.serial, alice.serial);
    assert.equal(found.pages.length, 3);
    const lost = searching([[], [], TROUBLE, TROUBLE], 9);
    await assertRejects(() => lost.find('alice'), 'PKCS11_ERROR', TROUBLE.message);
    assert.equal(lost.pages.length, 1);
    const atOnce = searching([TROUBLE], 9);
    await assertRejects(() => atOnce.find('alice'), 'PKCS11_ERROR', TROUBLE.message);
    assert.deepEqual(atOnce.pages, []);
  });

  test('does not wait for one that is there and cannot be used', async () => {
    for (const [more, code, message] of [
      [{ userPinLocked: true }, 'PIN_LOCKED', 'the token says so itself, and no PIN was asked for'],
      [{ model: 'Other' }, 'TOKEN_UNEXPECTED', /is of model "Other"; the roster names/],
    ] as const) {
      const { find, pages } = searching([[], [], [facts(serialOf('alice'), more)]], 9);
      await assertRejects(() => find('alice'), code, message);
      assert.deepEqual(pages, []);
    }
    const twice = searching([[facts(serialOf('alice')), facts(serialOf('alice'))]], 9);
    await assertRejects(() => twice.find('alice'), 'TOKEN_MISSING', /^2 tokens with serial \S+ are present$/);
  });
});
