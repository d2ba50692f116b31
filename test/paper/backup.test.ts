import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { renderBook } from '../../src/paper/book.ts';
import type { BookInput } from '../../src/paper/book-input.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { WINDOW } from '../forge/stage.ts';
import { TEMPLATES } from '../plan/planned.ts';
import { look, type Seen } from '../report/fixture/pdf.ts';
import { bookInput, read } from './printed.ts';

const SCRIPT = readFileSync(new URL('../script/examples/root-generation.yaml', import.meta.url));

let input: BookInput;
let seen: Seen;

/** A ceremony that copies its key to another HSM by the vendor's means, and has what is signed read from a second screen. */
before(async () => {
  const script = readScript(SCRIPT, 'root-generation.yaml', STEP_TYPES);
  const { plan, problems } = makePlan({
    script,
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  assert.ok(plan && script.script, problems.map((problem) => problem.text).join());
  input = { ...bookInput({ alone: true }), plan, script: script.script };
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
