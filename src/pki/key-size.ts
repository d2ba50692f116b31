import { CeremonyError } from '../base/errors.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import { type CurveName, parsePublicKey } from '../x509/public-key.ts';

const CURVE_BITS: Readonly<Record<CurveName, number>> = { 'P-256': 256, 'P-384': 384, 'P-521': 521 };

/** Bits of the modulus or of the curve's field; undefined for other keys, and for one that cannot be read. */
export function keySizeOf(
  spki: SubjectPublicKeyInfo,
): { readonly type: 'rsa' | 'ec'; readonly bits: number } | undefined {
  try {
    const key = parsePublicKey(spki);
    if (key.type === 'rsa') return { type: 'rsa', bits: key.modulusBits };
    return key.type === 'ec' ? { type: 'ec', bits: CURVE_BITS[key.curve] } : undefined;
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
