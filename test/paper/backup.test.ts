import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import type { Sha256 } from '../../src/base/digest.ts';
import { renderBook } from '../../src/paper/book.ts';
import type { BookInput } from '../../src/paper/book-input.ts';
import { Participants } from '../../src/paper/participants.ts';
import { partPieces, partsOf } from '../../src/paper/parts.ts';
import { allActs, stepsOf } from '../../src/plan/plan.ts';
import { Sheet } from '../../src/report/layout/sheet.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { look, type Seen } from '../report/fixture/pdf.ts';
import { bookInput, read, scriptInput } from './printed.ts';

const SCRIPT = readFileSync(new URL('../script/examples/root-generation.yaml', import.meta.url));

let input: BookInput;
let seen: Seen;

/** A ceremony that copies its key to another HSM by the vendor's means, and has what is signed read from a second screen. */
before(async () => {
  input = scriptInput(SCRIPT);
  seen = look(await renderBook(input));
});

/** The row of a step, cell after cell. */
function rowOf(number: string): string {
  const text = read(seen.flow);
  const from = text.search(new RegExp(`(?<![\\d.])${number.replace('.', '\\.')} [a-z0-9-]+ \\([a-z-]+\\)`));
  assert.ok(from >= 0, number);
  const rest = text.slice(from + number.length);
  const end = rest.search(/ \d+(?:\.\d+)? [a-z0-9-]+ \([a-z-]+\) /);
  return end < 0 ? rest : rest.slice(0, end);
}

test('a look at an HSM after the tools of its vendor: which keys must be there, and which are new', () => {
  assert.match(rowOf('28.2'), /keys on it "root", labelled "example-root-g1" new on it none/);
  assert.match(rowOf('28.3'), /keys on it none new on it "root", labelled "example-root-g1"/);
  for (const number of ['28.2', '28.3'])
    assert.match(rowOf(number), /seen: these keys are there, each once nothing else is there/);
});

test('what an HSM must have on it stands with each full look at it', () => {
  assert.match(rowOf('19'), /keys on it none/);
});

test('what the quorum approves at once has one place for its approvals', () => {
  for (const [first, other, what] of [
    ['28.2', '28.3', 'inventory'],
    ['29.1', '29.2', 'sign'],
  ] as const) {
    assert.match(rowOf(first), new RegExp(`at once, before the first\\..*approved with their token, .*\\(${what}\\)`));
    assert.match(rowOf(other), /The quorum has approved this with the first of them, that of "root-hsm"\./);
    assert.doesNotMatch(rowOf(other), /approved with their token/);
  }
});

test('a proof that a key is on an HSM: which key, and that the serial is that of this HSM', () => {
  for (const number of ['29.1', '29.2']) {
    assert.match(rowOf(number), /key "root", labelled "example-root-g1"/);
    assert.match(rowOf(number), /seen: the serial on the screen is that of this HSM the signature verifies/);
  }
});

test('the second screen has a place to tick for each operation', () => {
  assert.match(
    rowOf('22'),
    /read aloud by the auditor from the second screen, each to its end, with the digest of this one: root-certificate first-crl/,
  );
  assert.match(rowOf('22'), /reads it aloud to its end, and types the last row of its digest from there\./);
});

test('how long something may take is said in words', () => {
  assert.match(rowOf('10'), /They may differ by 1 minute at most\./);
  assert.match(rowOf('26'), /At most 45 minutes\./);
  assert.doesNotMatch(read(seen.flow), /\bPT\d/);
});

test('the list of things is one list', () => {
  assert.equal(rowOf('12').match(/here, and as it is on the list:/g)?.length, 1);
});

test('the digest of a sheet stands in groups', () => {
  const digest = '0123456789abcdef'.repeat(4) as Sha256;
  const step = stepsOf(input.plan).find(({ number }) => number === '28.1');
  assert.ok(step);
  const [expected] = partsOf({ ...input, plan: { ...input.plan, vendorSheets: { clone: digest } } }, step);
  assert.deepEqual(expected, {
    kind: 'expected',
    values: [['SHA-256 of sheet "clone"', Array.from({ length: 4 }, () => '0123 4567 89ab cdef').join(' ')]],
  });
});

test('the serial number of an HSM that its own tools prepared is known, and printed', () => {
  const step = stepsOf(input.plan).find(({ number }) => number === '19');
  assert.ok(step);
  const expectedUnder = (means: 'shares' | 'device-quorum') => {
    const tokens = input.plan.tokens.map((token) => ({ ...token, means, serial: 'SERIAL-1' }));
    const [part] = partsOf({ ...input, plan: { ...input.plan, tokens } }, step);
    return part?.kind === 'expected' ? Object.fromEntries(part.values)['serial'] : undefined;
  };
  assert.equal(expectedUnder('device-quorum'), 'SERIAL-1');
  assert.equal(expectedUnder('shares'), 'as in step 17, after it was prepared');
});

test('before anybody signs that all was done, each act is gone through once more', () => {
  const page = read(
    seen.pages.find((one) => /^\d+ +After the last step$/m.test(one) && one.includes('Was all done?')) ?? '',
  );
  const acts = allActs(input.plan);
  for (const { index, steps } of acts) {
    const [first, last] = [steps[0]?.number, steps.at(-1)?.number];
    const range = first === last ? first : `${first} to ${last}`;
    assert.match(page, new RegExp(`Act ${index + 1} of ${acts.length}: .*? ${range} all there`), `act ${index + 1}`);
  }
  assert.match(page, /Deviation sheets filled in how many; 0 where there are none/);
});

test('without a roster officers write their numbers: as many boxes as the longest of them has digits', () => {
  assert.ok(Object.values(input.plan.seats).flat().length > 9);
  const boxes = (bookOf: BookInput) => {
    const sheet = new Sheet({ title: 't', subject: 's', creator: 'c', at: '1970-01-01T00:00:00Z' });
    const frames: number[] = [];
    sheet.newPage();
    sheet.frame = (x) => void frames.push(x);
    const pieces = partPieces(
      sheet,
      bookOf,
      new Participants(bookOf),
      { kind: 'approvals', operations: ['sign'] },
      300,
    );
    for (const piece of pieces) piece.draw({ sheet, tag: sheet.tag('P') }, 0, 0);
    return frames.length;
  };
  assert.equal(boxes(input), 3 * 2, 'three officers, numbers up to ten');
  assert.equal(boxes({ ...input, plan: { ...input.plan, seats: { 'crypto-officer': ['a', 'b', 'c'] } } }), 3);
});

test('who seals something of their own has a worksheet: the bag, the step, the place', () => {
  for (const [index, seat] of (input.plan.seats['crypto-officer'] ?? []).entries()) {
    const page = read(seen.pages.find((one) => new RegExp(`Custodian \\d+: .*${seat}$`, 'm').test(one)) ?? '');
    assert.match(
      page,
      new RegExp(`Number of the bag of cards@${seat} the same as in step 38\\.${index + 1} cards-away`),
    );
    assert.match(page, /Where it is kept from now on own-box in the script/);
  }
});

test('under a quorum of the HSM there are no shares, and worksheets all the same', async () => {
  const stepTypes = new Map(STEP_TYPES);
  const prepare = stepTypes.get('prepare-token');
  assert.ok(prepare);
  stepTypes.set('prepare-token', { ...prepare, paper: () => [] });
  const book = look(await renderBook({ ...input, stepTypes }));
  assert.match(read(book.text), /\d+ Seal worksheets Custodian 2: crypto-officer-1 Sealed/);
  assert.doesNotMatch(read(book.text), /The share itself stands nowhere/);
});

test('a copy without authorization and roster says on its cover that it is a draft', async () => {
  assert.match(read(seen.pages[0] ?? ''), /Printed without the authorization and the roster: a draft\./);
  const whole = look(await renderBook(bookInput()));
  assert.doesNotMatch(whole.pages[0] ?? '', /Printed without|a draft/);
});

test('a sheet is one page on either paper: who puts their initials to it sees every value', async () => {
  for (const paper of ['a4', 'letter'] as const) {
    const book = look(await renderBook({ ...input, paper }));
    const sheets = book.pages.filter((page) => page.includes('before anybody approves: what is printed is compared'));
    assert.equal(sheets.length, 2);
    for (const page of sheets) assert.match(page, /Digest[\s\S]*Initials +of each officer/, paper);
  }
});
