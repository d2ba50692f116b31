import { COLUMNS, LIST_REASONS } from '../../src/pki/revocation-list.ts';

/** The same numbers at each run: a linear congruential generator (Knuth's constants), by its high bits. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(below));
  };
}

export interface AnyLine {
  /** Hex of one to twenty octets. */
  readonly serial: string;
  readonly at: string;
  readonly reason: (typeof LIST_REASONS)[number];
  readonly since: string;
}

/** Lines of every shape that a list may have: serial numbers of any length and sign bit, dates on both sides of 2050. */
export function anyLines(count: number, seed: number): AnyLine[] {
  const number = numbersFrom(seed);
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const date = (from: number) =>
    `${pad(from + number(150), 4)}-${pad(1 + number(12))}-${pad(1 + number(28))}T${pad(number(24))}:${pad(number(60))}:${pad(number(60))}Z`;
  return Array.from({ length: count }, (_, index) => {
    const octets = Array.from({ length: number(15) }, () => number(256).toString(16).padStart(2, '0'));
    // Distinct by its last four, and with every first octet.
    const serial = [...octets, (index + 256).toString(16).padStart(8, '0')].join('');
    return {
      serial: number(2) === 0 ? serial : serial.toUpperCase(),
      at: date(1950),
      reason: LIST_REASONS[number(LIST_REASONS.length)] as (typeof LIST_REASONS)[number],
      since: number(3) === 0 ? date(1950) : '',
    };
  });
}

export function listOf(lines: readonly AnyLine[], end = '\n'): Buffer {
  const rows = lines.map(({ serial, at, reason, since }) => [serial, at, reason, since].join(','));
  return Buffer.from([COLUMNS.join(','), ...rows, ''].join(end));
}

/** The file in chunks of any size up to `most`. */
export function* cut(file: Uint8Array, most: number, seed: number): Generator<Uint8Array> {
  const number = numbersFrom(seed);
  for (let at = 0; at < file.length; ) {
    const end = Math.min(file.length, at + 1 + number(most));
    // A copy, which the reader must not lean on afterwards.
    const chunk = Uint8Array.from(file.subarray(at, end));
    yield chunk;
    chunk.fill(0);
    at = end;
  }
}
