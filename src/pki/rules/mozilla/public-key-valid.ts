import { CeremonyError } from '../../../base/errors.ts';
import { hexOf } from '../../../der/values.ts';
import { checkPublicKey } from '../../../x509/key-check.ts';
import type { SubjectPublicKeyInfo } from '../../../x509/model.ts';
import { parsePublicKey } from '../../../x509/public-key.ts';
import { defineRule } from '../../rule.ts';

export const publicKeyValid = defineRule({
  id: 'mozilla/public-key-valid',
  title: 'the public key can be one: a point of its curve, or an odd RSA exponent above 1',
  clause: 'MRSP 3.1 §5.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => faultsOf(certificate.spki),
});

/** Only what no key can have: the policy sets no least exponent, as the Baseline Requirements do. */
function faultsOf(spki: SubjectPublicKeyInfo): readonly string[] {
  try {
    const key = parsePublicKey(spki);
    if (key.type === 'ec') return checkPublicKey(spki);
    if (key.type !== 'rsa') return [];
    const exponent = BigInt(`0x${hexOf(key.exponent)}`);
    return exponent > 1n && exponent % 2n === 1n
      ? []
      : [`the RSA exponent is ${exponent}, expected an odd number above 1`];
  } catch (error) {
    if (error instanceof CeremonyError) return [error.message];
    throw error;
  }
}
