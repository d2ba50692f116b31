import { canonicalBytes, type Json, type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { OperationClass } from './classes.ts';
import { readUnwrapKey, readWrapKey, type UnwrapKey, type WrapKey } from './key-backup.ts';
import { type DestroyKey, readDestroyKey } from './key-destruction.ts';
import { mayBecome, nextStates, readSetKeyState, type SetKeyState } from './key-states.ts';
import { readKeyTemplate, type Template } from './key-template.ts';
import { type RecordLoss, readRecordLoss } from './loss.ts';
import { type NamedSet, readNamedSet } from './named-set.ts';
import { QUIRK_ROWS, quirkRow } from './quirk-rows.ts';
import { Shape } from './shape.ts';
import { readPinSet, type ShareSet } from './share-set.ts';
import { readListedItems, readPayloadName, type SignList } from './sign-list.ts';
import { readZeroizeToken, type ZeroizeToken } from './token-zeroization.ts';

/**
 * What a key of ours signs: a request is one for a certificate of that very key, by another organisation; an OCSP response says
 * what the CRL of this ceremony says.
 */
export const SIGNED_KINDS = ['certificate', 'crl', 'request', 'ocsp-response'] as const;
export type SignedKind = (typeof SIGNED_KINDS)[number];

/** Which token an operation is for. A blank token has no serial before it is initialised. */
export interface HsmName {
  /** The script's and the authorization's name for it, e.g. `root-hsm`. */
  readonly name: string;
  readonly serial: string | null;
  readonly model: string;
}

/** How long the activation that this operation opens may stand, and for how many operations in all. */
export interface Hold {
  readonly operations: number;
  readonly seconds: number;
}

interface Common {
  readonly hsm: HsmName;
  /** The script's step that asks, and which of its operations this is (0-based). */
  readonly step: string;
  readonly index: number;
  readonly hold: Hold | null;
}

export type Operation = Common &
  (
    | {
        readonly op: 'prepare-token';
        readonly label: string;
        readonly wipes: string | null;
        /** Serial of the token that an interrupted preparation left: it is finished, not initialised again. Else null. */
        readonly adopts: string | null;
        readonly sets: readonly ShareSet[];
      }
    | {
        readonly op: 'rotate-activation';
        /** The set whose secret gives the PIN that the token has now. */
        readonly replaces: NamedSet;
        /** The set of the same kind whose secret gives the PIN that it gets. */
        readonly set: ShareSet;
        /**
         * SHA-256 of the descriptor of a rotation to this very set that was begun and whose end nobody knows: the token
         * may have either PIN, and the new one is tried first. Else null.
         */
        readonly adopts: Sha256 | null;
      }
    | {
        readonly op: 'generate-key';
        readonly label: string;
        readonly id: string;
        readonly algorithm: string;
        /** It may leave its HSM, wrapped under a key that the security officer trusts; absent for one that may not. */
        readonly wrappable?: true;
        /** Row of the quirk table; absent for an HSM without one. */
        readonly behavesAs?: string;
        readonly publicTemplate: Template;
        readonly privateTemplate: Template;
        /** One signature over `quorate/pop/1` is included, unless a self-signed certificate follows. */
        readonly possession: boolean;
        /** SHA-256 of the public key that an interrupted generation left: it is taken up, none is made. Else null. */
        readonly adopts: Sha256 | null;
      }
    | {
        readonly op: 'sign';
        /** SHA-256 of the signer's SubjectPublicKeyInfo. */
        readonly key: Sha256;
        readonly mechanism: string;
        readonly kind: SignedKind;
        readonly payload: { readonly sha256: Sha256; readonly size: number };
        readonly out: string;
      }
    | SignList
    | {
        readonly op: 'prove-key';
        /** SHA-256 of the SubjectPublicKeyInfo of the key that is to be shown to be on this HSM. */
        readonly key: Sha256;
        readonly mechanism: string;
        /**
         * Of a key that no ledger has: the certificate that comes with the operation, of which the authorization names the
         * SHA-256 as `NAME-sha256`. Absent for a key that is known.
         */
        readonly certificate?: { readonly name: string; readonly sha256: Sha256; readonly size: number };
      }
    | WrapKey
    | UnwrapKey
    | { readonly op: 'inventory' }
    | DestroyKey
    | ZeroizeToken
    | SetKeyState
    | RecordLoss
  );

export type OperationName = Operation['op'];

/** The operation fixes its class; a script may only ask for more people, never for another class. */
export const CLASS_OF: Readonly<Record<OperationName, OperationClass>> = {
  'prepare-token': 'administer',
  'rotate-activation': 'administer',
  'generate-key': 'generate',
  sign: 'sign',
  'sign-list': 'sign',
  // The CA key signs, if only what nobody could take for a certificate.
  'prove-key': 'sign',
  'wrap-key': 'backup',
  'unwrap-key': 'restore',
  inventory: 'inventory',
  'destroy-key': 'destroy',
  'zeroize-token': 'destroy',
  // No HSM does anything for it: those decide who decide about an HSM.
  'set-key-state': 'administer',
  'record-loss': 'administer',
};

/** Of a CA's key. */
export const ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-3072', 'rsa-4096', 'ed25519'] as const;
export const SIGNATURE_MECHANISMS = [
  'ecdsa-sha256',
  'ecdsa-sha384',
  'ecdsa-sha512',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'ed25519',
] as const;

/** A step's key (`root-key`, `roll-call@crypto-officer-1`) or a file name. */
const ID = /^[a-z0-9][a-z0-9.@-]{0,127}$/;
/** Of a token or a key: what every PKCS#11 module can store and show. */
export const LABEL = /^[a-z0-9][a-z0-9 ._-]{0,31}$/i;
const CODE = 'DESCRIPTOR_INVALID';

export interface Descriptor {
  readonly operation: Operation;
  readonly bytes: Uint8Array;
  readonly digest: Sha256;
}

/** The descriptor as events hold it (type quorate/operation/1). */
export function descriptorOf(operation: Operation): JsonObject {
  return { type: 'quorate/operation/1', ...operation } as unknown as JsonObject;
}

/** The canonical bytes whose digest people approve. */
export function describeOperation(operation: Operation): Descriptor {
  const bytes = canonicalBytes(descriptorOf(operation));
  return { operation, bytes, digest: sha256(bytes) };
}

/** @throws CeremonyError DESCRIPTOR_INVALID, JSON_NOT_CANONICAL */
export function readDescriptor(bytes: Uint8Array): Descriptor {
  const object = parseCanonicalObject(bytes, 'the operation descriptor');
  return { operation: readOperation(object), bytes, digest: sha256(bytes) };
}

function readOperation(object: JsonObject): Operation {
  const shape = new Shape(object, CODE, 'the operation descriptor');
  shape.literal('type', 'quorate/operation/1');
  const hsm = shape.object('hsm');
  const common: Common = {
    hsm: {
      name: hsm.text('name', /^[a-z][a-z0-9-]{0,63}$/),
      serial: hsm.any('serial') === null ? null : hsm.text('serial'),
      model: hsm.text('model'),
    },
    step: shape.text('step', ID),
    index: shape.integer('index', 0, 100_000),
    hold: readHold(shape.any('hold')),
  };
  hsm.end();
  const op = shape.literal(
    'op',
    'prepare-token',
    'rotate-activation',
    'generate-key',
    'sign',
    'sign-list',
    'prove-key',
    'wrap-key',
    'unwrap-key',
    'inventory',
    'destroy-key',
    'zeroize-token',
    'set-key-state',
    'record-loss',
  );
  const operation = { ...common, ...readParticulars(op, shape) } as Operation;
  shape.end();
  if (operation.op === 'rotate-activation') holdToRotation(operation);
  if (operation.op === 'prove-key' && operation.hsm.serial === null)
    throw new CeremonyError(CODE, 'the operation descriptor: a blank token has no key that could be proven');
  if (operation.op === 'wrap-key' && operation.hold !== null)
    throw new CeremonyError(
      CODE,
      'the operation descriptor: an activation is not held open by the operation that lets a key out',
    );
  if ((operation.op === 'wrap-key' || operation.op === 'unwrap-key') && operation.hsm.serial === null)
    throw new CeremonyError(CODE, `the operation descriptor: a blank token has no login for "${operation.op}"`);
  if (operation.op === 'destroy-key' && operation.hsm.serial === null)
    throw new CeremonyError(CODE, 'the operation descriptor: a blank token has no key that could be destroyed');
  if (operation.op === 'zeroize-token' && operation.hsm.serial === null)
    throw new CeremonyError(CODE, 'the operation descriptor: a blank token has nothing that could be erased');
  if (operation.op === 'set-key-state' && (operation.hold !== null || !mayBecome(operation.from, operation.to)))
    throw new CeremonyError(
      CODE,
      operation.hold === null
        ? `the operation descriptor: a key that is ${operation.from} does not become ${operation.to}, but ${nextStates(operation.from)}`
        : 'the operation descriptor: no activation is held for a decision',
    );
  if (operation.op === 'record-loss') holdToLoss(operation);
  if ((operation.op === 'destroy-key' || operation.op === 'zeroize-token') && operation.hold !== null)
    throw new CeremonyError(
      CODE,
      `the operation descriptor: an activation is not held open by the operation that ${operation.op === 'destroy-key' ? 'destroys a key' : 'erases a token'}`,
    );
  return operation;
}

function readHold(value: Json): Hold | null {
  if (value === null) return null;
  const shape = new Shape(value, CODE, 'the operation descriptor: hold');
  const hold = { operations: shape.integer('operations', 1, 10_000), seconds: shape.integer('seconds', 1, 14_400) };
  shape.end();
  return hold;
}

function readParticulars(op: OperationName, shape: Shape): object {
  switch (op) {
    case 'prepare-token': {
      const wipes = shape.any('wipes');
      return {
        op,
        label: shape.text('label', LABEL),
        wipes: wipes === null ? null : shape.text('wipes'),
        adopts: shape.any('adopts') === null ? null : shape.text('adopts'),
        sets: shape.list('sets', (item, where) => readPinSet(item, where)),
      };
    }
    case 'rotate-activation':
      return {
        op,
        replaces: readNamedSet(shape.object('replaces')),
        set: readPinSet(shape.any('set'), 'the operation descriptor: set'),
        adopts: shape.any('adopts') === null ? null : shape.digest('adopts'),
      };
    case 'generate-key': {
      const label = shape.text('label', LABEL);
      const id = shape.text('id', /^([0-9a-f]{2}){4,32}$/);
      const quirks = shape.has('behavesAs') ? { behavesAs: shape.literal('behavesAs', ...QUIRK_ROWS) } : {};
      const { untold } = quirkRow(quirks.behavesAs);
      const wrappable = shape.has('wrappable') && shape.flag('wrappable');
      if (shape.has('wrappable') && !wrappable)
        throw new CeremonyError(CODE, 'the operation descriptor: "wrappable" stands where it is true alone');
      return {
        op,
        label,
        id,
        algorithm: shape.literal('algorithm', ...ALGORITHMS),
        ...(wrappable ? { wrappable } : {}),
        ...quirks,
        publicTemplate: readKeyTemplate(shape.object('publicTemplate'), 'public', label, id, untold.public),
        privateTemplate: readKeyTemplate(
          shape.object('privateTemplate'),
          'private',
          label,
          id,
          untold.private,
          wrappable,
        ),
        possession: shape.flag('possession'),
        adopts: shape.any('adopts') === null ? null : shape.digest('adopts'),
      };
    }
    case 'sign':
      return {
        op,
        key: shape.digest('key'),
        mechanism: shape.literal('mechanism', ...SIGNATURE_MECHANISMS),
        kind: shape.literal('kind', ...SIGNED_KINDS),
        payload: readPayloadName(shape.object('payload')),
        out: shape.text('out', ID),
      };
    case 'sign-list': {
      const payload = readPayloadName(shape.object('payload'));
      return {
        op,
        key: shape.digest('key'),
        mechanism: shape.literal('mechanism', ...SIGNATURE_MECHANISMS),
        kind: shape.literal('kind', 'certificate'),
        payload,
        items: readListedItems(shape, ID, payload.size),
      };
    }
    case 'prove-key':
      return {
        op,
        key: shape.digest('key'),
        mechanism: shape.literal('mechanism', ...SIGNATURE_MECHANISMS),
        ...(shape.has('certificate') ? { certificate: readNamedCertificate(shape.object('certificate')) } : {}),
      };
    case 'wrap-key':
      return readWrapKey(shape, () => shape.literal('mechanism', ...SIGNATURE_MECHANISMS));
    case 'unwrap-key':
      return readUnwrapKey(shape, () => shape.literal('mechanism', ...SIGNATURE_MECHANISMS));
    case 'inventory':
      return { op };
    case 'destroy-key':
      return readDestroyKey(shape, SIGNATURE_MECHANISMS);
    case 'zeroize-token':
      return readZeroizeToken(shape, LABEL);
    case 'set-key-state':
      return readSetKeyState(shape);
    case 'record-loss':
      return readRecordLoss(shape);
  }
}

function readNamedCertificate(shape: Shape) {
  const named = {
    name: shape.text('name', /^[a-z][a-z0-9-]{0,63}$/),
    sha256: shape.digest('sha256'),
    size: shape.integer('size', 1, 2 ** 16),
  };
  shape.end();
  return named;
}

/** What comes with an operation, and its digest is approved with it; undefined where nothing does. */
export function payloadOf(operation: Operation): { readonly sha256: Sha256; readonly size: number } | undefined {
  if (operation.op === 'sign' || operation.op === 'sign-list') return operation.payload;
  return operation.op === 'prove-key' ? operation.certificate : undefined;
}

/** An HSM is found by being there, and is not lost while it is. */
function holdToLoss({ hsm, hold, kind, thing, to }: Extract<Operation, { op: 'record-loss' }>): void {
  const refuse = (what: string): never => {
    throw new CeremonyError(CODE, `the operation descriptor: ${what}`);
  };
  if (hold !== null) refuse('no activation is held for a declaration');
  if (kind !== 'hsm') return;
  if (to === 'found' && thing !== hsm.serial)
    refuse(
      `the HSM with serial ${thing} is said to be found, and the one that is looked at has ${hsm.serial ?? 'none'}`,
    );
  if (to === 'lost' && thing === hsm.serial) refuse(`the HSM with serial ${thing} is at hand, and is said to be lost`);
}

/** A blank token has no PIN that could be replaced, and none is held open while its PIN changes. */
function holdToRotation({ hsm, hold, replaces, set }: Extract<Operation, { op: 'rotate-activation' }>): void {
  const refuse = (what: string): never => {
    throw new CeremonyError(CODE, `the operation descriptor: ${what}`);
  };
  if (hsm.serial === null) refuse('a blank token has no activation that could be rotated');
  if (hold !== null) refuse('an activation is not held open by the operation that replaces its PIN');
  if (replaces.id === set.id) refuse(`set ${set.id} would replace itself`);
}

/** The bytes that a new key signs to prove possession: no certificate or CRL can be read out of them. */
export function possessionStatement(ceremony: Sha256, spkiSha256: Sha256): Uint8Array {
  return new TextEncoder().encode(`quorate/pop/1\n${ceremony}\n${spkiSha256}\n`);
}

/**
 * The bytes that a key signs to prove that it is on the HSM of that serial, in that ceremony: no certificate, CRL or
 * proof of possession can be read out of them.
 */
export function copyStatement(ceremony: Sha256, spkiSha256: Sha256, serial: string): Uint8Array {
  return new TextEncoder().encode(`quorate/copy/1\n${ceremony}\n${spkiSha256}\n${serial}\n`);
}
