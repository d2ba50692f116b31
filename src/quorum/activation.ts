import type { Json } from '../base/canonical-json.ts';
import type { ErrorCode } from '../base/errors.ts';
import { Shape } from './shape.ts';

/** What PINs of a token are made of, where people type them: the guard refuses another before it costs a try. */
export interface PinShape {
  /** What every PIN of the device begins with, and nobody types. */
  readonly prefix?: string;
  /** Least and most characters that people type, all parts together: `8..60`. */
  readonly length?: string;
  readonly alphabet?: 'digits' | 'letters-and-digits' | 'printable';
}

/**
 * How an HSM is unlocked, as the policy authority permits it. `shares` stands in no authorization: it is what holds
 * where nothing is said.
 */
export type HsmActivation =
  | { readonly means: 'shares' }
  | {
      readonly means: 'device-quorum';
      /** What people present to the device, for the screen. */
      readonly devices: string;
      readonly need: number;
      readonly of: number;
      /** How long one login may take before people are asked whether to wait on. */
      readonly seconds?: number;
    }
  | { readonly means: 'split-pin'; readonly parts: number; readonly pin?: PinShape }
  | { readonly means: 'pin'; readonly pin?: PinShape };

export type Means = HsmActivation['means'];

export const SHARES: HsmActivation = { means: 'shares' };

/** What stands between an HSM and whoever has this computer: for the record and the report. */
const PROTECTION: Readonly<Record<Means, string>> = {
  shares: "sealed shares (the PIN was in this computer's memory)",
  'device-quorum': "the HSM's own quorum",
  'split-pin': "custom (people typed the PIN in parts; it was in this computer's memory)",
  pin: "custom (one PIN was typed; it was in this computer's memory)",
};

/** @param means as a plan has it; undefined for what is no means of ours */
export function protectionOf(means: string): string | undefined {
  return Object.hasOwn(PROTECTION, means) ? PROTECTION[means as Means] : undefined;
}

const LONGEST_LOGIN_SECONDS = 24 * 60 * 60;
const LENGTH = /^[1-9]\d{0,2}\.\.[1-9]\d{0,2}$/;

/** Reads `activation` of an HSM in an authorization. @throws CeremonyError of the given code */
export function readActivation(value: Json, code: ErrorCode, where: string): HsmActivation {
  const shape = new Shape(value, code, where);
  const means = shape.literal('means', 'device-quorum', 'split-pin', 'pin');
  const activation = readMeans(means, shape, code, where);
  shape.end();
  return activation;
}

function readMeans(means: Exclude<Means, 'shares'>, shape: Shape, code: ErrorCode, where: string): HsmActivation {
  if (means === 'device-quorum') {
    const need = shape.integer('need', 1, 255);
    return {
      means,
      devices: shape.text('devices', /^[^\p{C}]{1,100}$/u),
      need,
      of: shape.integer('of', need, 255),
      ...(shape.has('seconds') ? { seconds: shape.integer('seconds', 1, LONGEST_LOGIN_SECONDS) } : {}),
    };
  }
  const pin = shape.has('pin') ? { pin: readPinShape(new Shape(shape.any('pin'), code, `${where}: pin`)) } : {};
  return means === 'pin' ? { means, ...pin } : { means, parts: shape.integer('parts', 2, 9), ...pin };
}

function readPinShape(shape: Shape): PinShape {
  const pin = {
    ...(shape.has('prefix') ? { prefix: shape.text('prefix', /^[\x21-\x7e]{1,16}$/) } : {}),
    ...(shape.has('length') ? { length: shape.text('length', LENGTH) } : {}),
    ...(shape.has('alphabet')
      ? { alphabet: shape.literal('alphabet', 'digits', 'letters-and-digits', 'printable') }
      : {}),
  };
  shape.end();
  return pin;
}

/** Who presents what, for people: `3 of 5 black PED keys`. Foreign text: escape it before showing. */
export function presentedBy(activation: HsmActivation): string {
  switch (activation.means) {
    case 'shares':
      return 'sealed shares of the officers who approve';
    case 'device-quorum':
      return `${activation.need} of ${activation.of} ${activation.devices}, presented to the device`;
    case 'split-pin':
      return `a PIN that ${activation.parts} people type in parts`;
    case 'pin':
      return 'a PIN that one person types';
  }
}
