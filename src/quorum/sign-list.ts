import type { Json } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Operation, SignedKind } from './operation.ts';
import { Shape } from './shape.ts';

/** As many as people can still read on a screen, in one proposal. */
export const MOST_SIGNED_AT_ONCE = 1000;

/** Bytes that are signed, as a descriptor names them. */
export interface PayloadName {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
}

/** One document of a list. */
export interface ListedItem {
  /** File that it gets, in `certificates/`. */
  readonly out: string;
  readonly payload: PayloadName;
}

/** Several certificates under one approval: all of them are signed, or none leaves the guard. */
export interface SignList {
  readonly op: 'sign-list';
  /** SHA-256 of the signer's SubjectPublicKeyInfo. */
  readonly key: Sha256;
  readonly mechanism: string;
  readonly kind: 'certificate';
  /** Of the to-be-signed bytes of all items, one behind the other, in their order. */
  readonly payload: PayloadName;
  /** 1 to {@link MOST_SIGNED_AT_ONCE}, `out` strictly ascending by code units: no file twice, and one order only. */
  readonly items: readonly ListedItem[];
}

/** One thing that a key signs, alone or in a list. */
export interface ToBeSigned {
  /** Which of its operation's it is, from 0. */
  readonly index: number;
  readonly key: Sha256;
  readonly mechanism: string;
  readonly kind: SignedKind;
  readonly out: string;
  readonly payload: PayloadName;
  /** Where its bytes begin in the proposal's payload. */
  readonly at: number;
}

const CODE = 'DESCRIPTOR_INVALID';

/** @throws CeremonyError DESCRIPTOR_INVALID */
export function readPayloadName(shape: Shape): PayloadName {
  const size = shape.integer('size', 1, 2 ** 32);
  const digest = shape.digest('sha256');
  shape.end();
  return { sha256: digest, size };
}

/**
 * @param out what the name of a file may be; @param size bytes of the whole payload, which the items' sizes add up to
 * @throws CeremonyError DESCRIPTOR_INVALID
 */
export function readListedItems(shape: Shape, out: RegExp, size: number): readonly ListedItem[] {
  const items = shape.list('items', (value, where) => readListedItem(value, where, out));
  const refuse = (what: string): never => {
    throw new CeremonyError(CODE, `the operation descriptor: ${what}`);
  };
  if (items.length < 1 || items.length > MOST_SIGNED_AT_ONCE)
    refuse(`"items" has ${items.length}, expected 1 to ${MOST_SIGNED_AT_ONCE}`);
  for (const [index, { out: name }] of items.entries()) {
    const before = items[index - 1]?.out;
    if (before !== undefined && before >= name)
      refuse(`"items" has "${name}" behind "${before}"; their names must ascend, each once`);
  }
  const sum = items.reduce((total, { payload }) => total + payload.size, 0);
  if (sum !== size) refuse(`the sizes of the items add up to ${sum} bytes; the payload has ${size}`);
  return items;
}

function readListedItem(value: Json, where: string, out: RegExp): ListedItem {
  const shape = new Shape(value, CODE, where);
  const item = { out: shape.text('out', out), payload: readPayloadName(shape.object('payload')) };
  shape.end();
  return item;
}

/** What an operation has signed as X.509: one document, those of a list in their order, or nothing. */
export function toBeSigned(operation: Operation): readonly ToBeSigned[] {
  if (operation.op !== 'sign' && operation.op !== 'sign-list') return [];
  const { key, mechanism, kind } = operation;
  let at = 0;
  return (operation.op === 'sign' ? [operation] : operation.items).map(({ out, payload }, index) => {
    const one = { index, key, mechanism, kind, out, payload, at };
    at += payload.size;
    return one;
  });
}

/**
 * Its own bytes, out of the payload of its proposal.
 * @throws CeremonyError PAYLOAD_DIGEST where they are not those that the descriptor names
 */
export function bytesOf({ index, out, at, payload: { sha256: named, size } }: ToBeSigned, all: Uint8Array): Uint8Array {
  const own = all.subarray(at, at + size);
  const digest = sha256(own);
  if (digest === named && own.length === size) return own;
  throw new CeremonyError(
    'PAYLOAD_DIGEST',
    `item ${index + 1}, "${out}": its ${own.length} bytes in the payload have SHA-256 ${digest}; the descriptor says ${named} and ${size}`,
  );
}

/**
 * The signatures that the result of an operation states, in the order of what it signed; undefined for one that is not
 * stated in base64.
 * @param facts of its result
 */
export function signaturesIn(
  operation: Operation,
  facts: { readonly [name: string]: Json },
): readonly (Buffer | undefined)[] {
  const stated = operation.op === 'sign-list' ? facts['signatures'] : [facts['signature'] ?? null];
  const list = Array.isArray(stated) ? (stated as readonly Json[]) : [];
  return toBeSigned(operation).map((_one, index) => {
    const text = list[index];
    const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64');
    return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
  });
}
