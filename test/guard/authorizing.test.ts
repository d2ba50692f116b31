import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { Authorizing } from '../../src/guard/authorizing.ts';
import type { Start } from '../../src/guard/start.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { authorizationScreen } from '../../src/quorum/authorization-screen.ts';
import { verifyAsMember } from '../../src/quorum/member-signature.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { assertRefuses, assertRejects } from '../der/refusal.ts';
import {
  authorizationDocument,
  documentBytes,
  makeMembers,
  PROGRAM_DIGEST,
  rosterDocument,
  type SoftToken,
  signWith,
  WINDOW,
} from '../forge/stage.ts';
import { cardsOf, PIN, Typed } from './signing-people.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that is taken apart
type Document = any;

const MEMBERS = makeMembers();
const TOKENS: readonly SoftToken[] = MEMBERS.flatMap(({ tokens }) => tokens);
const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
const folder = mkdtempSync(join(tmpdir(), 'quorate-authorizing-'));
after(() => rmSync(folder, { recursive: true }));
const LIBRARY = join(folder, 'module.so');
writeFileSync(LIBRARY, 'a module');
const FILES = { script: sha256('script'), site: sha256('site'), roster: ROSTER.digest };
const [FIRST, SECOND] = TOKENS as [SoftToken, SoftToken];

function started(change: (permit: Document) => void = () => undefined): Start {
  const permit: Document = structuredClone(authorizationDocument(FILES, MEMBERS, 'rehearsal'));
  for (const module of Object.values<Document>(permit.modules))
    Object.assign(module, { library: LIBRARY, sha256: sha256('a module') });
  change(permit);
  const authorizationBytes = Buffer.from(documentBytes(permit));
  return {
    authorization: readAuthorization(authorizationBytes),
    authorizationBytes,
    roster: ROSTER,
    signatures: new Map(),
    measured: { ...FILES, program: PROGRAM_DIGEST, previous: NO_DIGEST, mode: 'rehearsal' },
    people: 'at-the-table',
    resumes: false,
    printer: null,
    ledger: null,
  };
}

function sitting(
  answers: readonly (readonly [question: RegExp, answer: string])[],
  start: Start = started(),
  now = WINDOW.from,
) {
  const screen = new Typed(answers);
  const logins: string[] = [];
  const authorizing = new Authorizing({
    ...start,
    terminal: async () => new GuardTerminal(screen),
    startToken: async (module) => {
      assert.equal(module, 'cards');
      return cardsOf(TOKENS, logins);
    },
    now: () => now,
  });
  return { authorizing, screen, logins, start };
}

const WHO = /^Who signs next\?/;
const DECIDE = /, type "approve" or "decline":$/;
const pinOf = (seat: string, token: SoftToken) => new RegExp(`^${seat}, PIN of token ${token.serial}:$`);
const AFTER = /^Type "again", "other" for another person, or "stop":$/;

describe('the policy authority signs before the guard', () => {
  test('what the guard has shown, and nothing else', async () => {
    const { authorizing, screen, start, logins } = sitting([
      [WHO, 'authority-1'],
      [DECIDE, 'approve'],
      [pinOf('authority-1', FIRST), PIN],
      [WHO, 'authority-2'],
      [DECIDE, 'approve'],
      [pinOf('authority-2', SECOND), PIN],
    ]);
    assert.deepEqual(authorizing.state(), { role: 'policy-authority', need: 2, signed: [] });
    for (const [seat, token] of [
      ['authority-1', FIRST],
      ['authority-2', SECOND],
    ] as const) {
      const done = await authorizing.next();
      assert.equal(done['seat'], seat);
      verifyAsMember(Buffer.from(String(done['signature']), 'base64'), start.authorizationBytes, [token.signing]);
    }
    assert.deepEqual(authorizing.state()['signed'], ['authority-1', 'authority-2']);
    const shown = screen.shown.join('\n');
    assert.equal(shown.split(authorizationScreen(start.authorization)[0] ?? '').length, 3);
    assert.equal(screen.left, 0);
    assert.deepEqual(logins, [FIRST.serial, SECOND.serial]);
  });

  test('but nobody who may not, and nobody twice', async () => {
    const start = started();
    const signatures = new Map([['authority-1', Buffer.from(signWith(FIRST, start.authorizationBytes))]]);
    const { authorizing, screen, logins } = sitting(
      [
        [WHO, 'authority-1'],
        [WHO, 'alice'],
        [WHO, 'mallory'],
        [WHO, 'dana'],
        [WHO, 'stop'],
      ],
      { ...start, signatures },
    );
    assert.deepEqual(authorizing.state()['signed'], ['authority-1']);
    assert.deepEqual(await authorizing.next(), {});
    const shown = screen.shown.join('\n');
    for (const why of [
      '"authority-1" has signed already; one person counts once.',
      '"alice" is crypto-officer; an authorization is signed by policy-authority.',
      '"mallory" is not on the roster.',
      '"dana" is administrator; an authorization is signed by policy-authority.',
    ])
      assert.ok(shown.includes(why), shown);
    assert.match(shown, /^Who may sign: authority-2$/m);
    assert.deepEqual(logins, []);
  });

  test('or declines, with a reason, and may think again', async () => {
    const { authorizing, screen } = sitting([
      [WHO, 'authority-1'],
      [DECIDE, 'decline'],
      [/reason for declining:$/, 'not my change\u001b[2J'],
      [WHO, 'authority-1'],
      [DECIDE, 'approve'],
      [pinOf('authority-1', FIRST), PIN],
      [WHO, 'stop'],
    ]);
    const reason = 'not my change\\u{1B}[2J';
    assert.deepEqual(await authorizing.next(), { seat: 'authority-1', reason });
    assert.equal((await authorizing.next())['seat'], 'authority-1');
    assert.ok(screen.shown.includes(`authority-1: has declined: ${reason}`));
    const before = screen.shown.length;
    assert.deepEqual(await authorizing.next(), {});
    assert.ok(screen.shown.slice(before).includes('authority-1: has signed'));
    assert.ok(!screen.shown.slice(before).join().includes('declined'));
  });

  test('after a wrong PIN only when people say so: one login for each PIN', async () => {
    const { authorizing, screen, logins } = sitting([
      [WHO, 'authority-1'],
      [DECIDE, 'approve'],
      [pinOf('authority-1', FIRST), '999999'],
      [AFTER, 'go'],
      [AFTER, 'again'],
      [pinOf('authority-1', FIRST), '888888'],
      [AFTER, 'other'],
      [WHO, 'authority-2'],
      [DECIDE, 'approve'],
      [pinOf('authority-2', SECOND), 'Ctrl-C'],
      [AFTER, 'again'],
      [pinOf('authority-2', SECOND), PIN],
    ]);
    assert.equal((await authorizing.next())['seat'], 'authority-2');
    assert.deepEqual(logins, [FIRST.serial, FIRST.serial, SECOND.serial]);
    assert.match(
      screen.shown.join('\n'),
      /^PIN_INCORRECT: the token token-1 of "authority-1" did not accept the PIN$/m,
    );
    assert.ok(!screen.shown.join('\n').includes('999999'));
  });

  test('or stops: at any question, with what was signed before standing', async () => {
    const stop = async (...answers: (readonly [RegExp, string])[]) => {
      const { authorizing, screen } = sitting(answers);
      assert.deepEqual(await authorizing.next(), {});
      assert.equal(screen.left, 0);
    };
    await stop([WHO, 'Ctrl-C']);
    await stop([WHO, 'authority-1'], [DECIDE, 'Ctrl-C'], [WHO, 'stop']);
    const pin = [pinOf('authority-1', FIRST), '1'] as const;
    await stop([WHO, 'authority-1'], [DECIDE, 'approve'], pin, [AFTER, 'stop']);
    await stop([WHO, 'authority-1'], [DECIDE, 'approve'], pin, [AFTER, 'Ctrl-C']);
  });

  test('and not without a terminal', async () => {
    const { authorizing } = sitting([[WHO, 'closed']]);
    await assertRejects(() => authorizing.next(), 'INTERRUPTED', 'the terminal was closed');
  });
});

describe('nobody is asked to sign', () => {
  const other = sha256('other');

  test('what is not what is here', () => {
    const start = started();
    for (const [key, code] of [
      ['script', 'AUTHORIZATION_SCRIPT'],
      ['site', 'AUTHORIZATION_SITE'],
      ['program', 'AUTHORIZATION_PROGRAM'],
      ['roster', 'AUTHORIZATION_ROSTER'],
    ] as const) {
      const measured = { ...start.measured, [key]: other };
      assertRefuses(() => sitting([], { ...start, measured }), code, / is [0-9a-f]{64}, but the authorization names /);
    }
    const measured = { ...start.measured, mode: 'production' };
    assertRefuses(() => sitting([], { ...start, measured }), 'AUTHORIZATION_MODE', /the mode is production/);
  });

  test('a window that is over or too long', () => {
    const start = started();
    assertRefuses(() => sitting([], start, '2027-04-01T00:00:00Z'), 'AUTHORIZATION_WINDOW', /is over/);
    const long = started((permit) => (permit.notAfter = '2027-06-30T00:00:00Z'));
    assertRefuses(() => sitting([], long), 'AUTHORIZATION_WINDOW', /is longer than 92 days$/);
  });

  test('a module whose file is another, or is not there', () => {
    const changed = started((permit) => (permit.modules.hsm.sha256 = other));
    assertRefuses(
      () => sitting([], changed),
      'AUTHORIZATION_MODULE',
      `the module "${LIBRARY}" has SHA-256 ${sha256('a module')}; the authorization names ${other}`,
    );
    const missing = started((permit) => (permit.modules.hsm.library = '/nowhere.so'));
    assertRefuses(() => sitting([], missing), 'AUTHORIZATION_MODULE', 'the module "/nowhere.so" cannot be read');
    const configuration = { path: LIBRARY, sha256: other };
    const reset = started((permit) => (permit.modules.hsm.files = [configuration]));
    assertRefuses(
      () => sitting([], reset),
      'AUTHORIZATION_MODULE',
      `the configuration of "hsm", "${LIBRARY}" has SHA-256 ${sha256('a module')}; the authorization names ${other}`,
    );
    const gone = started((permit) => (permit.modules.hsm.files = [{ ...configuration, path: '/nowhere.conf' }]));
    assertRefuses(
      () => sitting([], gone),
      'AUTHORIZATION_MODULE',
      'the configuration of "hsm", "/nowhere.conf" cannot be read',
    );
    const same = started((permit) => (permit.modules.hsm.files = [{ path: LIBRARY, sha256: sha256('a module') }]));
    assert.doesNotThrow(() => sitting([], same));
  });

  test('beside a signature that is not what it says', () => {
    const start = started();
    const by = (token: SoftToken, content: Uint8Array = start.authorizationBytes) =>
      Buffer.from(signWith(token, content));
    const beside = (seat: string, signature: Buffer) => () =>
      sitting([], { ...start, signatures: new Map([[seat, signature]]) });
    assertRefuses(beside('authority-2', by(FIRST)), 'APPROVAL_SIGNATURE', /./);
    assertRefuses(beside('authority-1', by(FIRST, Buffer.from('other'))), 'APPROVAL_DIGEST', /./);
    assertRefuses(beside('alice', by(TOKENS[2] as SoftToken)), 'APPROVAL_ROLE', /"alice" signed the authorization as/);
    assertRefuses(beside('mallory', by(FIRST)), 'APPROVAL_STRANGER', /"mallory", who signed the authorization/);
  });
});
