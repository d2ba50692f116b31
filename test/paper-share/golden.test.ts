import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { qrCode } from '../../src/paper-share/qr-code.ts';
import { readRows } from '../../src/paper-share/read-rows.ts';
import { paperRows, scanText } from '../../src/paper-share/write-rows.ts';
import { vectorShare } from './shares.ts';

/** Pages that were printed are read in thirty years: neither rows nor code may ever become others. */
test('the rows and the code of the worked example are what they were', () => {
  const golden = readFileSync(join(import.meta.dirname, 'share.golden.txt'), 'utf8').split('\n');
  const rows = paperRows(vectorShare());
  assert.deepEqual(
    rows.map((row) => row.toString('latin1')),
    golden.slice(0, 7),
  );
  assert.deepEqual({ ...readRows(golden.slice(0, 7).map((row) => Buffer.from(row))) }, vectorShare());
  const { size, modules } = qrCode(scanText(rows));
  const drawn = Array.from({ length: size }, (_, row) =>
    [...modules.subarray(row * size, (row + 1) * size)].map((module) => (module ? '#' : '.')).join(''),
  );
  assert.deepEqual(drawn, golden.slice(8, 8 + size));
});
