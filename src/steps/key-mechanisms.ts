import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { ALGORITHMS } from '../quorum/operation.ts';

const EC = ['CKM_EC_KEY_PAIR_GEN'];
const RSA = [['CKM_RSA_PKCS_KEY_PAIR_GEN'], ['CKM_RSA_PKCS', 'CKM_SHA384_RSA_PKCS']];

/** What an HSM needs to make a CA key and to sign with it: one of each row. It hashes itself, or is given a digest. */
const NEEDED: Readonly<Record<(typeof ALGORITHMS)[number], readonly (readonly string[])[]>> = {
  'ecdsa-p256': [EC, ['CKM_ECDSA', 'CKM_ECDSA_SHA256']],
  'ecdsa-p384': [EC, ['CKM_ECDSA', 'CKM_ECDSA_SHA384']],
  'ecdsa-p521': [EC, ['CKM_ECDSA', 'CKM_ECDSA_SHA512']],
  'rsa-3072': RSA,
  'rsa-4096': RSA,
  ed25519: [['CKM_EC_EDWARDS_KEY_PAIR_GEN'], ['CKM_EDDSA']],
};

/** The key that a generate-key step asks for. */
export interface WantedKey {
  readonly step: string;
  readonly token: string;
  readonly label: string;
  readonly algorithm: (typeof ALGORITHMS)[number];
}

/**
 * That the HSM's list of mechanisms has what the key needs. That one is listed does not prove that it works; that one is
 * not listed is known before anything is made.
 * @param seen what the guard reports of the HSM; its `mechanisms` by name: `CKM_ECDSA`
 * @throws CeremonyError HSM_MECHANISM
 */
export function requireMechanisms({ step, token, label, algorithm }: WantedKey, seen: JsonObject): void {
  const { mechanisms } = seen;
  const listed: readonly unknown[] = Array.isArray(mechanisms) ? mechanisms : [];
  const missing = NEEDED[algorithm].filter((row) => !row.some((name) => listed.includes(name)));
  if (missing.length === 0) return;
  const names = missing.map((row) => row.join(' or ')).join(', and no ');
  throw new CeremonyError(
    'HSM_MECHANISM',
    `"${token}" has no ${names}: step "${step}" could not make its key "${label}" of ${algorithm}`,
    {
      hint: 'no key was made; take an HSM that has it ("quorate doctor" says what each can do), or another "algorithm" in a new script',
    },
  );
}
