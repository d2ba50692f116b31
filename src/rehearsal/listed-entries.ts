import { createHash } from 'node:crypto';
import { formatUtc, parseUtc } from '../base/dates.ts';
import { OID } from '../der/oid.ts';
import { enumerated, integer, octetString, oid, sequence, time } from '../der/writer.ts';

/*
 * What a CA has revoked before anybody adopted it, and what it revokes then: made up, and the same each time.
 */

/** Of which nobody brings more than its serial number: it is the first of each list. */
const FORGOTTEN = Buffer.from('0badc0de', 'hex');

/** RFC 5280 §5.3.1: affiliationChanged, superseded, cessationOfOperation. TLS BR §7.2.2 wants one of a CA's certificate. */
const REASONS = [5, 4, 3].map((code) => sequence(sequence(oid(OID.reasonCode), octetString(enumerated(code)))));

/** From the first on, at another second each. */
const SECONDS = 300 * 24 * 60 * 60;

/**
 * DER of entries of a CRL, one after another.
 * @param since `YYYY-MM-DDTHH:MM:SSZ`, 300 days and more ago
 */
export function* listedEntries(count: number, since: string): Generator<Uint8Array> {
  const start = parseUtc(since);
  for (let index = 0; index < count; index++) {
    const serial = index === 0 ? FORGOTTEN : serialOf('listed', index);
    const at = formatUtc(start + ((index * 7919) % SECONDS) * 1000);
    yield sequence(integer(serial), time(at), REASONS[index % REASONS.length] as Uint8Array);
  }
}

/** As many CAs number certificates: 01 and 16 octets that nobody foresees. */
function serialOf(kind: 'listed' | 'listed next', index: number): Uint8Array {
  const octets = createHash('sha256').update(`${kind} ${index}`).digest();
  return Buffer.concat([Uint8Array.of(1), octets.subarray(0, 16)]);
}

/** Serial numbers of as many certificates that none of these CAs has revoked yet. */
export function* serialsToCome(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield serialOf('listed next', index);
}
