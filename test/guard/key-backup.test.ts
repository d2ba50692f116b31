import assert from 'node:assert/strict';
import { createDecipheriv, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { combine } from 'shamir-secret-sharing';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';
import { type Ledger, type LedgerBackup, ledgerBytes } from '../../src/ledger/ledger.ts';
import { buildManifest, manifestFile } from '../../src/pack/manifest.ts';
import { paperRows } from '../../src/paper-share/write-rows.ts';
import { WRAP_ALGORITHM, wrappedKeyName, wrapStatement } from '../../src/quorum/key-backup.ts';
import { keyTemplate, restoredTemplate } from '../../src/quorum/key-template.ts';
import { namedSet } from '../../src/quorum/named-set.ts';
import { copyStatement, describeOperation, type Operation } from '../../src/quorum/operation.ts';
import type { OpenedShare } from '../../src/quorum/share-envelope.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { startGuard } from '../../src/supervisor/processes.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import { openedShares } from '../rehearsal/set-stage.ts';
import { CKF, CKR, type FaultProxy } from '../softhsm/fault-proxy.ts';
import { type Authorized, interpose } from '../softhsm/interposed-stage.ts';
import { PipedPrinter } from './piped-printer.ts';
import {
  hsm,
  inMinutes,
  keyOperation,
  MODEL,
  OFFICERS,
  prepareOperation,
  rotateOperation,
  StagedGuard,
} from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const [FIRST = '', SECOND = ''] = OFFICERS;
const ECDSA_SHA384 = Buffer.from('300a06082a8648ce3d040303', 'hex');
const LABEL = 'rehearsal-root';
const ID = '0a0b0c0d';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

type Wrap = Extract<Operation, { op: 'wrap-key' }>;
type Unwrap = Extract<Operation, { op: 'unwrap-key' }>;

function refuses(code: ErrorCode, message: RegExp, more: (error: CeremonyError) => void = () => undefined) {
  return (error: unknown) => {
    assert.ok(error instanceof CeremonyError, `not a refusal: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    more(error);
    return true;
  };
}

function wrappable(serial: string, label: string, id: string): Operation {
  const operation = keyOperation(serial, id, null, label) as Extract<Operation, { op: 'generate-key' }>;
  return { ...operation, wrappable: true, privateTemplate: keyTemplate('private', label, id, [], true) };
}

describe('a CA key is backed up, and restored on another HSM', { concurrency: false }, () => {
  let printer: PipedPrinter;
  let first: StagedGuard;
  let second: StagedGuard | undefined;
  let proxy: FaultProxy;
  let spare: FaultProxy;
  let serial: string;
  let spareSerial: string;
  let spki: Buffer;
  let key: string;
  let fixed: string;
  let fixedSpki: Buffer;
  const sets: ShareSet[] = [];
  const sealed = new Map<string, Uint8Array>();
  let backup: { set: ShareSet; blob: Uint8Array; facts: JsonObject };

  before(async () => {
    printer = await PipedPrinter.start();
    const print = (start: JsonObject) => ({ ...start, printer: printer.path });
    const withPrinter: typeof startGuard = (modules, terminal) => startGuard(modules, terminal, printer.path);
    first = await StagedGuard.start(print, withPrinter, {
      tokens: ['root-hsm', 'spare-hsm'],
      quorums: { backup: 3, restore: 3 },
      reset: async (stage, folder) => {
        const interposed = await interpose(stage, join(folder, 'faults'));
        proxy = interposed.hsm('root-hsm');
        spare = interposed.hsm('spare-hsm');
        return interposed.stage;
      },
    });
    serial = await prepared('root-hsm');
    spareSerial = await prepared('spare-hsm');
    const made = await done(first, wrappable(serial, LABEL, ID));
    spki = Buffer.from(String(made.facts['spki']), 'base64');
    key = sha256(spki);
    const stays = await done(first, keyOperation(serial, '0a0b0c0e', null, 'rehearsal-stays'));
    fixed = String(stays.facts['spkiSha256']);
    fixedSpki = Buffer.from(String(stays.facts['spki']), 'base64');
  });
  after(async () => {
    printer.stop();
    await (second?.close() ?? first.close());
  });
  afterEach(() => {
    proxy.heal();
    spare.heal();
  });

  async function prepared(name: string): Promise<string> {
    const made = await first.guard.makeShareSets({
      ...{ hsm: name, label: 'rehearsal-root-hsm', holders: OFFICERS, userThreshold: 3, soThreshold: 3 },
    });
    const { id } = await first.propose(prepareOperation(made.sets, name));
    const approvals = await first.approvals(id, OFFICERS, made.envelopes);
    await first.guard.proveShareSets(name);
    const { facts } = await first.guard.execute(id, approvals);
    sets.push(...made.sets);
    for (const [file, bytes] of made.envelopes) sealed.set(file, bytes);
    return String(facts['serial']);
  }

  const of = (...wanted: readonly ShareSet[]) =>
    new Map([...sealed].filter(([name]) => wanted.some((set) => name.startsWith(set.id))));
  const [userAt, soAt] = [0, 1];
  const user = () => sets[userAt] as ShareSet;
  const so = () => sets[soAt] as ShareSet;
  const spareUser = () => sets[2] as ShareSet;

  async function done(guard: StagedGuard, operation: Operation, opened = of(user())) {
    const { id } = await guard.propose(operation);
    return await guard.guard.execute(id, await guard.approvals(id, THREE, opened));
  }

  async function kekSet(of = key): Promise<ShareSet> {
    const { set, envelopes } = await first.guard.makeKekSet({ hsm: 'root-hsm', key: of, holders: OFFICERS });
    for (const [name, bytes] of envelopes) sealed.set(name, bytes);
    return set;
  }

  function wrapOf(set: ShareSet, of = key): Wrap {
    return {
      ...{ op: 'wrap-key', hsm: hsm(serial), step: 'backup', index: 0, hold: null, key: of },
      ...{ mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM, set, out: wrappedKeyName(set.id, 'root') },
    };
  }

  /** All five open what they hold of it, and it is proven. */
  async function wrapped(operation: Wrap, between: () => Promise<unknown> = async () => undefined) {
    const { id } = await first.propose(operation);
    const approvals = await first.approvals(id, OFFICERS, of(user(), so(), operation.set));
    const proof = await first.guard.proveKekSet('root-hsm', operation.set.id);
    await between();
    return { proof, ...(await first.guard.execute(id, approvals)) };
  }

  /** Each custodian has theirs on paper too, and its code is scanned from the page that came out. */
  async function printed({ id, shares }: ShareSet): Promise<void> {
    let page = 0;
    first.atPaper = async (question) => {
      if (question.includes(' row ')) return await printer.scan(page);
      page += 1;
      return '';
    };
    const asked = { hsm: 'root-hsm', set: id, ca: 'Example Root CA G1', before: 'none' as const };
    for (const { seat } of shares) await first.guard.printShare({ ...asked, seat });
  }

  const keksOn = async () => {
    const { objects } = await first.guard.inspect('root-hsm');
    return (objects as readonly JsonObject[]).filter((object) => object['class'] === 'secret-key');
  };

  test('the honest way: wrapped under a key that all custodians have proven, which is gone afterwards', async () => {
    const set = await kekSet();
    assert.deepEqual([set.kind, set.threshold, set.shares.length], ['kek', 3, 5]);
    const logins = proxy.count('C_Login');
    const { facts, bytes, proof } = await wrapped({ ...wrapOf(set), paper: true }, () => printed(set));
    assert.equal(proxy.count('C_Login') - logins, 2, 'one as security officer, one as user');
    assert.deepEqual(proof, { [set.id]: { kind: 'kek', threshold: 3, custodians: 5, subsetsCompared: 10 } });
    assert.deepEqual(
      [facts['sha256'], facts['size'], facts['set'], facts['file'], facts['algorithm']],
      [sha256(bytes), bytes.length, set.id, `${set.id}-root.kwp`, 'aes-256-kwp'],
    );
    const statement = wrapStatement(first.ceremony, key, set.id, { sha256: sha256(bytes), size: bytes.length });
    assert.equal(
      Buffer.from(statement).toString('latin1'),
      `quorate/wrap/1\n${first.ceremony}\n${key}\n${set.id}\n${sha256(bytes)}\n${bytes.length}\n`,
    );
    const signature = Buffer.from(String(facts['proof']), 'base64');
    assert.ok(verifySignature(parseSpki(spki), ECDSA_SHA384, statement, signature), 'what was wrapped is the key');
    const kek = facts['kek'] as JsonObject;
    assert.deepEqual([kek['absent'], kek['left']], [true, []]);
    assert.equal((kek['attributes'] as JsonObject)['TRUSTED'], true);
    assert.deepEqual(await keksOn(), []);
    assert.match(first.screen, /LEAVES {6}the HSM wrapped, by aes-256-kwp; whoever has the file and enough/);
    backup = { set, blob: bytes, facts };
  });

  test('not before every custodian has proven theirs, who are named', async () => {
    const set = await kekSet();
    const { id } = await first.propose(wrapOf(set));
    const approvals = await first.approvals(id, OFFICERS.slice(0, 4), of(user(), so(), set));
    await assert.rejects(
      first.guard.proveKekSet('root-hsm', set.id),
      refuses('SHARE_UNPROVEN', new RegExp(`^the kek set ${set.id} has not been opened by crypto-officer-5$`)),
    );
    await assert.rejects(
      first.guard.execute(id, approvals),
      refuses('SHARE_UNPROVEN', new RegExp(`^the kek set ${set.id} has not been proven by all its custodians$`)),
    );
    assert.deepEqual(await keksOn(), []);
  });

  test('an envelope that was altered is told at its custodian, and so is one of another', async () => {
    const set = await kekSet();
    const { id } = await first.propose(wrapOf(set));
    const names = [...of(set).keys()].sort();
    const altered = Buffer.from(sealed.get(names[0] as string) as Uint8Array);
    altered[altered.length - 1]! ^= 1;
    await assert.rejects(
      first.approvals(id, [FIRST], new Map([[names[0] as string, altered]])),
      refuses('SHARE_ENVELOPE_ALTERED', /^the envelope of "crypto-officer-1" has SHA-256/),
    );
    const foreign = new Map([[names[0] as string, sealed.get(names[1] as string) as Uint8Array]]);
    await assert.rejects(
      first.approvals(id, [FIRST], foreign),
      refuses('SHARE_ENVELOPE_ALTERED', /^the envelope of "crypto-officer-1" has SHA-256/),
    );
  });

  test('not with fewer custodians than the roster demands, nor of one who is named twice or is no officer', async () => {
    const make = (holders: readonly string[]) => first.guard.makeKekSet({ hsm: 'root-hsm', key, holders });
    await assert.rejects(
      make([FIRST, SECOND]),
      refuses('DESCRIPTOR_INVALID', /^2 custodians of a wrapping key; the roster demands at least 3$/),
    );
    await assert.rejects(make([FIRST, FIRST, SECOND]), refuses('APPROVAL_DUPLICATE', /is named twice/));
    await assert.rejects(make([FIRST, SECOND, 'auditor-1']), refuses('APPROVAL_ROLE', /auditor/));
    await assert.rejects(
      first.guard.makeKekSet({ hsm: 'spare-hsm', key, holders: OFFICERS }),
      refuses('HSM_OBJECT_MISSING', /is known on "spare-hsm"/),
    );
  });

  test('not under a set that this guard did not make for it, nor with another threshold in the descriptor', async () => {
    const set = await kekSet();
    const foreign = { ...set, id: 'ab'.repeat(16) };
    for (const one of [foreign, { ...set, threshold: 2 }])
      await assert.rejects(
        first.propose(wrapOf(one)),
        refuses(
          'SHARE_FOREIGN_SET',
          /^the share set of the descriptor is not one made to wrap that key of "root-hsm" with$/,
        ),
      );
    // Whoever has enough shares of a set that is kept for one key would have the other.
    for (const one of [set, backup.set])
      await assert.rejects(
        first.propose(wrapOf(one, fixed)),
        refuses('SHARE_FOREIGN_SET', /is not one made to wrap that key of "root-hsm" with$/),
      );
    await assert.rejects(
      first.propose(wrapOf(user())),
      refuses('DESCRIPTOR_INVALID', /: kind "user"; a key is wrapped under a set of kind "kek"$/),
    );
  });

  test('the set opens nothing else, and the shares of the security officer no other operation', async () => {
    const set = await kekSet();
    const { id } = await first.propose({ op: 'inventory', hsm: hsm(serial), step: 'look', index: 0, hold: null });
    await assert.rejects(
      first.approvals(id, [FIRST], of(set)),
      refuses('SHARE_CLASS', new RegExp(`^the set ${set.id} opens a wrapped key, and nothing else$`)),
    );
    await assert.rejects(
      first.approvals(id, [FIRST], of(so())),
      refuses('SHARE_CLASS', /opens for class "administer" alone, not for "inventory"$/),
    );
  });

  test('a key that was not born to be wrapped stays; the wrapping key is destroyed all the same', async () => {
    const set = await kekSet(fixed);
    await assert.rejects(
      wrapped(wrapOf(set, fixed)),
      refuses('HSM_KEY_NOT_WRAPPABLE', /returned CKR_KEY_UNEXTRACTABLE/),
    );
    assert.deepEqual(await keksOn(), []);
  });

  test('a wrapping key that a crash has left is seen without a login, and the next one destroys it and says so', async () => {
    const set = await kekSet();
    proxy.at('C_WrapKey', 1, 'abort', 'after');
    await assert.rejects(
      wrapped(wrapOf(set)),
      refuses('TOKEN_PROCESS_DIED', /./, ({ details }) => assert.equal(details?.['reached'], 'maybe')),
    );
    const left = { label: `quorate-kek-${set.id.slice(0, 16)}`, id: set.id };
    assert.deepEqual(
      (await keksOn()).map(({ label, id }) => ({ label, id })),
      [left],
    );
    // Under the same set, which has wrapped nothing that anybody has: the file is the same, bit for bit.
    const { facts } = await wrapped(wrapOf(set));
    assert.deepEqual((facts['kek'] as JsonObject)['left'], [left]);
    assert.deepEqual(await keksOn(), []);
  });

  test('a wrapping key that is on the token does not stay there, whatever fails after it was put there', async () => {
    const faults: [call: string, nth: number][] = [
      ['C_Logout', 1],
      ['C_Login', 2],
      ['C_WrapKey', 1],
    ];
    for (const [call, nth] of faults) {
      const set = await kekSet();
      const put = proxy.count('C_CreateObject');
      proxy.at(call, nth, { return: CKR.generalError });
      await assert.rejects(wrapped(wrapOf(set)), refuses('PKCS11_ERROR', new RegExp(`${call}.*CKR_GENERAL_ERROR`)));
      proxy.heal();
      assert.equal(proxy.count('C_CreateObject'), put + 1, `${call}: it was there`);
      assert.deepEqual(await keksOn(), [], `${call}: and is not any more`);
    }
  });

  test('one that cannot be destroyed is told of', async () => {
    const set = await kekSet();
    proxy.at('C_Login', 2, { return: CKR.generalError });
    proxy.at('C_DestroyObject', 'always', { return: CKR.generalError });
    await assert.rejects(
      wrapped(wrapOf(set)),
      refuses(
        'PKCS11_ERROR',
        /: the wrapping key "quorate-kek-[0-9a-f]{16}" may still be on the token: C_DestroyObject/,
      ),
    );
    proxy.heal();
    assert.equal((await keksOn()).length, 1);
    await wrapped(wrapOf(await kekSet()));
    assert.deepEqual(await keksOn(), []);
  });

  test('no try is spent while a rotation was begun, of the user or of the security officer', async () => {
    const set = await kekSet();
    for (const [at, kind] of [
      [soAt, 'so'],
      [userAt, 'user'],
    ] as const) {
      const next = await first.guard.makeNextShareSet({ hsm: 'root-hsm', kind, holders: OFFICERS, threshold: 3 });
      for (const [name, bytes] of next.envelopes) sealed.set(name, bytes);
      const replaced = sets[at] as ShareSet;
      const rotation = rotateOperation(serial, replaced, next.set);
      const rotated = async (operation: Operation) => {
        const { id } = await first.propose(operation);
        const approvals = await first.approvals(id, OFFICERS, of(replaced, next.set));
        await first.guard.proveShareSets('root-hsm');
        return await first.guard.execute(id, approvals);
      };
      proxy.at('C_SetPIN', 1, 'abort', 'after');
      await assert.rejects(rotated(rotation), refuses('TOKEN_PROCESS_DIED', /./));
      proxy.heal();
      const logins = proxy.count('C_Login');
      await assert.rejects(
        first.propose(wrapOf(set)),
        refuses(
          'DESCRIPTOR_INVALID',
          /^a rotation of the activation of "root-hsm" was begun: which PIN .* is not known$/,
        ),
      );
      assert.equal(proxy.count('C_Login'), logins);
      await rotated({ ...rotation, adopts: describeOperation(rotation).digest });
      sets[at] = next.set;
    }
    await wrapped(wrapOf(set));
  });

  test('no login is tried where the PIN of the security officer is locked', async () => {
    const set = await kekSet();
    proxy.token(serial, { flags: CKF.soPinLocked });
    await assert.rejects(wrapped(wrapOf(set)), refuses('PIN_LOCKED', /is locked, during wrap-key .* no PIN was sent$/));
  });

  function ledger(over: Partial<LedgerBackup> = {}): Ledger {
    const { set, blob } = backup;
    const common = { label: LABEL, id: ID, algorithm: 'ecdsa-p384', step: 'root-key', quirks: [] };
    const token = (name: string, at: string) => ({
      ...{ name, serial: at, model: MODEL, label: 'rehearsal-root-hsm', means: 'shares', sets: [] },
    });
    const row = (one: ShareSet, at: string) => ({
      ...one,
      ...{ hsm: at, state: 'current' as const, unproven: [], envelopes: {} },
    });
    return {
      ...{ type: 'quorate/ledger/1', ceremony: NO_DIGEST, number: 1, previous: NO_DIGEST, copies: [] },
      tokens: [token('root-hsm', serial), token('spare-hsm', spareSerial)],
      keys: [
        {
          ...{ name: 'root', ...common, spki: base64(spki), spkiSha256: key, token: serial },
          ...{ generatedAt: '2026-01-01T00:00:00Z', state: 'active', states: [] },
        },
      ],
      ...{ certificates: [], crls: [], custody: [] },
      shareSets: [...sets.map((one, index) => row(one, index < 2 ? serial : spareSerial)), row(set, serial)],
      backups: [
        {
          ...{ key: 'root', spkiSha256: key, set: set.id, algorithm: WRAP_ALGORITHM },
          ...{ file: wrappedKeyName(set.id, 'root'), sha256: sha256(blob), size: blob.length },
          ...{ media: ['backups 1', 'backups 2'], step: 'backup', madeAt: '2026-01-02T00:00:00Z', state: 'kept' },
          ...over,
        },
      ],
    };
  }

  /** The ceremony after it, in a room with the spare HSM alone. */
  async function later(of: Ledger, before?: (guard: StagedGuard) => Promise<void>): Promise<StagedGuard> {
    if (before) {
      // It knows the key there, and has it destroyed.
      const copy = { key: 'root', spkiSha256: key, token: spareSerial, step: 'copy', provenAt: '2026-01-02T00:00:00Z' };
      await before(await later({ ...of, copies: [copy] }));
    }
    const facts = {
      ceremony: NO_DIGEST,
      head: NO_DIGEST,
      events: 3,
      outcome: 'complete',
      mode: 'rehearsal',
      roster: first.roster.digest,
      authorization: NO_DIGEST,
    } as const;
    const bytes = ledgerBytes(of);
    const manifest = buildManifest(facts, [manifestFile('ledger.json', bytes)]);
    const previous = sha256(manifest);
    const permit = (document: Authorized) => {
      const all = document.hsms as readonly JsonObject[];
      const { blank: _blank, ...other } = all.find(({ name }) => name === 'spare-hsm') as JsonObject;
      Object.assign(document, { previous, ceremony: 2, hsms: [{ ...other, serial: spareSerial }] });
    };
    if (second) await second.end();
    else await first.end();
    second = await first.next(permit, { previous, manifest: base64(manifest), ledger: base64(bytes) });
    return second;
  }

  function unwrapOf(over: Partial<Unwrap> = {}): Unwrap {
    const { set, blob } = backup;
    return {
      ...{ op: 'unwrap-key', hsm: hsm(spareSerial, 'spare-hsm'), step: 'restore', index: 0, hold: null, key },
      ...{ mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM, set: namedSet(set) },
      ...{ blob: { sha256: sha256(blob), size: blob.length }, label: LABEL, id: ID },
      publicTemplate: restoredTemplate('public', LABEL, ID),
      privateTemplate: restoredTemplate('private', LABEL, ID),
      adopts: null,
      ...over,
    };
  }

  const propose = (guard: StagedGuard, operation: Unwrap, blob = backup.blob) =>
    guard.propose(operation, null, undefined, blob);

  async function restore(guard: StagedGuard, operation: Unwrap) {
    const { id } = await propose(guard, operation);
    return await guard.guard.execute(id, await guard.approvals(id, THREE, of(spareUser(), backup.set)));
  }

  async function publicOn(guard: StagedGuard): Promise<readonly JsonObject[]> {
    const { objects } = await guard.guard.inspect('spare-hsm');
    return objects as readonly JsonObject[];
  }

  /** The key that an earlier test restored goes, by the class that may destroy it. */
  async function destroyed(guard: StagedGuard): Promise<void> {
    await done(guard, destroyOf(), of(spareUser()));
  }

  const destroyOf = (): Extract<Operation, { op: 'destroy-key' }> => ({
    ...{ op: 'destroy-key', hsm: hsm(spareSerial, 'spare-hsm'), step: 'destroy', index: 0, hold: null },
    ...{ key, mechanism: 'ecdsa-sha384', label: LABEL, id: ID, last: false, reason: 'Its time is over.', adopts: null },
  });

  test('a file that is not the one of the ledger is never sent to an HSM', async () => {
    const guard = await later(ledger());
    const altered = Buffer.from(backup.blob);
    altered[3]! ^= 1;
    const says = new RegExp(
      `^the wrapped key has SHA-256 ${sha256(altered)}, .* and the ledger ${sha256(backup.blob)}$`,
    );
    await assert.rejects(propose(guard, unwrapOf(), altered), refuses('PAYLOAD_DIGEST', says));
    const named = unwrapOf({ blob: { sha256: sha256(altered), size: altered.length } });
    await assert.rejects(propose(guard, named, altered), refuses('PAYLOAD_DIGEST', says));
    await assert.rejects(guard.propose(unwrapOf()), refuses('PAYLOAD_DIGEST', /^the wrapped key has SHA-256 missing,/));
    const look: Operation = { op: 'inventory', hsm: hsm(spareSerial, 'spare-hsm'), step: 'look', index: 0, hold: null };
    await assert.rejects(
      guard.propose(look, null, undefined, backup.blob),
      refuses('PAYLOAD_DIGEST', /^operation "inventory" unwraps no key, but a wrapped one was given$/),
    );
    assert.equal(spare.count('C_UnwrapKey'), 0);
  });

  test('nor a backup of another key, one under another set, one that was destroyed, or the key under another name', async () => {
    const guard = await later(ledger());
    await assert.rejects(
      propose(guard, unwrapOf({ key: fixed })),
      refuses('HSM_OBJECT_MISSING', /^the ledger knows no key with SPKI digest/),
    );
    const other = { ...namedSet(backup.set), id: 'cd'.repeat(16) };
    await assert.rejects(
      propose(guard, unwrapOf({ set: other })),
      refuses('SHARE_FOREIGN_SET', /^the ledger has no backup of "root" under the set cdcd/),
    );
    const fewer = { ...namedSet(backup.set), threshold: 2 };
    await assert.rejects(
      propose(guard, unwrapOf({ set: fewer })),
      refuses('SHARE_FOREIGN_SET', /of the descriptor is not the one of the ledger$/),
    );
    await assert.rejects(
      propose(
        guard,
        unwrapOf({
          id: 'ffffffff',
          publicTemplate: restoredTemplate('public', LABEL, 'ffffffff'),
          privateTemplate: restoredTemplate('private', LABEL, 'ffffffff'),
        }),
      ),
      refuses(
        'DESCRIPTOR_INVALID',
        /^the key would be restored as "rehearsal-root" with id ffffffff; the ledger has it/,
      ),
    );
    for (const state of ['destroyed', 'orphan'] as const) {
      const gone = await later(ledger({ state }));
      await assert.rejects(
        propose(gone, unwrapOf()),
        refuses('SHARE_FOREIGN_SET', /^the ledger has no backup of "root"/),
      );
    }
    // Of a set that was put to use, and no more, nobody knows that its custodians can open their shares.
    const there = ledger();
    const begun = there.shareSets.map((one) => (one.kind === 'kek' ? { ...one, state: 'begun' as const } : one));
    await assert.rejects(
      propose(await later({ ...there, shareSets: begun }), unwrapOf()),
      refuses('SHARE_FOREIGN_SET', /of the descriptor is not the one of the ledger$/),
    );
  });

  test('not onto the HSM that has the key by the ledger', async () => {
    const there = ledger();
    const copy = { key: 'root', spkiSha256: key, token: spareSerial, step: 'copy', provenAt: '2026-01-02T00:00:00Z' };
    const guard = await later({ ...there, copies: [copy] });
    await assert.rejects(
      propose(guard, unwrapOf()),
      refuses('TOKEN_UNEXPECTED', /^the key "root" is on "spare-hsm" by the ledger: it is restored elsewhere$/),
    );
  });

  test('not by fewer than its custodians, though enough people approve', async () => {
    const guard = await later(ledger());
    const { id } = await propose(guard, unwrapOf());
    const two = await guard.approvals(id, THREE.slice(0, 2), of(spareUser(), backup.set));
    const third = await guard.approvals(id, THREE.slice(2), of(spareUser()));
    await assert.rejects(
      guard.guard.execute(id, [...two, ...third]),
      refuses('QUORUM_NOT_MET', /^2 of the approvers opened their share; 3 are needed/),
    );
    assert.equal(spare.count('C_UnwrapKey'), 0);
  });

  test('the honest way: not to be extracted, and it signs; the first HSM is not in the room', async () => {
    const guard = await later(ledger());
    const { id } = await propose(guard, unwrapOf());
    const approvals = await guard.approvals(id, THREE, of(spareUser(), backup.set));
    const { facts, bytes } = await guard.guard.execute(id, approvals);
    assert.equal(bytes.length, 0);
    const statement = copyStatement(guard.ceremony, key, spareSerial);
    assert.ok(
      verifySignature(parseSpki(spki), ECDSA_SHA384, statement, Buffer.from(String(facts['signature']), 'base64')),
    );
    const { EXTRACTABLE, SENSITIVE, SIGN, UNWRAP, DECRYPT } = facts['private'] as Record<string, boolean>;
    assert.deepEqual([EXTRACTABLE, SENSITIVE, SIGN, UNWRAP, DECRYPT], [false, true, true, false, false]);
    assert.deepEqual(facts['left'], []);
    const { objects } = await guard.guard.inspect('spare-hsm');
    assert.deepEqual(
      (objects as readonly JsonObject[]).map((object) => [object['class'], object['label'], object['spkiSha256']]),
      [['public-key', LABEL, key]],
    );
    // And it is a key of that HSM from here on.
    const prove: Operation = {
      ...{ op: 'prove-key', hsm: hsm(spareSerial, 'spare-hsm'), step: 'prove', index: 0, hold: null },
      ...{ key, mechanism: 'ecdsa-sha384' },
    };
    await done(guard, prove, of(spareUser()));
    // Whoever approves restorations cannot have it destroyed.
    for (const adopts of [null, key])
      await assert.rejects(
        propose(guard, unwrapOf({ adopts })),
        refuses(
          'TOKEN_UNEXPECTED',
          /^the key "root" is known on "spare-hsm" in this ceremony: nothing of it is restored/,
        ),
      );
    // Nor does a guard that has not seen it made there.
    const stranger = await later(ledger());
    await assert.rejects(restore(stranger, unwrapOf()), refuses('HSM_OBJECT_EXISTS', /is on token ".*" already$/));
    await assert.rejects(
      propose(stranger, unwrapOf({ adopts: key })),
      refuses('DESCRIPTOR_INVALID', /left on "spare-hsm"; this guard knows of none that was begun there$/),
    );
    await assert.rejects(
      propose(stranger, unwrapOf({ adopts: fixed })),
      refuses('DESCRIPTOR_INVALID', /^the descriptor restores the key [0-9a-f]{64}, and takes up what one of/),
    );
    assert.equal((await publicOn(stranger)).length, 1);
  });

  test('the set of a backup wraps no other key, nor the same again: it is not one that was made now', async () => {
    const there = ledger();
    const other = { ...there.keys[0]!, name: 'other', spkiSha256: fixed, spki: base64(fixedSpki), token: spareSerial };
    const guard = await later({ ...there, keys: [...there.keys, other] });
    await propose(guard, unwrapOf());
    const onSpare = { hsm: hsm(spareSerial, 'spare-hsm') };
    await assert.rejects(
      guard.propose({ ...wrapOf(backup.set, fixed), ...onSpare }),
      refuses('SHARE_FOREIGN_SET', /^the set [0-9a-f]{32} is of an earlier ceremony by the ledger/),
    );
  });

  test('what an interrupted restoration left is destroyed, and the key is made anew', async () => {
    const guard = await later(ledger(), destroyed);
    spare.at('C_UnwrapKey', 1, 'abort', 'after');
    await assert.rejects(restore(guard, unwrapOf()), refuses('TOKEN_PROCESS_DIED', /./));
    spare.heal();
    const { facts } = await restore(guard, unwrapOf({ adopts: key }));
    assert.deepEqual(facts['left'], ['private-key', 'public-key']);
    assert.equal((await publicOn(guard)).length, 1);
  });

  test('a guard that comes later takes it up once it was told, and takes no key for restored that is not there', async () => {
    let guard = await later(ledger(), destroyed);
    const expires = inMinutes(30);
    const { id } = await guard.propose(unwrapOf(), null, expires, backup.blob);
    const approvals = await guard.approvals(id, THREE, of(spareUser(), backup.set));
    const past = { descriptor: describeOperation(unwrapOf()).bytes, proposal: id, expires, approvals };
    guard = second = await guard.resumed();
    await guard.guard.recall({ ...past, serial: spareSerial, keys: [{ spki: base64(fixedSpki), label: LABEL }] });
    await assert.rejects(
      guard.goOn(),
      refuses('HSM_OBJECT_MISSING', /^the record says that the key "root" was restored on "spare-hsm", which shows no/),
    );
    guard = second = await guard.resumed();
    await guard.guard.recall({ ...past, serial: null, keys: [] });
    await guard.goOn();
    const { facts } = await restore(guard, unwrapOf({ adopts: key }));
    assert.deepEqual(facts['left'], []);
  });

  test('by shares from paper of those who have no envelope; what cannot be theirs is named as it is typed', async () => {
    const [third = '', fourth = '', fifth = ''] = OFFICERS.slice(2);
    const shares = await openedShares(first.stage, backup.set, (file) => sealed.get(file) as Uint8Array);
    const rowsOf = (seat: string, change: Partial<OpenedShare> = {}) =>
      paperRows({ ...(shares.find((one) => one.seat === seat) as OpenedShare), ...change });
    const guard = await later(ledger(), destroyed);
    const { id } = await propose(guard, unwrapOf());
    const envelopes = new Map(
      [...of(spareUser(), backup.set)].filter(([name]) => !name.startsWith(backup.set.id) || name.includes(third)),
    );
    guard.hasPaper = () => 'paper';
    const typing = (...rows: readonly Uint8Array[]) => {
      const left = rows.map((row) => Buffer.from(row).toString('latin1'));
      guard.atPaper = () => left.shift() ?? 'none';
    };
    const opened = await guard.approvals(id, [third], envelopes);
    const present = (seat: string) => guard.approvals(id, [seat], envelopes);
    typing(...rowsOf(fifth));
    await assert.rejects(
      present(fourth),
      refuses(
        'SHARE_POINT',
        /^the paper share has x = \d+, which is that of "crypto-officer-5"; "crypto-officer-4" was/,
      ),
    );
    typing(...rowsOf(third));
    await assert.rejects(
      present(fourth),
      refuses('SHARE_DUPLICATE', /^the share at x = \d+, of "crypto-officer-3", is open already; each counts once$/),
    );
    typing(...rowsOf(fourth, { set: 'ab'.repeat(16) }));
    await assert.rejects(present(fourth), refuses('SHARE_FOREIGN_SET', /^the paper share belongs to set abababab/));
    const own = shares.find(({ seat }) => seat === fourth) as OpenedShare;
    const zero = { x: 0, share: Buffer.of(...own.share.subarray(0, -1), 0) };
    typing(...rowsOf(fourth, zero));
    await assert.rejects(
      present(fourth),
      refuses('SHARE_POINT', /^the paper share has x = 0, which would be the secret itself$/),
    );
    const forged = Buffer.from(own.share);
    forged[0]! ^= 1;
    typing(...rowsOf(fourth, { share: forged }));
    await assert.rejects(
      present(fourth),
      refuses('SHARE_COMMITMENT', /^the share of "crypto-officer-4" does not match its recorded commitment$/),
    );
    // A wrong PIN afterwards costs the PIN's try, and nobody types the page again.
    const [row, ...more] = rowsOf(fourth);
    typing(row as Buffer, Buffer.from('0'), ...more);
    guard.behaviour.set(fourth, { pin: Buffer.from('999999') });
    await assert.rejects(present(fourth), refuses('PIN_INCORRECT', /did not accept the PIN/));
    guard.behaviour.delete(fourth);
    typing();
    opened.push(...(await present(fourth)));
    // Page 5, as it came out of the printer when the key was backed up.
    guard.atPaper = () => printer.scan(OFFICERS.indexOf(fifth) + 1);
    opened.push(...(await present(fifth)));
    const { facts } = await guard.guard.execute(id, opened);
    assert.deepEqual([facts['paperShares'], facts['spkiSha256']], [[fourth, fifth], key]);
    for (const page of [...rowsOf(fourth), ...rowsOf(fifth)])
      assert.ok(!guard.screen.includes(page.toString('latin1').slice(0, 8)), 'a row is on the screen');
  });

  test('a guard that comes later takes no restored key for one that is there, once it is told that it was destroyed', async () => {
    const one = await later(ledger(), destroyed);
    const expires = inMinutes(30);
    const held = async (operation: Operation, opened: ReadonlyMap<string, Uint8Array>, blob?: Uint8Array) => {
      const { id } = await one.propose(operation, null, expires, blob);
      const approvals = await one.approvals(id, THREE, opened);
      await one.guard.execute(id, approvals);
      return { descriptor: describeOperation(operation).bytes, proposal: id, expires, approvals, keys: [] };
    };
    const restored = await held(unwrapOf(), of(spareUser(), backup.set), backup.blob);
    const gone = await held(destroyOf(), of(spareUser()));
    for (const serial of [spareSerial, null]) {
      const guard = await (second ?? one).resumed();
      second = guard;
      await guard.guard.recall({ ...restored, serial: spareSerial });
      await assert.rejects(guard.goOn(), refuses('HSM_OBJECT_MISSING', /which shows no public key/));
      await guard.guard.recall({ ...gone, serial });
      await guard.goOn();
      const prove: Operation = {
        ...{ op: 'prove-key', hsm: hsm(spareSerial, 'spare-hsm'), step: 'prove', index: 0, hold: null },
        ...{ key, mechanism: 'ecdsa-sha384' },
      };
      await assert.rejects(guard.propose(prove), refuses('HSM_OBJECT_MISSING', /^the destruction of the key .* was /));
      // What may be there in part is finished by an operation that says so; of what is gone there is nothing to finish.
      const finish = guard.propose({ ...destroyOf(), adopts: sha256(gone.descriptor) });
      if (serial === null) await finish;
      else await assert.rejects(finish, refuses('HSM_OBJECT_MISSING', /was destroyed on "spare-hsm" before$/));
    }
  });

  test('anybody who has the file and the KEK of enough shares has the key: by other code', async () => {
    const opened = await openedShares(first.stage, backup.set, (file) => sealed.get(file) as Uint8Array);
    const secret = await combine(opened.map(({ share }) => Uint8Array.from(share)));
    const info = Buffer.concat([Buffer.from('quorate/kek/1'), Buffer.from(backup.set.id, 'hex')]);
    const kek = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, 32));
    const unwrap = createDecipheriv('id-aes256-wrap-pad', kek, Buffer.from('a65959a6', 'hex'));
    const pkcs8 = Buffer.concat([unwrap.update(backup.blob), unwrap.final()]);
    const lead = pkcs8[1] ?? 0;
    const length = lead < 0x80 ? 2 + lead : 2 + (lead & 0x7f) + pkcs8.readUIntBE(2, lead & 0x7f);
    const inside = createPrivateKey({ key: pkcs8.subarray(0, length), format: 'der', type: 'pkcs8' });
    assert.deepEqual(createPublicKey(inside).export({ format: 'der', type: 'spki' }), spki);
  });
});
