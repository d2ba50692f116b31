import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { findCard, type Holder, type NamedToken } from '../../src/guard/card-search.ts';
import type { Look, Screen } from '../../src/guard/screen.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { type Member, type MemberToken, memberOf, readRoster } from '../../src/quorum/roster.ts';
import type { TokenFacts, TokenProcess } from '../../src/token/client.ts';
import { assertRejects } from '../der/refusal.ts';
import { authorizationDocument, documentBytes, MODEL, makeMembers, rosterDocument } from '../forge/stage.ts';

const MEMBERS = makeMembers();
const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
const PERMIT = authorizationDocument(
  { script: '1'.repeat(64), site: '2'.repeat(64), roster: ROSTER.digest },
  MEMBERS,
  'rehearsal',
);
const NAMED = PERMIT['tokens'] as readonly JsonObject[];
const AUTHORIZATION = readAuthorization(
  // The last entry is for cards without a serial.
  Buffer.from(documentBytes({ ...PERMIT, tokens: [...NAMED, { serial: '', model: MODEL }] })),
);
const memberAt = (seat: string) => memberOf(ROSTER, seat) as Member;
const tokenAt = (seat: string) => memberAt(seat).tokens[0] as MemberToken;
const serialOf = (seat: string) => tokenAt(seat).serial;
const facts = (serial: string, more: object = {}) =>
  ({ serial, model: MODEL, initialized: serial !== '', ...more }) as unknown as TokenFacts;

/** A token of a test, and the keys that it shows before a login. */
type Seen = TokenFacts & { readonly keys?: readonly string[] };

const TROUBLE = new CeremonyError('PKCS11_ERROR', 'C_GetTokenInfo returned CKR_GENERAL_ERROR (5)');

/**
 * A search through looks that are given, each by the process that stands or by a new one.
 * @param looks what each look sees, the last one ever after; @param patience how often people are willing to look
 */
function searching(looks: readonly (readonly TokenFacts[] | CeremonyError)[], patience: number, before?: NamedToken) {
  const queue = [...looks];
  const pages: (readonly string[])[] = [];
  const asked: string[] = [];
  let started = 0;
  let standing: TokenProcess | undefined;
  let seen: readonly Seen[] = [];
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
        seen = next as readonly Seen[];
        return next;
      },
      tokensOf: async (serial: string) =>
        seen
          .filter((one) => one.initialized && one.serial === serial)
          .map((one) => ({ facts: one, keys: one.keys ?? [] })),
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
    last: { token: before },
  };
  return {
    find: (seat: string) => findCard(search, memberAt(seat)),
    findFor: (holder: Holder<NamedToken>) => findCard(search, holder),
    pages,
    asked,
    started: () => started,
  };
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
    const { find, pages } = searching([others.map((serial) => facts(serial))], 1, tokenAt('erin'));
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

  test('tells cards with one serial, or none, apart by the signing key on the roster', async () => {
    const [alice, bob] = [tokenAt('alice').signingSpki, tokenAt('bob').signingSpki];
    const repeated = serialOf('alice');
    const cards = [facts(repeated, { keys: ['0'.repeat(64)] }), facts(repeated, { keys: [alice, bob].sort() })];
    assert.deepEqual((await searching([cards], 9).find('alice')).name, { key: alice });
    // One whose serial is its own is asked for by it, key or no key.
    assert.deepEqual((await searching([[facts(repeated, { keys: [alice] })]], 9).find('alice')).name, {
      serial: repeated,
    });
    const clones = [facts(repeated, { keys: [alice] }), facts(repeated, { keys: [alice] })];
    await assertRejects(
      () => searching([clones], 9).find('alice'),
      'TOKEN_MISSING',
      /^2 tokens with serial \S+ are present$/,
    );
  });

  test('does not ask for a PIN for a token whose keys are others, and waits where only its serial is alike', async () => {
    const serial = serialOf('alice');
    const other = facts(serial, { keys: [tokenAt('bob').signingSpki] });
    const { find, asked } = searching([[other]], 9);
    await assertRejects(
      () => find('alice'),
      'TOKEN_UNEXPECTED',
      `the token ${serial} of "alice" shows other keys than the one by which it is known`,
    );
    assert.deepEqual(asked, []);
    const two = searching([[other, { ...other }]], 2);
    await assertRejects(() => two.find('alice'), 'TOKEN_MISSING', /is not present$/);
    assert.equal(two.pages.length, 2);
  });
});

describe('the search for a quorum token without a serial', () => {
  const nameless = { ...tokenAt('alice'), serial: '' };
  const holder: Member = { ...memberAt('alice'), tokens: [nameless] };
  const blankSerial = (keys: readonly string[]) => facts('', { initialized: true, keys });

  test('takes the one that shows its key, names it by that, and passes over all others', async () => {
    const others = [blankSerial([]), blankSerial([tokenAt('bob').signingSpki])];
    const mine = blankSerial([nameless.signingSpki]);
    const { findFor, pages } = searching([others, others, others, [...others, mine]], 9);
    const { token, name } = await findFor(holder);
    assert.deepEqual([token.serial, name], ['', { key: nameless.signingSpki }]);
    assert.deepEqual(pages, [
      [
        'alice, insert your quorum token (it has no serial).',
        'In a reader: token without a serial. It is not on the roster.',
        'In a reader: token without a serial. It is not on the roster.',
      ],
    ]);
  });

  test('is refused for one that shows nothing and has nothing to be known by, and for two that are to be enrolled', async () => {
    const enrolled = { seat: 'alice', tokens: [{ serial: '', model: MODEL }] };
    await assertRejects(
      () => searching([[blankSerial([])]], 9).findFor(enrolled),
      'TOKEN_UNEXPECTED',
      'the token without a serial of "alice" shows no key before a login: nothing tells whose it is',
    );
    await assertRejects(
      () => searching([[blankSerial([]), blankSerial([])]], 9).findFor(enrolled),
      'TOKEN_MISSING',
      '2 tokens without a serial are present',
    );
  });
});
