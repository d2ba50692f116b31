import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import { buildManifest, manifestFile } from '../../src/pack/manifest.ts';
import { copyStatement, type Operation } from '../../src/quorum/operation.ts';
import { nextRosterBytes } from '../../src/quorum/roster-change.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import type { Authorized } from '../softhsm/interposed-stage.ts';
import { hsm, keyOperation, MODEL, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const ECDSA_SHA384 = Buffer.from('300a06082a8648ce3d040303', 'hex');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function refuses(code: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof CeremonyError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };
}

describe('an HSM that an earlier ceremony left', { concurrency: false }, () => {
  let first: StagedGuard;
  let made: { sets: readonly ShareSet[]; envelopes: ReadonlyMap<string, Uint8Array>; serial: string };
  let spki: string;
  let now: StagedGuard | undefined;

  before(async () => {
    first = await StagedGuard.start();
    made = await first.prepare();
    const { id } = await first.propose(keyOperation(made.serial));
    const { facts } = await first.guard.execute(id, await first.approvals(id, THREE, user()));
    spki = String(facts['spki']);
    await first.end();
  });
  after(() => now?.close() ?? first.close());

  const user = () => new Map([...made.envelopes].filter(([name]) => name.startsWith(made.sets[0]?.id ?? '')));

  function ledger(over: Partial<Ledger> = {}): Ledger {
    const { serial } = made;
    const digest = sha256(Buffer.from(spki, 'base64'));
    const common = { label: 'rehearsal-root', id: '0a0b0c0d', algorithm: 'ecdsa-p384', step: 'root-key', quirks: [] };
    return {
      ...{ type: 'quorate/ledger/1', ceremony: NO_DIGEST, number: 1, previous: NO_DIGEST, copies: [] },
      tokens: [{ name: 'root-hsm', serial, model: MODEL, label: 'rehearsal-root-hsm', means: 'shares', sets: [] }],
      keys: [
        {
          ...{ name: 'root', ...common, spki, spkiSha256: digest, token: serial },
          ...{ generatedAt: '2026-01-01T00:00:00Z', state: 'active', states: [] },
        },
      ],
      certificates: [],
      crls: [],
      shareSets: made.sets.map((set) => ({ ...set, hsm: serial, state: 'current', unproven: [], envelopes: {} })),
      custody: [],
      ...over,
    };
  }

  function pack(
    bytes: Uint8Array,
    mode: 'rehearsal' | 'production' = 'rehearsal',
    roster = first.roster.digest,
  ): { manifest: Uint8Array; ledger: Uint8Array } {
    const facts = {
      ceremony: NO_DIGEST,
      head: NO_DIGEST,
      events: 3,
      outcome: 'complete',
      mode,
      roster,
      authorization: NO_DIGEST,
    } as const;
    return { manifest: buildManifest(facts, [manifestFile('ledger.json', bytes)]), ledger: bytes };
  }

  /** The second ceremony, as its guard is started; the change may make it another than was authorized. */
  async function second(
    of: Ledger,
    change: (start: JsonObject) => JsonObject = (start) => start,
    mode: 'rehearsal' | 'production' = 'rehearsal',
    roster = first.roster.digest,
  ): Promise<StagedGuard> {
    const { manifest, ledger: bytes } = pack(ledgerBytes(of), mode, roster);
    const previous = sha256(manifest);
    const permit = (document: Authorized) => {
      const [{ blank: _blank, ...root }] = document.hsms as unknown as [JsonObject];
      Object.assign(document, { previous, ceremony: 2, hsms: [{ ...root, serial: made.serial }] });
    };
    await now?.end();
    now = await first.next(permit, change({ previous, manifest: base64(manifest), ledger: base64(bytes) }));
    return now;
  }

  const proof = (): Operation => ({
    ...{ op: 'prove-key', hsm: hsm(made.serial), step: 'prove', index: 0, hold: null },
    ...{ key: sha256(Buffer.from(spki, 'base64')), mechanism: 'ecdsa-sha384' },
  });

  test('is opened by the shares of the ledger, and its key signs', async () => {
    const guard = await second(ledger());
    const { id } = await guard.propose(proof());
    const { facts } = await guard.guard.execute(id, await guard.approvals(id, THREE, user()));
    const key = Buffer.from(spki, 'base64');
    const statement = copyStatement(guard.ceremony, sha256(key), made.serial);
    const signature = Buffer.from(String(facts['signature']), 'base64');
    assert.ok(verifySignature(parseSpki(key), ECDSA_SHA384, statement, signature));
  });

  test('is not opened by fewer than its quorum, whoever says so', async () => {
    const guard = await second(ledger());
    const { id } = await guard.propose(proof());
    const two = await guard.approvals(id, THREE.slice(0, 2), user());
    await assert.rejects(guard.guard.execute(id, two), refuses('QUORUM_NOT_MET', /2 of 3 needed people approved/));
  });

  test('is not opened without its envelopes, though enough people approve', async () => {
    const guard = await second(ledger());
    const { id } = await guard.propose(proof());
    const approvals = await guard.approvals(id, THREE);
    await assert.rejects(guard.guard.execute(id, approvals), refuses('QUORUM_NOT_MET', /share/));
  });

  test('is not opened by the shares of a superseded set, nor where a rotation may have reached it', async () => {
    const superseded = ledger().shareSets.map((set) => ({ ...set, state: 'superseded' as const }));
    const old = await second(ledger({ shareSets: superseded }));
    const { id } = await old.propose(proof());
    await assert.rejects(old.approvals(id, THREE, user()), refuses('SHARE_FOREIGN_SET', /belongs to no share/));
    const begun = [
      ...ledger().shareSets,
      { ...(ledger().shareSets[0] as never as object), id: 'bb'.repeat(16), state: 'begun' },
    ];
    const unsure = await second(ledger({ shareSets: begun as Ledger['shareSets'] }));
    const again = await unsure.propose(proof());
    await assert.rejects(
      unsure.approvals(again.id, THREE, user()),
      refuses('SHARE_FOREIGN_SET', /belongs to no share/),
    );
  });

  test('signs with no key that the ledger has not', async () => {
    const guard = await second(ledger({ keys: [] }));
    await assert.rejects(guard.propose(proof()), refuses('HSM_OBJECT_MISSING', /no key with SPKI digest/));
  });

  test('is known from the authorized pack alone', async () => {
    const other = (of: Partial<Ledger>) => ledgerBytes(ledger(of));
    const changed = (start: JsonObject): JsonObject => ({ ...start, ledger: base64(other({ keys: [] })) });
    await assert.rejects(second(ledger(), changed), refuses('AUTHORIZATION_PREVIOUS', /its manifest lists/));
    const whole = (start: JsonObject): JsonObject => {
      const { manifest, ledger: bytes } = pack(other({ keys: [] }));
      return { ...start, manifest: base64(manifest), ledger: base64(bytes) };
    };
    await assert.rejects(second(ledger(), whole), refuses('AUTHORIZATION_PREVIOUS', /the one authorized/));
    const without = (start: JsonObject): JsonObject => ({ ...start, manifest: null, ledger: null });
    await assert.rejects(second(ledger(), without), refuses('AUTHORIZATION_PREVIOUS', /not at hand/));
    const older = ledger({ number: 2 });
    await assert.rejects(
      second(older),
      refuses('AUTHORIZATION_PREVIOUS', /is of ceremony 2; ceremony 2 follows number 1/),
    );
    await assert.rejects(
      second(ledger(), undefined, 'production'),
      refuses('AUTHORIZATION_PREVIOUS', /is of a production; the ceremony authorized is a rehearsal/),
    );
    // A roster changes in a ceremony, and not between two.
    await assert.rejects(
      second(ledger(), undefined, 'rehearsal', 'ab'.repeat(32)),
      refuses('AUTHORIZATION_PREVIOUS', /ended under the roster (ab){32}; the ceremony authorized is under /),
    );
  });

  test('whose HSM was lost is seen to be found, and the quorum token that is lost approves nothing', async () => {
    const [holder = ''] = THREE;
    const card = first.roster.members.find(({ seat }) => seat === holder)?.tokens[0];
    const gone = { state: 'lost' as const, since: '2027-03-01', exposed: true, how: 'Gone.', circumstances: '-' };
    const row = { ...gone, witness: 'witness-1', step: 'gone', at: '2027-03-02T00:00:00Z', approvedBy: [holder] };
    const losses: Ledger['losses'] = [
      { kind: 'hsm', thing: made.serial, ...row },
      {
        ...{ kind: 'quorum-token', thing: card?.signingSpki ?? '', ...row },
        holder: { seat: holder, key: card?.encryptionSpki ?? '' },
      },
    ];
    const shareSets = ledger().shareSets.map((set) => ({ ...set, state: 'lost' as const }));
    const guard = await second(ledger({ losses, shareSets }));
    const { state: _state, ...declared } = gone;
    const found: Operation = {
      ...{ op: 'record-loss', hsm: hsm(made.serial), step: 'found', index: 0, hold: null, kind: 'hsm' },
      ...{ thing: made.serial, to: 'found', ...declared, witness: 'witness-1' },
    };
    const { id } = await guard.propose(found);
    await assert.rejects(
      guard.approvals(id, [holder]),
      refuses(
        'TOKEN_UNEXPECTED',
        new RegExp(`^the quorum token of "${holder}" is declared lost: it signs and opens nothing$`),
      ),
    );
    // Nor does it change who is on the roster.
    const roster = nextRosterBytes(Buffer.from(String(first.stage.start['roster']), 'base64'), [OFFICERS[4] ?? ''], []);
    await assert.rejects(
      guard.guard.signNextRoster(holder, roster),
      refuses('TOKEN_UNEXPECTED', /^the quorum token of ".*" is declared lost: it signs and opens nothing$/),
    );
    const others = OFFICERS.slice(1, 4);
    await assert.rejects(guard.propose(proof()), refuses('DESCRIPTOR_INVALID', /is declared lost: nothing is done/));
    guard.screen = '';
    const { facts } = await guard.guard.execute(id, await guard.approvals(id, others));
    assert.match(guard.screen, /OPERATION {3}RECORD THAT SOMETHING LOST IS FOUND/);
    assert.deepEqual([facts['kind'], facts['to'], facts['seen']], ['hsm', 'found', made.serial]);
    const again = await guard.propose(proof());
    const done = await guard.guard.execute(again.id, await guard.approvals(again.id, others, user()));
    assert.equal(typeof done.facts['signature'], 'string');
    await assert.rejects(guard.propose(found), refuses('DESCRIPTOR_INVALID', /is not lost$/));
  });

  test('nobody authorizes a ceremony with a quorum token that the ledger has as lost', async () => {
    const role = first.roster.classes.get('authorize')?.role;
    const { seat, tokens } = first.roster.members.find((member) => member.role === role) ?? { seat: '', tokens: [] };
    const loss = { state: 'lost' as const, since: '2027-03-01', exposed: true, how: 'Gone.', circumstances: '-' };
    const row = { ...loss, witness: 'witness-1', step: 'gone', at: '2027-03-02T00:00:00Z', approvedBy: [] };
    const holder = { seat, key: tokens[0]?.encryptionSpki as Sha256 };
    const losses: Ledger['losses'] = [{ kind: 'quorum-token', thing: tokens[0]?.signingSpki ?? '', holder, ...row }];
    await assert.rejects(
      second(ledger({ losses })),
      refuses('TOKEN_UNEXPECTED', new RegExp(`^the quorum token of "${seat}" is declared lost`)),
    );
    const found = losses.map((one) => ({ ...one, state: 'found' as const }));
    await second(ledger({ losses: [...losses, ...found] }));
  });

  test('approvals and shares of a token are worth nothing once it is declared lost', async () => {
    const guard = await second(ledger());
    const [holder = ''] = THREE;
    const card = first.roster.members.find(({ seat }) => seat === holder)?.tokens[0];
    const before = await guard.propose(proof());
    const approvals = await guard.approvals(before.id, THREE, user());
    const lost = await guard.propose({
      ...{ op: 'record-loss', hsm: hsm(made.serial), step: 'gone', index: 0, hold: null, kind: 'quorum-token' },
      ...{ thing: card?.signingSpki ?? '', holder: { seat: holder, key: card?.encryptionSpki as Sha256 }, to: 'lost' },
      ...{ since: '2027-03-01', exposed: true, how: 'Gone.', circumstances: '-', witness: 'witness-1' },
    });
    const others = OFFICERS.slice(1, 4);
    await guard.guard.execute(lost.id, await guard.approvals(lost.id, others));
    await assert.rejects(
      guard.guard.execute(before.id, approvals),
      refuses('PROPOSAL_VOID', /was declined or withdrawn/),
    );
    const again = await guard.propose(proof());
    const done = await guard.guard.execute(again.id, await guard.approvals(again.id, others, user()));
    assert.equal(typeof done.facts['signature'], 'string');
  });
});
