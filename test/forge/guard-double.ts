import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import type { Guard, GuardProposal } from '../../src/ports.ts';
import { enrolmentBytes, fingerprintOf, readEnrolment } from '../../src/quorum/enrolment.ts';
import { kekName, wrapStatement } from '../../src/quorum/key-backup.ts';
import { destructionStatement } from '../../src/quorum/key-destruction.ts';
import { copyStatement, type Operation, possessionStatement, readDescriptor } from '../../src/quorum/operation.ts';
import { readRoster, memberOf as rosterMemberOf, ruleFor } from '../../src/quorum/roster.ts';
import { rosterChangeBytes, rosterDifference } from '../../src/quorum/roster-change.ts';
import { envelopeName } from '../../src/quorum/share-envelope.ts';
import { quorumsOf, type ShareSet } from '../../src/quorum/share-set.ts';
import { bytesOf, toBeSigned } from '../../src/quorum/sign-list.ts';
import { approvalBytes, presenceBytes } from '../../src/quorum/statement.ts';
import { spkiOf } from '../pki/requests.ts';
import { PAIR } from './intake.ts';
import { BACKUP_NAME, HSM_MODEL, HSM_SERIAL, type SoftMember, signWith, WINDOW } from './stage.ts';

export const PROTECTION = "sealed shares (the PIN was in this computer's memory)";

/** Of an HSM that has its own quorum. */
export const BACKUP_PROTECTION = "the HSM's own quorum";

/** The root key of a forged ceremony: one for a whole test run, as generating it is what takes time. */
export const HSM_KEY = generateKeyPairSync('ec', { namedCurve: 'P-384' });

/** Keys in the order in which a ceremony makes them. */
const KEYS = [HSM_KEY];

function keyAt(index: number): typeof HSM_KEY {
  KEYS[index] ??= generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return KEYS[index];
}

/** The private key of a forged ceremony by the digest of its public one. */
export function hsmKeyOf(spkiSha256: Sha256): KeyObject {
  // One that was there before any ceremony, and is adopted.
  const key = [...KEYS, PAIR].find(({ publicKey }) => publicKeyFacts(publicKey).spkiSha256 === spkiSha256);
  if (!key) throw new Error(`the HSM has no key ${spkiSha256}`);
  return key.privateKey;
}

export function hsmSign(key: KeyObject, payload: Uint8Array): Uint8Array {
  return sign('sha384', payload, key);
}

export function publicKeyFacts(key: KeyObject): { readonly spki: string; readonly spkiSha256: Sha256 } {
  const spki = key.export({ type: 'spki', format: 'der' });
  return { spki: spki.toString('base64'), spkiSha256: sha256(spki) };
}

const MADE_HERE = { LOCAL: true, SENSITIVE: true, EXTRACTABLE: false, NEVER_EXTRACTABLE: true };

/** A guard in the same process: people with software tokens who agree to everything, and an HSM that is a variable. */
export function guardDouble(
  members: readonly SoftMember[],
  authorization: Sha256,
  /** Labels of the keys that earlier ceremonies left, where there were any. */
  left: readonly string[] = [],
  /** The roster with which the ceremony begins, where it changes that. */
  standing?: Uint8Array,
): Guard {
  let ceremony: Sha256 = '';
  let prepared = left.length > 0;
  let counter = 0;
  const proposals = new Map<Sha256, { operation: Operation; payload: Uint8Array | null; statement: Uint8Array }>();
  const sets: ShareSet[] = [];
  const made: string[] = [...left];
  const pseudo = (what: string, length: number) => hash('sha256', `${what} ${counter++}`, 'buffer').subarray(0, length);
  const memberOf = (seat: string) => members.find((member) => member.seat === seat) as SoftMember;
  let next: Next | undefined;
  const newSet = (
    kind: ShareSet['kind'],
    threshold: number,
    holders: readonly string[],
    envelopes: Map<string, Uint8Array>,
  ): ShareSet => {
    const id = pseudo(kind, 16).toString('hex');
    const shares = holders.map((seat, index) => {
      const envelope = pseudo('envelope', 32);
      envelopes.set(envelopeName(id, seat), envelope);
      const recipients = memberOf(seat).tokens.map((token) => sha256(token.encryptionSpki));
      const commitment = pseudo('commitment', 32).toString('hex');
      return { seat, x: index + 1, commitment, envelope: sha256(envelope), recipients };
    });
    return { id, kind, threshold, check: pseudo('check', 32).toString('hex'), shares };
  };
  const presented = (seat: string) => {
    const serial = memberOf(seat).tokens[0]?.serial ?? '';
    return { seat, token: serial, origin: 'generated-here', tries: 'no failed try reported' };
  };
  const signed = (seat: string, statement: Uint8Array) => {
    const { token, origin } = presented(seat);
    return { signature: signAs(seat, statement), token, origin };
  };
  const signAs = (seat: string, content: Uint8Array) => {
    const [token] = memberOf(seat).tokens;
    if (!token) throw new Error(`${seat} has no token`);
    return signWith(token, content);
  };
  return {
    begin: async (id) => {
      ceremony = id;
    },
    inspect: async () => ({
      token: { initialized: prepared, model: HSM_MODEL, serial: prepared ? HSM_SERIAL : '' },
      objects: [],
      mechanisms: ['CKM_ECDSA', 'CKM_EC_KEY_PAIR_GEN', 'CKM_AES_KEY_WRAP_KWP'],
    }),
    recall: async () => undefined,
    enrol: async ({ seat, role, serial, model, keys }) => {
      const { tokens, anew } = memberOf(seat);
      const token = [...tokens, ...(anew ? [anew] : [])].find((one) => one.serial === serial);
      if (!token) throw new Error(`${seat} has no token ${serial}`);
      const origin = keys === 'generated' ? ('generated-here' as const) : ('adopted' as const);
      const entry = { serial, model, origin, signing: token.signing, encryption: token.encryption };
      const statement = enrolmentBytes({ ceremony, authorization, seat, role, token: entry });
      const { token: read } = readEnrolment(statement);
      const attributes = {
        sign: { label: 'sign', spkiSha256: read.signingSpki, private: { SIGN: true, ...MADE_HERE } },
        open: { label: 'open', spkiSha256: read.encryptionSpki, private: { DERIVE: true, ...MADE_HERE } },
      };
      const signature = signWith(token, statement);
      return {
        ...presented(seat),
        token: serial,
        origin,
        statement,
        signature,
        fingerprint: fingerprintOf(read),
        attributes,
      };
    },
    recallEnrolment: async (statement) => {
      const { seat, token } = readEnrolment(statement);
      return { ...presented(seat), token: token.serial, signature: signAs(seat, statement) };
    },
    signRoster: async (seat, roster) => ({ ...presented(seat), signature: signAs(seat, roster) }),
    enactRoster: async () => undefined,
    signNextRoster: async (seat, roster) => {
      const after = readRoster(roster);
      const before = readRoster(standing as Uint8Array);
      const { role } = ruleFor(before, 'administer');
      const statement = rosterChangeBytes({
        ...{ ceremony, authorization, previous: before.digest, roster: after.digest },
        ...rosterDifference(before, after),
      });
      const approves = rosterMemberOf(before, seat)?.role === role;
      return {
        ...presented(seat),
        signature: signAs(seat, roster),
        approval: approves ? signAs(seat, statement) : null,
      };
    },
    enactNextRoster: async () => undefined,
    random: async (_hsm, length, count = 1) =>
      Buffer.concat(Array.from({ length: count }, () => pseudo('random', length))),
    rollCall: async (seat) => {
      const statement = presenceBytes({ ceremony, authorization, seat });
      return { ...presented(seat), statement, signature: signAs(seat, statement) };
    },
    makeShareSets: async ({ holders, userThreshold, soThreshold }) => {
      const envelopes = new Map<string, Uint8Array>();
      sets.push(newSet('user', userThreshold, holders, envelopes), newSet('so', soThreshold, holders, envelopes));
      return { sets, envelopes };
    },
    makeNextShareSet: async ({ kind, holders, threshold }) => {
      const envelopes = new Map<string, Uint8Array>();
      next = { set: newSet(kind, threshold, holders, envelopes), opened: new Set() };
      return { set: next.set, envelopes };
    },
    makeKekSet: async ({ holders }) => {
      const envelopes = new Map<string, Uint8Array>();
      return { set: newSet('kek', 3, holders, envelopes), envelopes };
    },
    proveKekSet: async (_hsm, set) => ({
      [set]: { kind: 'kek', threshold: 3, custodians: 5, subsetsCompared: 10 },
    }),
    printShare: async ({ seat }) => ({ seat, printedAt: WINDOW.from, pages: 1 }),
    propose: async ({ descriptor, payload, proposal, expires }: GuardProposal) => {
      const read = readDescriptor(descriptor);
      const { op, step } = read.operation;
      const statement = approvalBytes({ ceremony, digest: read.digest, expires, operation: op, proposal, step });
      proposals.set(proposal, { operation: read.operation, payload: payload && wholeOf(payload), statement });
      return statement;
    },
    approve: async (seat, ids) => {
      next?.opened.add(seat);
      return {
        seat,
        decisions: ids.map((id) => signed(seat, proposals.get(id)?.statement ?? new Uint8Array())),
        opened: sets.map((set) => set.id),
      };
    },
    proveShareSets: async () => {
      if (next) return { [next.set.id]: provenNext(next) };
      return Object.fromEntries(
        sets.map((set) => [
          set.id,
          { kind: set.kind, threshold: set.threshold, custodians: set.shares.length, subsetsCompared: 10 },
        ]),
      );
    },
    deviate: async () => undefined,
    approveDeviation: async (seat, statement) => ({
      seat,
      decisions: [signed(seat, statement)],
      opened: [],
    }),
    lock: async () => undefined,
    withdraw: async (id) => void proposals.delete(id),
    execute: async (id) => {
      const proposal = proposals.get(id);
      if (!proposal) throw new Error('no such proposal');
      if (proposal.operation.op === 'prepare-token') prepared = true;
      if (proposal.operation.op === 'rotate-activation') next = undefined;
      if (proposal.operation.op === 'generate-key') made.push(proposal.operation.label);
      const done = carryOut(proposal.operation, proposal.payload, ceremony, made);
      if (proposal.operation.op === 'zeroize-token') made.splice(0);
      if (proposal.operation.op === 'destroy-key') made.splice(made.indexOf(proposal.operation.label), 1);
      return done;
    },
    deactivate: async (hsm) => ({ hsm, privateObjectsVisible: 0, usesRefused: 1 }),
    attest: async (seat, statement) => ({ ...presented(seat), signature: signAs(seat, statement) }),
    signOff: async () => undefined,
    signManifest: async (seat, manifest) => ({ ...presented(seat), signature: signAs(seat, manifest) }),
  };
}

interface Next {
  readonly set: ShareSet;
  readonly opened: Set<string>;
}

/** Who opened theirs, and how many quorums they make. */
function provenNext({ set, opened }: Next): JsonObject {
  const seats = set.shares.map((share) => share.seat);
  return {
    kind: set.kind,
    threshold: set.threshold,
    custodians: seats.length,
    opened: seats.filter((seat) => opened.has(seat)),
    unproven: seats.filter((seat) => !opened.has(seat)),
    subsetsCompared: quorumsOf(opened.size, set.threshold),
  };
}

/** In the place of a wrapped key: nothing here unwraps it. */
export const WRAPPED = Buffer.alloc(248, 0x5a);

/** The HSM that other tools copied the key to has its own quorum. */
function protectionOn({ hsm }: Operation): string {
  return hsm.name === BACKUP_NAME ? BACKUP_PROTECTION : PROTECTION;
}

/** @param labels of the keys made so far: the tools of a vendor have copied them wherever they are asked for */
function carryOut(
  operation: Operation,
  payload: Uint8Array | null,
  ceremony: string,
  labels: readonly string[],
): { facts: JsonObject; bytes: Uint8Array } {
  const none = new Uint8Array(0);
  switch (operation.op) {
    case 'prepare-token': {
      const ids = operation.sets.map((set) => set.id);
      const facts = {
        serial: HSM_SERIAL,
        model: HSM_MODEL,
        label: operation.label,
        manufacturer: 'Test',
        firmware: '1.0',
        sets: ids,
      };
      return { facts: { ...facts, pinLength: { user: 32, so: 32 }, protection: PROTECTION }, bytes: none };
    }
    case 'rotate-activation': {
      const { set, replaces } = operation;
      const facts = { serial: HSM_SERIAL, kind: set.kind, set: set.id, replaced: replaces.id, found: 'old' };
      return { facts: { ...facts, pinLength: 32, protection: PROTECTION }, bytes: none };
    }
    case 'generate-key': {
      const read = { LOCAL: true, ...operation.publicTemplate };
      const secret = {
        LOCAL: true,
        ALWAYS_SENSITIVE: true,
        NEVER_EXTRACTABLE: !operation.wrappable,
        ...operation.privateTemplate,
      };
      const { publicKey, privateKey } = keyAt(labels.length - 1);
      const { spkiSha256 } = publicKeyFacts(publicKey);
      const possession = operation.possession
        ? Buffer.from(hsmSign(privateKey, possessionStatement(ceremony, spkiSha256))).toString('base64')
        : null;
      const made = {
        ...publicKeyFacts(publicKey),
        algorithm: operation.algorithm,
        mechanism: 'EC_KEY_PAIR_GEN',
      };
      const rest = {
        public: read,
        private: secret,
        unreported: { public: [], private: [] },
        quirks: [],
        possession,
      };
      return { facts: { ...made, ...rest, protection: PROTECTION }, bytes: none };
    }
    case 'sign': {
      const signature = hsmSign(hsmKeyOf(operation.key), payload ?? none);
      return {
        facts: { signature: Buffer.from(signature).toString('base64'), key: operation.key, protection: PROTECTION },
        bytes: signature,
      };
    }
    case 'sign-list': {
      const signatures = toBeSigned(operation).map((one) =>
        Buffer.from(hsmSign(hsmKeyOf(one.key), bytesOf(one, payload ?? none))).toString('base64'),
      );
      return { facts: { signatures, key: operation.key, protection: PROTECTION }, bytes: none };
    }
    case 'prove-key': {
      const serial = operation.hsm.serial ?? '';
      const signature = hsmSign(hsmKeyOf(operation.key), copyStatement(ceremony, operation.key, serial));
      const facts = { signature: Buffer.from(signature).toString('base64'), key: operation.key, serial };
      const found = operation.certificate
        ? {
            ...{ spki: Buffer.from(spkiOf(PAIR)).toString('base64'), id: '0a0b', label: 'rehearsal-old-root' },
            ...{ private: { LOCAL: false }, quirks: ['LOCAL of the private key is false'] },
          }
        : {};
      return { facts: { ...facts, ...found, protection: protectionOn(operation) }, bytes: none };
    }
    case 'wrap-key': {
      const { key, algorithm, set, out } = operation;
      const blob = { sha256: sha256(WRAPPED), size: WRAPPED.length };
      const proof = hsmSign(hsmKeyOf(key), wrapStatement(ceremony, key, set.id, blob));
      const facts = {
        ...{ key, serial: operation.hsm.serial ?? '', algorithm, set: set.id, file: out },
        ...{ ...blob, tokenMechanism: 'CKM_AES_KEY_WRAP_KWP' },
        proof: Buffer.from(proof).toString('base64'),
        kek: {
          ...kekName(set.id),
          attributes: { TRUSTED: true, SENSITIVE: true, EXTRACTABLE: false },
          absent: true,
          left: [],
        },
        protection: PROTECTION,
      };
      return { facts, bytes: WRAPPED };
    }
    case 'unwrap-key': {
      const { key, set, blob, label, id } = operation;
      const serial = operation.hsm.serial ?? '';
      const signature = hsmSign(hsmKeyOf(key), copyStatement(ceremony, key, serial));
      const facts = {
        ...{ key, serial, set: set.id, sha256: blob.sha256, label, id, algorithm: 'ecdsa-p384' },
        ...publicKeyFacts(keyAt(0).publicKey),
        signature: Buffer.from(signature).toString('base64'),
        ...{ public: { ...operation.publicTemplate }, private: { ...operation.privateTemplate, LOCAL: false } },
        ...{ unreported: { public: [], private: [] }, quirks: [], left: [], protection: protectionOn(operation) },
      };
      return { facts, bytes: none };
    }
    case 'inventory':
      return {
        facts: { ...listOf(objectsLabelled(labels)), protection: protectionOn(operation) },
        bytes: none,
      };
    case 'set-key-state': {
      const { key, from, to } = operation;
      return { facts: { key, from, to, protection: protectionOn(operation) }, bytes: none };
    }
    case 'record-loss': {
      const { kind, thing, to } = operation;
      const seen = kind === 'hsm' && to === 'found' ? { seen: thing } : {};
      return { facts: { kind, thing, to, ...seen, protection: protectionOn(operation) }, bytes: none };
    }
    case 'zeroize-token': {
      const facts = {
        serial: operation.hsm.serial,
        label: operation.label,
        set: operation.set.id,
        seen: labels.length,
      };
      const destroyed = operation.destroys.map(({ key }) => key);
      return { facts: { ...facts, ...listOf([]), destroyed, protection: protectionOn(operation) }, bytes: none };
    }
    case 'destroy-key': {
      const { key, label, id, last } = operation;
      const serial = operation.hsm.serial ?? '';
      // Of a key that was there before, its id is the one that it has there.
      const objects = objectsLabelled(labels).map((object) => (object['label'] === label ? { ...object, id } : object));
      const signature = hsmSign(hsmKeyOf(key), destructionStatement(ceremony, key, serial));
      const facts = {
        ...{ key, label, id, serial, last, destroyed: ['private-key', 'public-key'] },
        signature: Buffer.from(signature).toString('base64'),
        before: listOf(objects),
        after: listOf(objects.filter((object) => object['label'] !== label)),
        refused: 'HSM_OBJECT_MISSING',
      };
      return { facts: { ...facts, protection: protectionOn(operation) }, bytes: none };
    }
  }
}

/** What an HSM lists that holds the keys of these labels. */
function objectsLabelled(labels: readonly string[]): readonly JsonObject[] {
  return labels.flatMap((label, index): JsonObject[] => [
    { class: 'private-key', label, id: '01', attributes: {}, unreported: [] },
    { class: 'public-key', label, id: '01', ...publicKeyFacts(keyAt(index).publicKey), attributes: {}, unreported: [] },
  ]);
}

function listOf(objects: readonly JsonObject[]): JsonObject {
  return { objects, digest: sha256(canonicalBytes(objects)) };
}
