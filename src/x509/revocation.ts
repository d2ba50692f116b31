import { type CrlReason, reasonCode } from './crl-extensions.ts';
import type { TbsCertList } from './model.ts';

/** When and why a CRL has a certificate revoked. */
export interface ListedRevocation {
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly at: string;
  readonly reason: CrlReason | undefined;
}

/**
 * What a CRL says of a certificate of its own CA; undefined where it does not list it.
 * @param serial lower-case hex of the content octets of the serial number
 * @throws CeremonyError DER_INVALID for a reason that cannot be read
 */
export function revocationIn(crl: TbsCertList, serial: string): ListedRevocation | undefined {
  const entry = crl.revoked.find(serial);
  return entry && { at: entry.at.at, reason: reasonCode(entry.extensions) };
}
