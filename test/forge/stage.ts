import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { canonicalBytes, type Json, type JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../../src/base/digest.ts';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import {
  assembleCertificate,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { signedAttributes } from '../../src/cms/signed-attributes.ts';
import { assembleSignedData } from '../../src/cms/signed-data.ts';

/** A quorum token in software: two key pairs and their certificates. */
export interface SoftToken {
  readonly serial: string;
  readonly signingKey: KeyObject;
  readonly signing: Uint8Array;
  readonly encryption: Uint8Array;
  readonly encryptionSpki: Uint8Array;
}

export interface SoftMember {
  readonly seat: string;
  readonly role: string;
  /** As they stand on the roster in force. */
  readonly tokens: readonly SoftToken[];
  /** The one that is to be enrolled in the place of those. */
  readonly anew?: SoftToken;
}

export const MODEL = 'Soft Token v1';
export const HSM_MODEL = 'Soft HSM v1';
export const HSM_SERIAL = 'hsm-0001';
/** The HSM that a key is copied to. */
export const BACKUP_NAME = 'backup-hsm';
export const BACKUP_SERIAL = 'hsm-0002';
export const MODE = 'rehearsal';
export const WINDOW = { from: '2027-03-01T00:00:00Z', until: '2027-03-31T23:59:59Z' };

const TOKEN_SEATS: readonly (readonly [seat: string, role: string])[] = [
  ['authority-1', 'policy-authority'],
  ['authority-2', 'policy-authority'],
  ['alice', 'crypto-officer'],
  ['bob', 'crypto-officer'],
  ['carol', 'crypto-officer'],
  ['dave', 'crypto-officer'],
  ['erin', 'crypto-officer'],
  ['gus', 'witness'],
];
const PAPER_SEATS: readonly (readonly [seat: string, role: string])[] = [
  ['dana', 'administrator'],
  ['ivo', 'auditor'],
];
/** Members whom no site of the forge calls: they may come in the place of somebody. */
const SPARE_SEATS: readonly (readonly [seat: string, role: string])[] = [
  ['frank', 'crypto-officer'],
  ['heidi', 'crypto-officer'],
  ['hana', 'witness'],
];
const SPARE_PAPER_SEATS = [['ivy', 'auditor']] as const;
const CLASSES = ['administer', 'inventory', 'generate', 'sign', 'backup', 'restore', 'destroy'];

export function makeToken(commonName: string, serial: string): SoftToken {
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encryption = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = signing.publicKey.export({ type: 'spki', format: 'der' });
  const encryptionSpki = encryption.publicKey.export({ type: 'spki', format: 'der' });
  const certify = (purpose: 'sign' | 'open', subject: Uint8Array) => {
    const tbs = memberCertificateTbs({
      commonName,
      serial: hash('sha256', subject, 'buffer').subarray(0, 8).fill(1, 0, 1),
      notBefore: '2027-01-01T00:00:00Z',
      notAfter: '2037-01-01T00:00:00Z',
      spki: subject,
      purpose,
      ...(purpose === 'open' ? { signedBy: spki } : {}),
    });
    return assembleCertificate(tbs, memberCertificateAlgorithm(spki), sign('sha256', tbs, signing.privateKey));
  };
  return {
    serial,
    signingKey: signing.privateKey,
    signing: certify('sign', spki),
    encryption: certify('open', encryptionSpki),
    encryptionSpki,
  };
}

let usual: readonly SoftMember[] | undefined;
let spare: readonly SoftMember[] | undefined;

/**
 * The people of every forged ceremony, with one set of keys in a test run: whoever holds one holds the next. Erin has a spare
 * token.
 */
export function makeMembers(): readonly SoftMember[] {
  usual ??= membersWithKeys();
  return usual;
}

/** People of the same seats with other keys, whom nobody has enrolled. */
export const makeStrangers = (): readonly SoftMember[] => membersWithKeys();

/** Those who are on the roster of a pack, with their keys: the ceremony after it is theirs. */
export function membersOn(roster: Uint8Array, known: readonly SoftMember[]): readonly SoftMember[] {
  const { members } = JSON.parse(Buffer.from(roster).toString()) as { members: { seat: string; role: string }[] };
  return members.map(({ seat, role }) => known.find((one) => one.seat === seat) ?? { seat, role, tokens: [] });
}

function membersWithKeys(): readonly SoftMember[] {
  const withToken = TOKEN_SEATS.map(([seat, role], index) => {
    const spare = seat === 'erin' ? [makeToken(seat, `token-${index + 1}-spare`)] : [];
    return { seat, role, tokens: [makeToken(seat, `token-${index + 1}`), ...spare] };
  });
  return [...withToken, ...PAPER_SEATS.map(([seat, role]) => ({ seat, role, tokens: [] }))];
}

/** The same, and more members than a site calls. */
export function makeMoreMembers(): readonly SoftMember[] {
  spare ??= SPARE_SEATS.map(([seat, role]) => ({ seat, role, tokens: [makeToken(seat, serialOf(seat))] }));
  return [...makeMembers(), ...spare, ...SPARE_PAPER_SEATS.map(([seat, role]) => ({ seat, role, tokens: [] }))];
}

/** Of a member's first token. */
export function serialOf(seat: string): string {
  const index = TOKEN_SEATS.findIndex(([one]) => one === seat);
  return index < 0 ? `token-${seat}` : `token-${index + 1}`;
}

/** A detached signature in the CMS profile, by a software token. */
export function signWith(token: SoftToken, content: Uint8Array): Uint8Array {
  const { suite } = readMemberKey(token.signing, 'sign');
  const attributes = signedAttributes(hash(suite.digest, content, 'buffer'), token.signing);
  return assembleSignedData({
    attributes,
    signature: sign(suite.digest, attributes, token.signingKey),
    certificate: token.signing,
  });
}

export function rosterDocument(members: readonly SoftMember[]): JsonObject {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    type: 'quorate/roster/1',
    version: 1,
    previous: NO_DIGEST,
    classes: {
      authorize: { role: 'policy-authority', need: 2 },
      ...Object.fromEntries(CLASSES.map((name) => [name, { role: 'crypto-officer', need: 3 }])),
    },
    members: members.map(({ seat, role, tokens }) =>
      tokens.length === 0
        ? { seat, role, evidence: 'paper' }
        : {
            seat,
            role,
            evidence: 'token',
            tokens: tokens.map((token) => ({
              serial: token.serial,
              model: MODEL,
              origin: 'generated-here',
              signing: base64(token.signing),
              encryption: base64(token.encryption),
            })),
          },
    ),
  };
}

export function peopleDocument(members: readonly SoftMember[]): JsonObject {
  const named = members.map(({ seat }) => [seat, { name: `${seat} Test`, organisation: 'Test Ltd' }]);
  return { type: 'quorate/people/1', people: Object.fromEntries(named) };
}

export const PROGRAM_DIGEST = sha256('the program of the forge');

/** Who else comes where custody is kept: both sign paper. */
export function makeVaultMembers(): readonly SoftMember[] {
  const paper = [
    ['hana', 'witness'],
    ['sam', 'safe-controller'],
  ].map(([seat = '', role = '']) => ({ seat, role, tokens: [] }));
  return [...makeMembers(), ...paper];
}

/** The same room with a list of what is in it. */
export function vaultSiteText(mode: 'rehearsal' | 'production'): string {
  return `${siteText(mode)
    .replace('witness: [gus]', 'safe-controller: [sam]\n  witness: [gus, hana]')
    .replace('evidence: [{ at: /media/e1 }]', 'evidence: [{ at: /media/e1 }, { at: /media/e2 }]')}materials:
  laptop: { make: Example T1, serial: PF2X1, bag: A0012345, place: safe-1 }
  boot: { make: DVD-R, bag: A0012346, place: safe-2 }
  hsm: { bag: factory, place: safe-1 }
  cards: { alice: A0012351, bob: A0012352, carol: A0012353, dave: A0012354, erin: A0012355 }
boxes: { alice: bank-1, bob: bank-2, carol: bank-3, dave: bank-4, erin: bank-5 }
`;
}

/** What people do with the tools of a vendor. */
export const SHEET = '1. Join the cloning domain.\n2. Clone the key.\n';

const BACKUP_ACTIVATION = { means: 'device-quorum', devices: 'black PED keys', need: 3, of: 5 } as const;

/** The same room with a second HSM, that has its own quorum. */
export function backupSiteText(mode: 'rehearsal' | 'production'): string {
  return withBackupHsm(siteText(mode));
}

/** Both: a list of what is in the room, and a second HSM on it. */
export function exampleSiteText(mode: 'rehearsal' | 'production'): string {
  return withBackupHsm(
    vaultSiteText(mode).replace('  cards: { alice', '  hsm-2: { bag: factory, place: safe-2 }\n  cards: { alice'),
  );
}

function withBackupHsm(site: string): string {
  const activation = JSON.stringify({ ...BACKUP_ACTIVATION, login: 'null-pin' });
  return `${site.replace(
    'quorum-tokens:',
    `  ${BACKUP_NAME}: { module: hsm, label: ROOT-G1-B, serial: ${BACKUP_SERIAL}, model: ${HSM_MODEL}, activation: ${activation} }\nquorum-tokens:`,
  )}vendor-sheets:
  clone: { file: clone.txt, sha256: ${sha256(SHEET)} }
`;
}

/** For production nothing is marked and nothing else changes. */
export function siteText(mode: 'rehearsal' | 'production'): string {
  return `quorate-site: 1
mode: ${mode}
marking: ${mode === 'rehearsal' ? '{ common-name-prefix: "REHEARSAL ", label-prefix: rehearsal- }' : 'none'}
place: Test room
previous: none
roster: roster.json
modules:
  cards: { library: /opt/cards.so, sha256: ${'a1'.repeat(32)} }
  hsm: { library: /opt/hsm.so, sha256: ${'b2'.repeat(32)} }
tokens:
  root-hsm: { module: hsm, label: ROOT-G1, blank: true, model: ${HSM_MODEL}, activation: { means: shares } }
quorum-tokens: { module: cards }
people:
  administrator: [dana]
  crypto-officer: [alice, bob, carol, dave, erin]
  witness: [gus]
  auditor: [ivo]
media:
  envelopes: [{ at: /media/s1 }, { at: /media/s2 }]
  evidence: [{ at: /media/e1 }]
  publish: [{ at: /media/p1 }]
`;
}

export function authorizationDocument(
  digests: { readonly script: Sha256; readonly site: Sha256; readonly roster: Sha256 },
  members: readonly SoftMember[],
  mode: 'rehearsal' | 'production',
  hasBackup = false,
): JsonObject {
  return {
    type: 'quorate/authorization/1',
    ceremony: 1,
    change: 'CHG-1',
    mode,
    notBefore: WINDOW.from,
    notAfter: WINDOW.until,
    ...digests,
    program: PROGRAM_DIGEST,
    previous: NO_DIGEST,
    modules: {
      cards: { library: '/opt/cards.so', sha256: 'a1'.repeat(32), environment: {} },
      hsm: { library: '/opt/hsm.so', sha256: 'b2'.repeat(32), environment: {} },
    },
    cards: 'cards',
    hsms: [
      { name: 'root-hsm', module: 'hsm', model: HSM_MODEL, blank: true },
      ...(hasBackup
        ? [
            {
              name: BACKUP_NAME,
              module: 'hsm',
              model: HSM_MODEL,
              serial: BACKUP_SERIAL,
              activation: { ...BACKUP_ACTIVATION },
            },
          ]
        : []),
    ],
    tokens: members.flatMap(({ tokens, anew }) =>
      [...tokens, ...(anew ? [anew] : [])].map(({ serial }) => ({ serial, model: MODEL })),
    ),
    references: {},
  };
}

export function documentBytes(document: JsonObject): Uint8Array {
  return canonicalBytes(document as Json);
}

/** People of a first enrolment: each who has a token has one, and the witness signs paper. */
export function makeFounders(): readonly SoftMember[] {
  return makeMembers().map((member) => ({
    ...member,
    tokens: member.role === 'witness' ? [] : member.tokens.slice(0, 1),
  }));
}

/** Role of whoever is to join the roster, and stands on none before. */
const NEWCOMER = 'newcomer';

/** People of a change of the roster: one more, with a token that is to be enrolled. */
export function makeJoining(): readonly SoftMember[] {
  return [...makeMembers(), { seat: 'frank', role: NEWCOMER, tokens: [makeToken('frank', serialOf('frank'))] }];
}

/** People of a change of the roster by which dave stays on it with another token. */
export function makeRenewing(): readonly SoftMember[] {
  return makeMembers().map((member) =>
    member.seat === 'dave' ? { ...member, anew: makeToken('dave', 'token-dave-anew') } : member,
  );
}

/** Those who are on the roster before it changes. */
export function onRoster(members: readonly SoftMember[]): readonly SoftMember[] {
  return members.filter(({ role }) => role !== NEWCOMER);
}

/** The site of a change of the roster: no HSM, erin is not here, and the token of whoever joins. */
export function changingSiteText(): string {
  return siteText('rehearsal')
    .replace(/ {2}hsm: .*\n/, '')
    .replace(/tokens:\n {2}root-hsm: .*\n/, 'tokens: {}\n')
    .replace(
      'quorum-tokens: { module: cards }\n',
      `quorum-tokens:\n  module: cards\n  enrols:\n    frank: [{ serial: ${serialOf('frank')}, model: ${MODEL} }]\n`,
    )
    .replace(', erin]', ']\n  newcomer: [frank]\n  policy-authority: [authority-1, authority-2]')
    .replace('  envelopes: [{ at: /media/s1 }, { at: /media/s2 }]\n', '')
    .replace('  publish: [{ at: /media/p1 }]\n', '');
}

/** The site of a change of the roster by which somebody stays on it with another token: everybody is here. */
export function renewingSiteText(): string {
  return changingSiteText()
    .replace(`frank: [{ serial: ${serialOf('frank')}`, 'dave: [{ serial: token-dave-anew')
    .replace('dave]\n  newcomer: [frank]', 'erin]\n  returning: [dave]');
}

/** An authorization without an HSM. */
export function changingAuthorizationDocument(
  digests: { readonly script: Sha256; readonly site: Sha256; readonly roster: Sha256 },
  members: readonly SoftMember[],
): JsonObject {
  const document = authorizationDocument(digests, members, 'rehearsal');
  const modules = { cards: (document['modules'] as JsonObject)['cards'] ?? null };
  return { ...document, modules, hsms: [] };
}

/** The site of a first enrolment: no roster, no HSM, and the tokens that are to be enrolled. */
export function foundingSiteText(members: readonly SoftMember[]): string {
  const enrols = members.flatMap(({ seat, tokens }) =>
    tokens.length === 0
      ? []
      : [`    ${seat}: [${tokens.map(({ serial }) => `{ serial: ${serial}, model: ${MODEL} }`).join(', ')}]\n`],
  );
  return siteText('rehearsal')
    .replace('roster: roster.json\n', '')
    .replace(/ {2}hsm: .*\n/, '')
    .replace(/tokens:\n {2}root-hsm: .*\n/, 'tokens: {}\n')
    .replace('quorum-tokens: { module: cards }\n', `quorum-tokens:\n  module: cards\n  enrols:\n${enrols.join('')}`)
    .replace('  witness:', '  policy-authority: [authority-1, authority-2]\n  witness:')
    .replace(
      '  envelopes: [{ at: /media/s1 }, { at: /media/s2 }]\n',
      '  rosters: [{ at: /media/r1 }, { at: /media/r2 }]\n',
    )
    .replace('  publish: [{ at: /media/p1 }]\n', '');
}

export function foundingAuthorizationDocument(
  digests: { readonly script: Sha256; readonly site: Sha256 },
  members: readonly SoftMember[],
): JsonObject {
  const document = authorizationDocument({ ...digests, roster: NO_DIGEST }, members, 'rehearsal');
  const modules = { cards: (document['modules'] as JsonObject)['cards'] ?? null };
  return { ...document, modules, hsms: [] };
}
