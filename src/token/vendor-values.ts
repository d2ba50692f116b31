import { CeremonyError, type ErrorCode } from '../base/errors.ts';

/** What a return value of a vendor's own (PKCS #11 v2.40 base, CKR_VENDOR_DEFINED and above) means in one call. */
interface Meaning {
  /** Of CK_TOKEN_INFO: the same number means something else with another vendor. */
  readonly manufacturer: RegExp;
  readonly call: string;
  readonly ckr: number;
  readonly code: ErrorCode;
  readonly says: string;
}

const MEANINGS: readonly Meaning[] = [
  // nShield in a FIPS 140 level 3 Security World; its users know the value as "FIPS token not present".
  {
    manufacturer: /\bncipher\b|\bentrust\b/i,
    call: 'C_GenerateKeyPair',
    ckr: 0x800000e0,
    code: 'HSM_CARD_MISSING',
    says: 'no card of the Security World is in its slot ("FIPS token not present")',
  },
];

/**
 * Runs a request, and says of a vendor's own return value what its vendor means by it, where that is known.
 * @throws CeremonyError as the request, but for the values of the list
 */
export async function inWordsOfVendor<T>(manufacturer: string, request: () => T | Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const { call, ckr } = (error instanceof CeremonyError && error.details) || {};
    const meaning = MEANINGS.find((one) => one.call === call && one.ckr === ckr && one.manufacturer.test(manufacturer));
    if (!meaning || !(error instanceof CeremonyError)) throw error;
    throw new CeremonyError(meaning.code, `${error.message}: ${meaning.says}`, {
      cause: error,
      details: { ...error.details, meaning: meaning.says },
    });
  }
}
