/**
 * What ISO/IEC 18004:2015 lays down for error correction level H, by which a third of a symbol may be stained, folded or
 * torn. Versions 1 to 14; table 9. Index 0 is no version.
 */
const CORRECTION_BYTES = [0, 17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24];
const BLOCKS = [0, 1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16];
export const GREATEST_VERSION = 14;

/** How the codewords of a version are laid out. */
export interface QrLayout {
  readonly version: number;
  /** Modules along a side, without the quiet zone. */
  readonly size: number;
  readonly blocks: number;
  /** Of each block. */
  readonly correctionBytes: number;
  readonly dataBytes: number;
  /** Bits of the character count (table 3, alphanumeric mode). */
  readonly countBits: number;
  /** Rows and columns of the centres of alignment patterns (annex E). */
  readonly alignment: readonly number[];
}

export function layoutOf(version: number): QrLayout {
  const blocks = BLOCKS[version] as number;
  const correctionBytes = CORRECTION_BYTES[version] as number;
  const alignment = alignmentOf(version);
  return {
    version,
    size: 4 * version + 17,
    blocks,
    correctionBytes,
    dataBytes: (dataModules(version, alignment.length) >> 3) - blocks * correctionBytes,
    countBits: version < 10 ? 9 : 11,
    alignment,
  };
}

/** Modules that are no part of a pattern, of format or of version information. */
function dataModules(version: number, lines: number): number {
  const size = 4 * version + 17;
  const finders = 3 * 64;
  const timing = 2 * (size - 16);
  // Those in a corner with a finder are not there; those on the timing patterns share five modules with them.
  const alignment = lines === 0 ? 0 : 25 * (lines * lines - 3) - 2 * 5 * (lines - 2);
  const information = 31 + (version < 7 ? 0 : 36);
  return size * size - finders - timing - alignment - information;
}

function alignmentOf(version: number): number[] {
  if (version === 1) return [];
  const lines = Math.floor(version / 7) + 2;
  const step = Math.ceil((4 * version + 4) / (2 * lines - 2)) * 2;
  const last = 4 * version + 10;
  return [6, ...Array.from({ length: lines - 1 }, (_, index) => last - (lines - 2 - index) * step)];
}
