import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkText, describeTextFault, escapeForeign, escapeHidden } from '../../src/base/text.ts';

const describeAll = (text: string) => checkText(text).map((fault) => `${fault.index} ${describeTextFault(fault)}`);

test('text in many scripts, line feeds and spaces are allowed', () => {
  for (const text of [
    '',
    'Root CA\nsecond line',
    'Zoë Ünïcode',
    '東京 證書',
    'Καλημέρα',
    'שלום',
    '한국어',
    '😀',
    'a\u00a0b',
  ]) {
    assert.deepEqual(checkText(text), [], JSON.stringify(text));
  }
});

const REFUSED: readonly [text: string, fault: string][] = [
  ['a\tb', '1 U+0009 is a control character'],
  ['a\rb', '1 U+000D is a control character'],
  ['a\0b', '1 U+0000 is a control character'],
  ['a\x1b[2J', '1 U+001B is a control character'],
  ['a\x7f', '1 U+007F is a control character'],
  ['a\x85', '1 U+0085 is a control character'],
  ['a\x9f', '1 U+009F is a control character'],
  ['ab\u202e', '2 U+202E changes the direction in which text is shown'],
  ['\u2066x\u061c', '0 U+2066 changes the direction in which text is shown'],
  ['a\u200f', '1 U+200F changes the direction in which text is shown'],
  ['a\u200b', '1 U+200B is invisible'],
  ['a\u200d', '1 U+200D is invisible'],
  ['a\u2060', '1 U+2060 is invisible'],
  ['a\u00ad', '1 U+00AD is invisible'],
  ['a\u3164', '1 U+3164 is invisible'],
  ['a\ufe0f', '1 U+FE0F is invisible'],
  ['a\u{e0100}', '1 U+E0100 is invisible'],
  ['a\u2028', '1 U+2028 is a hidden line break'],
  ['a\u2029', '1 U+2029 is a hidden line break'],
  ['\ufeffa', '0 U+FEFF is a byte order mark'],
  ['a\ud800', '1 U+D800 is half of a character'],
  ['a\udc00b', '1 U+DC00 is half of a character'],
  ['a\ufffe', '1 U+FFFE is not a character'],
  ['a\ufdd0', '1 U+FDD0 is not a character'],
  ['a\u{1ffff}', '1 U+1FFFF is not a character'],
  ['a\u{10ffff}', '1 U+10FFFF is not a character'],
  ['a\ue000', '1 U+E000 has no agreed meaning'],
  ['a\u{f0000}', '1 U+F0000 has no agreed meaning'],
  ['a\u{e0041}', '1 U+E0041 is an invisible tag'],
  ['xe\u0301', '1 U+0065 starts a sequence that is not in normal form C'],
  ['\u212b', '0 U+212B starts a sequence that is not in normal form C'],
];

for (const [text, fault] of REFUSED) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.equal(describeAll(text)[0], fault);
  });
}

test('all faults are listed in the order of the text', () => {
  assert.deepEqual(describeAll('\u200be\u0301\t'), [
    '0 U+200B is invisible',
    '1 U+0065 starts a sequence that is not in normal form C',
    '3 U+0009 is a control character',
  ]);
});

test('every character of a hidden kind is refused, and no ASCII but controls', () => {
  for (let code = 0; code < 0x80; code++) {
    const hidden = (code < 0x20 && code !== 0x0a) || code === 0x7f;
    assert.equal(checkText(String.fromCharCode(code)).length > 0, hidden, code.toString(16));
  }
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (
      code !== 0x0a &&
      /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Bidi_Control}]/u.test(character)
    ) {
      const visible = VISIBLE_FORMAT.some(([first, last]) => code >= first && code <= last);
      assert.equal(checkText(character).length > 0, !visible, `U+${code.toString(16)}`);
    }
    if (/\p{Default_Ignorable_Code_Point}/u.test(character))
      assert.ok(checkText(character).length > 0, `U+${code.toString(16)}`);
  }
});

/** Of category Cf, but with a glyph: signs that span digits, and the joiners of Egyptian hieroglyphs. */
const VISIBLE_FORMAT: readonly (readonly [number, number])[] = [
  [0x0600, 0x0605],
  [0x06dd, 0x06dd],
  [0x070f, 0x070f],
  [0x0890, 0x0891],
  [0x08e2, 0x08e2],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1343f],
];

test('a foreign string becomes one line in which everything hidden can be seen', () => {
  assert.equal(escapeForeign('Example Root CA'), 'Example Root CA');
  assert.equal(escapeForeign('abc\u202edcba'), 'abc\\u{202E}dcba');
  assert.equal(escapeForeign('\x1b[2J\n\t'), '\\u{1B}[2J\\u{A}\\u{9}');
  assert.equal(escapeForeign('C:\\u{202E}'), 'C:\\u{5C}u{202E}');
  assert.equal(escapeForeign('Zoë'), 'Zoë');
  assert.equal(escapeForeign('Zoe\u0308'), 'Zoe\\u{308}');
  assert.equal(escapeForeign('\u1112\u1161\u11ab'), '\u1112\\u{1161}\\u{11AB}');
  assert.equal(escapeForeign('\u212b'), '\\u{212B}');
  assert.equal(escapeForeign('\u0301x'), '\\u{301}x');
  assert.equal(escapeForeign('a\u00a0b'), 'a\\u{A0}b');
  assert.equal(escapeForeign('\ud83d'), '\\u{D83D}');
});

test('what is escaped has no fault, whatever it was', () => {
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed;
  };
  // All of the first plane, and often what joins: marks, Hangul parts, ideographs that normal form C replaces.
  const blocks = [0, 0x300, 0x1100, 0x1160, 0x11a0, 0xf900, 0xac00, 0xd800, 0xdc00, 0x200b, 0x2126, 0x41];
  for (let round = 0; round < 5000; round++) {
    const pick = () => (next() % 3 === 0 ? next() % 0x10000 : (blocks[next() % blocks.length] ?? 0) + (next() % 0x20));
    const text = String.fromCharCode(...Array.from({ length: 8 }, pick));
    assert.deepEqual(checkText(escapeForeign(text)), []);
    assert.doesNotMatch(escapeForeign(text), /\n/);
  }
});

test('a source line keeps its backslashes', () => {
  assert.equal(escapeHidden('say: "\\u202E"\t\u202e'), 'say: "\\u202E"\\u{9}\\u{202E}');
});
