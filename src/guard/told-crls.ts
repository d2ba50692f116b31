import { type Sha256, sha256 } from '../base/digest.ts';
import type { Octets } from '../base/octets.ts';
import { escapeForeign } from '../base/text.ts';
import { parseTbsCertList } from '../x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../x509/crl-extensions.ts';
import { scopeOf, scopeWords } from '../x509/crl-scope.ts';

/** A CRL that its quorum approved in this ceremony, before an interruption. */
interface ToldCrl {
  readonly key: Sha256;
  /** SHA-256 of its TBSCertList. */
  readonly digest: Sha256;
  readonly what: string;
  readonly isSigned: boolean;
}

/**
 * What a guard that was started anew was told of CRLs: what nobody tells it of, it does not know, and then only people do. So
 * each screen of a CRL says what this guard knows, and they compare it with what they approved.
 */
export class ToldCrls {
  readonly #told: ToldCrl[] = [];

  /**
   * @param key SHA-256 of the SubjectPublicKeyInfo @param payload its TBSCertList
   * @param isSigned false where it was approved, and it is not known whether it was signed
   * @throws CeremonyError DER_INVALID
   */
  add(key: Sha256, payload: Octets, isSigned: boolean): void {
    const crl = parseTbsCertList(payload);
    const { extensions } = crl;
    const scope = scopeOf(crl);
    const [number, base] = [cRLNumber(extensions), deltaCRLIndicator(extensions)];
    const what = `${base === undefined ? 'complete CRL' : 'delta CRL'} ${number ?? 'without a number'}${base === undefined ? '' : ` since ${base}`}${scope === undefined ? '' : ` of the partition ${escapeForeign(scopeWords(scope))}`}`;
    this.#told.push({ key, digest: sha256(payload), what, isSigned });
  }

  /**
   * Below what is to be approved: a CRL of this key; or an OCSP response, which says what CRLs say, of whichever CA's key.
   * @param key undefined for all
   */
  lines(key: Sha256 | undefined): string[] {
    const own = this.#told.filter((one) => key === undefined || one.key === key);
    return [
      `known       ${own.length === 0 ? 'NO' : own.length} CRL${key === undefined ? '' : ' of this key'} from before the interruption`,
      ...own.flatMap(({ what, digest, isSigned }) => [
        `            ${what}, ${isSigned ? 'signed' : 'PERHAPS SIGNED: its record broke off'}`,
        `            ${digest}`,
      ]),
      '            Decline if another was approved: this guard was started anew, and',
      '            knows of it only what it was told.',
      '',
    ];
  }
}
