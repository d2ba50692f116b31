import { type Octets, sameOctets } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { packDigest, RULE_PACKS } from '../pki/rule-packs.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import type { OcspResponse } from '../x509/ocsp-response.ts';
import { verifySignature } from '../x509/signature.ts';
import type { CheckContext } from './check.ts';
import type { EventOf, SignedFile } from './parts.ts';

type Signed = Certificate | CertificateList | CertificationRequest | OcspResponse;

/** Why the signature in a file is not one by the key that was approved for it, or undefined. Never asks the file which key to use. */
export function signatureFaultOf({ content, key }: SignedFile<Signed, Octets>): string | undefined {
  if (!key) return undefined;
  // A request and an OCSP response name their algorithm beside the signature only (RFC 2986 §4.2, RFC 6960 §4.2.1).
  if (
    'tbsSignatureAlgorithm' in content &&
    !sameBytes(content.signatureAlgorithm.der, content.tbsSignatureAlgorithm.der)
  ) {
    return 'the algorithm beside the signature is not the one that is signed';
  }
  const valid = verifySignature(key.spki, content.signatureAlgorithm.der, content.tbs, content.signature);
  return valid ? undefined : 'its signature is not one by the key that was approved for it';
}

/** Why the recorded result of the operation does not fit the file, or undefined. */
export function resultFaultOf({ done, item, content }: SignedFile<Signed, Octets>): string | undefined {
  const { key, signatures } = done.result.facts;
  if (key !== done.operation.key) return `"key" is ${JSON.stringify(key ?? null)}; approved was ${done.operation.key}`;
  const isSame = item.signature !== undefined && sameBytes(item.signature, content.signature);
  if (done.operation.op === 'sign') return isSame ? undefined : '"signature" is not the one in the file';
  const { length } = done.operation.items;
  // Said of the first alone: of every other, its own.
  if (item.index === 0 && !(Array.isArray(signatures) && signatures.length === length))
    return `"signatures" is no list of ${length}, as many as were approved`;
  return isSame ? undefined : `"signatures" has at ${item.index} another than the one in "${item.path}"`;
}

/** Whether the rule packs of this version judge as those of the ceremony did. */
export function sameRulePacks(names: readonly string[], opening: EventOf<'opening'>): boolean {
  return names.every((name) => {
    const pack = RULE_PACKS.get(name);
    return pack !== undefined && packDigest(pack) === opening.versions.rules[name];
  });
}

/** Reports every copy that is not there or has other bytes. */
export function compareCopies(pack: Pack, report: CheckContext['report'], copies: ReadonlyMap<string, Octets>): void {
  for (const [path, expected] of copies) {
    const bytes = pack.octets(path);
    if (!bytes) report(path, 'the pack lacks this copy');
    else if (!sameOctets(bytes, expected)) report(path, 'is not a copy of what was signed');
  }
}
