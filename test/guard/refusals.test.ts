import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';
import { sealEnvelope } from '../../src/cms/enveloped-data.ts';
import { memberCertificateTbs } from '../../src/cms/member-certificate.ts';
import { signAsMember } from '../../src/quorum/member-signature.ts';
import { envelopeName, sharePlaintext } from '../../src/quorum/share-envelope.ts';
import { approvalBytes } from '../../src/quorum/statement.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { manifestOf } from './manifest-page.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, prepareOperation, StagedGuard, utc } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);

function refuses(code: ErrorCode, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof CeremonyError, `not a refusal: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };
}

describe('the guard refuses', { concurrency: false }, () => {
  let staged: StagedGuard;
  let serial: string;
  let envelopes: ReadonlyMap<string, Uint8Array>;
  let sets: Awaited<ReturnType<StagedGuard['prepare']>>['sets'];
  let number = 0;
  /** A fresh operation each time: no two may share a label or an id on the token. */
  const key = (hold: Parameters<typeof keyOperation>[2] = null) => {
    number += 1;
    return keyOperation(serial, `0a0b0c${String(number).padStart(2, '0')}`, hold, `rehearsal-key-${number}`);
  };
  const user = () =>
    new Map([...envelopes].filter(([name]) => name.startsWith(sets.find((set) => set.kind === 'user')?.id ?? '?')));
  const own = (seat: string) => new Map([...user()].filter(([name]) => name.includes(`-${seat}-v1`)));

  const approvedKey = async (): Promise<Parameters<StagedGuard['guard']['execute']>> => {
    const { id } = await staged.propose(key());
    return [id, await staged.approvals(id, THREE, user())];
  };

  before(async () => {
    staged = await StagedGuard.start();
    ({ serial, envelopes, sets } = await staged.prepare());
  });
  after(() => staged.close());

  test('before anything: the honest way works, once', async () => {
    const { id } = await staged.propose(key());
    const approvals = await staged.approvals(id, THREE, user());
    const { facts } = await staged.guard.execute(id, approvals);
    assert.match(String(facts['spkiSha256']), /^[0-9a-f]{64}$/);
    await assert.rejects(staged.guard.execute(id, approvals), refuses('PROPOSAL_CONSUMED', /used already/));
  });

  test('fewer than M', async () => {
    const { id } = await staged.propose(key());
    const approvals = await staged.approvals(id, THREE.slice(0, 2), user());
    await assert.rejects(staged.guard.execute(id, approvals), refuses('QUORUM_NOT_MET', /2 of 3 needed people/));
    await assert.rejects(staged.guard.execute(id, []), refuses('QUORUM_NOT_MET', /0 of 3 .*nobody/));
  });

  test('the same person twice, at the token and in the count', async () => {
    const { id } = await staged.propose(key());
    const approvals = await staged.approvals(id, THREE.slice(0, 2), user());
    await assert.rejects(
      staged.guard.approve(OFFICERS[0] as string, [id], new Map()),
      refuses('APPROVAL_DUPLICATE', /one person counts once/),
    );
    await assert.rejects(
      staged.guard.execute(id, [...approvals, approvals[0]!]),
      refuses('APPROVAL_DUPLICATE', /"crypto-officer-1" approved twice/),
    );
  });

  test('a stranger, and somebody whose role may not approve', async () => {
    const { id } = await staged.propose(key());
    await assert.rejects(
      staged.guard.approve('mallory', [id], new Map()),
      refuses('APPROVAL_STRANGER', /"mallory" is not on the roster/),
    );
    await assert.rejects(
      staged.guard.approve('witness-1', [id], new Map()),
      refuses('APPROVAL_ROLE', /witness; class "generate" is approved by crypto-officer/),
    );
    const approvals = await staged.approvals(id, THREE, user());
    const renamed = (seat: string) => [...approvals.slice(1), { seat, signature: approvals[0]!.signature }];
    await assert.rejects(
      staged.guard.execute(id, renamed('mallory')),
      refuses('APPROVAL_STRANGER', /not on the roster/),
    );
    await assert.rejects(
      staged.guard.execute(id, renamed('witness-1')),
      refuses('APPROVAL_ROLE', /"witness-1" is witness/),
    );
    await assert.rejects(
      staged.guard.execute(id, renamed(OFFICERS[4]!)),
      refuses('APPROVAL_SIGNATURE', /crypto-officer-5/),
    );
  });

  test('an approval for another digest', async () => {
    const one = await staged.propose(key());
    const other = await staged.propose(key());
    const approvals = await staged.approvals(one.id, THREE, user());
    await staged.approvals(other.id, THREE, user());
    await assert.rejects(staged.guard.execute(other.id, approvals), refuses('APPROVAL_DIGEST', /crypto-officer-1/));
  });

  test('a signature that nobody made, by a core that believes everything', async () => {
    const { id } = await staged.propose(key());
    const approvals = THREE.map((seat) => ({ seat, signature: new Uint8Array(70) }));
    await assert.rejects(staged.guard.execute(id, approvals), refuses('APPROVAL_SIGNATURE', /crypto-officer-1/));
  });

  test('valid signatures by officers who did not stand before this guard', async () => {
    const { id, statement } = await staged.propose(key());
    const module = [...staged.stage.modules][0]!;
    const cards = await startTokenProcess({
      programRoot: process.cwd(),
      library: module,
      environment: { SOFTHSM2_CONF: `${staged.folder}/cards/softhsm2.conf` },
    });
    const approvals: { seat: string; signature: Uint8Array }[] = [];
    for (const seat of THREE) {
      const { serial: card, pin, signing } = staged.holder(seat);
      await cards.login({ serial: card }, 'user', pin);
      const signature = await signAsMember(statement, signing.certificate, (mechanism, bytes) =>
        cards.sign({ serial: card }, signing.spki, mechanism, bytes),
      );
      approvals.push({ seat, signature });
      await cards.logout({ serial: card });
    }
    await cards.end();
    await assert.rejects(
      staged.guard.execute(id, approvals),
      refuses('QUORUM_NOT_MET', /did not present their token to this guard/),
    );
  });

  test('an expired proposal, one too far ahead, and one that is unknown', async () => {
    await assert.rejects(staged.propose(key(), null, inMinutes(-1)), refuses('PROPOSAL_EXPIRED', /expires at/));
    await assert.rejects(
      staged.propose(key(), null, inMinutes(61)),
      refuses('DESCRIPTOR_INVALID', /at most 60 minutes/),
    );
    await assert.rejects(staged.guard.execute(sha256('nothing'), []), refuses('PROPOSAL_UNKNOWN', /no proposal/));
    const { id } = await staged.propose(key(), null, utc(Date.now() + 4000));
    const approvals = await staged.approvals(id, THREE.slice(0, 1), user());
    await new Promise((resolve) => setTimeout(resolve, 5500));
    await assert.rejects(staged.guard.execute(id, approvals), refuses('PROPOSAL_EXPIRED', /expired at/));
  });

  test('a wrong PIN, which costs one try and never reaches the HSM', async () => {
    const { id } = await staged.propose(key());
    const seat = OFFICERS[1] as string;
    staged.behaviour.set(seat, { pin: Buffer.from('00000000') });
    await assert.rejects(
      staged.guard.approve(seat, [id], user()),
      refuses('PIN_INCORRECT', /"crypto-officer-2" did not accept the PIN/),
    );
    staged.behaviour.delete(seat);
    const facts = (await staged.guard.inspect('root-hsm'))['token'] as { userPinCountLow: boolean };
    assert.equal(facts.userPinCountLow, false);
    const approvals = await staged.approvals(id, [seat], user());
    assert.equal(approvals.length, 1, 'the same officer may try again with the right PIN');
    assert.match(staged.screen, /a wrong PIN was entered before/);
  });

  test('a declined proposal is void for everybody', async () => {
    const { id } = await staged.propose(key());
    staged.behaviour.set(OFFICERS[2]!, { answer: 'decline', reason: 'the label is wrong' });
    const answer = await staged.guard.approve(OFFICERS[2]!, [id], user());
    staged.behaviour.delete(OFFICERS[2]!);
    assert.deepEqual(answer.decisions, [{ declined: 'the label is wrong' }]);
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [id], user()),
      refuses('PROPOSAL_VOID', /declined or withdrawn/),
    );
  });

  test('declining takes no token: nothing is asked for it, and no share is opened', async () => {
    const { id } = await staged.propose(key());
    const seat = OFFICERS[2]!;
    staged.behaviour.set(seat, { answer: 'decline', reason: 'the label is wrong', pin: Buffer.from('00000000') });
    staged.screen = '';
    const answer = await staged.guard.approve(seat, [id], own(seat));
    staged.behaviour.delete(seat);
    assert.deepEqual(answer, { seat, decisions: [{ declined: 'the label is wrong' }], opened: [] });
    assert.doesNotMatch(staged.screen, /PIN|signs/);
  });

  test('what was declined is void whatever comes of the token, and the rest is open to be approved', async () => {
    const [first, second, third] = [
      await staged.propose(key()),
      await staged.propose(key()),
      await staged.propose(key()),
    ];
    const seat = OFFICERS[2]!;
    staged.behaviour.set(seat, {
      answer: ['approve', 'decline', 'approve'],
      reason: 'not this one',
      pin: Buffer.from('00000000'),
    });
    staged.asked = staged.screen.length;
    const { decisions, opened, failure } = await staged.guard.approve(seat, [first.id, second.id, third.id], own(seat));
    assert.deepEqual(decisions, [null, { declined: 'not this one' }, null]);
    assert.deepEqual(opened, []);
    assert.equal(failure?.code, 'PIN_INCORRECT');
    assert.match(String(failure?.hint), /^one try is spent; nothing else was done$/);
    staged.behaviour.delete(seat);
    await assert.rejects(staged.guard.approve(seat, [second.id], own(seat)), refuses('PROPOSAL_VOID', /declined/));
    const rest = await staged.guard.approve(seat, [first.id, third.id], own(seat));
    assert.deepEqual(
      rest.decisions.map((one) => one && 'signature' in one),
      [true, true],
    );
    assert.equal(rest.opened.length, 1);
    for (const { id } of [first, third]) await staged.guard.withdraw(id);
  });

  test('a reason that is empty is asked for again', async () => {
    const seat = OFFICERS[2]!;
    for (const [reason, recorded] of [
      [['', '  ', 'at last'], 'at last'],
      ['', 'no reason given in 5 tries'],
    ] as const) {
      const { id } = await staged.propose(key());
      staged.asked = staged.screen.length;
      staged.behaviour.set(seat, { answer: 'decline', reason });
      const { decisions } = await staged.guard.approve(seat, [id], own(seat));
      assert.deepEqual(decisions, [{ declined: recorded }]);
    }
    staged.behaviour.delete(seat);
  });

  test('an altered envelope, a share of another set, and an envelope of somebody else', async () => {
    const { id } = await staged.propose(key());
    const [name, bytes] = [...user()].find(([file]) => file.includes(OFFICERS[0]!)) as [string, Uint8Array];
    const altered = Uint8Array.from(bytes);
    altered[altered.length - 5]! ^= 1;
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [id], new Map([[name, altered]])),
      refuses('SHARE_ENVELOPE_ALTERED', /SHA-256/),
    );
    const foreign = envelopeName('0'.repeat(32), OFFICERS[0]!);
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [id], new Map([[foreign, bytes]])),
      refuses('SHARE_FOREIGN_SET', /belongs to no share/),
    );
    const others = [...user()].find(([file]) => file.includes(OFFICERS[3]!)) as [string, Uint8Array];
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [id], new Map([[name, others[1]]])),
      refuses('SHARE_ENVELOPE_ALTERED', /crypto-officer-1/),
    );
  });

  test("the security officer's set for a lesser class", async () => {
    const { id } = await staged.propose(key());
    const so = new Map([...envelopes].filter(([file]) => !user().has(file) && file.includes(OFFICERS[0]!)));
    assert.equal(so.size, 1);
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [id], so),
      refuses('SHARE_CLASS', /opens for class "administer" alone, not for "generate"/),
    );
  });

  test('a descriptor for another HSM, a blank one, or with a member too many', async () => {
    await assert.rejects(
      staged.propose({ ...key(), hsm: { ...hsm(serial), serial: '0000000000000000' } }),
      refuses('AUTHORIZATION_TOKEN', /serial 0000000000000000/),
    );
    await assert.rejects(
      staged.propose({ ...key(), hsm: hsm(null) }),
      refuses('AUTHORIZATION_TOKEN', /none \(blank\)/),
    );
    await assert.rejects(
      staged.propose({ ...key(), hsm: { ...hsm(serial), name: 'other-hsm' } }),
      refuses('AUTHORIZATION_TOKEN', /no HSM "other-hsm"/),
    );
    await assert.rejects(
      staged.propose({ ...key(), extra: 1 } as never),
      refuses('DESCRIPTOR_INVALID', /unknown member "extra"/),
    );
    await assert.rejects(staged.propose(prepareOperation(sets)), refuses('AUTHORIZATION_TOKEN', /none \(blank\)/));
  });

  test('a payload that is not the one whose digest is described, or not what it is called', async () => {
    const payload = randomBytes(100);
    const sign = {
      op: 'sign' as const,
      hsm: hsm(serial),
      step: 'root-certificate',
      index: 0,
      hold: null,
      key: sha256('key'),
      mechanism: 'ecdsa-sha384',
      kind: 'certificate' as const,
      payload: { sha256: sha256(payload), size: 100 },
      out: 'root.crt',
    };
    await assert.rejects(staged.propose(sign, randomBytes(100)), refuses('PAYLOAD_DIGEST', /the payload has SHA-256/));
    await assert.rejects(staged.propose(sign, null), refuses('PAYLOAD_DIGEST', /missing/));
    await assert.rejects(staged.propose(sign, payload), refuses('DER_INVALID', /./));
    await assert.rejects(staged.propose(key(), payload), refuses('PAYLOAD_DIGEST', /has no payload/));
  });

  test('a certificate whose serial number the HSM did not give', async () => {
    const spki = (await staged.guard.execute(...(await approvedKey())))['facts']['spki'];
    const build = (serial: Uint8Array) =>
      memberCertificateTbs({
        commonName: 'x',
        serial,
        notBefore: inMinutes(0),
        notAfter: inMinutes(9),
        spki: Buffer.from(String(spki), 'base64'),
        purpose: 'sign',
      });
    const propose = (payload: Uint8Array) =>
      staged.propose(
        {
          op: 'sign',
          hsm: hsm(serial),
          step: 'root-certificate',
          index: 0,
          hold: null,
          key: sha256(Buffer.from(String(spki), 'base64')),
          mechanism: 'ecdsa-sha384',
          kind: 'certificate',
          payload: { sha256: sha256(payload), size: payload.length },
          out: 'root.crt',
        },
        payload,
      );
    const given = await staged.guard.random('root-hsm', 16);
    await propose(build(Uint8Array.of(1, ...given)));
    const chosen = Uint8Array.of(1, ...randomBytes(16));
    await assert.rejects(
      propose(build(chosen)),
      refuses('DESCRIPTOR_INVALID', /not 01 and random bytes that the HSM gave/),
    );
    await assert.rejects(
      propose(build(Uint8Array.of(2, ...given))),
      refuses('DESCRIPTOR_INVALID', /not 01 and random/),
    );
  });

  test('a key whose templates say something else than the screen does', async () => {
    const shown = key();
    if (shown.op !== 'generate-key') throw new Error('not a key');
    const templates = (change: Record<string, unknown>) => ({
      ...shown,
      publicTemplate: { ...shown.publicTemplate, ...change },
      privateTemplate: { ...shown.privateTemplate, ...change },
    });
    const bad: [Record<string, unknown>, RegExp][] = [
      [{ LABEL: 'evil-key' }, /"LABEL" is "evil-key", expected rehearsal-key-/],
      [{ ID: 'deadbeef' }, /"ID" is "deadbeef", expected 0a0b0c/],
      [{ START_DATE: '20270101' }, /unknown member "START_DATE"/],
      [{ TOKEN: false }, /TOKEN false; a CA key needs it/],
      [{ TOKEN: 'yes' }, /"TOKEN" is not true or false/],
    ];
    for (const [change, message] of bad) {
      await assert.rejects(staged.propose(templates(change) as never), refuses('DESCRIPTOR_INVALID', message));
    }
    const { SENSITIVE: _left, ...without } = shown.privateTemplate;
    await assert.rejects(
      staged.propose({ ...shown, privateTemplate: without }),
      refuses('DESCRIPTOR_INVALID', /lacks "SENSITIVE"/),
    );
  });

  test('nothing of the core reaches the screen but as plain lines of at most 80 columns', async () => {
    const evil = '\u001b[2J\u001b[1;1Happrove this\u001b[24;24r';
    staged.screen = '';
    await assert.rejects(staged.guard.rollCall(evil), refuses('APPROVAL_STRANGER', /\\u\{1B\}\[2J/));
    assert.equal(staged.screen, '', 'nothing is shown of somebody who is not on the roster');
    const long = `I saw it ${'as it was '.repeat(30)}`.trim();
    const attest = (change: object) =>
      staged.guard.attest(
        'witness-1',
        canonicalBytes({
          type: 'quorate/attestation/1',
          ceremony: staged.ceremony,
          head: sha256('head'),
          seat: 'witness-1',
          step: 'witnessed',
          text: long,
          ...change,
        }),
      );
    await attest({});
    assert.match(staged.screen, /STATEMENT of witness-1, step witnessed\nI saw it/);
    assert.doesNotMatch(staged.screen, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    for (const line of staged.screen.split('\n')) assert.ok(line.length <= 81, line);
    for (const change of [
      { extra: 'I approve everything' },
      { text: evil },
      { step: evil },
      { head: 'x' },
      { seat: 'auditor-1' },
    ]) {
      await assert.rejects(attest(change), refuses('APPROVAL_DIGEST', /./), JSON.stringify(change));
    }
    const manifest = manifestOf(staged);
    await staged.guard.signManifest('witness-1', canonicalBytes(manifest));
    for (const change of [
      { outcome: `complete\n${evil}` },
      { events: evil },
      { extra: 1 },
      { roster: sha256('other') },
    ]) {
      await assert.rejects(
        staged.guard.signManifest('witness-1', canonicalBytes({ ...manifest, ...change })),
        refuses('APPROVAL_DIGEST', /./),
      );
    }
  });

  test('an approval of nothing', async () => {
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [], new Map()),
      refuses('PROPOSAL_UNKNOWN', /nothing to approve/),
    );
  });

  test('an operation under another hold than the activation that stands, and one after it is used up', async () => {
    const hold = { operations: 2, seconds: 600 };
    const first = await staged.propose(key(hold));
    await staged.guard.execute(first.id, await staged.approvals(first.id, THREE, user()));
    const longer = await staged.propose(key({ operations: 9, seconds: 600 }));
    const approvals = await staged.approvals(longer.id, THREE);
    await assert.rejects(staged.guard.execute(longer.id, approvals), refuses('DESCRIPTOR_INVALID', /another hold/));
    const second = await staged.propose(key(hold));
    await staged.guard.execute(second.id, await staged.approvals(second.id, THREE));
    const third = await staged.propose(key(hold));
    await assert.rejects(
      staged.guard.execute(third.id, await staged.approvals(third.id, THREE)),
      refuses('QUORUM_NOT_MET', /0 of the approvers opened/),
    );
  });

  test('requests that are not of their form', async () => {
    const bad: [string, unknown][] = [
      ['begin', { ceremony: 'x' }],
      ['approve', { seat: 1, proposals: [], envelopes: {} }],
      ['execute', { proposal: '0'.repeat(64), approvals: [{ seat: 'a' }] }],
      ['propose', null],
      ['random', { hsm: 'root-hsm', length: -1 }],
    ];
    for (const [method, params] of bad) {
      await assert.rejects(
        staged.caller.call(method, params as never),
        (error: CeremonyError) => ['DESCRIPTOR_INVALID', 'JSON_NOT_CANONICAL'].includes(error.code),
        method,
      );
    }
    await assert.rejects(staged.caller.call('open-the-safe'), refuses('REQUEST_UNKNOWN', /no such request/));
    await assert.rejects(
      staged.guard.begin(staged.ceremony),
      refuses('DESCRIPTOR_INVALID', /bound to a ceremony already/),
    );
  });

  test('everything, after the sign-off', async () => {
    const { id } = await staged.propose(key());
    const approvals = await staged.approvals(id, THREE, user());
    await staged.guard.signOff();
    await assert.rejects(staged.guard.execute(id, approvals), refuses('CEREMONY_SIGNED_OFF', /not used any more/));
    await assert.rejects(staged.propose(key()), refuses('CEREMONY_SIGNED_OFF', /signed off/));
  });
});

describe('the guard refuses, while a token is prepared', { concurrency: false }, () => {
  let staged: StagedGuard;
  before(async () => {
    staged = await StagedGuard.start();
  });
  after(() => staged.close());

  test('thresholds below the roster, strangers and doubles among the custodians', async () => {
    const wanted = { hsm: 'root-hsm', label: 'l', holders: OFFICERS, userThreshold: 3, soThreshold: 3 };
    await assert.rejects(
      staged.guard.makeShareSets({ ...wanted, userThreshold: 2 }),
      refuses('DESCRIPTOR_INVALID', /the roster demands at least 3 and 3/),
    );
    await assert.rejects(
      staged.guard.makeShareSets({ ...wanted, soThreshold: 2 }),
      refuses('DESCRIPTOR_INVALID', /thresholds 3 \(user\) and 2/),
    );
    await assert.rejects(
      staged.guard.makeShareSets({ ...wanted, holders: [...OFFICERS.slice(0, 4), 'witness-1'] }),
      refuses('APPROVAL_ROLE', /a custodian is a crypto-officer/),
    );
    await assert.rejects(
      staged.guard.makeShareSets({ ...wanted, holders: [...OFFICERS, OFFICERS[0]!] }),
      refuses('APPROVAL_DUPLICATE', /one person holds one share/),
    );
    await assert.rejects(
      staged.guard.makeShareSets({ ...wanted, hsm: 'other' }),
      refuses('AUTHORIZATION_TOKEN', /no HSM "other"/),
    );
  });

  test('a set that one custodian has not opened, and sets that are not its own', async () => {
    const made = await staged.guard.makeShareSets({
      hsm: 'root-hsm',
      label: 'l',
      holders: OFFICERS,
      userThreshold: 3,
      soThreshold: 3,
    });
    const { id } = await staged.propose(prepareOperation(made.sets));
    const approvals = await staged.approvals(id, OFFICERS.slice(0, 4), made.envelopes);
    await assert.rejects(
      staged.guard.proveShareSets('root-hsm'),
      refuses('SHARE_UNPROVEN', /not been opened by crypto-officer-5/),
    );
    await assert.rejects(staged.guard.execute(id, approvals), refuses('SHARE_UNPROVEN', /not been proven by all/));
    const [first, second] = made.sets;
    const swapped = [{ ...first!, check: second!.check }, second!];
    await assert.rejects(staged.propose(prepareOperation(swapped)), refuses('SHARE_FOREIGN_SET', /not those made/));
    const facts = (await staged.guard.inspect('root-hsm'))['token'] as { initialized: boolean };
    assert.equal(facts.initialized, false, 'nothing was done to the token');
  });
});

test('a share at x = 0, of another set, and with another value is refused by its own code before any use', async () => {
  const { openShare } = await import('../../src/quorum/share-envelope.ts');
  const { shareCommitment } = await import('../../src/quorum/share-set.ts');
  const set = 'ab'.repeat(16);
  const r = randomBytes(16);
  const y = randomBytes(32);
  const record = {
    seat: 'crypto-officer-1',
    x: 7,
    commitment: shareCommitment(set, 7, r, y),
    envelope: sha256('e'),
    recipients: [],
  };
  const shares = {
    id: set,
    kind: 'user' as const,
    threshold: 3,
    check: sha256('c'),
    shares: [record, { ...record, seat: 'b', x: 8 }, { ...record, seat: 'c', x: 9 }],
  };
  const plaintext = (change: object) =>
    sharePlaintext({
      set,
      seat: 'crypto-officer-1',
      label: 'l',
      x: 7,
      threshold: 3,
      count: 3,
      share: Buffer.concat([y, Buffer.of(7)]),
      r,
      ...change,
    });
  assert.equal(openShare(plaintext({}), shares, record).x, 7);
  assert.throws(
    () => openShare(plaintext({ x: 0, share: Buffer.concat([y, Buffer.of(0)]) }), shares, record),
    refuses('SHARE_POINT', /x = 0/),
  );
  assert.throws(
    () => openShare(plaintext({ x: 9, share: Buffer.concat([y, Buffer.of(9)]) }), shares, record),
    refuses('SHARE_POINT', /the record says 7/),
  );
  assert.throws(
    () => openShare(plaintext({ set: 'cd'.repeat(16) }), shares, record),
    refuses('SHARE_FOREIGN_SET', /belongs to set cdcd/),
  );
  assert.throws(
    () => openShare(plaintext({ share: Buffer.concat([randomBytes(32), Buffer.of(7)]) }), shares, record),
    refuses('SHARE_COMMITMENT', /recorded commitment/),
  );
  assert.throws(
    () => openShare(Buffer.from('not a share'), shares, record),
    refuses('SHARE_OPEN_FAILED', /could not be opened/),
  );
});

test('the authorization names script, site, roster, program and mode: anything else is refused at the start', async () => {
  const other = createHash('sha256').update('other').digest('hex');
  const cases: [string, unknown, ErrorCode, RegExp][] = [
    ['script', other, 'AUTHORIZATION_SCRIPT', /the script is/],
    ['site', other, 'AUTHORIZATION_SITE', /the site binding is/],
    ['program', other, 'AUTHORIZATION_PROGRAM', /the program is/],
    ['mode', 'production', 'AUTHORIZATION_MODE', /the mode is production/],
    ['expectedRoster', other, 'ROSTER_INVALID', /the roster has SHA-256/],
    ['signatures', {}, 'AUTHORIZATION_INVALID', /signed by 0 of role "policy-authority"; 2 are needed/],
  ];
  for (const [member, value, code, message] of cases) {
    await assert.rejects(
      StagedGuard.start((start) => ({ ...start, [member]: value as never })),
      refuses(code, message),
      member,
    );
  }
});

test('an envelope sealed to a further token is not opened', async () => {
  const staged = await StagedGuard.start();
  try {
    const made = await staged.guard.makeShareSets({
      hsm: 'root-hsm',
      label: 'l',
      holders: OFFICERS,
      userThreshold: 3,
      soThreshold: 3,
    });
    const { id } = await staged.propose(prepareOperation(made.sets));
    const [name] = [...made.envelopes.keys()].filter((file) => file.includes(OFFICERS[0]!));
    const both = [staged.holder(OFFICERS[0]!), staged.holder(OFFICERS[1]!)].map((one) => one.encryption.certificate);
    const envelope = sealEnvelope(Buffer.from('{}'), both, { bytes: randomBytes });
    await assert.rejects(
      staged.guard.approve(OFFICERS[0]!, [id], new Map([[name!, envelope]])),
      refuses('SHARE_ENVELOPE_ALTERED', /SHA-256/),
    );
  } finally {
    await staged.close();
  }
});

test('the statement that officers sign is rebuilt by the guard, byte for byte', async () => {
  const staged = await StagedGuard.start();
  try {
    const { serial } = await staged.prepare();
    const expires = inMinutes(10);
    const operation = keyOperation(serial);
    const { id, statement } = await staged.propose(operation, null, expires);
    const { describeOperation } = await import('../../src/quorum/operation.ts');
    const expected = approvalBytes({
      ceremony: staged.ceremony,
      digest: describeOperation(operation).digest,
      expires,
      operation: 'generate-key',
      proposal: id,
      step: 'root-key',
    });
    assert.deepEqual(Buffer.from(statement), Buffer.from(expected));
  } finally {
    await staged.close();
  }
});
