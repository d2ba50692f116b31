import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST } from '../../src/base/digest.ts';
import { PATH } from '../../src/pack/layout.ts';
import type { Event } from '../../src/transcript/event.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { changing, dropping } from '../forge/edit.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { objectBytes } from '../forge/replay.ts';
import { makeToken } from '../forge/stage.ts';
import { OTHER_DIGEST } from '../forge/vector.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
type Mutable = any;

/** Every signature that a fault needs is made again with the members' own keys: this forger has them all. */
async function found(faults: Faults): Promise<readonly string[]> {
  const { source, options, derive } = await forge({ record: { founding: true }, ...faults });
  const { findings } = verifyPack(source, options, derive);
  return findings.map(({ check, where, message }) => `${check} ${where}: ${message}`);
}

/** Changes the roster that the ceremony made; who signs it, signs that. */
const roster = (change: (roster: Mutable) => void): Faults => ({
  recorded: (files) => void files.set(PATH.roster, altered(files.get(PATH.roster), change)),
});

const statement =
  (seat: string, change: (statement: Mutable) => void): NonNullable<Faults['statement']> =>
  (bytes, event) =>
    event.kind === 'enrolment' && event.seat === seat ? altered(bytes, change) : undefined;

function altered(bytes: Uint8Array | undefined, change: (document: Mutable) => void): Uint8Array {
  const document = JSON.parse(Buffer.from(bytes ?? '').toString()) as Mutable;
  change(document);
  return objectBytes(document as JsonObject);
}

const facts = (seat: string, change: (facts: Mutable) => void) =>
  changing(
    'statement',
    (event) => event.kind === 'enrolment' && event.seat === seat,
    (event) => {
      const copy = structuredClone(event) as Mutable;
      change(copy.facts);
      return copy as Event;
    },
  );

const entryOf = (document: Mutable, seat: string): Mutable =>
  document.members.find((member: Mutable) => member.seat === seat).tokens[0];

const stranger = makeToken('alice', 'token-3');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const withStrangersKeys = (token: Mutable) =>
  Object.assign(token, { signing: base64(stranger.signing), encryption: base64(stranger.encryption) });

/** What is wrong, and by which checks it is found: by these, and by no other. */
const FAULTS: readonly (readonly [string, Faults, readonly RegExp[]])[] = [
  [
    'an enrolment of another ceremony',
    { statement: statement('alice', (all) => Object.assign(all, { ceremony: OTHER_DIGEST })) },
    [/^STEP-ENROL statements\/officer-token\.alice\.json: .*the enrolment says something else than it must$/],
  ],
  [
    'an enrolment under another authorization',
    { statement: statement('alice', (all) => Object.assign(all, { authorization: OTHER_DIGEST })) },
    [/^STEP-ENROL .*the enrolment says something else than it must$/],
  ],
  [
    'an enrolment of another seat',
    { statement: statement('alice', (all) => Object.assign(all, { seat: 'bob' })) },
    [/^STEP-ENROL .*the enrolment says something else than it must$/, /^STEP-ROSTER /],
  ],
  [
    'an enrolment in another role',
    { statement: statement('alice', (all) => Object.assign(all, { role: 'policy-authority' })) },
    [/^STEP-ENROL .*the enrolment says something else than it must$/],
  ],
  [
    'an enrolment of another token than the planned one',
    {
      statement: statement('alice', (all) => Object.assign(all.token, { serial: 'token-9' })),
      ...roster((all) => Object.assign(entryOf(all, 'alice'), { serial: 'token-9' })),
      events: facts('alice', (all) => Object.assign(all, { token: 'token-9' })),
    },
    [/^STEP-ENROL .*the enrolment says something else than it must$/, /^STEP-SIGN-OFF /],
  ],
  [
    'an enrolment that calls its keys attested',
    {
      statement: statement('alice', (all) => Object.assign(all.token, { origin: 'attested' })),
      ...roster((all) => Object.assign(entryOf(all, 'alice'), { origin: 'attested' })),
      events: facts('alice', (all) => Object.assign(all, { origin: 'attested' })),
    },
    [/^STEP-ENROL .*the enrolment says something else than it must$/, /^STEP-SIGN-OFF /],
  ],
  [
    'an enrolment that another token signed',
    {
      sign: (path, content, { tokenOf, signWith }) =>
        path === 'statements/officer-token.alice.p7s' ? signWith(tokenOf('bob'), content) : undefined,
    },
    [/^STATEMENT-SIGNATURE statements\/officer-token\.alice\.p7s: /],
  ],
  [
    'an enrolment with the keys of somebody else',
    { statement: statement('alice', (all) => withStrangersKeys(all.token)) },
    [/^STEP-ENROL .*expected the subjectKeyIdentifier/, /^STEP-ROSTER /],
  ],
  [
    'a roster with the keys of somebody else, signed by them',
    {
      ...roster((all) => withStrangersKeys(entryOf(all, 'alice'))),
      sign: (path, content, { signWith }) =>
        /^(?:roster|signatures)\/alice\.p7s$|sign-off\.alice\.p7s$/.test(path)
          ? signWith(stranger, content)
          : undefined,
    },
    [/^STATEMENT-SIGNATURE statements\/officer-token\.alice\.p7s: /, /^ROSTER-PEM /],
  ],
  [
    'a fingerprint in the record that is not that of the keys',
    { events: facts('alice', (all) => Object.assign(all, { fingerprint: OTHER_DIGEST })) },
    [
      /^STEP-ENROL .*the recorded fingerprint is not that of its keys$/,
      /^STEP-COMPARE .*the words typed for "officer-token\.fingerprint" are not those of the recorded value$/,
    ],
  ],
  [
    'an origin in the record that is not that of the enrolment',
    { events: facts('alice', (all) => Object.assign(all, { origin: 'adopted' })) },
    [/^STEP-ENROL .*the recorded origin is another one$/],
  ],
  [
    'a token in the record that is not the enrolled one',
    { events: facts('alice', (all) => Object.assign(all, { token: 'token-4' })) },
    [/^STEP-ENROL .*the recorded token is another one$/],
  ],
  [
    'attributes in the record that are those of other keys',
    { events: facts('alice', (all) => Object.assign(all.attributes.sign, { spkiSha256: OTHER_DIGEST })) },
    [/^STEP-ENROL .*the recorded attributes are of other keys$/],
  ],
  [
    'attributes in the record by which a key may leave its token',
    { events: facts('alice', (all) => Object.assign(all.attributes.open.private, { EXTRACTABLE: true })) },
    [/^STEP-ENROL .*of the key that opens envelopes, EXTRACTABLE is not false$/],
  ],
  [
    'attributes in the record by which one key does both',
    { events: facts('alice', (all) => Object.assign(all.attributes.open.private, { SIGN: true })) },
    [/^STEP-ENROL .*of the key that opens envelopes, SIGN is true$/],
  ],
  [
    'attributes in the record of a key that was made elsewhere',
    { events: facts('alice', (all) => Object.assign(all.attributes.sign.private, { LOCAL: false })) },
    [/^STEP-ENROL .*of the key that signs, LOCAL is not true$/],
  ],
  [
    'no attributes in the record',
    { events: facts('alice', (all) => void delete all.attributes) },
    [/^STEP-ENROL .*the recorded attributes are of other keys/],
  ],
  [
    'keys of another algorithm than the script wants',
    {
      record: {
        founding: true,
        script: (text) =>
          text.replace(
            'each: crypto-officer, check: witness, with: { keys: generated, algorithm: ecdsa-p256 }',
            'each: crypto-officer, check: witness, with: { keys: generated, algorithm: ecdsa-p384 }',
          ),
      },
    },
    [/^STEP-ENROL .*of the key that signs, it is not of algorithm ecdsa-p384$/],
  ],
  [
    'a roster by which fewer approve',
    roster((all) => Object.assign(all.classes.destroy, { need: 2 })),
    [/^STEP-ROSTER roster\/roster\.json: .*the roster is not that of those who were enrolled$/],
  ],
  [
    'a roster by which others approve',
    roster((all) => Object.assign(all.classes.sign, { role: 'policy-authority', need: 2 })),
    [/^STEP-ROSTER .*the roster is not that of those who were enrolled$/],
  ],
  [
    'a roster in another order',
    roster((all) => all.members.reverse()),
    [/^STEP-ROSTER .*the roster is not that of those who were enrolled$/],
  ],
  [
    'a roster with a member more, on paper',
    roster((all) => all.members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' })),
    [/^STEP-ROSTER .*the roster is not that of those who were enrolled$/],
  ],
  [
    'a roster with a token more',
    roster((all) => {
      const member = all.members.find((one: Mutable) => one.seat === 'alice');
      member.tokens.push(withStrangersKeys({ ...member.tokens[0], serial: 'token-9' }));
    }),
    [/^STEP-ROSTER .*the roster is not that of those who were enrolled$/, /^ROSTER-PEM /],
  ],
  [
    'a roster without one who was enrolled',
    roster((all) => {
      all.members = all.members.filter((one: Mutable) => one.seat !== 'erin');
    }),
    [
      /^STATEMENT-EVIDENCE .*"erin" is not on the roster$/,
      /^ROSTER-PEM /,
      /^ROSTER-SIGNATURE /,
      /^SIGNATURE-STRANGER /,
    ],
  ],
  [
    'a roster of a second version',
    roster((all) => Object.assign(all, { version: 2 })),
    [/^STEP-ROSTER .*the roster is not that of those who were enrolled$/],
  ],
  [
    'a roster that one has not signed',
    { files: (files) => void files.delete('roster/bob.p7s') },
    [/^ROSTER-SIGNERS .*"bob" has not signed it/, /^EVENT-FILE /],
  ],
  [
    'a roster that somebody else signed in their place',
    {
      sign: (path, content, { tokenOf, signWith }) =>
        path === 'roster/bob.p7s' ? signWith(tokenOf('alice'), content) : undefined,
    },
    [/^ROSTER-SIGNATURE roster\/bob\.p7s: /],
  ],
  [
    'a record of another roster',
    {
      event: (event) =>
        event.type === 'observation' && event.subject === 'roster'
          ? ({ ...event, facts: { ...event.facts, roster: OTHER_DIGEST } } as Event)
          : undefined,
    },
    [
      /^STEP-ROSTER events\.jsonl: .*the record says otherwise which roster was made, and who signed it$/,
      /^STEP-COMPARE .*"first-roster\.roster"/,
    ],
  ],
  [
    'an opening that names a roster',
    {
      event: (event) => (event.type === 'opening' ? { ...event, roster: OTHER_DIGEST } : undefined),
    },
    [/^OPENING-ROSTER /],
  ],
  [
    'an authorization that names the roster',
    { authorization: (all) => Object.assign(all, { roster: OTHER_DIGEST }) },
    [/^AUTHORIZATION-ROSTER /, /^OPENING-ROSTER /],
  ],
  [
    'an authorization that somebody signed',
    {
      before: (files) => void files.set('authorization/authority-1.p7s', Buffer.from('signed')),
    },
    [/^AUTHORIZATION-SIGNATURE /],
  ],
  [
    'an authorization that names an HSM',
    {
      authorization: (all) =>
        Object.assign(all, { hsms: [{ name: 'root-hsm', module: 'cards', model: 'HSM', blank: true }] }),
    },
    [/^AUTHORIZATION-READ /],
  ],
  ['another roster than the one that its members keep', { anchor: 'other' }, [/^ANCHOR-ROSTER /]],
  ['no roster to hold it to', { anchor: 'none' }, [/^ANCHOR-MISSING /]],
];

describe('the pack of a first enrolment', () => {
  it('has no finding when it is as it was made', async () => assert.deepEqual(await found({}), []));

  for (const [name, faults, wanted] of FAULTS)
    it(`with ${name} is found out`, async () => {
      const findings = await found(faults);
      for (const pattern of wanted)
        assert.ok(
          findings.some((finding) => pattern.test(finding)),
          `${pattern} is not in:\n${findings.join('\n')}`,
        );
      const ids = new Set(findings.map((finding) => finding.split(' ')[0]));
      assert.equal(ids.size, wanted.length, findings.join('\n'));
    });

  const ofRoster = (event: Event) =>
    (event.type === 'file' && event.path.startsWith('roster/')) ||
    (event.type === 'observation' && event.subject === 'roster');
  const ROSTER_STEPS = ['first-roster', 'roster-read', 'roster-out'];
  const AWAY: readonly (readonly [string, Faults['events'], RegExp])[] = [
    ['alone', undefined, /^EVENT-FILE .*records "roster\/roster\.json", which the pack does not have$/m],
    ['with every word of it', dropping(ofRoster), /^STEP-ROSTER .*no roster was made$/m],
    [
      'with its steps',
      dropping((event) => ofRoster(event) || ('step' in event && ROSTER_STEPS.includes(event.step))),
      /^STEP-ORDER /m,
    ],
  ];
  for (const [name, events, message] of AWAY)
    it(`from which the roster was taken away ${name} is no pack of a ceremony that was complete`, async () => {
      const findings = await found({
        ...(events ? { events } : {}),
        files: (files) => {
          for (const path of [...files.keys()]) if (path.startsWith('roster/')) files.delete(path);
        },
        manifest: (all) => Object.assign(all, { roster: NO_DIGEST }),
        sealed: (files) => {
          for (const path of [...files.keys()]) if (path.startsWith('signatures/')) files.delete(path);
        },
        anchor: 'none',
      });
      assert.match(findings.join('\n'), message);
    });
});

describe('a root ceremony', () => {
  /** As if it had been held before there was a roster. */
  const unrostered: Faults = {
    record: {},
    authorization: (all) => Object.assign(all, { roster: NO_DIGEST }),
  };

  const verified = async (faults: Faults, options: object = {}) => {
    const { source, options: usual, derive } = await forge(faults);
    return verifyPack(source, { ...usual, ...options }, derive).findings.map(({ check }) => check);
  };

  it('whose authorization names no roster does not verify', async () => {
    assert.ok((await verified(unrostered)).includes('AUTHORIZATION-READ'));
    const withoutHsm: Faults = {
      ...unrostered,
      authorization: (all) => Object.assign(all, { roster: NO_DIGEST, hsms: [] }),
    };
    const ids = await verified(withoutHsm);
    for (const id of ['AUTHORIZATION-HSM', 'AUTHORIZATION-SIGNATURE', 'OPENING-ROSTER', 'PLAN-DERIVE'])
      assert.ok(ids.includes(id), `${id} is not in ${ids.join(', ')}`);
  });

  it('without a roster at all does not verify, however little is asked', async () => {
    const bare: Faults = {
      ...unrostered,
      authorization: (all) => Object.assign(all, { roster: NO_DIGEST, hsms: [] }),
      event: (event) => (event.type === 'opening' ? { ...event, roster: NO_DIGEST } : undefined),
      manifest: (all) => Object.assign(all, { roster: NO_DIGEST }),
      files: (files) => {
        for (const path of files.keys()) if (/^(?:roster|authorization)\//.test(path)) files.delete(path);
      },
      anchor: 'none',
    };
    for (const outcome of ['complete', 'aborted', 'interrupted'] as const)
      assert.notDeepEqual(await verified(bare, { outcome }), [], outcome);
  });
});
