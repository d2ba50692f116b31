import { CeremonyError } from '../base/errors.ts';
import { type Octets, windowsOf } from '../base/octets.ts';
import {
  DistinctReader,
  type LineSource,
  type ListedLine,
  ListReader,
  serialAsWritten,
  serialOf,
  timeAt,
} from './listed-line.ts';
import type { Revocation } from './request.ts';
import {
  contentOf,
  LIST_REASONS,
  MAX_LIST_BYTES,
  type Revocable,
  type RevocationBounds,
  type Revoked,
  revocationFaults,
  unsigned,
} from './revocation-list.ts';

/*
 * A list of what is to be revoked that was read and judged. It stays the file that it is: a million lines are read where they
 * stand, each time that somebody asks, and are never a million objects.
 */

/** What is revoked, in the order of the list. */
export interface RevocationList extends Iterable<Revoked> {
  readonly length: number;
  /** How many of them nobody shows that the CA has issued. */
  readonly unseen: number;
  /** Its lines from the first on, for who writes them as they stand. */
  lines(): LineSource;
}

/**
 * Reads a list and judges each line of it. An empty list, with the heading alone, revokes nothing.
 * @param name what to call it in messages
 * @throws CeremonyError FILE_TOO_LARGE; REVOCATION_UNFIT with all that speaks against it, line by line
 */
export function takeRevocationList(file: Octets, name: string, bounds: RevocationBounds): RevocationList {
  if (file.length > MAX_LIST_BYTES)
    throw new CeremonyError('FILE_TOO_LARGE', `"${name}" has ${file.length} bytes, expected at most ${MAX_LIST_BYTES}`);
  const issued = new Map(bounds.issued.map((one) => [unsigned(one.serial), one]));
  const known = (line: ListedLine) => (issued.size === 0 ? undefined : issued.get(serialOf(line)));
  const negative = new Set(
    bounds.issued.filter(({ serial }) => isNegative(serial)).map(({ serial }) => unsigned(serial)),
  );
  let [length, unseen] = [0, 0];
  const judged = new DistinctReader(
    () => chunksOf(file),
    name,
    (line) => {
      const certificate = known(line);
      length++;
      if (!certificate) unseen++;
      return revocationFaults(askedIn(line), certificate, bounds);
    },
  );
  for (const _line of linesOf(judged)) {
    // Judged as it is read.
  }
  const isOfNegative = negative.size === 0 ? undefined : (line: ListedLine) => negative.has(serialOf(line));
  const lines = () => {
    const reader = new ListReader(name);
    return {
      chunks: chunksOf(file),
      feed: (chunk: Uint8Array) => reader.feed(chunk),
      next: () => reader.next(),
      end: () => reader.end(),
      isNegative: isOfNegative,
    };
  };
  return {
    ...{ length, unseen, lines },
    *[Symbol.iterator]() {
      for (const line of linesOf(lines())) {
        const { serial: written, ...asked } = askedIn(line);
        const certificate = known(line);
        // The serial number as the certificate has it, byte for byte (TLS BR §7.2.2).
        const serial = Buffer.from(certificate?.serial ?? contentOf(written), 'hex');
        yield { name: certificate?.name, revocation: { ...asked, serial } };
      }
    },
  };
}

/** Whether a list of the right form names that certificate. Nothing else of it is judged. @param serial as `unsigned` has it */
export function isListed(file: Octets, name: string, serial: string): boolean {
  const reader = new ListReader(name, () => undefined);
  for (const chunk of chunksOf(file)) {
    reader.feed(chunk);
    for (let line = reader.next(); line !== undefined; line = reader.next()) if (serialOf(line) === serial) return true;
  }
  return false;
}

function* linesOf(source: LineSource): Generator<ListedLine> {
  for (const chunk of source.chunks) {
    source.feed(chunk);
    for (let line = source.next(); line !== undefined; line = source.next()) yield line;
  }
  source.end();
}

function chunksOf(file: Octets): Generator<Uint8Array> {
  return windowsOf(file);
}

function askedIn(line: ListedLine): Pick<Revocation, 'at' | 'invalidSince'> & {
  readonly serial: string;
  readonly reason: (typeof LIST_REASONS)[number];
} {
  const { dateAt, sinceAt, reason } = line;
  return {
    serial: serialAsWritten(line),
    at: timeAt(line, dateAt),
    reason: LIST_REASONS[reason] as (typeof LIST_REASONS)[number],
    ...(sinceAt < 0 ? {} : { invalidSince: timeAt(line, sinceAt) }),
  };
}

function isNegative(serial: Revocable['serial']): boolean {
  return /^[89a-f]/.test(serial);
}
