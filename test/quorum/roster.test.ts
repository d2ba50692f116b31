import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import {
  assembleCertificate,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { memberOf, readRoster, ruleFor, shareThresholds } from '../../src/quorum/roster.ts';
import { assertRefuses } from '../der/refusal.ts';
import { documentBytes, makeMembers, rosterDocument } from '../forge/stage.ts';
import { type KeyKind, makeCertificate } from '../x509/openssl.ts';

const MEMBERS = makeMembers();
const SKI = 'subjectKeyIdentifier=hash';
const SIGN = 'keyUsage=critical,digitalSignature';
// biome-ignore lint/suspicious/noExplicitAny: a document that is taken apart
type Document = any;

const document = (): Document => structuredClone(rosterDocument(MEMBERS));
const read = (change: (roster: Document) => void = () => undefined) => {
  const roster = document();
  change(roster);
  return readRoster(documentBytes(roster));
};
const memberIn = (roster: Document, seat: string): Document =>
  roster.members.find((member: Document) => member.seat === seat);
const tokenOf = (roster: Document, seat: string): Document => memberIn(roster, seat).tokens[0];

test('a roster is read with its members, tokens, rules and digest', () => {
  const roster = read();
  assert.equal(roster.digest, sha256(documentBytes(document())));
  assert.equal(roster.version, 1);
  assert.equal(roster.previous, NO_DIGEST);
  assert.equal(roster.members.length, 10);
  const erin = memberOf(roster, 'erin');
  assert.deepEqual([erin?.role, erin?.evidence, erin?.tokens.length], ['crypto-officer', 'token', 2]);
  assert.deepEqual(memberOf(roster, 'ivo'), { seat: 'ivo', role: 'auditor', evidence: 'paper', tokens: [] });
  assert.equal(memberOf(roster, 'nobody'), undefined);
  assert.deepEqual(ruleFor(roster, 'sign'), { role: 'crypto-officer', need: 3 });
  const [token] = memberOf(roster, 'alice')?.tokens ?? [];
  const alice = MEMBERS.find((member) => member.seat === 'alice')?.tokens[0];
  assert.equal(token?.encryptionSpki, sha256(alice?.encryptionSpki ?? ''));
  assert.notEqual(token?.signingSpki, token?.encryptionSpki);
});

describe('a roster is refused', () => {
  const cases: readonly (readonly [name: string, change: (roster: Document) => void, message: string | RegExp])[] = [
    [
      'of another type',
      (roster) => (roster.type = 'quorate/ledger/1'),
      'roster.json "type" is "quorate/ledger/1", expected quorate/roster/1',
    ],
    ['with a surplus member', (roster) => (roster.note = ''), 'roster.json has an unknown member "note"'],
    ['without a predecessor', (roster) => delete roster.previous, 'roster.json lacks "previous"'],
    [
      'of version 0',
      (roster) => (roster.version = 0),
      'roster.json "version" is 0, expected an integer from 1 to 1000000',
    ],
    [
      'with a seat in capitals',
      (roster) => (memberIn(roster, 'alice').seat = 'Alice'),
      /^roster\.json: members\[2\] "seat" is "Alice", expected /,
    ],
    [
      'with evidence of another kind',
      (roster) => (memberIn(roster, 'ivo').evidence = 'word'),
      'roster.json: members[9] "evidence" is "word", expected token or paper',
    ],
    [
      'with a token member without a token',
      (roster) => (memberIn(roster, 'alice').tokens = []),
      'roster.json: member "alice" has evidence "token" but no token',
    ],
    [
      'with a paper member who has a token',
      (roster) => (memberIn(roster, 'ivo').tokens = []),
      'roster.json: members[9] has an unknown member "tokens"',
    ],
    [
      'with a token of unknown origin',
      (roster) => (tokenOf(roster, 'bob').origin = 'found'),
      /members\[3\]: tokens\[0\] "origin" is "found", expected attested or generated-here or adopted$/,
    ],
    [
      'with a certificate that is none',
      (roster) => (tokenOf(roster, 'bob').signing = 'AAAA'),
      /^roster\.json: members\[3\]: tokens\[0\]: signing cannot be used: /,
    ],
    [
      'with a class that does not exist',
      (roster) => (roster.classes.bless = { role: 'crypto-officer', need: 2 }),
      'roster.json: "classes" names "bless", which is no operation class',
    ],
    [
      'with a quorum of one',
      (roster) => (roster.classes.sign.need = 1),
      'roster.json: classes.sign "need" is 1, expected an integer from 2 to 255',
    ],
    [
      'without the class that changes it',
      (roster) => delete roster.classes.administer,
      'roster.json: "classes" lacks "administer"',
    ],
    [
      'with a class above it',
      (roster) => (roster.classes.sign.need = 4),
      'roster.json: class "sign" needs 4, more than "administer" (3), which could change it',
    ],
    [
      'with a class that needs more people than there are',
      (roster) => (roster.classes.administer.need = 6),
      'roster.json: class "administer" needs 6 of role "crypto-officer", but the roster has 5 with a token',
    ],
    [
      'that lets a witness approve',
      (roster) => (roster.classes.inventory.role = 'witness'),
      'roster.json: class "inventory" lets a witness approve; a witness or auditor never approves',
    ],
    [
      'that lets an auditor approve',
      (roster) => (roster.classes.inventory.role = 'auditor'),
      'roster.json: class "inventory" lets a auditor approve; a witness or auditor never approves',
    ],
    [
      'that counts people on paper',
      (roster) => {
        roster.classes.backup = { role: 'administrator', need: 2 };
        roster.members.push({ seat: 'dan', role: 'administrator', evidence: 'paper' });
      },
      'roster.json: class "backup" needs 2 of role "administrator", but the roster has 0 with a token',
    ],
    [
      'with a person twice',
      (roster) => roster.members.push({ seat: 'alice', role: 'auditor', evidence: 'paper' }),
      'roster.json: seat "alice" stands twice, for "alice" and "alice"; one person counts once',
    ],
    [
      'with a certificate of two people',
      (roster) => (tokenOf(roster, 'bob').signing = tokenOf(roster, 'alice').signing),
      /^roster\.json: certificate "[0-9a-f]{64}" stands twice, for "alice" and "bob"; one person counts once$/,
    ],
    [
      'with a spare token that is the first',
      (roster) => (memberIn(roster, 'erin').tokens[1].encryption = memberIn(roster, 'erin').tokens[0].encryption),
      /^roster\.json: certificate "[0-9a-f]{64}" stands twice, for "erin" and "erin"; one person counts once$/,
    ],
    [
      'with signing and encryption exchanged',
      (roster) => {
        const token = tokenOf(roster, 'bob');
        [token.signing, token.encryption] = [token.encryption, token.signing];
      },
      'roster.json: members[3]: tokens[0]: signing cannot be used: member\'s certificate with key usage "keyAgreement", expected digitalSignature',
    ],
  ];
  for (const [name, change, message] of cases) {
    test(name, () => assertRefuses(() => read(change), 'ROSTER_INVALID', message));
  }

  test('that is no canonical JSON, cut short or empty', () => {
    const whole = documentBytes(document());
    for (const bytes of [
      Buffer.alloc(0),
      whole.subarray(0, 500),
      Buffer.concat([whole, Buffer.from(' ')]),
      Buffer.from('[]'),
    ]) {
      assertRefuses(() => readRoster(bytes), 'JSON_NOT_CANONICAL', /^roster\.json /);
    }
  });

  test('with one key in the certificates of two people', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const certificateOf = (commonName: string) => {
      const dates = { notBefore: '2027-01-01T00:00:00Z', notAfter: '2037-01-01T00:00:00Z' };
      const serial = Buffer.from('01020304', 'hex');
      const tbs = memberCertificateTbs({ commonName, serial, ...dates, spki, purpose: 'sign' });
      const signature = sign('sha256', tbs, privateKey);
      return Buffer.from(assembleCertificate(tbs, memberCertificateAlgorithm(spki), signature)).toString('base64');
    };
    const change = (roster: Document) => {
      tokenOf(roster, 'alice').signing = certificateOf('alice');
      tokenOf(roster, 'bob').signing = certificateOf('bob');
    };
    assertRefuses(
      () => read(change),
      'ROSTER_INVALID',
      `roster.json: key "${sha256(spki)}" stands twice, for "alice" and "bob"; one person counts once`,
    );
  });

  const certificates: readonly (readonly [
    name: string,
    kind: KeyKind,
    extensions: readonly string[],
    message: RegExp,
  ])[] = [
    [
      'of a CA',
      'P-256',
      ['basicConstraints=critical,CA:TRUE', SKI, SIGN],
      /signing is a CA certificate; a member's certificate has CA:FALSE$/,
    ],
    [
      'without a key identifier',
      'P-256',
      ['basicConstraints=critical,CA:FALSE', 'subjectKeyIdentifier=none', SIGN],
      /without a subjectKeyIdentifier, by which CMS names it$/,
    ],
    [
      'of a curve that the CMS profile lacks',
      'P-521',
      ['basicConstraints=critical,CA:FALSE', SKI, SIGN],
      /expected P-256, P-384 or RSA of at least 2048 bits$/,
    ],
  ];
  for (const [name, kind, extensions, message] of certificates) {
    test(`with a certificate ${name}`, () => {
      const der = makeCertificate(
        `roster-${kind}-${certificates.findIndex(([other]) => other === name)}`,
        kind,
        extensions,
      );
      assertRefuses(
        () => read((roster) => (tokenOf(roster, 'bob').signing = der.toString('base64'))),
        'ROSTER_INVALID',
        message,
      );
    });
  }
});

test('cards that repeat their serial, or have none, are told apart by their keys', () => {
  const { members } = read((roster) => {
    for (const seat of ['alice', 'bob']) tokenOf(roster, seat).serial = '';
    tokenOf(roster, 'carol').serial = tokenOf(roster, 'dave').serial;
  });
  const serialAt = (seat: string) => members.find((member) => member.seat === seat)?.tokens[0]?.serial;
  assert.deepEqual([serialAt('alice'), serialAt('bob')], ['', '']);
  assert.equal(serialAt('carol'), serialAt('dave'));
});

describe('what a roster asks for', () => {
  test('a class without a rule is refused when it is needed', () => {
    const roster = read((value) => delete value.classes.backup);
    assertRefuses(
      () => ruleFor(roster, 'backup'),
      'ROSTER_INVALID',
      'roster.json: no class "backup", which this operation needs',
    );
  });

  const thresholds: readonly (readonly [
    name: string,
    needs: Readonly<Record<string, number>>,
    user: number,
    so: number,
  ])[] = [
    ['all alike', {}, 3, 3],
    ['the strictest class that logs in makes the user threshold', { administer: 4, sign: 4 }, 4, 4],
    ['the security officer is never below the user', { administer: 5, generate: 2, sign: 2, inventory: 4 }, 4, 5],
    [
      'classes of two make a threshold of two',
      { administer: 2, inventory: 2, generate: 2, sign: 2, backup: 2, restore: 2, destroy: 2 },
      2,
      2,
    ],
    ['the policy authority does not count', { authorize: 2, administer: 3 }, 3, 3],
  ];
  for (const [name, needs, user, so] of thresholds) {
    test(name, () => {
      const roster = read((value) => {
        for (const [key, need] of Object.entries(needs)) value.classes[key].need = need;
      });
      assert.deepEqual(shareThresholds(roster), { userThreshold: user, soThreshold: so });
    });
  }
});
