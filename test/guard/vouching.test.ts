import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { readVouching, Vouching } from '../../src/guard/vouching.ts';
import { buildAddendum, readAddendum } from '../../src/quorum/addendum.ts';
import { addendumScreen } from '../../src/quorum/addendum-screen.ts';
import { verifyAsMember } from '../../src/quorum/member-signature.ts';
import { assertRefuses } from '../der/refusal.ts';
import {
  authorizationDocument,
  documentBytes,
  makeMembers,
  rosterDocument,
  type SoftToken,
  signWith,
} from '../forge/stage.ts';
import { cardsOf, PIN, Typed } from './signing-people.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that is taken apart
type Document = any;

const MEMBERS = makeMembers();
const ROSTER = documentBytes(rosterDocument(MEMBERS));
const folder = mkdtempSync(join(tmpdir(), 'quorate-vouching-'));
after(() => rmSync(folder, { recursive: true }));
const LIBRARY = join(folder, 'module.so');
writeFileSync(LIBRARY, 'a module');
const ADDENDUM = buildAddendum({
  pack: sha256('manifest'),
  number: 1,
  kind: 'video',
  time: '2027-03-20T09:00:00Z',
  note: 'in safe 2',
  files: [{ name: 'camera-1.mp4', sha256: sha256('film'), size: 4, carried: false }],
});
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const tokenOf = (seat: string) => MEMBERS.find((member) => member.seat === seat)?.tokens[0] as SoftToken;

/** What the supervisor hands over, with something about it changed. */
function handed(
  change: (start: Document) => void = () => undefined,
  permitted: (permit: Document) => void = () => undefined,
) {
  const digests = { script: sha256('script'), site: sha256('site'), roster: sha256(ROSTER) };
  const permit: Document = structuredClone(authorizationDocument(digests, MEMBERS, 'rehearsal'));
  for (const module of Object.values<Document>(permit.modules))
    Object.assign(module, { library: LIBRARY, sha256: sha256('a module') });
  permitted(permit);
  const authorization = documentBytes(permit);
  const signatures = Object.fromEntries(
    ['authority-1', 'authority-2'].map((seat) => [seat, base64(signWith(tokenOf(seat), authorization))]),
  );
  const start: Document = {
    addendum: base64(ADDENDUM),
    authorization: base64(authorization),
    roster: base64(ROSTER),
    expectedRoster: sha256(ROSTER),
    signatures,
  };
  change(start);
  return start;
}

function sitting(answers: readonly (readonly [question: RegExp, answer: string])[]) {
  const screen = new Typed(answers);
  const logins: string[] = [];
  const vouching = new Vouching({
    ...readVouching(handed()),
    terminal: async () => new GuardTerminal(screen),
    startToken: async (module) => {
      assert.equal(module, 'cards');
      return cardsOf(
        MEMBERS.flatMap(({ tokens }) => tokens),
        logins,
      );
    },
  });
  return { vouching, screen, logins };
}

const WHO = /^Who signs next\?/;
const DECIDE = /, type "approve" or "decline":$/;

describe('a member vouches for an addendum', () => {
  test('after reading all of it, whatever their role; and their token signs those very bytes', async () => {
    const officer = tokenOf('alice');
    const { vouching, screen, logins } = sitting([
      [WHO, 'alice'],
      [DECIDE, 'approve'],
      [/^alice, PIN of token/, PIN],
      [WHO, 'alice'],
      [WHO, 'stop'],
    ]);
    const { seat, signature } = await vouching.next();
    assert.equal(seat, 'alice');
    verifyAsMember(Buffer.from(String(signature), 'base64'), ADDENDUM, [officer.signing]);
    assert.deepEqual(await vouching.next(), {});
    const shown = screen.shown.join('\n');
    for (const line of addendumScreen(readAddendum(ADDENDUM), sha256(ADDENDUM))) assert.ok(shown.includes(line), line);
    assert.match(shown, /^THE ADDENDUM {8}0 have signed; 2 are asked for$/m);
    assert.match(shown, /^"alice" has signed already; one person counts once\.$/m);
    assert.deepEqual(logins, [officer.serial]);
  });

  test('or declines, and no token is asked for', async () => {
    const { vouching, logins } = sitting([
      [WHO, 'bob'],
      [DECIDE, 'decline'],
      [/^bob, reason for declining:$/, 'I have not seen the film'],
    ]);
    assert.deepEqual(await vouching.next(), { seat: 'bob', reason: 'I have not seen the film' });
    assert.deepEqual(logins, []);
  });

  test('and nobody does who is not on the roster', async () => {
    const { vouching, screen } = sitting([
      [WHO, 'mallory'],
      [WHO, 'stop'],
    ]);
    assert.deepEqual(await vouching.next(), {});
    assert.ok(screen.shown.includes('"mallory" is not on the roster.'));
  });
});

describe('nobody is asked to vouch', () => {
  test('by another roster than the one whose digest people carry', () => {
    const start = handed((one) => {
      one.expectedRoster = sha256('another');
    });
    assertRefuses(() => readVouching(start), 'ROSTER_INVALID', /^the roster has SHA-256 [0-9a-f]{64}; expected/);
  });

  test('with a module that the policy authority of that roster has not signed for', () => {
    const unsigned = handed((one) => {
      one.signatures = {};
    });
    assertRefuses(() => readVouching(unsigned), 'AUTHORIZATION_INVALID', /signed by 0 of role/);
    const other = handed(undefined, (permit) => {
      permit.roster = sha256('another');
    });
    assertRefuses(() => readVouching(other), 'AUTHORIZATION_ROSTER', /^the authorization names the roster/);
  });

  test('where the module is another file by now', () => {
    writeFileSync(LIBRARY, 'another module');
    try {
      assertRefuses(() => sitting([]), 'AUTHORIZATION_MODULE', /module/);
    } finally {
      writeFileSync(LIBRARY, 'a module');
    }
  });

  test('for what is no addendum', () => {
    const start = handed((one) => {
      one.addendum = base64(documentBytes({ type: 'quorate/manifest/1' }));
    });
    assertRefuses(() => readVouching(start), 'ADDENDUM_INVALID', /./);
  });
});
