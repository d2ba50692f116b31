import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import {
  countAuthorizers,
  holdToAuthorization,
  type Measured,
  readAuthorization,
} from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { assertRefuses } from '../der/refusal.ts';
import { authorizationDocument, documentBytes, makeMembers, rosterDocument, signWith } from '../forge/stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that is taken apart
type Document = any;

const MEMBERS = makeMembers();
const DIGESTS = { script: sha256('script'), site: sha256('site'), roster: sha256('roster') };
const document = (): Document => structuredClone(authorizationDocument(DIGESTS, MEMBERS, 'rehearsal'));
const bytesOf = (change: (permit: Document) => void = () => undefined) => {
  const permit = document();
  change(permit);
  return documentBytes(permit);
};
const read = (change?: (permit: Document) => void) => readAuthorization(bytesOf(change));

test('an authorization is read with all that it names, and its digest', () => {
  const permit = read();
  assert.equal(permit.digest, sha256(bytesOf()));
  assert.deepEqual([permit.ceremony, permit.change, permit.mode], [1, 'CHG-1', 'rehearsal']);
  assert.deepEqual([permit.notBefore, permit.notAfter], ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z']);
  assert.deepEqual([permit.script, permit.site, permit.roster], [DIGESTS.script, DIGESTS.site, DIGESTS.roster]);
  assert.equal(permit.previous, NO_DIGEST);
  assert.deepEqual(permit.hsms, [
    { name: 'root-hsm', module: 'hsm', model: 'Soft HSM v1', serial: null, activation: { means: 'shares' } },
  ]);
  assert.equal(permit.cards, 'cards');
  assert.equal(permit.modules.get('hsm')?.library, '/opt/hsm.so');
  assert.equal(permit.tokens.length, 9);
});

test('an HSM is named by its serial, modules may have variables, and references are digests', () => {
  const permit = read((value) => {
    value.hsms[0] = { name: 'root-hsm', module: 'hsm', model: 'HSM 9', serial: '0042' };
    value.modules.hsm.environment = { VENDOR_CONF: '/etc/vendor.conf' };
    value.references = { 'boot-image': sha256('image') };
  });
  assert.equal(permit.hsms[0]?.serial, '0042');
  assert.equal(permit.modules.get('hsm')?.environment.get('VENDOR_CONF'), '/etc/vendor.conf');
  assert.equal(permit.references.get('boot-image'), sha256('image'));
});

test('an HSM is unlocked as the authorization says, and by sealed shares where it says nothing', () => {
  const device = { means: 'device-quorum', devices: 'black PED keys', need: 3, of: 5, seconds: 900 };
  const parts = { means: 'split-pin', parts: 2, pin: { prefix: '0002', length: '8..60', alphabet: 'printable' } };
  for (const activation of [device, parts, { means: 'pin' }]) {
    const { hsms } = read((value) => {
      value.hsms[0] = { name: 'root-hsm', module: 'hsm', model: 'HSM 9', serial: '0042', activation };
    });
    assert.deepEqual(hsms[0]?.activation, activation);
  }
  assert.throws(
    () =>
      read((value) => {
        value.mode = 'production';
        for (const token of value.tokens) token.model = 'Card 9';
        value.hsms[0] = { name: 'root-hsm', module: 'hsm', model: 'HSM 9', serial: '1', activation: { means: 'pin' } };
      }),
    /^CeremonyError: authorization.json: a production activates the hsm "root-hsm" by one PIN, which is for rehearsals$/,
  );
});

describe('an authorization is refused', () => {
  const cases: readonly (readonly [name: string, change: (permit: Document) => void, message: string])[] = [
    [
      'of another type',
      (permit) => (permit.type = 'x'),
      'authorization.json "type" is "x", expected quorate/authorization/1',
    ],
    ['with a surplus member', (permit) => (permit.seal = 1), 'authorization.json has an unknown member "seal"'],
    [
      'of ceremony 0',
      (permit) => (permit.ceremony = 0),
      'authorization.json "ceremony" is 0, expected an integer from 1 to 1000000',
    ],
    [
      'without a change record',
      (permit) => (permit.change = ''),
      'authorization.json "change" is "", expected /^[\\x20-\\x7e]{1,256}$/',
    ],
    [
      'of another mode',
      (permit) => (permit.mode = 'test'),
      'authorization.json "mode" is "test", expected rehearsal or production',
    ],
    [
      'from a day that does not exist',
      (permit) => (permit.notBefore = '2027-02-29T00:00:00Z'),
      'authorization.json "notBefore" is "2027-02-29T00:00:00Z", expected a time in UTC such as 2027-03-01T09:00:00Z',
    ],
    [
      'whose window is empty',
      (permit) => (permit.notAfter = permit.notBefore),
      'authorization.json: "notAfter" is not after "notBefore"',
    ],
    [
      'whose window is reversed',
      (permit) => (permit.notAfter = '2026-01-01T00:00:00Z'),
      'authorization.json: "notAfter" is not after "notBefore"',
    ],
    ['without a script', (permit) => delete permit.script, 'authorization.json lacks "script"'],
    [
      'with a digest in capitals',
      (permit) => (permit.site = 'AB'.repeat(32)),
      'authorization.json "site" is not a SHA-256 digest of 64 lower-case hexadecimal digits',
    ],
    [
      'with a relative library',
      (permit) => (permit.modules.hsm.library = 'hsm.so'),
      'authorization.json: modules.hsm "library" is "hsm.so", expected /^\\/[\\x20-\\x7e]{1,255}$/',
    ],
    [
      'with an unpinned library',
      (permit) => delete permit.modules.hsm.sha256,
      'authorization.json: modules.hsm lacks "sha256"',
    ],
    [
      'with a variable that loads code',
      (permit) => (permit.modules.hsm.environment = { LD_PRELOAD: '/tmp/x.so' }),
      'authorization.json: modules.hsm: environment.LD_PRELOAD is no variable that a module may be given',
    ],
    [
      'with a variable of Node',
      (permit) => (permit.modules.hsm.environment = { NODE_OPTIONS: '--require=/tmp/x' }),
      'authorization.json: modules.hsm: environment.NODE_OPTIONS is no variable that a module may be given',
    ],
    [
      'with a variable that is none',
      (permit) => (permit.modules.hsm.environment = { 'A=B': 'c' }),
      'authorization.json: modules.hsm: environment.A=B is no variable that a module may be given',
    ],
    [
      'with an HSM on a module that is not listed',
      (permit) => (permit.hsms[0].module = 'other'),
      'authorization.json: hsm "root-hsm" names the module "other", which is not listed',
    ],
    [
      'with an HSM that has neither serial nor blank',
      (permit) => (permit.hsms[0].blank = false),
      'authorization.json: hsm "root-hsm" has neither a serial nor "blank": true',
    ],
    [
      'with an HSM that has both',
      (permit) => (permit.hsms[0].serial = '1'),
      'authorization.json: hsms[0] has an unknown member "blank"',
    ],
    [
      'with an HSM twice',
      (permit) => permit.hsms.push({ name: 'root-hsm', module: 'hsm', model: 'x', serial: '1' }),
      'authorization.json: the hsm "root-hsm" is named twice',
    ],
    [
      'with two names for one serial',
      (permit) => (permit.hsms = ['a', 'b'].map((name) => ({ name, module: 'hsm', model: name, serial: '1' }))),
      'authorization.json: the hsm serial "1" is named twice',
    ],
    [
      'with a blank HSM that is unlocked by its own people',
      (permit) => (permit.hsms[0].activation = { means: 'split-pin', parts: 2 }),
      'authorization.json: hsm "root-hsm" is blank, and is activated by split-pin: nobody can log in to it',
    ],
    [
      'with a device that needs more than there are',
      (permit) => (permit.hsms[0].activation = { means: 'device-quorum', devices: 'cards', need: 3, of: 2 }),
      'authorization.json: the activation of "root-hsm" "of" is 2, expected an integer from 3 to 255',
    ],
    [
      'with means that say nothing',
      (permit) => (permit.hsms[0].activation = { means: 'shares' }),
      'authorization.json: the activation of "root-hsm" "means" is "shares", expected device-quorum or split-pin or pin',
    ],
    [
      'with two blank HSMs that nobody can tell apart',
      (permit) => permit.hsms.push({ name: 'other', module: 'hsm', model: 'Soft HSM v1', blank: true }),
      'authorization.json: the blank hsm of model "Soft HSM v1" on "hsm" is named twice',
    ],
    [
      'with a quorum token twice',
      (permit) => permit.tokens.push(permit.tokens[0]),
      'authorization.json: the token serial "token-1" of model "Soft Token v1" is named twice',
    ],
    [
      'with quorum tokens on a module that is not listed',
      (permit) => (permit.cards = 'other'),
      'authorization.json: "cards" names the module "other", which is not listed',
    ],
    [
      'with a reference that is no digest',
      (permit) => (permit.references = { request: 'abc' }),
      'authorization.json: references.request "request" is not a SHA-256 digest of 64 lower-case hexadecimal digits',
    ],
  ];
  for (const [name, change, message] of cases) {
    test(name, () => assertRefuses(() => read(change), 'AUTHORIZATION_INVALID', message));
  }

  test('that is not canonical', () => {
    const bytes = Buffer.from(JSON.stringify(document(), null, 1));
    assertRefuses(
      () => readAuthorization(bytes),
      'JSON_NOT_CANONICAL',
      'authorization.json is JSON, but not in canonical form (RFC 8785)',
    );
  });
});

describe('what runs is held to the authorization', () => {
  const permit = read();
  const measured: Measured = {
    ...DIGESTS,
    program: permit.program,
    previous: permit.previous,
    mode: 'rehearsal',
    at: '2027-03-10T09:00:00Z',
  };
  const other = sha256('another');

  test('the first and the last second of the window are inside it', () => {
    for (const at of ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z']) holdToAuthorization(permit, { ...measured, at });
  });

  const cases: readonly (readonly [
    code: Parameters<typeof assertRefuses>[1],
    change: Partial<Measured>,
    message: string,
  ])[] = [
    [
      'AUTHORIZATION_SCRIPT',
      { script: other },
      `the script is ${other}, but the authorization names ${DIGESTS.script}`,
    ],
    [
      'AUTHORIZATION_SITE',
      { site: other },
      `the site binding is ${other}, but the authorization names ${DIGESTS.site}`,
    ],
    [
      'AUTHORIZATION_ROSTER',
      { roster: other },
      `the roster is ${other}, but the authorization names ${DIGESTS.roster}`,
    ],
    [
      'AUTHORIZATION_PROGRAM',
      { program: other },
      `the program is ${other}, but the authorization names ${permit.program}`,
    ],
    [
      'AUTHORIZATION_PREVIOUS',
      { previous: other },
      `the previous pack's manifest is ${other}, but the authorization names ${permit.previous}`,
    ],
    ['AUTHORIZATION_MODE', { mode: 'production' }, 'the mode is production, but the authorization names rehearsal'],
    [
      'AUTHORIZATION_WINDOW',
      { at: '2027-02-28T23:59:59Z' },
      'it is 2027-02-28T23:59:59Z, outside the authorized window 2027-03-01T00:00:00Z to 2027-03-31T23:59:59Z',
    ],
    [
      'AUTHORIZATION_WINDOW',
      { at: '2027-04-01T00:00:00Z' },
      'it is 2027-04-01T00:00:00Z, outside the authorized window 2027-03-01T00:00:00Z to 2027-03-31T23:59:59Z',
    ],
  ];
  for (const [code, change, message] of cases) {
    test(`${code} ${Object.values(change)[0]}`, () => {
      assertRefuses(() => holdToAuthorization(permit, { ...measured, ...change }), code, message);
    });
  }
});

describe('the policy authority signs', () => {
  const roster = readRoster(documentBytes(rosterDocument(MEMBERS)));
  const bytes = bytesOf();
  const by = (seat: string, content: Uint8Array = bytes): readonly [string, Uint8Array] => {
    const token = MEMBERS.find((member) => member.seat === seat)?.tokens[0];
    assert.ok(token);
    return [seat, signWith(token, content)];
  };
  const count = (...signed: readonly (readonly [string, Uint8Array])[]) =>
    countAuthorizers(bytes, new Map(signed), roster);

  test('two people of the class are enough, and are named in order', () => {
    assert.deepEqual(count(by('authority-2'), by('authority-1')), ['authority-1', 'authority-2']);
  });

  test('one is not, nor is nobody', () => {
    const message = (found: number) =>
      `the authorization is signed by ${found} of role "policy-authority"; 2 are needed`;
    assertRefuses(() => count(by('authority-1')), 'AUTHORIZATION_INVALID', message(1));
    assertRefuses(() => count(), 'AUTHORIZATION_INVALID', message(0));
  });

  test('an officer, a stranger, a signature by another and one over another permit do not count', () => {
    assertRefuses(
      () => count(by('authority-1'), by('alice')),
      'APPROVAL_ROLE',
      '"alice" signed the authorization as crypto-officer; class "authorize" needs policy-authority',
    );
    assertRefuses(
      () => count(by('authority-1'), ['mallory', by('alice')[1]]),
      'APPROVAL_STRANGER',
      '"mallory", who signed the authorization, is not on the roster',
    );
    assertRefuses(() => count(by('authority-1'), ['authority-2', by('authority-1')[1]]), 'APPROVAL_SIGNATURE', /./);
    const another = bytesOf((permit) => (permit.change = 'CHG-2'));
    assertRefuses(() => count(by('authority-1'), by('authority-2', another)), 'APPROVAL_DIGEST', /./);
  });

  test('a roster without the class authorizes nothing', () => {
    const without = structuredClone(rosterDocument(MEMBERS)) as Document;
    delete without.classes.authorize;
    assertRefuses(
      () =>
        countAuthorizers(bytes, new Map([by('authority-1'), by('authority-2')]), readRoster(documentBytes(without))),
      'ROSTER_INVALID',
      'roster.json: no class "authorize", which this operation needs',
    );
  });
});
