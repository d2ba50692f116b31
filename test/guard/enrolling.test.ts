import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { CeremonyError } from '../../src/base/errors.ts';
import type { EnrolledToken } from '../../src/ports.ts';
import { readEnrolment } from '../../src/quorum/enrolment.ts';
import { type MemberAlgorithm, memberKeyTemplates } from '../../src/quorum/member-keys.ts';
import { verifyAsMember } from '../../src/quorum/member-signature.ts';
import { attestationBytes } from '../../src/quorum/statement.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { makeMembers, signWith } from '../forge/stage.ts';
import { type FoundingGuard, FoundingStage, HOLDERS, rosterOf } from './founding-guard.ts';

function refuses(code: string, message: RegExp) {
  return (error: CeremonyError) => {
    assert.match(`${error.code}: ${error.message}`, message);
    assert.equal(error.code, code);
    return true;
  };
}

const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64');
// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
type Mutable = any;

/** Tests share tokens: each has those of its own seats, and a guard of its own. */
describe('enrolling a token', () => {
  let stage: FoundingStage;
  before(async () => {
    stage = await FoundingStage.lay({ 'crypto-officer': 2, 'policy-authority': 2 });
  });
  after(() => stage.remove());

  async function withGuard(use: (guard: FoundingGuard) => Promise<void>, ceremony?: string): Promise<void> {
    const guard = await stage.guard(ceremony);
    try {
      await use(guard);
    } finally {
      await guard.close();
    }
  }

  async function make(
    client: TokenProcess,
    serial: string,
    purpose: 'sign' | 'open',
    change: JsonObject = {},
    algorithm: MemberAlgorithm = 'ecdsa-p256',
  ) {
    const templates = memberKeyTemplates(purpose, algorithm, sha256(JSON.stringify(change) + purpose).slice(0, 16));
    const label = String(change['LABEL'] ?? purpose);
    return await client.generateKeyPair({ serial }, algorithm, { ...templates.public, LABEL: label }, {
      ...templates.private,
      ...change,
      LABEL: label,
    } as never);
  }

  test('makes its keys, and has it sign whose it is', async () => {
    await withGuard(async (guard) => {
      const { statement, signature, fingerprint, origin, attributes } = await guard.enrol('crypto-officer-1');
      const { seat, role, ceremony, authorization, token } = readEnrolment(statement);
      assert.deepEqual(
        { seat, role, ceremony, authorization, origin: token.origin },
        {
          seat: 'crypto-officer-1',
          role: 'crypto-officer',
          ceremony: guard.ceremony,
          authorization: stage.stage.authorization,
          origin: 'generated-here',
        },
      );
      assert.equal(origin, 'generated-here');
      verifyAsMember(signature, statement, [token.signing]);
      const { sign, open } = attributes as { sign: JsonObject; open: JsonObject };
      assert.equal(sign['spkiSha256'], token.signingSpki);
      assert.equal(open['spkiSha256'], token.encryptionSpki);
      assert.match(fingerprint, /^[0-9a-f]{64}$/);
      assert.match(guard.screen, /ENROLMENT of crypto-officer-1 as crypto-officer\n/);
      assert.deepEqual(await stage.privateKeys('crypto-officer-1'), ['open', 'sign']);

      // The same again, as when its answer was lost: nothing more is made.
      const again = await guard.enrol('crypto-officer-1');
      assert.equal(again.fingerprint, fingerprint);
      assert.deepEqual(await stage.privateKeys('crypto-officer-1'), ['open', 'sign']);
      await assert.rejects(
        guard.client.enrol({ ...guard.request('crypto-officer-1'), seat: 'crypto-officer-2' }),
        refuses('TOKEN_UNEXPECTED', /was enrolled for "crypto-officer-1"; it is not "crypto-officer-2"'s too$/),
      );
    });
    // Another guard, as after an interruption, takes up the keys of the same ceremony, and of no other.
    await withGuard(async (guard) => {
      await assert.rejects(
        guard.enrol('crypto-officer-1'),
        refuses(
          'TOKEN_UNEXPECTED',
          /holds 2 private keys already, the first is "open"; keys are made on a token without/,
        ),
      );
    });
    assert.deepEqual(await stage.privateKeys('crypto-officer-1'), ['open', 'sign']);
  });

  test('of every algorithm makes keys that sign and open', async () => {
    await withGuard(async (guard) => {
      for (const [index, algorithm] of (['ecdsa-p384', 'rsa-2048'] as const).entries()) {
        const seat = `crypto-officer-${index + 1}`;
        const { statement, signature } = await guard.enrol(seat, { algorithm }, 1);
        verifyAsMember(signature, statement, [readEnrolment(statement).token.signing]);
        assert.deepEqual(await stage.privateKeys(seat, 1), ['open', 'sign']);
      }
    });
  });

  test('makes keys that do nothing but their purpose, be it that the token would let them', async () => {
    for (const [seat, index] of [
      ['crypto-officer-1', 0],
      ['crypto-officer-1', 1],
      ['crypto-officer-2', 1],
    ] as const) {
      const uses = await stage.alone(
        seat,
        async (client, serial) =>
          (await client.inventory({ serial }))
            .filter((one) => one.class === 'private-key')
            .map(({ label, attributes }) => [
              label,
              ...['SIGN', 'SIGN_RECOVER', 'DECRYPT', 'UNWRAP', 'DERIVE'].filter((use) => attributes[use] === true),
            ]),
        index,
      );
      const opens = seat === 'crypto-officer-2' ? 'DECRYPT' : 'DERIVE';
      assert.deepEqual(uses, [
        ['open', opens],
        ['sign', 'SIGN'],
      ]);
    }
  });

  test('takes up what an interrupted run of the same ceremony left, be it one pair of the two', async () => {
    const ceremony = sha256('the same');
    const { serial } = stage.card('crypto-officer-2');
    // As a guard makes them; it was killed after the first.
    const id = sha256(`quorate/member-key/1 ${ceremony} crypto-officer-2 ${serial} sign`).slice(0, 16);
    const templates = memberKeyTemplates('sign', 'ecdsa-p256', id);
    const left = await stage.alone('crypto-officer-2', (client) =>
      client.generateKeyPair({ serial }, 'ecdsa-p256', templates.public, templates.private),
    );
    await withGuard(async (guard) => {
      await assert.rejects(
        guard.enrol('crypto-officer-2'),
        refuses('TOKEN_UNEXPECTED', /holds 1 private keys already, the first is "sign"/),
      );
    });
    await withGuard(async (guard) => {
      const { statement } = await guard.enrol('crypto-officer-2');
      assert.equal(readEnrolment(statement).token.signingSpki, left.spkiSha256);
      assert.deepEqual(await stage.privateKeys('crypto-officer-2'), ['open', 'sign']);
    }, ceremony);
  });

  test('adopts exactly one key pair of each purpose, or those that the site names by label', async () => {
    await withGuard(async (guard) => {
      const adopt = (labels: object = {}) => guard.enrol('crypto-officer-3', { keys: 'adopted', ...labels });
      await assert.rejects(
        adopt(),
        refuses('HSM_OBJECT_MISSING', /holds 0 key pairs of which one signs; exactly one is wanted$/),
      );
      const made = await stage.alone('crypto-officer-3', async (client, serial) => ({
        sign: await make(client, serial, 'sign', { LABEL: 'my signature' }),
        open: await make(client, serial, 'open', { LABEL: 'my envelope' }),
      }));
      const { statement } = await adopt();
      const { token } = readEnrolment(statement);
      assert.equal(token.origin, 'adopted');
      assert.equal(token.signingSpki, made.sign.spkiSha256);
      assert.equal(token.encryptionSpki, made.open.spkiSha256);

      await stage.alone('crypto-officer-3', (client, serial) => make(client, serial, 'sign', { LABEL: 'another' }));
      await assert.rejects(
        adopt(),
        refuses('TOKEN_UNEXPECTED', /holds 2 key pairs of which one signs; exactly one is wanted$/),
      );
      await assert.rejects(
        adopt({ sign: 'a third' }),
        refuses('HSM_OBJECT_MISSING', /holds 0 key pairs of which one signs and is labelled "a third"/),
      );
      const named = await adopt({ sign: 'my signature' });
      assert.equal(readEnrolment(named.statement).token.signingSpki, made.sign.spkiSha256);
      const other = await adopt({ sign: 'another', open: 'my envelope' });
      assert.notEqual(readEnrolment(other.statement).token.signingSpki, made.sign.spkiSha256);
      await assert.rejects(
        adopt({ sign: 'my envelope' }),
        refuses('HSM_OBJECT_MISSING', /holds 0 key pairs of which one opens envelopes; exactly one is wanted$/),
      );
    });
  });

  test('adopts no key that could leave the token, and no single key for both purposes', async () => {
    await withGuard(async (guard) => {
      const adopt = (labels: object) => guard.enrol('policy-authority-1', { keys: 'adopted', ...labels });
      await stage.alone('policy-authority-1', async (client, serial) => {
        await make(client, serial, 'sign', { LABEL: 'loose', EXTRACTABLE: true });
        await make(client, serial, 'open', { LABEL: 'envelope' });
        await make(client, serial, 'sign', { LABEL: 'both', DERIVE: true });
      });
      await assert.rejects(
        adopt({ sign: 'loose', open: 'envelope' }),
        refuses(
          'HSM_ATTRIBUTE',
          /^HSM_ATTRIBUTE: the key of "policy-authority-1" that signs, on the token [0-9a-f]+: EXTRACTABLE is not false$/,
        ),
      );
      await assert.rejects(
        adopt({ sign: 'both', open: 'both' }),
        refuses('TOKEN_UNEXPECTED', /would sign and open envelopes with one key, "both"; two are wanted$/),
      );
    });
  });

  test('asks for no PIN of a token that the authorization does not name, or names with another model', async () => {
    await withGuard(async (guard) => {
      const { serial } = stage.card('policy-authority-2');
      for (const change of [{ model: 'Other' }, { serial: 'ffffffffffffffff' }])
        await assert.rejects(
          guard.enrol('policy-authority-2', change),
          refuses(
            change.model ? 'AUTHORIZATION_TOKEN' : 'TOKEN_MISSING',
            change.model
              ? new RegExp(`the token ${serial} of "policy-authority-2" is not named in the authorization$`)
              : /the token of "policy-authority-2" \(serial ffffffffffffffff\) is not present$/,
          ),
        );
      assert.doesNotMatch(guard.screen, /PIN/);
    });
    const unnamed = await stage.guard(undefined, (start) => {
      const authorization = JSON.parse(Buffer.from(String(start['authorization']), 'base64').toString()) as Mutable;
      authorization['tokens'] = [];
      return { ...start, authorization: Buffer.from(canonicalBytes(authorization)).toString('base64') };
    });
    try {
      await assert.rejects(
        unnamed.enrol('policy-authority-2'),
        refuses('AUTHORIZATION_TOKEN', /of "policy-authority-2" is not named in the authorization$/),
      );
      assert.doesNotMatch(unnamed.screen, /PIN/);
    } finally {
      await unnamed.close();
    }
  });

  test('makes nothing where the PIN is wrong, and spends one try', async () => {
    await withGuard(async (guard) => {
      guard.pins.set('policy-authority-2', Buffer.from('00000000'));
      await assert.rejects(
        guard.enrol('policy-authority-2'),
        refuses('PIN_INCORRECT', /of "policy-authority-2" did not accept the PIN$/),
      );
      guard.pins.clear();
      assert.deepEqual(await stage.privateKeys('policy-authority-2'), []);
      await guard.enrol('policy-authority-2');
      assert.equal(guard.screen.match(/ENROLMENT of/g)?.length, 2);
    });
  });

  test('is over when the ceremony has been signed off', async () => {
    await withGuard(async (guard) => {
      await guard.client.signOff();
      for (const refused of [
        guard.enrol('crypto-officer-3', {}, 1),
        guard.client.signRoster('crypto-officer-3', Buffer.from('{}')),
        guard.client.enactRoster(Buffer.from('{}'), new Map()),
      ])
        await assert.rejects(refused, refuses('CEREMONY_SIGNED_OFF', /the ceremony has been signed off$/));
      assert.equal(guard.screen, '');
    });
  });
});

describe('the first roster', () => {
  let stage: FoundingStage;
  let enrolled: EnrolledToken[];
  /** The guard that enrolled everybody. */
  let guard: FoundingGuard;
  let roster: Uint8Array;

  before(async () => {
    stage = await FoundingStage.lay();
    guard = await stage.guard();
    enrolled = await guard.enrolAll();
    roster = rosterOf(enrolled);
  });
  after(async () => {
    await guard.close();
    stage.remove();
  });

  const entry = (document: Mutable, seat: string): Mutable =>
    document.members.find((member: Mutable) => member.seat === seat);
  const software = makeMembers()[0]?.tokens[0];

  /** What a core that belongs to somebody else would have people sign. */
  const ALTERED: readonly (readonly [string, Parameters<typeof rosterOf>[1], string, RegExp])[] = [
    [
      'another certificate of a member',
      (all) => {
        entry(all, 'crypto-officer-3').tokens[0] = {
          ...entry(all, 'crypto-officer-3').tokens[0],
          signing: base64(software?.signing),
          encryption: base64(software?.encryption),
        };
      },
      'ROSTER_INVALID',
      /the token [0-9a-f]+ does not stand in the roster as it was enrolled for "crypto-officer-3" as crypto-officer$/,
    ],
    [
      'a member left out',
      (all) => {
        all.members = all.members.filter((member: { seat: string }) => member.seat !== 'crypto-officer-3');
      },
      'ROSTER_INVALID',
      /does not stand in the roster as it was enrolled for "crypto-officer-3"/,
    ],
    [
      'a token called attested',
      (all) => {
        entry(all, 'crypto-officer-1').tokens[0].origin = 'attested';
      },
      'ROSTER_INVALID',
      /does not stand in the roster as it was enrolled for "crypto-officer-1"/,
    ],
    [
      'two members whose seats are swapped',
      (all) => {
        const [one, two] = [entry(all, 'crypto-officer-1'), entry(all, 'crypto-officer-2')];
        [one.seat, two.seat] = [two.seat, one.seat];
      },
      'ROSTER_INVALID',
      /does not stand in the roster as it was enrolled for "crypto-officer-1"/,
    ],
    [
      'an officer who is policy authority',
      (all) => {
        Object.assign(entry(all, 'crypto-officer-3'), { role: 'policy-authority' });
      },
      'ROSTER_INVALID',
      /as it was enrolled for "crypto-officer-3" as crypto-officer$/,
    ],
    [
      'one member more, whose keys are in software',
      (all) => {
        all.members.push({
          seat: 'crypto-officer-4',
          role: 'crypto-officer',
          evidence: 'token',
          tokens: [
            {
              serial: 'abcdef0123456789',
              model: 'SoftHSM v2',
              origin: 'generated-here',
              signing: base64(software?.signing),
              encryption: base64(software?.encryption),
            },
          ],
        });
      },
      'AUTHORIZATION_TOKEN',
      /the token abcdef0123456789 of "crypto-officer-4" is not named in the authorization$/,
    ],
    [
      'one approver',
      (all) => {
        all.classes.sign.need = 1;
      },
      'ROSTER_INVALID',
      /need/,
    ],
    [
      'a roster before it',
      (all) => {
        all.previous = 'ab'.repeat(32);
      },
      'ROSTER_INVALID',
      /the roster has version 1 and names (?:ab){32} before it; a first one has version 1 and names 0{64}$/,
    ],
    [
      'version 2',
      (all) => {
        all.version = 2;
      },
      'ROSTER_INVALID',
      /the roster has version 2 and names 0{64} before it/,
    ],
  ];

  for (const [name, change, code, message] of ALTERED)
    test(`with ${name} is neither signed nor enacted, and no PIN is asked for`, async () => {
      const altered = rosterOf(enrolled, change);
      const shown = guard.screen.length;
      await assert.rejects(guard.client.signRoster('crypto-officer-1', altered), refuses(code, message));
      await assert.rejects(guard.client.enactRoster(altered, new Map()), refuses(code, message));
      assert.equal(guard.screen.slice(shown), '');
    });

  test('is signed by nobody who does not stand in it with a token', async () => {
    for (const seat of ['administrator-1', 'crypto-officer-9', 'witness-1'])
      await assert.rejects(
        guard.client.signRoster(seat, roster),
        refuses('APPROVAL_STRANGER', new RegExp(`"${seat}" has no token on the roster to be signed$`)),
      );
  });

  test('before it there is nobody who signs anything else', async () => {
    const attestation = { ceremony: guard.ceremony, head: NO_DIGEST, seat: 'crypto-officer-1', step: 'a', text: 'b' };
    const manifest = canonicalBytes({
      type: 'quorate/manifest/1',
      ceremony: guard.ceremony,
      roster: NO_DIGEST,
      outcome: 'complete',
      mode: 'rehearsal',
      events: 1,
      head: NO_DIGEST,
      authorization: NO_DIGEST,
      files: [],
    });
    const stranger = refuses('APPROVAL_STRANGER', /"crypto-officer-1" is not on the roster$/);
    await assert.rejects(guard.client.attest('crypto-officer-1', attestationBytes(attestation)), stranger);
    await assert.rejects(guard.client.signManifest('crypto-officer-1', manifest), stranger);
    await assert.rejects(guard.client.rollCall('crypto-officer-1'), stranger);
    await assert.rejects(
      guard.client.inspect('root-hsm'),
      refuses('AUTHORIZATION_TOKEN', /no HSM "root-hsm" is named in the authorization$/),
    );
  });

  test('is enacted with the signature of every holder, made in front of this guard', async () => {
    const rest = HOLDERS.slice(1);
    const first = await guard.client.signRoster('crypto-officer-1', roster);
    assert.match(guard.screen, /ROSTER version 1, 6 members, to be signed by crypto-officer-1\n/);
    const rules =
      '2 of 3 crypto-officer must approve\n            administer backup destroy generate inventory restore sign\n' +
      '2 of 2 policy-authority must approve\n            authorize\n';
    assert.ok(guard.screen.includes(rules), guard.screen);
    const tooWide = guard.screen.split('\n').filter((row) => row.length > 80);
    assert.deepEqual(tooWide, [], 'a row is wider than the screen');

    // Once one has signed, it is this one for all, and nobody is enrolled beside it.
    const lower = rosterOf(enrolled, (all) => {
      all.classes.administer.need = 3;
    });
    await assert.rejects(
      guard.client.signRoster('crypto-officer-2', lower),
      refuses(
        'ROSTER_INVALID',
        new RegExp(`the roster ${sha256(roster)} is being signed; this is another one: ${sha256(lower)}$`),
      ),
    );
    await assert.rejects(
      guard.enrol('crypto-officer-3'),
      refuses('ROSTER_INVALID', /is being signed; nobody is enrolled beside it$/),
    );

    const signatures = new Map([['crypto-officer-1', first.signature], ...(await guard.signAll(roster, rest))]);
    const swapped = new Map(signatures);
    swapped.set('crypto-officer-2', signatures.get('crypto-officer-3') as Uint8Array);
    await assert.rejects(
      guard.client.enactRoster(roster, swapped),
      refuses('APPROVAL_SIGNATURE', /expected the subjectKeyIdentifier/),
    );
    const missing = new Map([...signatures].filter(([seat]) => seat !== 'policy-authority-2'));
    await assert.rejects(
      guard.client.enactRoster(roster, missing),
      refuses('ROSTER_INVALID', /"policy-authority-2" has not signed the roster$/),
    );
    await assert.rejects(
      guard.client.enactRoster(roster, new Map([...signatures, ['mallory', first.signature]])),
      refuses('APPROVAL_STRANGER', /"mallory" has no token on the roster to be signed$/),
    );
    const statement = enrolled[1] as EnrolledToken;
    await assert.rejects(
      guard.client.enactRoster(roster, new Map([...signatures, ['crypto-officer-2', statement.signature]])),
      refuses('APPROVAL_DIGEST', /messageDigest/),
    );

    // The core crashed, and says that all have signed: a guard that saw none of it asks the people.
    const later = await stage.guard(guard.ceremony);
    try {
      later.word = 'stop';
      await assert.rejects(
        later.client.enactRoster(roster, signatures),
        refuses('ROSTER_INVALID', /people say that not everybody signed the roster who seems to have$/),
      );
      assert.match(
        later.screen,
        /Signed before the interruption: crypto-officer-1, crypto-officer-2, \n {2}\| crypto-officer-3, policy-authority-1, policy-authority-2\n/,
      );
      later.word = 'signed';
      await later.client.signRoster('crypto-officer-1', roster);
      await later.client.enactRoster(roster, signatures);
      assert.match(later.screen, /interruption: crypto-officer-2, crypto-officer-3, \n {2}\| policy-authority-1/);
    } finally {
      await later.close();
    }

    const asked = guard.screen.length;
    await guard.client.enactRoster(roster, signatures);
    assert.equal(guard.screen.slice(asked), '', 'nobody is asked about what the guard saw itself');
    const inForce = new RegExp(`a roster is in force: ${sha256(roster)}; nobody is enrolled beside it$`);
    await assert.rejects(guard.enrol('crypto-officer-1'), refuses('ROSTER_INVALID', inForce));
    await assert.rejects(guard.client.signRoster('crypto-officer-1', roster), refuses('ROSTER_INVALID', inForce));
    await assert.rejects(guard.client.enactRoster(roster, signatures), refuses('ROSTER_INVALID', inForce));
    // From here on it judges.
    await guard.client.rollCall('crypto-officer-1');
  });
});

describe('a guard', () => {
  let stage: FoundingStage;
  before(async () => {
    stage = await FoundingStage.lay();
  });
  after(() => stage.remove());
  const altered = (change: (authorization: Mutable) => void) => (start: JsonObject) => {
    const authorization = JSON.parse(Buffer.from(String(start['authorization']), 'base64').toString()) as Mutable;
    change(authorization);
    return { ...start, authorization: Buffer.from(canonicalBytes(authorization)).toString('base64') };
  };

  test('starts with no authorization that names an HSM and no roster', async () => {
    await assert.rejects(
      stage.guard(
        undefined,
        altered((all) => {
          all['hsms'] = [{ name: 'root-hsm', module: 'cards', model: 'HSM 9', blank: true }];
        }),
      ),
      refuses('AUTHORIZATION_INVALID', /"roster" is 64 zeros, and "hsms" is not empty/),
    );
  });

  test('starts without a roster only where the authorization names none', async () => {
    await assert.rejects(
      stage.guard(
        undefined,
        altered((all) => {
          all['roster'] = 'ab'.repeat(32);
        }),
      ),
      refuses('AUTHORIZATION_ROSTER', /the roster is 0{64}, but the authorization names (?:ab){32}$/),
    );
  });

  test('takes no signature over an authorization that names no roster', async () => {
    const [member] = makeMembers();
    const token = member?.tokens[0];
    assert.ok(token);
    await assert.rejects(
      stage.guard(undefined, (start) => ({
        ...start,
        signatures: {
          alice: Buffer.from(signWith(token, Buffer.from(String(start['authorization']), 'base64'))).toString('base64'),
        },
      })),
      refuses('APPROVAL_STRANGER', /"alice" signed an authorization that names no roster$/),
    );
  });
});
