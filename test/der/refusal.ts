import assert from 'node:assert/strict';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';

/** Asserts that `act` throws a CeremonyError with this code and this message. */
export function assertRefuses(act: () => unknown, code: ErrorCode, message: string | RegExp): void {
  assert.throws(act, (error: unknown) => holds(error, code, message));
}

export function assertRejects(act: () => Promise<unknown>, code: ErrorCode, message: string | RegExp): Promise<void> {
  return assert.rejects(act, (error: unknown) => holds(error, code, message));
}

function holds(error: unknown, code: ErrorCode, message: string | RegExp): boolean {
  assert.ok(error instanceof CeremonyError, `expected a CeremonyError, found ${String(error)}`);
  assert.equal(error.code, code, error.message);
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  return true;
}

export function bytes(hex: string): Buffer {
  const digits = hex.replace(/\s/g, '');
  assert.match(digits, /^([0-9a-f]{2})*$/i, 'hex in a test');
  return Buffer.from(digits, 'hex');
}

/** Every truncation of `original`, and every single byte of it changed: each bit alone, all bits, plus one, zero and ff. */
export function* mutationsOf(original: Uint8Array): Generator<{ readonly what: string; readonly bytes: Buffer }> {
  for (let length = 0; length < original.length; length++)
    yield { what: `cut to ${length}`, bytes: Buffer.from(original.subarray(0, length)) };
  yield { what: 'one byte more', bytes: Buffer.concat([original, Buffer.alloc(1)]) };
  for (let at = 0; at < original.length; at++) {
    const before = original[at]!;
    const values = new Set([...Array(8).keys()].map((bit) => before ^ (1 << bit)));
    for (const value of [before ^ 0xff, (before + 1) & 0xff, 0x00, 0xff]) values.add(value);
    values.delete(before);
    for (const value of values) {
      const changed = Buffer.from(original);
      changed[at] = value;
      yield { what: `byte ${at}: ${before.toString(16)} to ${value.toString(16)}`, bytes: changed };
    }
  }
}
