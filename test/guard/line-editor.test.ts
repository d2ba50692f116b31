import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LineEditor, type Typed } from '../../src/guard/line-editor.ts';
import { LONGEST_LINE } from '../../src/guard/screen.ts';

const ESC = '\u001b';

/** Types the keys, all at once or byte by byte, and says what came of it and what was echoed. */
function typed(keys: string | Uint8Array, size = Number.POSITIVE_INFINITY): { result: Typed; echo: string } {
  let echo = '';
  const editor = new LineEditor((text) => {
    echo += text;
  });
  const bytes = typeof keys === 'string' ? Buffer.from(keys) : keys;
  let result: Typed = { kind: 'more' };
  for (let at = 0; at < bytes.length && result.kind === 'more'; at += size)
    result = editor.type(bytes.subarray(at, at + size));
  return { result, echo };
}

function lineOf(keys: string, size?: number): string {
  const { result } = typed(keys, size);
  assert.equal(result.kind, 'line', `${JSON.stringify(keys)} is no line`);
  return result.kind === 'line' ? result.line.toString('utf8') : '';
}

describe('a line', () => {
  for (const end of ['\r', '\n', '\r\n']) {
    test(`ends with ${JSON.stringify(end)}, which is not part of it`, () => {
      assert.equal(lineOf(`1234${end}`), '1234');
    });
  }

  test('may be empty', () => {
    assert.equal(lineOf('\r'), '');
  });

  test('is not there before its end', () => {
    assert.deepEqual(typed('1234').result, { kind: 'more' });
  });

  test('ends at its end: what follows in the same bytes is nobody’s', () => {
    const editor = new LineEditor(() => undefined);
    const first = editor.type(Buffer.from('12\r34'));
    assert.equal(first.kind === 'line' ? String(first.line) : '', '12');
    const second = editor.type(Buffer.from('56\r'));
    assert.equal(second.kind === 'line' ? String(second.line) : '', '56');
  });

  test('holds every byte as it was typed, whatever its encoding', () => {
    const { result } = typed(Buffer.from([0x31, 0xff, 0xc3, 0x28, 0x0d]));
    assert.deepEqual(result, { kind: 'line', line: Buffer.from([0x31, 0xff, 0xc3, 0x28]) });
  });
});

describe('backspace', () => {
  const cases: readonly (readonly [name: string, keys: string, line: string, echo: string])[] = [
    ['takes a character away', '12\u007f3\r', '13', '12\b \b3'],
    ['is Ctrl-H too', '12\b3\r', '13', '12\b \b3'],
    ['takes away all bytes of one character: two', 'aü\u007fb\r', 'ab', 'aü\b \bb'],
    ['takes away all bytes of one character: three', 'a€\u007fb\r', 'ab', 'a€\b \bb'],
    ['takes away all bytes of one character: four', 'a😀\u007fb\r', 'ab', 'a😀\b \bb'],
    ['takes away one character at a time', 'ü€\u007f\u007f1\r', '1', 'ü€\b \b\b \b1'],
    ['does nothing at the beginning of the line', '\u007f\u007f1\r', '1', '1'],
    ['does nothing beyond it', '1\u007f\u007f\u007f2\r', '2', '1\b \b2'],
  ];
  for (const [name, keys, line, echo] of cases) {
    test(name, () => {
      assert.equal(lineOf(keys), line);
      assert.equal(lineOf(keys, 1), line, 'byte by byte');
      assert.equal(typed(keys, 1).echo, echo);
    });
  }

  test('after half a character takes that half away', () => {
    const { result } = typed(Buffer.from([0x61, 0xe2, 0x82, 0x7f, 0x62, 0x0d]));
    assert.equal(result.kind === 'line' ? String(result.line) : '', 'ab');
  });
});

describe('control keys', () => {
  test('Ctrl-U takes the whole line away', () => {
    assert.equal(lineOf('wrong ü€\u0015right\r'), 'right');
    assert.equal(typed('ab\u0015').echo, 'ab\b \b\b \b');
  });

  test('Ctrl-C cancels, and nothing of the line is left for the next', () => {
    const editor = new LineEditor(() => undefined);
    assert.deepEqual(editor.type(Buffer.from('1234\u0003')), { kind: 'cancelled' });
    const next = editor.type(Buffer.from('5\r'));
    assert.equal(next.kind === 'line' ? String(next.line) : '', '5');
  });

  for (const key of ['\u0000', '\u0001', '\u0004', '\t', '\u000b', '\u000c', '\u001a', '\u001c', '\u001f']) {
    test(`U+${(key.codePointAt(0) ?? 0).toString(16).padStart(4, '0')} does nothing`, () => {
      assert.equal(lineOf(`1${key}2\r`), '12');
      assert.equal(typed(`1${key}2`).echo, '12');
    });
  }
});

describe('keys that send escape sequences put nothing into a line', () => {
  const KEYS: Readonly<Record<string, string>> = {
    up: `${ESC}[A`,
    'up, in application mode': `${ESC}OA`,
    'Ctrl-right': `${ESC}[1;5C`,
    delete: `${ESC}[3~`,
    F1: `${ESC}OP`,
    'F1 on the Linux console': `${ESC}[[A`,
    F5: `${ESC}[15~`,
    'Shift-F5': `${ESC}[15;2~`,
    'Alt-a': `${ESC}a`,
    'Alt-up, with two escapes': `${ESC}${ESC}[A`,
    'Shift-Tab': `${ESC}[Z`,
    'focus in': `${ESC}[I`,
    'the mark before a paste': `${ESC}[200~`,
    'the answer to a query of attributes': `${ESC}[?62;22c`,
    'the answer to a query of position': `${ESC}[24;80R`,
    'a private sequence': `${ESC}[<0;12;7M`,
  };
  for (const [name, keys] of Object.entries(KEYS)) {
    test(name, () => {
      assert.equal(lineOf(`12${keys}34\r`), '1234');
      assert.equal(lineOf(`12${keys}34\r`, 1), '1234', 'byte by byte');
      assert.equal(typed(`12${keys}34`).echo, '1234');
    });
  }

  test('a lone Escape, or half a sequence, keeps nobody from Enter and Ctrl-C', () => {
    for (const half of [ESC, `${ESC}[`, `${ESC}O`, `${ESC}[1;`]) {
      assert.equal(lineOf(`12${half}\r`), '12', JSON.stringify(half));
      assert.deepEqual(typed(`12${half}\u0003`).result, { kind: 'cancelled' }, JSON.stringify(half));
    }
  });
});

describe('too much', () => {
  test(`is more than ${LONGEST_LINE} bytes`, () => {
    assert.equal(lineOf(`${'1'.repeat(LONGEST_LINE)}\r`).length, LONGEST_LINE);
    assert.deepEqual(typed('1'.repeat(LONGEST_LINE + 1)).result, { kind: 'too-long' });
  });

  test('leaves nothing for the next line', () => {
    const editor = new LineEditor(() => undefined);
    editor.type(Buffer.from('1'.repeat(LONGEST_LINE + 1)));
    const next = editor.type(Buffer.from('5\r'));
    assert.equal(next.kind === 'line' ? String(next.line) : '', '5');
  });
});

describe('what is echoed', () => {
  test('is each character once all its bytes are there', () => {
    const shown: string[] = [];
    const editor = new LineEditor((text) => shown.push(text));
    for (const byte of Buffer.from('aü€😀')) editor.type(Buffer.of(byte));
    assert.deepEqual(shown, ['a', 'ü', '€', '😀']);
  });

  test('is nothing of Enter, Ctrl-C and what does not fit', () => {
    assert.equal(typed('1\r').echo, '1');
    assert.equal(typed('1\u0003').echo, '1');
    assert.equal(typed('1'.repeat(LONGEST_LINE + 1)).echo.length, LONGEST_LINE);
  });
});

describe('the buffer in which a line is gathered', () => {
  /** Every buffer of that size that is made while `use` runs: the editor's own among them. */
  function buffersOf(use: () => void): readonly Buffer[] {
    const made: Buffer[] = [];
    const alloc = Buffer.alloc;
    Buffer.alloc = (size: number, ...rest: []) => {
      const buffer = alloc(size, ...rest);
      if (size === LONGEST_LINE) made.push(buffer);
      return buffer;
    };
    try {
      use();
    } finally {
      Buffer.alloc = alloc;
    }
    return made;
  }

  const ENDS: Readonly<Record<string, (editor: LineEditor) => void>> = {
    'the line ends': (editor) => void editor.type(Buffer.from('\r')),
    'it is cancelled': (editor) => void editor.type(Buffer.from('\u0003')),
    'it is taken away': (editor) => void editor.type(Buffer.from('\u0015')),
    'it is erased': (editor) => void editor.type(Buffer.from('\u007f'.repeat(4))),
    'it grows too long': (editor) => void editor.type(Buffer.from('1'.repeat(LONGEST_LINE))),
    'it is to be forgotten': (editor) => editor.forget(),
  };
  for (const [when, end] of Object.entries(ENDS)) {
    test(`holds zeros once ${when}`, () => {
      const [buffer] = buffersOf(() => {
        const editor = new LineEditor(() => undefined);
        editor.type(Buffer.from('1234'));
        end(editor);
      });
      assert.ok(buffer, 'the editor made no buffer');
      assert.equal(
        buffer.every((byte) => byte === 0),
        true,
      );
    });
  }

  test('is not the one that is handed out', () => {
    const [buffer] = buffersOf(() => {
      const typedLine = new LineEditor(() => undefined).type(Buffer.from('1234\r'));
      assert.equal(typedLine.kind === 'line' ? String(typedLine.line) : '', '1234');
    });
    assert.ok(buffer);
  });
});
