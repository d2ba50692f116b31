import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderBook } from '../../src/paper/book.ts';
import { twoDays } from '../forge/two-days.ts';
import { look } from '../report/fixture/pdf.ts';
import { bookInput, read, scriptInput } from './printed.ts';

test('the book of a ceremony of two days says so on its cover, and has a page with which the second begins', async () => {
  const input = scriptInput(Buffer.from(twoDays()), ['2027-03-10T08:00:00Z', '2027-03-12T18:00:00Z']);
  const seen = await look(await renderBook(input));
  const pages = seen.pages.map(read);
  assert.match(pages[0] ?? '', /Days 2; a day ends after act 4 \(Evening\)/);
  const morning = pages.findIndex((page) => page.includes('Another day, after act 4') && page.includes('two words'));
  assert.ok(morning > 0);
  assert.match(pages[morning] ?? '', /with --resume.*Numbers on the bags of the computer/);
  assert.match(pages[morning - 1] ?? '', /End of act 4: Evening/);
  assert.match(pages[morning + 1] ?? '', /Act 5 of \d+: Morning/);
  const once = await look(await renderBook(bookInput()));
  assert.ok(!read(once.pages[0] ?? '').includes('a day ends'), 'one of one day says nothing of days');
});
