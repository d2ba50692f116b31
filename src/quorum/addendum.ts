import { canonicalBytes, parseCanonicalObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { checkText, describeTextFault } from '../base/text.ts';
import { EVIDENCE_KIND, isEvidenceKind, LONGEST_KIND } from './evidence-kinds.ts';
import { Shape } from './shape.ts';

/** A file of an addendum. */
export interface AddendumFile {
  readonly name: string;
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
  /** Whether it lies in the pack; where not, only its digest came. */
  readonly carried: boolean;
}

/** What came after the close, and to which pack it belongs: the bytes that people sign who vouch for it. */
export interface Addendum {
  readonly type: 'quorate/addendum/1';
  /** SHA-256 of the pack's manifest.json. */
  readonly pack: Sha256;
  /** From 1, in the order in which addenda were made; none twice in a pack. */
  readonly number: number;
  readonly kind: string;
  /** UTC, whole seconds, by the clock of the computer on which it was made: asserted. */
  readonly time: string;
  /** One line in the words of whoever added it, or empty. */
  readonly note: string;
  /** Sorted by name. */
  readonly files: readonly AddendumFile[];
}

export const LARGEST_NUMBER = 99;
export const MOST_FILES = 1000;
/** Longest note, in UTF-16 code units. */
export const LONGEST_NOTE = 400;
/** How many people's signatures an addendum is asked to have: one person alone may err, or lie. */
export const SIGNERS_ASKED = 2;

/** Name of a file in an addendum: what no shell and no file system minds, and no folder. */
export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** ASCII: the order of UTF-16 code units is that of bytes, and of `LC_ALL=C sort`. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The bytes of addendum.json. @throws CeremonyError ADDENDUM_INVALID for what no reader would take */
export function buildAddendum(addendum: Omit<Addendum, 'type'>): Uint8Array {
  const { pack, number, kind, time, note } = addendum;
  const files = addendum.files.map(({ name, sha256, size, carried }) => ({ name, sha256, size, carried }));
  files.sort(byName);
  const bytes = canonicalBytes({ type: 'quorate/addendum/1', pack, number, kind, time, note, files });
  readAddendum(bytes);
  return bytes;
}

/**
 * Reads addendum.json: canonical, members closed, names plain, sorted, and none twice, not even on a file system that
 * cannot tell capitals.
 * @throws CeremonyError ADDENDUM_INVALID, JSON_NOT_CANONICAL
 */
export function readAddendum(bytes: Uint8Array): Addendum {
  const what = 'addendum.json';
  const shape = new Shape(parseCanonicalObject(bytes, what), 'ADDENDUM_INVALID', what);
  const addendum: Addendum = {
    type: shape.literal('type', 'quorate/addendum/1'),
    pack: shape.digest('pack'),
    number: shape.integer('number', 1, LARGEST_NUMBER),
    kind: shape.text('kind', EVIDENCE_KIND),
    time: shape.utc('time'),
    note: shape.text('note'),
    files: shape.list('files', (item, where) => readFile(new Shape(item, 'ADDENDUM_INVALID', where))),
  };
  shape.end();
  if (!isEvidenceKind(addendum.kind)) refuse(`"kind" is longer than ${LONGEST_KIND} characters`);
  const fault = noteFault(addendum.note);
  if (fault !== undefined) refuse(`"note" ${fault}`);
  const { files } = addendum;
  if (files.length === 0) refuse('names no file');
  if (files.length > MOST_FILES) refuse(`names ${files.length} files, expected at most ${MOST_FILES}`);
  const seen = new Set<string>();
  files.forEach((file, index) => {
    const before = files[index - 1];
    const folded = file.name.toLowerCase();
    if (seen.has(folded)) refuse(`names "${file.name}" twice`);
    if (before && before.name > file.name) refuse(`names "${file.name}" after "${before.name}"; names are sorted`);
    seen.add(folded);
  });
  return addendum;
}

/** Why a text is no note, or undefined. */
export function noteFault(note: string): string | undefined {
  if (note.length > LONGEST_NOTE) return `is longer than ${LONGEST_NOTE} characters`;
  if (note.includes('\n')) return 'has more than one line';
  const [fault] = checkText(note);
  return fault && `holds a character that ${describeTextFault(fault)}`;
}

function readFile(shape: Shape): AddendumFile {
  const file = {
    name: shape.text('name', FILE_NAME),
    sha256: shape.digest('sha256'),
    size: shape.integer('size', 0, Number.MAX_SAFE_INTEGER),
    carried: shape.flag('carried'),
  };
  shape.end();
  return file;
}

function refuse(what: string): never {
  throw new CeremonyError('ADDENDUM_INVALID', `addendum.json ${what}`);
}
