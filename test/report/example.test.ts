import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openPack } from '../../src/pack/pack-reader.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderReport } from '../../src/report/report.ts';
import type { Event } from '../../src/transcript/event.ts';
import { forge } from '../forge/forge.ts';
import { look, type Seen } from './fixture/pdf.ts';

let seen: Seen;
let flow: string;
let plan: Plan;
let events: readonly Event[];

const read = (shown: string) => shown.replace(/\s+/g, ' ');

/** A ceremony with acts on paper, things in bags, a second screen, sheets, and a copy by the vendor's means. */
before(async () => {
  const { source } = await forge({ record: { example: true } });
  const pack = openPack(source);
  plan = pack.plan() as unknown as Plan;
  events = pack.events();
  seen = look(await renderReport(source));
  flow = read(seen.flow);
});

/** The page on which an operation is reported, as laid out. */
function operation(step: string): string {
  const page =
    seen.pages.find((one) => new RegExp(`^ *Step +\\d[\\d.]* +${step}$`, 'm').test(one)) ?? assert.fail(step);
  const at = page.search(new RegExp(`^ *Step +\\d[\\d.]* +${step}$`, 'm'));
  return page.slice(at).split(/^Operation \d+:/m)[0] ?? '';
}

test('each operation stands on one page with those who approved it', () => {
  const proposed = events.filter((event) => event.type === 'proposed');
  assert.ok(proposed.length >= 9);
  for (const { step } of proposed)
    assert.match(operation(step), /What protected it[\s\S]*Token that signed[\s\S]*approved/, step);
});

test('what was looked at on the second screen and on sheets stands with the operation', () => {
  for (const step of ['root-certificate', 'first-crl']) {
    const said = read(operation(step));
    assert.match(
      said,
      /Second screen read there by .*?, who typed the last row of its digest, “[A-Za-z]+( [A-Za-z]+){3}”; by medium "evidence", 2 copies; event \d+/,
    );
    assert.match(
      said,
      /Sheets of paper they agreed: .*? typed the last row of its digest, “[A-Za-z ]+” from one, checked by .*?; event \d+/,
    );
  }
  assert.doesNotMatch(operation('root-key'), /Second screen|Sheets of paper/);
});

test('acts on paper: what was typed into the record, and what this pack does not show', () => {
  const list = flow.slice(flow.indexOf('Done on paper, while the program did not run'));
  assert.match(list, /this pack does not show that it was done, unless an addendum brings those pages/);
  const last = Math.max(...plan.acts.map(({ index }) => index));
  for (const { index, steps } of plan.paper) {
    for (const step of steps) {
      const typed = events.find((event) => event.type === 'answer' && event.values['of'] === step.key);
      assert.equal(typed !== undefined, index < last, step.key);
      const where = typed ? `UTC, step \\d+, event ${typed.seq}` : 'on paper alone';
      assert.match(list, new RegExp(`${step.number} ${step.type} ${step.key} .*?${where}`), step.key);
    }
  }
});

test('an answer that was typed from paper is a line under the step that typed it', () => {
  assert.match(flow, /On paper 2\.1 arrive@\S+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  assert.match(flow, /On paper 4 boot-out, .{23} unsealed boot, bag \S+/);
  assert.doesNotMatch(flow, / of arrive@/);
});

test('names of the script stand as they are there', () => {
  assert.match(flow, /hsm-2 as listed/);
  assert.match(flow, /words root-key\.spki [A-Za-z]/);
  assert.match(flow, /changes backup-hsm adds: root/);
  assert.doesNotMatch(flow, /hsm 2|root key\.spki|backup hsm/);
});

test('custody: each handling by whom and when, and what is planned on paper once the record is closed', () => {
  assert.match(flow, /laptop computer, .*? in the room planned on paper, step 44: seal safe-1/);
  assert.match(flow, /unsealed bag \S+, by .{1,40} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d on paper, event \d+/);
  assert.match(flow, /publish medium blank handed over, by /);
  // No number of an event is alone on a line of its own.
  const section = seen.pages.find((page) => /^\d+ +Things in the room$/m.test(page)) ?? '';
  assert.doesNotMatch(section, /^ *\d{1,3} *$/m);
});

test('the last head says that it is the one at the end of the last act', () => {
  const last = Math.max(...plan.acts.map(({ index }) => index)) + 1;
  assert.ok(flow.includes(`Last head of the record, end of act ${last}`));
});

test('that there was no deviation stands on the cover', () => {
  assert.match(read(seen.pages[0] ?? ''), /Deviations none recorded/);
});

test('nothing is outside of the margins', () => {
  assert.equal(seen.check.status, 0, seen.check.output);
  for (const { text, page, box } of seen.words) {
    if (box[3] < 24) continue;
    assert.ok(box[0] >= 53.5 && box[2] <= 541.8, `page ${page}: "${text}"`);
  }
});
