import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { digestWords } from '../../src/base/words.ts';
import { renderBook } from '../../src/paper/book.ts';
import type { BookInput } from '../../src/paper/book-input.ts';
import { allActs } from '../../src/plan/plan.ts';
import { look, type Seen } from '../report/fixture/pdf.ts';
import { bookInput, read, scriptInput } from './printed.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url));
const IMAGE = sha256('the boot medium');

let input: BookInput;
let seen: Seen;
let text: string;

/** The ceremony in the vault: acts on paper, things in bags, a break, a pack verified elsewhere. */
before(async () => {
  const alone = scriptInput(SCRIPT);
  const { authorization } = bookInput();
  assert.ok(authorization);
  // One card arrives in a bag that the list names.
  const materials = alone.plan.materials.map((material) => ({
    ...material,
    units: material.units.map((unit) => (material.name === 'cards' ? { ...unit, bag: `B-${unit.seat}` } : unit)),
  }));
  input = {
    ...alone,
    plan: { ...alone.plan, materials },
    authorization: { ...authorization, references: new Map([['system-image', IMAGE]]) },
  };
  seen = look(await renderBook(input));
  text = read(seen.flow);
});

test('acts on paper stand where the script has them, and have no head of the record', () => {
  // In the contents, which may have a page of their own, the number of the page follows.
  const pageOf = (title: string) => seen.pages.findIndex((page) => new RegExp(`^ *\\d+ *${title} *$`, 'm').test(page));
  const acts = allActs(input.plan);
  assert.ok(input.plan.paper.length >= 2);
  const pages = acts.map(({ index, title }) => pageOf(`Act ${index + 1} of ${acts.length}: ${title}`));
  assert.ok(pages.every((page) => page > 0));
  assert.deepEqual(
    pages,
    pages.toSorted((one, other) => one - other),
  );
  assert.ok((pages[0] as number) < pageOf('When the program starts'), 'the first is before the program runs');
  for (const act of acts)
    assert.equal(
      text.includes(`End of act ${act.index + 1}: ${act.title}`),
      !input.plan.paper.includes(act),
      act.title,
    );
  assert.equal(text.match(/On paper alone: the program does not run/g)?.length, input.plan.paper.length);
});

test('what is read on the second screen is ticked there, and has its sheet', () => {
  assert.match(
    text,
    /read aloud by the auditor from the second screen, each to its end, with the digest of this one: root-certificate first-crl/,
  );
  assert.match(text, /Sheets of what is approved/);
});

test('every thing in the room is listed, with its bag', () => {
  const page = read(seen.pages.find((one) => /\d +Things in the room$/m.test(one)) ?? '');
  for (const { units } of input.plan.materials) for (const { unit } of units) assert.ok(page.includes(unit), unit);
  assert.match(page, /Bags on the table: \d+ to be used, \d+ to spare\./);
  assert.match(page, /B-crypto-officer-1/);
});

test('a seal that is opened has the number of the list, one that is made a place to write it', () => {
  assert.match(text, /number on the bag of cards@crypto-officer-1 B-crypto-officer-1 on the list/);
  assert.match(text, /cards@crypto-officer-2: its seal is whole/);
  assert.match(text, /number of the new bag of hsm read by two; for safe-1/);
});

test('what is compared with the authorization before the program runs is printed in words', () => {
  const words = digestWords(IMAGE);
  for (let row = 0; row < 8; row++) assert.ok(read(seen.text).includes(words.slice(row * 4, row * 4 + 4).join(' ')));
});

test('a break has who stays and the head; the pack verified elsewhere its number of events', () => {
  assert.match(text, /stayed with the equipment: \d+ safe-controller-1 \d+ witness-1/);
  assert.match(text, /events that the other computer finds/);
});

test('everybody signs in with ink', () => {
  const arrivals = input.plan.paper.flatMap(({ steps }) => steps).filter(({ type }) => type === 'sign-in');
  assert.ok(arrivals.length > 5);
  for (const { by } of arrivals) assert.ok(text.includes(`signature: ${by[0]}`), by.join());
});

test('nothing is outside of the margins', () => {
  for (const { text: word, page, box } of seen.words) {
    if (box[3] < 24) continue;
    assert.ok(box[0] >= 53.5 && box[2] <= 595.28 - 53.5, `page ${page}: "${word}"`);
  }
});
