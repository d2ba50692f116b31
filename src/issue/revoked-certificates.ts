import { OID } from '../der/oid.ts';
import { TAG } from '../der/tags.ts';
import {
  enumerated,
  generalizedTime,
  lengthSize,
  octetString,
  oid,
  sequence,
  time,
  writeHeader,
} from '../der/writer.ts';
import type { Revocation } from '../pki/request.ts';
import { CRL_REASONS } from '../x509/crl-extensions.ts';

const NOTHING = new Uint8Array();

/**
 * The entries of a CRL, measured first and then written in place: no entry has an array of its own, so a million of
 * them take their own size in memory.
 */
export class RevokedCertificates {
  readonly #revoked: readonly Revocation[];
  readonly #length: number;
  /** DER of each date, and of the extensions for each reason and date, that occur: all repeat. */
  readonly #times = new Map<string, Uint8Array>();
  readonly #extensionsOf = new Map<string, Uint8Array>();

  constructor(revoked: readonly Revocation[]) {
    this.#revoked = revoked;
    let length = 0;
    for (const revocation of revoked) length += elementSize(this.#contentLength(revocation));
    this.#length = length;
  }

  /** Octets of the field; 0 where there are no entries, for then it is absent (RFC 5280 §5.1.2.6). */
  get size(): number {
    return this.#length === 0 ? 0 : elementSize(this.#length);
  }

  /** Writes the field at `at`; returns the offset after it. */
  write(target: Uint8Array, at: number): number {
    if (this.#length === 0) return at;
    let to = writeHeader(target, at, TAG.sequence, this.#length);
    for (const revocation of this.#revoked) to = this.#writeEntry(target, to, revocation);
    return to;
  }

  #writeEntry(target: Uint8Array, at: number, revocation: Revocation): number {
    let to = writeHeader(target, at, TAG.sequence, this.#contentLength(revocation));
    // The content octets as they are: serial numbers of others may be negative, and are copied.
    to = writeHeader(target, to, TAG.integer, revocation.serial.length);
    for (const part of [revocation.serial, this.#time(revocation.at), this.#extensions(revocation)]) {
      target.set(part, to);
      to += part.length;
    }
    return to;
  }

  #contentLength(revocation: Revocation): number {
    return (
      elementSize(revocation.serial.length) + this.#time(revocation.at).length + this.#extensions(revocation).length
    );
  }

  #time(at: string): Uint8Array {
    let der = this.#times.get(at);
    if (!der) {
      der = time(at);
      this.#times.set(at, der);
    }
    return der;
  }

  /**
   * SEQUENCE of reasonCode, an ENUMERATED (RFC 5280 §5.3.1), and invalidityDate, a GeneralizedTime (§5.3.2), neither
   * critical. Left out where there is neither: an empty SEQUENCE is none (§5.1).
   */
  #extensions({ reason, invalidSince }: Revocation): Uint8Array {
    const form = `${reason ?? ''} ${invalidSince ?? ''}`;
    let der = this.#extensionsOf.get(form);
    if (!der) {
      const parts = [
        ...(reason ? [sequence(oid(OID.reasonCode), octetString(enumerated(CRL_REASONS.indexOf(reason))))] : []),
        ...(invalidSince ? [sequence(oid(OID.invalidityDate), octetString(generalizedTime(invalidSince)))] : []),
      ];
      der = parts.length === 0 ? NOTHING : sequence(...parts);
      this.#extensionsOf.set(form, der);
    }
    return der;
  }
}

function elementSize(contentLength: number): number {
  return 1 + lengthSize(contentLength) + contentLength;
}
