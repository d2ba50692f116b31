import { type Sha256, sha256 } from '../base/digest.ts';
import { assembleCertificate, memberCertificateAlgorithm, memberCertificateTbs } from '../cms/member-certificate.ts';
import { parseSpki } from '../x509/public-key.ts';
import { memberMechanism, type TokenSigner } from './member-signature.ts';

/** Key types that a quorum token may be given, as PKCS#11 names of this project. */
export const MEMBER_ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;
export type MemberAlgorithm = (typeof MEMBER_ALGORITHMS)[number];

/** What a member's key is for: signing approvals, or opening envelopes. */
export type MemberPurpose = 'sign' | 'open';

/**
 * Templates of a member's key pair by CKA name: it never leaves the token, and does nothing but its purpose.
 * @param id CKA_ID, hex
 */
export function memberKeyTemplates(purpose: MemberPurpose, algorithm: MemberAlgorithm, id: string) {
  const common = { LABEL: purpose, ID: id, TOKEN: true };
  const [verifies, signs] = useOf(purpose, algorithm);
  return {
    public: { ...common, ...verifies },
    private: { ...common, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, ...signs },
  };
}

function useOf(purpose: MemberPurpose, algorithm: MemberAlgorithm): readonly Readonly<Record<string, true>>[] {
  if (purpose === 'sign') return [{ VERIFY: true }, { SIGN: true }];
  // Envelopes are opened by RSA-OAEP, or by ECDH (CMS EnvelopedData, RFC 5652 §6.2.1, RFC 5753 §3).
  return algorithm.startsWith('rsa') ? [{ ENCRYPT: true }, { DECRYPT: true }] : [{ DERIVE: true }, { DERIVE: true }];
}

export interface MemberCertificates {
  readonly signing: Uint8Array;
  readonly encryption: Uint8Array;
}

/**
 * The two certificates of a member's token, both signed by its signing key: a key that only opens envelopes cannot
 * sign.
 * @param spki DER of each SubjectPublicKeyInfo
 * @param serials two serial numbers, positive, at most 20 octets
 * @param validity `YYYY-MM-DDTHH:MM:SSZ`; shown, and not used: a roster says who is a member
 */
export async function certifyMember(
  seat: string,
  spki: { readonly signing: Uint8Array; readonly encryption: Uint8Array },
  serials: readonly [Uint8Array, Uint8Array],
  validity: { readonly from: string; readonly until: string },
  sign: TokenSigner,
): Promise<MemberCertificates> {
  const certify = async (key: Uint8Array, purpose: MemberPurpose, serial: Uint8Array) => {
    const tbs = memberCertificateTbs({
      commonName: seat,
      serial,
      notBefore: validity.from,
      notAfter: validity.until,
      spki: key,
      purpose,
      ...(purpose === 'open' ? { signedBy: spki.signing } : {}),
    });
    const signature = await sign(memberMechanism(spki.signing), tbs);
    return assembleCertificate(tbs, memberCertificateAlgorithm(spki.signing), signature);
  };
  return {
    signing: await certify(spki.signing, 'sign', serials[0]),
    encryption: await certify(spki.encryption, 'open', serials[1]),
  };
}

/**
 * The fingerprint of a member's token, which its holder compares on another computer: SHA-256 of the DER of both
 * SubjectPublicKeyInfo, that of the signing key first. Any PKCS#11 tool reads both from the token.
 * @throws CeremonyError DER_INVALID
 */
export function tokenFingerprint(signing: Uint8Array, encryption: Uint8Array): Sha256 {
  return sha256(Buffer.concat([parseSpki(signing).der, parseSpki(encryption).der]));
}
