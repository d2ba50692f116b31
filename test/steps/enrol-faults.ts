import { sign } from 'node:crypto';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import {
  assembleCertificate,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { makeToken, type SoftToken } from '../forge/stage.ts';
import { altered, FILES, MEMBERS, signAs } from './founded.ts';
import { type Falsification, type Falsified, type Faults, facts, withoutEvent } from './recording.ts';

const KEY = 'officer-token@alice';
const PATH = 'statements/officer-token.alice';
const finding = (message: string) => `STEP-ENROL step 8.1 "${KEY}": ${message}`;
const OTHERWISE = finding('the enrolment says something else than it must');
const NOT_THERE = finding('the signed enrolment is not in the pack');
const ALICE = MEMBERS.find(({ seat }) => seat === 'alice')?.tokens[0] as SoftToken;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** The enrolment with something changed, signed by Alice's token all the same. */
function enrolment(change: (statement: Falsified) => void): Falsification {
  return {
    files: (files) => {
      const statement = canonicalBytes(altered(`${PATH}.json`, change) as never);
      files.set(`${PATH}.json`, statement);
      files.set(`${PATH}.p7s`, signAs('alice', statement));
    },
  };
}

/** The roster with something changed in Alice's entry. */
function roster(change: (member: Falsified) => void): Falsification {
  const document = altered('roster/roster.json', ({ members }) =>
    change(members.find((member: { seat: string }) => member.seat === 'alice')),
  );
  return { roster: readRoster(canonicalBytes(document as never)) };
}

/** What the token reported of one of the two keys. */
const reported = (purpose: 'sign' | 'open', change: object): Falsification =>
  facts(KEY, (all) => void Object.assign(all.attributes[purpose].private, change));

/** A certificate of the key that opens Alice's envelopes, which another token has signed. */
function signedByAnother(): string {
  const other = makeToken('alice', 'token-3');
  const spki = parseCertificate(ALICE.signing).spki.der;
  const tbs = memberCertificateTbs({
    commonName: 'alice',
    serial: Buffer.from('0102030405060708', 'hex'),
    notBefore: '2027-01-01T00:00:00Z',
    notAfter: '2037-01-01T00:00:00Z',
    spki: ALICE.encryptionSpki,
    purpose: 'open',
    signedBy: spki,
  });
  return base64(assembleCertificate(tbs, memberCertificateAlgorithm(spki), sign('sha256', tbs, other.signingKey)));
}

/** What may be wrong with the record of an enrolment, and the finding that says so. */
export const FAULTS: Faults = [
  ['nobody was enrolled', withoutEvent(KEY, 'statement'), finding('"alice" was not enrolled')],
  [
    'it is another kind of statement',
    facts(KEY, (_facts, event) => {
      event.kind = 'presence';
    }),
    finding('"alice" was not enrolled'),
  ],
  ['the enrolment is not in the pack', { files: (files) => void files.delete(`${PATH}.json`) }, NOT_THERE],
  ['its signature is not in the pack', { files: (files) => void files.delete(`${PATH}.p7s`) }, NOT_THERE],
  [
    'the record names no file',
    facts(KEY, (_facts, event) => {
      event.statement = null;
    }),
    NOT_THERE,
  ],
  ['it is of another ceremony', enrolment((all) => Object.assign(all, { ceremony: sha256('x') })), OTHERWISE],
  [
    'it is under another authorization',
    enrolment((all) => Object.assign(all, { authorization: NO_DIGEST })),
    OTHERWISE,
  ],
  ['it is in another role', enrolment((all) => Object.assign(all, { role: 'policy-authority' })), OTHERWISE],
  [
    'it is of another model than the planned one',
    enrolment((all) => Object.assign(all.token, { model: 'Another' })),
    OTHERWISE,
  ],
  [
    'it is of another seat, which the roster gives another token',
    enrolment((all) => Object.assign(all, { seat: 'bob' })),
    [OTHERWISE, finding('the roster has not this token of "bob"')],
  ],
  [
    'it is of another token than the planned one',
    enrolment((all) => Object.assign(all.token, { serial: 'token-9' })),
    [OTHERWISE, finding('the recorded token is another one'), finding('the roster has not this token of "alice"')],
  ],
  [
    'it says that its keys were adopted, and the script has them made',
    enrolment((all) => Object.assign(all.token, { origin: 'adopted' })),
    [OTHERWISE, finding('the recorded origin is another one'), finding('the roster has not this token of "alice"')],
  ],
  [
    'the recorded fingerprint is another',
    facts(KEY, (all) => {
      all.fingerprint = sha256('x');
    }),
    finding('the recorded fingerprint is not that of its keys'),
  ],
  [
    'the recorded token is another',
    facts(KEY, (all) => {
      all.token = 'token-4';
    }),
    finding('the recorded token is another one'),
  ],
  [
    'the recorded origin is another',
    facts(KEY, (all) => {
      all.origin = 'adopted';
    }),
    finding('the recorded origin is another one'),
  ],
  ...(['sign', 'open'] as const).map((purpose): [string, Falsification, string] => [
    `what was reported of the key to ${purpose} is of another key`,
    facts(KEY, (all) => {
      all.attributes[purpose].spkiSha256 = sha256('x');
    }),
    finding('the recorded attributes are of other keys'),
  ]),
  [
    'nothing was reported of its keys',
    facts(KEY, (all) => {
      delete all.attributes;
    }),
    [
      finding('the recorded attributes are of other keys'),
      ...[
        ['signs', 'SIGN'],
        ['opens envelopes', 'DERIVE'],
      ].flatMap(([does, use]) =>
        ['EXTRACTABLE is not false', 'SENSITIVE is not true', 'LOCAL is not true']
          .concat('NEVER_EXTRACTABLE is not true', `${use} is not true`)
          .map((fault) => finding(`of the key that ${does}, ${fault}`)),
      ),
    ],
  ],
  [
    'a certificate is signed by another token',
    enrolment((all) => Object.assign(all.token, { encryption: signedByAnother() })),
    finding('a certificate is not signed by the signing key of the token'),
  ],
  [
    'the key that signs may leave its token',
    reported('sign', { EXTRACTABLE: true }),
    finding('of the key that signs, EXTRACTABLE is not false'),
  ],
  [
    'the key that opens envelopes may be read',
    reported('open', { SENSITIVE: false }),
    finding('of the key that opens envelopes, SENSITIVE is not true'),
  ],
  [
    'the key that signs was made elsewhere',
    reported('sign', { LOCAL: false, NEVER_EXTRACTABLE: false }),
    [
      finding('of the key that signs, LOCAL is not true'),
      finding('of the key that signs, NEVER_EXTRACTABLE is not true'),
    ],
  ],
  [
    'the key that opens envelopes signs too',
    reported('open', { SIGN: true }),
    finding('of the key that opens envelopes, SIGN is true'),
  ],
  [
    'the key that signs does not sign, but decrypts',
    reported('sign', { SIGN: false, DECRYPT: true }),
    [finding('of the key that signs, SIGN is not true'), finding('of the key that signs, DECRYPT is true')],
  ],
  [
    'its keys are of another algorithm than the script wants',
    { params: { keys: 'generated', algorithm: 'rsa-2048' } },
    [
      finding('of the key that signs, it is not of algorithm rsa-2048'),
      finding('of the key that opens envelopes, DECRYPT is not true'),
      finding('of the key that opens envelopes, DERIVE is true'),
      finding('of the key that opens envelopes, it is not of algorithm rsa-2048'),
    ],
  ],
  [
    'the script wants a spare token, of which the plan has none',
    { params: { keys: 'generated', spare: true } },
    NOT_THERE,
  ],
  [
    'the roster gives her no token',
    roster((member) => {
      member.evidence = 'paper';
      delete member.tokens;
    }),
    finding('the roster has not this token of "alice"'),
  ],
  ...(['signing', 'encryption'] as const).map((half): [string, Falsification, string] => [
    `the roster has the token with another ${half} key`,
    roster((member) => {
      member.tokens[0][half] = base64(makeToken('alice', 'token-3')[half]);
    }),
    finding('the roster has not this token of "alice"'),
  ]),
  [
    'the roster calls the token attested',
    roster((member) => {
      member.tokens[0].origin = 'attested';
    }),
    finding('the roster has not this token of "alice"'),
  ],
  [
    'another token signed it',
    { files: (files) => void files.set(`${PATH}.p7s`, signAs('bob', FILES.get(`${PATH}.json`) as Uint8Array)) },
    /^STEP-ENROL step 8\.1 "officer-token@alice": signature, byte \d+: expected the subjectKeyIdentifier "[0-9a-f]{40}" of the pinned certificate, found "[0-9a-f]{40}"$/,
  ],
  [
    'something else was signed',
    { files: (files) => void files.set(`${PATH}.p7s`, signAs('alice', Buffer.from('x'))) },
    /^STEP-ENROL step 8\.1 "officer-token@alice": signature, byte \d+: expected the messageDigest "[0-9a-f]{64}" of the content, found "[0-9a-f]{64}"$/,
  ],
  [
    'it is no enrolment',
    enrolment((all) => Object.assign(all, { type: 'quorate/presence/1' })),
    finding('the enrolment "type" is "quorate/presence/1", expected quorate/enrolment/1'),
  ],
  [
    'its certificate is none',
    enrolment((all) => Object.assign(all.token, { signing: base64(Buffer.from('x')) })),
    finding(
      'the enrolment of "alice": signing cannot be used: ' +
        "member's certificate, byte 0: expected an identifier and a length, found 1 bytes",
    ),
  ],
];
