import { type Octets, partOf } from '../base/octets.ts';
import { OID } from '../der/oid.ts';
import { TAG } from '../der/tags.ts';
import { enumerated, generalizedTime, header, octetString, oid, sequence, time, writeHeader } from '../der/writer.ts';
import { firstDigit, type LineSource, type ListedLine } from '../pki/listed-line.ts';
import type { CrlRequest, Revocation } from '../pki/request.ts';
import { LIST_REASONS } from '../pki/revocation-list.ts';
import { CRL_REASONS } from '../x509/crl-extensions.ts';
import type { RevokedEntries } from '../x509/model.ts';

/*
 * The entries of a CRL in DER, as a stream: in pieces of whole entries, so that what a list takes in memory is one piece,
 * however long it is.
 */

/** Octets of a piece at most, but for one with an entry that is longer. */
const PIECE = 256 * 1024;

/** The entries of a CRL, one after another. */
export interface EncodedEntries<Bytes extends Octets = Uint8Array> {
  /** Octets of all pieces; 0 where there are no entries. */
  readonly length: number;
  /** From the first, each time that it is called. A piece may be written over once the next is asked for. */
  readonly pieces: () => Iterable<Bytes>;
}

/**
 * What is kept of the CRL before, where it stands; what a list names, written from its lines; what was decided follows. None of
 * it is written over.
 */
export function* standingEntries(revoked: CrlRequest['revoked']): Generator<Octets> {
  if (!('kept' in revoked)) {
    yield* standing(encodeRevocations(revoked));
    return;
  }
  const { kept, changed, added } = revoked;
  if (kept.count > 0) yield* keptEntries(kept, changed ?? new Map());
  if ('listed' in added) {
    yield* standing(encodeListed(added.listed.lines()));
    yield* standing(encodeRevocations(added.decided));
  } else yield* standing(encodeRevocations(added));
}

function* standing(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) yield Uint8Array.from(piece);
}

/** What stands between the entries that change is one piece. */
function* keptEntries(kept: RevokedEntries, changed: ReadonlyMap<string, Revocation>): Generator<Octets> {
  const places = [...changed].flatMap(([serial, now]) => {
    const was = kept.find(serial);
    return was ? [{ from: was.from, to: was.to, now }] : [];
  });
  places.sort((one, other) => one.from - other.from);
  const [times, extensions] = [new Recent(time), new Recent(extensionsOf)];
  let at = 0;
  for (const { from, to, now } of places) {
    if (from > at) yield partOf(kept.der, at, from);
    yield entryOf(now, times, extensions);
    at = to;
  }
  if (at < kept.der.length) yield partOf(kept.der, at, kept.der.length);
}

/** The content octets of the serial number are as they are: those of others may be negative, and are copied. */
function entryOf(revocation: Revocation, times: Recent<string>, extensions: Recent<Revocation>): Uint8Array {
  const { serial, at, reason, invalidSince } = revocation;
  return sequence(
    header(TAG.integer, serial.length),
    serial,
    times.of(at),
    extensions.of(`${reason ?? ''} ${invalidSince ?? ''}`, revocation),
  );
}

function* encodeRevocations(revoked: Iterable<Revocation>): Generator<Uint8Array> {
  const [times, extensions] = [new Recent(time), new Recent(extensionsOf)];
  const piece = new Uint8Array(PIECE);
  let at = 0;
  for (const revocation of revoked) {
    const entry = entryOf(revocation, times, extensions);
    if (at + entry.length > PIECE) {
      yield piece.subarray(0, at);
      at = 0;
    }
    if (entry.length > PIECE) yield entry;
    else {
      piece.set(entry, at);
      at += entry.length;
    }
  }
  if (at > 0) yield piece.subarray(0, at);
}

/** DER of what was asked for last: dates and reasons repeat. */
class Recent<Value> {
  readonly #made = new Map<string, Uint8Array>();
  readonly #make: (value: Value) => Uint8Array;

  constructor(make: (value: Value) => Uint8Array) {
    this.#make = make;
  }

  of(key: string, value: Value = key as Value): Uint8Array {
    let der = this.#made.get(key);
    if (der) return der;
    if (this.#made.size >= MOST_RECENT) this.#made.clear();
    der = this.#make(value);
    this.#made.set(key, der);
    return der;
  }
}

const MOST_RECENT = 4096;

const NOTHING = new Uint8Array();

/**
 * SEQUENCE of reasonCode, an ENUMERATED (RFC 5280 §5.3.1), and invalidityDate, a GeneralizedTime (§5.3.2), neither
 * critical. Left out where there is neither: an empty SEQUENCE is none (§5.1).
 */
function extensionsOf({ reason, invalidSince }: Pick<Revocation, 'reason' | 'invalidSince'>): Uint8Array {
  const parts = [
    ...(reason ? [sequence(oid(OID.reasonCode), octetString(enumerated(CRL_REASONS.indexOf(reason))))] : []),
    ...(invalidSince ? [sequence(oid(OID.invalidityDate), octetString(generalizedTime(invalidSince)))] : []),
  ];
  return parts.length === 0 ? NOTHING : sequence(...parts);
}

/**
 * The entries of a list, octet by octet from its lines: nothing is made for a line that outlives it. A serial number is
 * taken as the number that its digits write, which no certificate has below zero (RFC 5280 §4.1.2.2): of one that does, the
 * source says so.
 * @throws CeremonyError REVOCATION_UNFIT, before the last piece: until then nothing may be signed
 */
export function* encodeListed(list: LineSource): Generator<Uint8Array> {
  const piece = new Uint8Array(PIECE);
  let at = 0;
  for (const chunk of list.chunks) {
    list.feed(chunk);
    for (let line = list.next(); line !== undefined; line = list.next()) {
      if (at + LONGEST_ENTRY > PIECE) {
        yield piece.subarray(0, at);
        at = 0;
      }
      at = writeLine(piece, at, line, list.isNegative?.(line) ?? false);
    }
  }
  list.end();
  if (at > 0) yield piece.subarray(0, at);
}

/** Of a line: 23 octets of serial number, 17 of date, 43 of extensions, and the head. */
const LONGEST_ENTRY = 128;

/** Of an entry with this reason and no invalidity date. */
const REASON_ALONE = LIST_REASONS.map((reason) => extensionsOf({ reason }));
/** Of one with both, as far as the digits of the invalidity date. */
const BEFORE_DATE = LIST_REASONS.map((reason) => {
  return extensionsOf({ reason, invalidSince: '2000-01-01T00:00:00Z' }).subarray(0, -'20000101000000Z'.length);
});

function writeLine(target: Uint8Array, at: number, line: ListedLine, isNegative: boolean): number {
  const { bytes, serialEnd, dateAt, sinceAt } = line;
  const first = firstDigit(line);
  const octets = (serialEnd - first) / 2;
  const isPadded = HEX[bytes[first]!]! >= 8 && !isNegative;
  const serialLength = octets + (isPadded ? 1 : 0);
  const isUtc = yearOf(bytes, dateAt) < 2050;
  const extensions = sinceAt < 0 ? REASON_ALONE[line.reason]! : BEFORE_DATE[line.reason]!;
  const tail = extensions.length + (sinceAt < 0 ? 0 : 15);
  let to = writeHeader(target, at, TAG.sequence, 2 + serialLength + (isUtc ? 15 : 17) + tail);
  to = writeHeader(target, to, TAG.integer, serialLength);
  if (isPadded) target[to++] = 0;
  for (let i = first; i < serialEnd; i += 2) target[to++] = (HEX[bytes[i]!]! << 4) | HEX[bytes[i + 1]!]!;
  to = writeHeader(target, to, isUtc ? TAG.utcTime : TAG.generalizedTime, isUtc ? 13 : 15);
  to = writeTime(target, to, bytes, dateAt, isUtc);
  // They are short: octet by octet takes less than a call.
  for (let i = 0; i < extensions.length; i++) target[to++] = extensions[i]!;
  return sinceAt < 0 ? to : writeTime(target, to, bytes, sinceAt, false);
}

const HEX = Uint8Array.from({ length: 256 }, (_, octet) => Number.parseInt(String.fromCharCode(octet), 16) || 0);

function yearOf(bytes: Uint8Array, at: number): number {
  let year = 0;
  for (let i = at; i < at + 4; i++) year = year * 10 + bytes[i]! - 0x30;
  return year;
}

/** Digits and `Z` of `YYYY-MM-DDTHH:MM:SSZ`, without what stands between them; of a UTCTime without the century. */
function writeTime(target: Uint8Array, to: number, bytes: Uint8Array, at: number, isUtc: boolean): number {
  if (!isUtc) {
    target[to++] = bytes[at]!;
    target[to++] = bytes[at + 1]!;
  }
  target[to] = bytes[at + 2]!;
  target[to + 1] = bytes[at + 3]!;
  target[to + 2] = bytes[at + 5]!;
  target[to + 3] = bytes[at + 6]!;
  target[to + 4] = bytes[at + 8]!;
  target[to + 5] = bytes[at + 9]!;
  target[to + 6] = bytes[at + 11]!;
  target[to + 7] = bytes[at + 12]!;
  target[to + 8] = bytes[at + 14]!;
  target[to + 9] = bytes[at + 15]!;
  target[to + 10] = bytes[at + 17]!;
  target[to + 11] = bytes[at + 18]!;
  target[to + 12] = bytes[at + 19]!;
  return to + 13;
}
