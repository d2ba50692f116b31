/** What is wrong with a character of a text, by kind. */
export type TextFaultKind =
  | 'control'
  | 'bidirectional'
  | 'zero-width'
  | 'line-separator'
  | 'byte-order-mark'
  | 'lone-surrogate'
  | 'noncharacter'
  | 'private-use'
  | 'tag'
  | 'not-nfc';

export interface TextFault {
  readonly kind: TextFaultKind;
  /** Offset in UTF-16 code units. */
  readonly index: number;
  /** The code point; for `not-nfc` the first one that normalisation changes. */
  readonly codePoint: number;
}

type Range = readonly [first: number, last: number, kind: TextFaultKind];

/**
 * Characters that hide or reorder what people read, in ascending order. Unicode 17: Bidi_Control (UAX #9),
 * Default_Ignorable_Code_Point (DerivedCoreProperties), Co, Cs and the noncharacters (§23.7).
 */
const RANGES: readonly Range[] = [
  [0x00, 0x09, 'control'],
  [0x0b, 0x1f, 'control'],
  [0x7f, 0x9f, 'control'],
  [0xad, 0xad, 'zero-width'],
  [0x034f, 0x034f, 'zero-width'],
  [0x061c, 0x061c, 'bidirectional'],
  [0x115f, 0x1160, 'zero-width'],
  [0x17b4, 0x17b5, 'zero-width'],
  [0x180b, 0x180f, 'zero-width'],
  [0x200b, 0x200d, 'zero-width'],
  [0x200e, 0x200f, 'bidirectional'],
  [0x2028, 0x2029, 'line-separator'],
  [0x202a, 0x202e, 'bidirectional'],
  [0x2060, 0x2065, 'zero-width'],
  [0x2066, 0x2069, 'bidirectional'],
  [0x206a, 0x206f, 'zero-width'],
  [0x3164, 0x3164, 'zero-width'],
  [0xd800, 0xdfff, 'lone-surrogate'],
  [0xe000, 0xf8ff, 'private-use'],
  [0xfdd0, 0xfdef, 'noncharacter'],
  [0xfe00, 0xfe0f, 'zero-width'],
  [0xfeff, 0xfeff, 'byte-order-mark'],
  [0xffa0, 0xffa0, 'zero-width'],
  [0xfff0, 0xfff8, 'zero-width'],
  [0xfff9, 0xfffb, 'control'],
  [0x1bca0, 0x1bca3, 'zero-width'],
  [0x1d173, 0x1d17a, 'zero-width'],
  [0xe0000, 0xe007f, 'tag'],
  [0xe0080, 0xe0fff, 'zero-width'],
  [0xf0000, 0x10ffff, 'private-use'],
];

/** True when nothing but printable ASCII and line feeds occurs: the common case, decided at once. */
const PLAIN = /^[\n\x20-\x7e]*$/;

function kindOf(codePoint: number): TextFaultKind | undefined {
  // U+nFFFE and U+nFFFF of every plane, before the ranges: the last two planes are private use but for these.
  if ((codePoint & 0xfffe) === 0xfffe) return 'noncharacter';
  for (const [first, last, kind] of RANGES) {
    if (codePoint < first) return undefined;
    if (codePoint <= last) return kind;
  }
  return undefined;
}

/**
 * The text rules of every script, site and typed value: NFC, and no control character but line feed, nothing
 * bidirectional, zero-width, unassigned for ever or private. All faults, in the order of the text.
 */
export function checkText(text: string): TextFault[] {
  if (PLAIN.test(text)) return [];
  const faults: TextFault[] = [];
  let index = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const kind = kindOf(codePoint);
    if (kind) faults.push({ kind, index, codePoint });
    index += character.length;
  }
  // Normalisation is only defined for well-formed text; the lone surrogate is reported above.
  if (text.isWellFormed() && text.normalize('NFC') !== text) {
    const at = firstDifference(text, text.normalize('NFC'));
    faults.push({ kind: 'not-nfc', index: at, codePoint: text.codePointAt(at) ?? 0 });
    faults.sort((a, b) => a.index - b.index);
  }
  return faults;
}

function firstDifference(text: string, normalized: string): number {
  let index = 0;
  for (const character of text) {
    if (!normalized.startsWith(character, index)) return index;
    index += character.length;
  }
  return index;
}

const MEANING: Record<TextFaultKind, string> = {
  control: 'is a control character',
  bidirectional: 'changes the direction in which text is shown',
  'zero-width': 'is invisible',
  'line-separator': 'is a hidden line break',
  'byte-order-mark': 'is a byte order mark',
  'lone-surrogate': 'is half of a character',
  noncharacter: 'is not a character',
  'private-use': 'has no agreed meaning',
  tag: 'is an invisible tag',
  'not-nfc': 'starts a sequence that is not in normal form C',
};

/** "U+202E changes the direction in which text is shown", to follow the name of the place. */
export function describeTextFault(fault: TextFault): string {
  return `${codePointName(fault.codePoint)} ${MEANING[fault.kind]}`;
}

function codePointName(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * The text with every hidden character as `\u{202E}`, and otherwise as it is: for showing a place in a text that
 * people wrote. Line feeds are escaped too.
 */
export function escapeHidden(text: string): string {
  return escapeWhere(text, () => false);
}

/**
 * Makes a foreign string (certificate name, CSR subject, token label, content of a file) safe for terminal, PDF and
 * log: everything that `checkText` refuses, line feeds, blanks other than the space and the backslash itself become
 * `\u{202E}`. The result is one line, and tells a written escape from a made one.
 */
export function escapeForeign(text: string): string {
  return escapeWhere(text, (character) => character === '\\' || (character !== ' ' && /\p{Zs}/u.test(character)));
}

function escapeWhere(text: string, also: (character: string) => boolean): string {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(text)) return text;
  const normal = text.isWellFormed() && text.normalize('NFC') === text;
  let escaped = '';
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const apart = (!normal && isNotNormal(character)) || (escaped === '' && /\p{M}/u.test(character));
    const hidden = apart || kindOf(codePoint) !== undefined || character === '\n' || also(character);
    escaped += hidden ? `\\u{${codePoint.toString(16).toUpperCase()}}` : character;
  }
  return escaped;
}

/** Whether a character joins the one before it (a mark, a Hangul vowel or final), or is another one in normal form C. */
function isNotNormal(character: string): boolean {
  return /[\p{M}\u1161-\u11C2]/u.test(character) || character.normalize('NFC') !== character;
}
