import { hash } from 'node:crypto';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { combinationFaults, constructedCrl, isDelta } from '../x509/constructed-crl.ts';
import { parseTbsCertList } from '../x509/crl.ts';
import { type CrlScope, scopeKey, scopeOf } from '../x509/crl-scope.ts';
import type { TbsCertList } from '../x509/model.ts';
import { type CertStatus, parseOcspResponseData, type SingleResponse } from '../x509/ocsp-response.ts';
import { parseSpki } from '../x509/public-key.ts';
import { revocationIn } from '../x509/revocation.ts';
import { CoveringCrls, type IssuedSoFar } from './covering-crl.ts';
import { holdApart } from './crl-partition.ts';
import type { SignedHere } from './delta-payload.ts';

/** A CRL, and how CertIDs name the CA that signed it. */
interface SignedCrl {
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly key: Sha256;
  readonly spki: Uint8Array;
  readonly crl: TbsCertList;
  readonly nameHash: Uint8Array;
  readonly keyHash: Uint8Array;
}

/**
 * The CRLs of this ceremony, each as its quorum approved it: what an OCSP response says of a certificate is held to the one of
 * its CA, and to nothing that the core says.
 */
export class SignedCrls {
  /** By key and scope. */
  readonly #last = new Map<string, SignedCrl>();
  readonly #deltas = new Map<string, SignedCrl>();

  /** @param spki of the key that signs it @param payload its TBSCertList */
  remember(spki: Uint8Array, payload: Octets): void {
    const key = sha256(spki);
    this.holdFirst(key, payload);
    const crl = parseTbsCertList(payload);
    const signed = { key, spki, crl, nameHash: sha1(crl.issuer.der), keyHash: keyHash(spki) };
    (isDelta(crl) ? this.#deltas : this.#last).set(placeOf(key, crl), signed);
  }

  /**
   * A ceremony signs one complete CRL of a key, or of a partition, and one delta CRL: a second could leave out what the first has
   * revoked.
   * @param payload the TBSCertList that is to be signed
   * @returns what was signed of the same key and scope, and the scopes of what else was signed of that key
   * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
   */
  holdFirst(
    key: Sha256,
    payload: Octets,
  ): { readonly here: SignedHere; readonly beside: readonly (CrlScope | undefined)[] } {
    const next = parseTbsCertList(payload);
    const place = placeOf(key, next);
    const here = { complete: this.#last.get(place)?.crl, delta: this.#deltas.get(place)?.crl };
    const isDeltaNow = isDelta(next);
    if (isDeltaNow ? here.delta : here.complete)
      refuse(
        `a ${isDeltaNow ? 'delta ' : ''}CRL of this key${scopeOf(next) === undefined ? '' : ' and partition'} was signed in this ceremony`,
        'the next one is signed in the next ceremony, after this one',
      );
    const beside = this.scopesOf(key);
    // Asked once more when it is signed: another may have been by then.
    holdApart(next, beside);
    return { here, beside };
  }

  /** Of the CRLs of that key, in any order; undefined is that of complete ones. */
  scopesOf(key: Sha256): readonly (CrlScope | undefined)[] {
    const own = [...this.#last.values(), ...this.#deltas.values()].filter((one) => one.key === key);
    return own.map(({ crl }) => scopeOf(crl));
  }

  /**
   * The CRL of the CA that these answers name, for each: of a CA with partitioned CRLs that of the partition which its certificate
   * is in.
   * @throws CeremonyError DESCRIPTOR_INVALID for answers about several CAs, one of which no CRL was signed in this ceremony, or a
   *   certificate of which nobody can say in which partition it is; DER_INVALID
   */
  of(answers: readonly SingleResponse[], issued: IssuedSoFar): readonly TbsCertList[] {
    const found = answers.map(({ certId }) => {
      if (certId.hashAlgorithm.oid !== OID.sha1)
        refuse(
          `the response names a certificate by the hash ${certId.hashAlgorithm.oid}, expected SHA-1 (${OID.sha1})`,
        );
      const own = [...this.#last.values()].filter(
        ({ nameHash, keyHash }) =>
          sameBytes(nameHash, certId.issuerNameHash) && sameBytes(keyHash, certId.issuerKeyHash),
      );
      const [first] = own;
      return first
        ? { first, own, serial: certId.serial.hex }
        : refuse(
            `the response answers for a certificate of a CA (SHA-1 of its key ${hexOf(certId.issuerKeyHash)}) of which no CRL was signed in this ceremony`,
            'issue the CRL of that CA first: what is answered is what it says',
          );
    });
    const [any] = found;
    if (!any || found.some(({ first }) => first !== any.first))
      refuse('the response answers for certificates of several CAs');
    const { first, own } = any;
    if (scopeOf(first.crl) === undefined) {
      const crl = this.#withDelta(first);
      return found.map(() => crl);
    }
    const covering = new CoveringCrls(first.spki, own, issued);
    return found.map(({ serial }) => this.#withDelta(covering.of(serial)));
  }

  /** What a delta CRL of this ceremony has revoked since is not good any more. */
  #withDelta({ key, crl }: SignedCrl): TbsCertList {
    const delta = this.#deltas.get(placeOf(key, crl))?.crl;
    return delta && combinationFaults(crl, delta).length === 0 ? constructedCrl(crl, delta) : crl;
  }
}

function placeOf(key: Sha256, crl: TbsCertList): string {
  return `${key} ${scopeKey(scopeOf(crl))}`;
}

/**
 * An OCSP response is signed by the key that it names as its responder's, and says of each certificate what the CRL of its CA
 * says that was signed in this ceremony. It names no signature algorithm, so the key says which one it may be.
 * @param spki DER of the SubjectPublicKeyInfo of the key that signs @param now what is produced later is not signed today
 * @param issued by which it is known in which partition a certificate is
 * @throws CeremonyError DER_INVALID, DESCRIPTOR_INVALID
 */
export function holdOcspResponse(
  payload: Uint8Array,
  spki: Uint8Array,
  crls: SignedCrls,
  now: string,
  issued: IssuedSoFar,
): void {
  const { responder, responses, extensions, producedAt } = parseOcspResponseData(payload);
  if (responder.kind !== 'key' || !sameBytes(responder.hash, keyHash(spki)))
    refuse('the response names another responder than the key that would sign it');
  if (extensions.length > 0 || responses.some((one) => one.extensions.length > 0))
    refuse('the response has an extension, expected none');
  if (producedAt.at > now) refuse(`the response is produced at ${producedAt.at}, and it is ${now}`);
  const said = crls.of(responses, issued);
  const serials = new Set<string>();
  for (const [index, { certId, status, thisUpdate, nextUpdate }] of responses.entries()) {
    const { hex } = certId.serial;
    const crl = said[index] as TbsCertList;
    if (serials.has(hex)) refuse(`the response answers twice for the serial number ${hex}`);
    serials.add(hex);
    const [answered, listed] = [statusWords(status), listedWords(crl, hex)];
    if (answered !== listed)
      refuse(
        `the response says of the serial number ${hex} that it is ${answered}; by the CRL of this ceremony it is ${listed}`,
      );
    if (thisUpdate.at < crl.thisUpdate.at)
      refuse(`thisUpdate ${thisUpdate.at} of the response is before that of the CRL, ${crl.thisUpdate.at}`);
    if (thisUpdate.at > producedAt.at)
      refuse(`thisUpdate ${thisUpdate.at} of the response is after it is produced, ${producedAt.at}`);
    if (!nextUpdate || nextUpdate.at <= thisUpdate.at)
      refuse(`nextUpdate of the response is ${nextUpdate?.at ?? 'absent'}, expected a time after ${thisUpdate.at}`);
  }
}

function statusWords(status: CertStatus): string {
  return status.kind === 'revoked' ? revokedWords(status.at.at, status.reason) : status.kind;
}

function listedWords(crl: TbsCertList, serial: string): string {
  const listed = revocationIn(crl, serial);
  return listed ? revokedWords(listed.at, listed.reason) : 'good';
}

function revokedWords(at: string, reason: string | undefined): string {
  return `revoked at ${at} for ${reason ?? 'no stated reason'}`;
}

function keyHash(spki: Uint8Array): Uint8Array {
  return sha1(parseSpki(spki).key);
}

/** By which a CertID names a CA, and a response its responder (RFC 6960 §4.1.1, §4.2.1): no signature rests on it. */
function sha1(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(hash('sha1', bytes, 'buffer'));
}

function refuse(message: string, hint?: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', message, hint === undefined ? {} : { hint });
}
