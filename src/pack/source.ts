import type { Sha256 } from '../base/digest.ts';
import type { Octets } from '../base/octets.ts';

/** Why something in a pack's folder is not a file that can be read. */
export type SourceFaultKind = 'link' | 'special' | 'unreadable' | 'size' | 'name';

export interface SourceFault {
  readonly kind: SourceFaultKind;
  /** As found, escaped for people. */
  readonly path: string;
  readonly message: string;
}

/**
 * The files of a pack, wherever they lie. Paths have `/` and are relative to the pack. Nothing else reaches the
 * reader and the verifier, so both are pure functions of what this gives them.
 */
export interface PackSource {
  /** Regular files, readable and within their bounds: path → size in bytes. */
  list(): ReadonlyMap<string, number>;
  /** Bytes of a listed file; undefined for any other path. */
  read(path: string): Uint8Array | undefined;
  /**
   * SHA-256 of a listed file, for a source that can tell without holding the whole of it; undefined for any other path.
   * Where there is no such function, what `read` gives is hashed.
   */
  digest?(path: string): Sha256 | undefined;
  /** Octets of a listed file where they are, for a source that need not hold the whole of it; undefined for any other path. */
  open?(path: string): Octets | undefined;
  /** Links, devices, unreadable and oversized files, impossible names. */
  faults(): readonly SourceFault[];
}
