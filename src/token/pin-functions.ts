import { DynamicLibrary } from 'node:ffi';
import { CeremonyError } from '../base/errors.ts';
import { refusalFor } from './cryptoki-errors.ts';

/** The bytes of a PIN; null where the device asks for it itself (protected authentication path). */
export type Pin = Uint8Array | null;

/** A CK_SLOT_ID or CK_SESSION_HANDLE as pkcs11js gives it: a CK_ULONG of 8 bytes, little-endian on x64 and arm64. */
export type Handle = Uint8Array;

export const CKU = { so: 0n, user: 1n, contextSpecific: 2n } as const;

const LABEL_BYTES = 32;

/**
 * The four calls that take a PIN, bound by pointer and length on the library that pkcs11js has loaded: opening the
 * same path again gives the same library, hence the same sessions. pkcs11js takes PINs as strings alone, which can
 * neither be zeroed nor be NULL.
 */
export interface PinFunctions {
  /** @param label at most 32 bytes of UTF-8; padded here (an unpadded one would be read past its end) */
  initToken(slot: Handle, pin: Pin, label: Uint8Array): void;
  initPin(session: Handle, pin: Pin, where: string): void;
  setPin(session: Handle, oldPin: Pin, newPin: Pin, where: string): void;
  login(session: Handle, user: bigint, pin: Pin, where: string): void;
}

/** @throws CeremonyError PKCS11_ERROR when the library does not export one of the functions */
export function bindPinFunctions(library: string): PinFunctions {
  const handle = new DynamicLibrary(library);
  for (const name of ['C_InitToken', 'C_InitPIN', 'C_SetPIN', 'C_Login']) {
    try {
      handle.getSymbol(name);
    } catch (cause) {
      const message = `library "${library}" does not export ${name}, without which a PIN cannot be given as bytes`;
      throw new CeremonyError('PKCS11_ERROR', message, { cause, details: { call: name } });
    }
  }
  const functions = handle.getFunctions({
    C_InitToken: { arguments: ['uint64', 'pointer', 'uint64', 'pointer'], return: 'uint64' },
    C_InitPIN: { arguments: ['uint64', 'pointer', 'uint64'], return: 'uint64' },
    C_SetPIN: { arguments: ['uint64', 'pointer', 'uint64', 'pointer', 'uint64'], return: 'uint64' },
    C_Login: { arguments: ['uint64', 'uint64', 'pointer', 'uint64'], return: 'uint64' },
  });
  return {
    initToken(slot, pin, label) {
      const padded = Buffer.alloc(LABEL_BYTES, 0x20);
      padded.set(label);
      accept('C_InitToken', null, functions.C_InitToken(number(slot), pin, length(pin), padded));
    },
    initPin(session, pin, where) {
      accept('C_InitPIN', where, functions.C_InitPIN(number(session), pin, length(pin)));
    },
    setPin(session, oldPin, newPin, where) {
      const rv = functions.C_SetPIN(number(session), oldPin, length(oldPin), newPin, length(newPin));
      accept('C_SetPIN', where, rv);
    },
    login(session, user, pin, where) {
      accept('C_Login', where, functions.C_Login(number(session), user, pin, length(pin)));
    },
  };
}

function number(handle: Handle): bigint {
  return new DataView(handle.buffer, handle.byteOffset, handle.byteLength).getBigUint64(0, true);
}

function length(pin: Pin): bigint {
  return BigInt(pin?.length ?? 0);
}

function accept(call: string, where: string | null, rv: bigint): void {
  if (rv !== 0n) throw refusalFor(call, where, Number(rv));
}
