import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RelayedOutput } from '../../src/guard/relayed-output.ts';

const ESC = '\u001b';
const BEL = '\u0007';
const ST = `${ESC}\\`;

/** Passes bytes in pieces of this size; a new filter each time. */
function passed(bytes: Uint8Array, size = bytes.length): string {
  const filter = new RelayedOutput();
  let shown = '';
  for (let at = 0; at < bytes.length; at += size) shown += filter.pass(bytes.subarray(at, at + size));
  return shown;
}

/** Whatever is between `a` and `b`, split at every byte, and byte by byte. */
function holds(output: string | Uint8Array, expected: string): void {
  const bytes = Buffer.concat([Buffer.from('a'), Buffer.from(output as string), Buffer.from('b')]);
  const wanted = `a${expected}b`;
  assert.equal(passed(bytes), wanted, 'at once');
  assert.equal(passed(bytes, 1), wanted, 'byte by byte');
  for (let at = 1; at < bytes.length; at++) {
    const filter = new RelayedOutput();
    const shown = filter.pass(bytes.subarray(0, at)) + filter.pass(bytes.subarray(at));
    assert.equal(shown, wanted, `split after byte ${at}`);
  }
}

describe('what is shown as it is', () => {
  const SHOWN: Readonly<Record<string, string>> = {
    'printable ASCII': ' !"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~',
    'line feed and carriage return': 'x\r\ny\n',
    'text of two, three and four bytes': 'ü─€✓😀中',
    'cursor up': `${ESC}[A`,
    'cursor up by some': `${ESC}[12A`,
    'cursor down': `${ESC}[2B`,
    'cursor forward': `${ESC}[3C`,
    'cursor back': `${ESC}[4D`,
    'next line': `${ESC}[E`,
    'previous line': `${ESC}[F`,
    column: `${ESC}[7G`,
    position: `${ESC}[24;80H`,
    'home position': `${ESC}[H`,
    'erase in page': `${ESC}[2J`,
    'erase in line': `${ESC}[K`,
    colour: `${ESC}[1;31m`,
    'colour of 256': `${ESC}[38;5;196m`,
    'colour of 16 million': `${ESC}[38;2;255;0;10m`,
    'plain again': `${ESC}[0m`,
    'cursor hidden': `${ESC}[?25l`,
    'cursor shown': `${ESC}[?25h`,
  };
  for (const [name, output] of Object.entries(SHOWN)) test(name, () => holds(output, output));
});

describe('what is dropped whole', () => {
  const DROPPED: Readonly<Record<string, string>> = {
    // What makes the terminal type an answer, as if somebody had.
    'query of attributes': `${ESC}[c`,
    'query of attributes, second': `${ESC}[>c`,
    'query of attributes, third': `${ESC}[=c`,
    'query of position': `${ESC}[6n`,
    'query of status': `${ESC}[5n`,
    'query of private status': `${ESC}[?6n`,
    'query of a mode': `${ESC}[?25$p`,
    'query of the window': `${ESC}[18t`,
    'query of the title': `${ESC}[21t`,
    'query of terminal parameters': `${ESC}[x`,
    'query of a checksum': `${ESC}[1;1;1;1;1;1*y`,
    'query of keyboard modes': `${ESC}[?u`,
    enquiry: '\u0005',
    // Modes.
    'alternate screen': `${ESC}[?1049h`,
    'mouse reports': `${ESC}[?1000h`,
    'mouse reports, and the cursor with them': `${ESC}[?25;1000h`,
    'focus reports': `${ESC}[?1004h`,
    'bracketed paste': `${ESC}[?2004h`,
    'application cursor keys': `${ESC}[?1h`,
    'no automatic wrap': `${ESC}[?7l`,
    'reverse screen': `${ESC}[?5h`,
    'synchronised output': `${ESC}[?2026h`,
    'insert mode': `${ESC}[4h`,
    'keyboard locked': `${ESC}[2h`,
    'cursor shown, but no private mode': `${ESC}[25h`,
    'application keypad': `${ESC}=`,
    'numeric keypad': `${ESC}>`,
    'soft reset': `${ESC}[!p`,
    'full reset': `${ESC}c`,
    // Regions, scrolling, editing, printing, resizing.
    'scroll region': `${ESC}[1;10r`,
    'scroll up': `${ESC}[3S`,
    'scroll down': `${ESC}[3T`,
    'insert lines': `${ESC}[2L`,
    'delete lines': `${ESC}[2M`,
    'insert characters': `${ESC}[2@`,
    'delete characters': `${ESC}[2P`,
    'repeat the last character': `${ESC}[9b`,
    'line position': `${ESC}[5d`,
    'position, the other way': `${ESC}[5;5f`,
    'save cursor': `${ESC}[s`,
    'restore cursor': `${ESC}[u`,
    'save cursor, the old way': `${ESC}7`,
    'restore cursor, the old way': `${ESC}8`,
    'tab stop': `${ESC}H`,
    'reverse index': `${ESC}M`,
    'print the page': `${ESC}[i`,
    'resize the window': `${ESC}[8;10;10t`,
    'make the window an icon': `${ESC}[2t`,
    'keyboard lights': `${ESC}[1q`,
    'shape of the cursor': `${ESC}[2 q`,
    'modify other keys': `${ESC}[>4;2m`,
    'query of colours': `${ESC}[?4m`,
    'erase what is not protected': `${ESC}[?2J`,
    'colour with sub-parameters': `${ESC}[4:3m`,
    // Character sets, and other sequences with intermediate bytes.
    'character set G0': `${ESC}(0`,
    'character set G1': `${ESC})B`,
    'no UTF-8': `${ESC}%@`,
    'test pattern': `${ESC}#8`,
    'seven-bit controls': `${ESC} F`,
    'two intermediate bytes': `${ESC}$(B`,
    'single shift': `${ESC}N`,
    'locking shift': `${ESC}n`,
    // Control strings, with either end.
    title: `${ESC}]0;quorate${BEL}`,
    'title, with the other end': `${ESC}]2;quorate${ST}`,
    clipboard: `${ESC}]52;c;cXVvcmF0ZQ==${BEL}`,
    'query of the clipboard': `${ESC}]52;c;?${BEL}`,
    'query of a colour': `${ESC}]11;?${BEL}`,
    link: `${ESC}]8;;https://example.com${ST}`,
    'an image': `${ESC}]1337;File=inline=1:AAAA${BEL}`,
    'a control string that holds text of more bytes': `${ESC}]0;ü€😀${BEL}`,
    'a control string that holds line ends': `${ESC}]0;x\r\ny${BEL}`,
    'a device string': `${ESC}P$q"p${ST}`,
    'keys to be defined': `${ESC}P0;1|17/0d${ST}`,
    sixels: `${ESC}Pq#0;2;0;0;0~~${ST}`,
    'an application command': `${ESC}_Gf=24;AAAA${ST}`,
    'a private message': `${ESC}^x${ST}`,
    'the title of a window of screen': `${ESC}Xx${ST}`,
    // Control characters of both sets.
    null: '\u0000',
    bell: BEL,
    backspace: '\b',
    tab: '\t',
    'vertical tab': '\u000b',
    'form feed': '\u000c',
    'shift out': '\u000e',
    'shift in': '\u000f',
    'flow control': '\u0011\u0013',
    cancel: '\u0018',
    substitute: '\u001a',
    delete: '\u007f',
    'every control of the second set': Array.from({ length: 32 }, (_, at) => String.fromCodePoint(0x80 + at)).join(''),
  };
  for (const [name, output] of Object.entries(DROPPED)) test(name, () => holds(output, ''));
});

describe('what is no sequence any more', () => {
  const BROKEN: readonly (readonly [name: string, output: string, shown: string])[] = [
    ['the control of one byte that begins a sequence leaves its text', '\u009b2J', '2J'],
    ['the control of one byte that begins a string leaves its text', `\u009d0;x${BEL}`, '0;x'],
    ['a line feed ends a sequence, which is dropped', `${ESC}[2\nJ`, 'J'],
    ['text of more bytes ends a sequence, which is dropped', `${ESC}[2üJ`, 'J'],
    ['an escape ends a sequence and begins another', `${ESC}[2${ESC}[31m`, `${ESC}[31m`],
    ['two escapes begin one sequence', `${ESC}${ESC}[31m`, `${ESC}[31m`],
    ['two escapes begin one string', `${ESC}${ESC}]0;x${BEL}`, ''],
    ['an escape ends a string and begins another', `${ESC}]0;x${ESC}]0;y${BEL}`, ''],
    ['what stands in a string is no sequence', `${ESC}]0;[31m\u009b31m${BEL}`, ''],
    ['a private mark that does not stand first is none', `${ESC}[25?h`, ''],
    ['nothing is shown of a sequence within a name', `${ESC}[31;m`, `${ESC}[31;m`],
    ['a sequence that is too long is text from there on', `${ESC}[${'1'.repeat(30)}m`, '11111m'],
  ];
  for (const [name, output, shown] of BROKEN) test(name, () => holds(output, shown));

  test('the longest sequence that is passed', () => {
    holds(`${ESC}[${'1;'.repeat(12)}m`, `${ESC}[${'1;'.repeat(12)}m`);
  });

  test('a string that never ends shows nothing of what follows it', () => {
    assert.equal(passed(Buffer.from(`a${ESC}]0;title\nmore\n`)), 'a');
  });

  test('an escape at the end waits for what follows', () => {
    assert.equal(passed(Buffer.from(`a${ESC}`)), 'a');
    assert.equal(passed(Buffer.from(`a${ESC}[3`)), 'a');
  });
});

describe('bytes that are no text', () => {
  const INVALID: readonly (readonly [name: string, bytes: readonly number[], shown: string])[] = [
    ['a byte that occurs in none', [0xff], '\ufffd'],
    ['the control of one byte that begins a sequence, as one byte', [0x9b, 0x32, 0x4a], '\ufffd2J'],
    ['the control of one byte that begins a string, as one byte', [0x9d, 0x30, 0x07], '\ufffd0'],
    ['a continuation without a beginning', [0x80], '\ufffd'],
    ['a beginning without its continuation', [0xe2, 0x82, 0x41], '\ufffdA'],
    ['an escape that is written too long', [0xc0, 0x9b], '\ufffd\ufffd'],
    ['half of a pair', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
    ['a beginning before a sequence', [0xe2, 0x82, 0x1b, 0x5b, 0x6d], '\ufffd\u001b[m'],
    ['an invalid byte within a sequence', [0x1b, 0x5b, 0xff, 0x33, 0x31, 0x6d], '31m'],
    ['an invalid byte after an escape', [0x1b, 0xff, 0x5b, 0x6d], '[m'],
  ];
  for (const [name, bytes, shown] of INVALID) test(name, () => holds(Uint8Array.from(bytes), shown));
});

test('of whatever bytes, only allowed sequences and no other control reach the terminal', () => {
  let seed = 20270310;
  const next = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 24;
  };
  // Bytes that begin, hold and end sequences, more often than chance has them.
  const LIKELY = [0x1b, 0x1b, 0x5b, 0x5d, 0x50, 0x3f, 0x3b, 0x32, 0x35, 0x4a, 0x6d, 0x68, 0x63, 0x6e, 0x07, 0x5c, 0x9b];
  for (let round = 0; round < 400; round++) {
    const bytes = Uint8Array.from({ length: 200 }, () => {
      const byte = next();
      return byte < 160 ? (LIKELY[byte % LIKELY.length] as number) : next();
    });
    const shown = passed(bytes, 1 + (next() % 7));
    const rest = shown.replaceAll(/\u001b\[(?:[0-9;]*[ABCDEFGHJKm]|\?25[hl])/g, '');
    const control = /[^\n\r\u0020-\u007e\u00a0-\u{10ffff}]/u.exec(rest);
    assert.equal(control, null, JSON.stringify({ bytes: Buffer.from(bytes).toString('hex'), shown }));
    assert.equal(shown, passed(bytes), 'however it is split');
  }
});
