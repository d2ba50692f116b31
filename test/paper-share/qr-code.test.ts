import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type QrCode, qrCode } from '../../src/paper-share/qr-code.ts';
import { layoutOf } from '../../src/paper-share/qr-layout.ts';
import { Seeded } from './shares.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-qr-'));
after(() => rmSync(folder, { recursive: true }));

/** As a picture (PGM): four pixels to a module, a quiet zone of four modules. */
function picture({ size, modules }: QrCode, pixels = 4): Buffer {
  const side = (size + 8) * pixels;
  const image = Buffer.alloc(side * side, 255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [row, column] = [Math.floor(y / pixels) - 4, Math.floor(x / pixels) - 4];
      const isInside = row >= 0 && column >= 0 && row < size && column < size;
      if (isInside && modules[row * size + column] === 1) image[y * side + x] = 0;
    }
  }
  return Buffer.concat([Buffer.from(`P5 ${side} ${side} 255\n`), image]);
}

/** What a stock decoder reads, file by file. */
function decoded(codes: readonly QrCode[]): string[] {
  const files = codes.map((code, index) => {
    const file = join(folder, `${String(index).padStart(3, '0')}.pgm`);
    writeFileSync(file, picture(code));
    return file;
  });
  const options = ['--nodbus', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable'];
  return execFileSync('zbarimg', [...options, ...files], { encoding: 'utf8', timeout: 60_000 })
    .trimEnd()
    .split('\n');
}

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:';
const random = new Seeded('texts');
const textOf = (length: number) => Array.from({ length }, () => random.pick([...CHARACTERS])).join('');

/** Alphanumeric capacities of level H, versions 1 to 14 (table 7 of the standard). */
const CAPACITIES = [10, 20, 35, 50, 64, 84, 93, 122, 143, 174, 200, 227, 259, 283];

describe('a QR code', () => {
  test('of every version is read by a stock decoder, with as many characters as the standard says', () => {
    const texts = CAPACITIES.flatMap((capacity, index) => [
      textOf(capacity),
      textOf((CAPACITIES[index - 1] ?? 0) + 1),
      textOf(capacity - 3),
    ]);
    const codes = texts.map((text) => qrCode(Buffer.from(text)));
    assert.deepEqual(
      codes.map(({ size }) => (size - 17) / 4),
      CAPACITIES.flatMap((_, index) => [index + 1, index + 1, index + 1]),
    );
    assert.deepEqual(decoded(codes), texts);
  });

  test('is read although an eighth of it is stained', () => {
    const text = textOf(155);
    const code = qrCode(Buffer.from(text));
    assert.equal(code.size, 57);
    for (let row = 20; row < 38; row++)
      for (let column = 18; column < 40; column++) code.modules[row * 57 + column] = 0;
    assert.deepEqual(decoded([code]), [text]);
  });

  test('has no more than the standard gives it, and none but its characters', () => {
    assert.throws(() => qrCode(Buffer.alloc(284, 'A')), RangeError);
    assert.throws(() => qrCode(Buffer.from('ab')), RangeError);
  });

  test('has its patterns where annex E has them', () => {
    assert.deepEqual(
      [2, 6, 7, 10, 13, 14].map((version) => layoutOf(version).alignment),
      [
        [6, 18],
        [6, 34],
        [6, 22, 38],
        [6, 28, 50],
        [6, 34, 62],
        [6, 26, 46, 66],
      ],
    );
    assert.deepEqual([layoutOf(1).dataBytes, layoutOf(10).dataBytes, layoutOf(14).dataBytes], [9, 122, 197]);
  });
});
