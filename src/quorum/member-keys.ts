import { type Sha256, sha256 } from '../base/digest.ts';
import { assembleCertificate, memberCertificateAlgorithm, memberCertificateTbs } from '../cms/member-certificate.ts';
import { parsePublicKey, parseSpki } from '../x509/public-key.ts';
import { memberMechanism, type TokenSigner } from './member-signature.ts';

/** Key types that a quorum token may be given, as PKCS#11 names of this project. */
export const MEMBER_ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;
export type MemberAlgorithm = (typeof MEMBER_ALGORITHMS)[number];

/** What a member's key is for: signing approvals, or opening envelopes. */
export type MemberPurpose = 'sign' | 'open';

/** Uses of a private key by CKA name, of which a member's key is made for one. */
const USES = ['SIGN', 'SIGN_RECOVER', 'DECRYPT', 'UNWRAP', 'DERIVE'] as const;

/**
 * Templates of a member's key pair by CKA name: it never leaves the token, and does nothing but its purpose. Each use
 * is stated: a token that is not told has defaults of its own (PKCS #11 v3.0 §4.9), and SoftHSM lets every key sign.
 * @param id CKA_ID, hex
 */
export function memberKeyTemplates(purpose: MemberPurpose, algorithm: MemberAlgorithm, id: string) {
  const common = { LABEL: purpose, ID: id, TOKEN: true };
  const use = useOf(purpose, algorithm);
  const flags = { VERIFY: use === 'SIGN', ENCRYPT: use === 'DECRYPT', WRAP: false, DERIVE: use === 'DERIVE' };
  return {
    public: { ...common, ...flags },
    private: { ...common, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, ...usesOf(use) },
  };
}

/**
 * What speaks against a member's private key, by what its token reports of it: a key that could leave its token would
 * be worth no more than a file, and one that was made here was made to these templates.
 * @param reported attributes by CKA name
 */
export function memberKeyFaults(
  purpose: MemberPurpose,
  keys: 'generated' | 'adopted',
  algorithm: MemberAlgorithm,
  reported: Readonly<Record<string, unknown>>,
): readonly string[] {
  const unlike = (name: string, wanted: boolean) => (reported[name] === wanted ? [] : [`${name} is not ${wanted}`]);
  const wanted = [...unlike('EXTRACTABLE', false), ...unlike('SENSITIVE', true)];
  if (keys === 'adopted') return wanted;
  const use = useOf(purpose, algorithm);
  const beside = USES.filter((one) => one !== use && reported[one] === true);
  return [
    ...wanted,
    ...unlike('LOCAL', true),
    ...unlike('NEVER_EXTRACTABLE', true),
    ...unlike(use, true),
    ...beside.map((one) => `${one} is true`),
  ];
}

/** Whether a public key is of that algorithm. @param spki DER @throws CeremonyError DER_INVALID */
export function isOfAlgorithm(spki: Uint8Array, algorithm: MemberAlgorithm): boolean {
  const key = parsePublicKey(parseSpki(spki));
  if (key.type === 'rsa') return algorithm === `rsa-${key.modulusBits}`;
  return key.type === 'ec' && algorithm === `ecdsa-${key.curve.replace('-', '').toLowerCase()}`;
}

function usesOf(wanted: string): Readonly<Record<(typeof USES)[number], boolean>> {
  return {
    SIGN: wanted === 'SIGN',
    SIGN_RECOVER: false,
    DECRYPT: wanted === 'DECRYPT',
    UNWRAP: false,
    DERIVE: wanted === 'DERIVE',
  };
}

function useOf(purpose: MemberPurpose, algorithm: MemberAlgorithm): 'SIGN' | 'DECRYPT' | 'DERIVE' {
  if (purpose === 'sign') return 'SIGN';
  // Envelopes are opened by RSA-OAEP, or by ECDH (CMS EnvelopedData, RFC 5652 §6.2.1, RFC 5753 §3).
  return algorithm.startsWith('rsa') ? 'DECRYPT' : 'DERIVE';
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
