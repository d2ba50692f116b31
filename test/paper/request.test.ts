import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderBook } from '../../src/paper/book.ts';
import { requesting } from '../plan/request-cases.ts';
import { look } from '../report/fixture/pdf.ts';
import { bookInput, read } from './printed.ts';

test('the book has the request with what is expected of it, and whoever approves it', async () => {
  const script = requesting('{ key: root, profile: root, subject: { C: US, O: Example Org, CN: Example Root CA G1 } }');
  const text = read(look(await renderBook(bookInput({ script }))).flow);
  const start = text.indexOf(
    'Sign a request for a certificate of "REHEARSAL Example Root CA G1" with its own key "root"',
  );
  assert.ok(start >= 0);
  const row = text.slice(start, start + 600);
  assert.match(row, /for another CA to sign: asked\.csr\./);
  assert.match(row, /key root, ecdsa-p384/);
  assert.match(row, /profile root/);
  assert.match(row, /file asked\.csr/);
  assert.match(text, /read on the screen, each to its end: .{0,120}asked/);
});
