import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import {
  nextRosterBytes,
  readRosterChange,
  rosterChangeBytes,
  rosterChangeFaults,
  rosterDifference,
} from '../../src/quorum/roster-change.ts';
import { rosterChangeScreen } from '../../src/quorum/roster-change-screen.ts';
import { assertRejects } from '../der/refusal.ts';
import { documentBytes, MODEL, makeMembers, makeToken, rosterDocument } from '../forge/stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
type Mutable = any;

const OLD = documentBytes(rosterDocument(makeMembers()));
const BEFORE = readRoster(OLD);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const entryOf = (name: string) => {
  const { serial, signing, encryption } = makeToken(name, `token-${name}`);
  return { serial, model: MODEL, origin: 'generated-here', signing: base64(signing), encryption: base64(encryption) };
};
const FRANK = { seat: 'frank', role: 'crypto-officer', tokens: [entryOf('frank')] };
const NEXT = nextRosterBytes(OLD, ['erin'], [FRANK]);
const AFTER = readRoster(NEXT);

function faultsOf(change: (roster: Mutable) => void): readonly string[] {
  const document = JSON.parse(Buffer.from(NEXT).toString()) as Mutable;
  change(document);
  return rosterChangeFaults(BEFORE, readRoster(Buffer.from(canonicalJson(document))));
}

describe('the roster that follows another', () => {
  test('is the one before without those who leave, and with those who join behind them', () => {
    assert.deepEqual([AFTER.version, AFTER.previous], [2, sha256(OLD)]);
    assert.deepEqual(
      AFTER.members.map(({ seat }) => seat),
      [...BEFORE.members.map(({ seat }) => seat).filter((seat) => seat !== 'erin'), 'frank'],
    );
    assert.deepEqual(rosterChangeFaults(BEFORE, AFTER), []);
    assert.deepEqual(rosterDifference(BEFORE, AFTER), { leaves: ['erin'], joins: ['frank'], renews: [] });
    const members = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()).members as { seat: string }[];
    for (const member of members(NEXT).filter(({ seat }) => seat !== 'frank'))
      assert.deepEqual(
        member,
        members(OLD).find(({ seat }) => seat === member.seat),
      );
  });

  const cases: readonly [name: string, change: (roster: Mutable) => void, fault: RegExp][] = [
    ['of the same version', (all) => Object.assign(all, { version: 1 }), /^it has version 1; after version 1 comes 2$/],
    [
      'of another one before it',
      (all) => Object.assign(all, { previous: 'ab'.repeat(32) }),
      /^it names (ab){32} before it; the roster in force has /,
    ],
    [
      'with a weaker class',
      (all) => Object.assign(all.classes.sign, { need: 2 }),
      /^class "sign" is approved by 2 of role "crypto-officer"; it was 3 of role "crypto-officer", and a change leaves it so$/,
    ],
    [
      'with a class that another role approves',
      (all) => Object.assign(all.classes.authorize, { role: 'crypto-officer' }),
      /^class "authorize" is approved by 2 of role "crypto-officer"; it was 2 of role "policy-authority"/,
    ],
    [
      'without a class',
      (all) => void delete all.classes.destroy,
      /^class "destroy" is approved by nobody; it was 3 of role "crypto-officer"/,
    ],
    [
      'with another key of somebody who stays, beside one of before',
      (all) => Object.assign(all.members[2].tokens[0], { signing: entryOf('mallory').signing }),
      /^"alice", who stays, does not stand in it as before, with the same role and certificates$/,
    ],
    [
      'with somebody who stays in another role',
      (all) => Object.assign(all.members[2], { role: 'policy-authority' }),
      /^"alice", who stays, does not stand in it as before/,
    ],
    [
      'with a second token of somebody who stays',
      (all) => all.members[2].tokens.push(entryOf('alice')),
      /^"alice", who stays, does not stand in it as before/,
    ],
    [
      'with the keys of whoever leaves for somebody who stays',
      (all) => {
        const erin = JSON.parse(Buffer.from(OLD).toString()).members.find(({ seat }: Mutable) => seat === 'erin');
        all.members[2].tokens = [erin.tokens[0]];
      },
      /^"alice", who stays, does not stand in it as before/,
    ],
    [
      'with other keys of somebody who stays in another role',
      (all) => Object.assign(all.members[2], { role: 'policy-authority', tokens: [entryOf('mallory')] }),
      /^"alice", who stays, does not stand in it as before/,
    ],
    [
      'with somebody new who has no token',
      (all) => all.members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' }),
      /^"mallory" joins without a token$/,
    ],
  ];
  for (const [name, change, fault] of cases)
    test(`is none ${name}`, () => {
      const [found = '', ...more] = faultsOf(change);
      assert.match(found, fault);
      assert.deepEqual(more, []);
    });

  test('is none that changes nobody', () => {
    const same = readRoster(nextRosterBytes(OLD, [], []));
    assert.deepEqual(rosterChangeFaults(BEFORE, same), ['nobody leaves and nobody joins']);
  });

  test('may have another token of somebody who stays, in their place, with keys that nobody had', () => {
    const bytes = nextRosterBytes(OLD, [], [], [{ seat: 'bob', role: 'crypto-officer', tokens: [entryOf('bob-new')] }]);
    const after = readRoster(bytes);
    assert.deepEqual(rosterChangeFaults(BEFORE, after), []);
    assert.deepEqual(rosterDifference(BEFORE, after), { leaves: [], joins: [], renews: ['bob'] });
    assert.deepEqual(
      after.members.map(({ seat }) => seat),
      BEFORE.members.map(({ seat }) => seat),
    );
    const screen = rosterChangeScreen(BEFORE, after, 'alice', { approves: true, signs: true }).join('\n');
    for (const said of [
      /^NEW TOKEN {3}bob, crypto-officer, who stays$/m,
      /^ +token serial token-\d+: signs and opens nothing any more$/m,
      /^ +token serial token-bob-new instead, fingerprint$/m,
      /^stay {8}9, each with the token and the certificates of before$/m,
    ])
      assert.match(screen, said);
  });
});

describe('what is approved of a change', () => {
  const change = {
    ...{ ceremony: 'aa'.repeat(32), authorization: 'bb'.repeat(32), previous: BEFORE.digest, roster: AFTER.digest },
    ...{ leaves: ['erin', 'bob'], joins: ['frank'], renews: [] },
  };

  test('names both rosters, and who leaves and joins, sorted', () => {
    const bytes = rosterChangeBytes(change);
    assert.deepEqual(readRosterChange(bytes), { ...change, leaves: ['bob', 'erin'] });
    assert.equal(
      Buffer.from(bytes).toString(),
      `{"authorization":"${'bb'.repeat(32)}","ceremony":"${'aa'.repeat(32)}","joins":["frank"],"leaves":["bob","erin"],` +
        `"previous":"${BEFORE.digest}","roster":"${AFTER.digest}","type":"quorate/roster-change/1"}`,
    );
  });

  test('names who stays with another token, where somebody does', () => {
    const renewing = { ...change, renews: ['dave', 'carol'] };
    const bytes = rosterChangeBytes(renewing);
    assert.match(Buffer.from(bytes).toString(), /,"renews":\["carol","dave"\],"roster":/);
    assert.deepEqual(readRosterChange(bytes).renews, ['carol', 'dave']);
  });

  test('is read with exactly its members', async () => {
    const document = JSON.parse(Buffer.from(rosterChangeBytes(change)).toString()) as Mutable;
    for (const [wrong, said] of [
      [{ ...document, type: 'quorate/roster/1' }, /"type" is "quorate\/roster\/1"/],
      [{ ...document, why: 'retired' }, /"why"/],
      [{ ...document, leaves: ['Bob'] }, /"Bob"/],
      [{ ...document, roster: 'ab' }, /"roster"/],
      [{ ...document, renews: [] }, /"renews" names nobody; then it is absent$/],
    ] as const)
      await assertRejects(async () => readRosterChange(Buffer.from(canonicalJson(wrong))), 'APPROVAL_DIGEST', said);
  });

  test('is read on the screen with all in which the two differ', () => {
    const screen = rosterChangeScreen(BEFORE, AFTER, 'alice', { approves: true, signs: true }).join('\n');
    for (const said of [
      /^CHANGE OF THE ROSTER, version 1 to 2, before alice$/m,
      /^LEAVES {6}erin, crypto-officer$/m,
      /^ +token serial token-7: signs and opens nothing any more$/m,
      /^JOINS {7}frank, crypto-officer$/m,
      /^ +token serial token-frank, fingerprint$/m,
      /^stay {8}9, each with the token and the certificates of before$/m,
      /^3 of 5 crypto-officer must approve$/m,
      /^alice: your token approves the change, and signs the roster of which you are a member\.$/m,
    ])
      assert.match(screen, said);
    const alone = rosterChangeScreen(BEFORE, AFTER, 'frank', { approves: false, signs: true }).join('\n');
    assert.match(alone, /^frank: your token signs the roster of which you are a member\.$/m);
  });
});
