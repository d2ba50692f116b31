import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { digestWords } from '../../src/base/words.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import { renderReport } from '../../src/report/report.ts';
import type { Event } from '../../src/transcript/event.ts';
import { beginOf, corrected, deviated, type Edit, everything, exchanged, inserting } from '../forge/at-table.ts';
import { chained } from '../forge/edit.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { look, type Seen } from './fixture/pdf.ts';

let seen: Seen;
let text: string;
let events: readonly Event[];
let source: Awaited<ReturnType<typeof forge>>['source'];

const read = (shown: string) => shown.replace(/\s+/g, ' ');

async function seenOf(edit: Edit, faults: Faults = {}): Promise<Seen> {
  const found = look(await renderReport((await forge({ ...faults, events: edit })).source));
  assert.equal(found.check.status, 0, found.check.output);
  for (const { text: word, page, box } of found.words) {
    const [left, , right, bottom] = box;
    assert.ok(bottom < 24 || (left >= 53.5 && right <= 541.8), `page ${page}: "${word}" from ${left} to ${right}`);
  }
  return found;
}

before(async () => {
  ({ source } = await forge({ events: everything }));
  events = openPack(source).events();
  seen = await seenOf(everything);
  text = read(seen.flow);
});

function seqOf(type: Event['type'], nth = 0): number {
  return events.filter((event) => event.type === type)[nth]?.seq ?? assert.fail(`no ${type}`);
}

function section(title: string): string {
  const from = seen.text.lastIndexOf(title);
  assert.ok(from > 0, title);
  return read(seen.text.slice(from));
}

test('the same pack gives the same bytes', async () => {
  assert.deepEqual(await renderReport(source), await renderReport(source));
});

test('the cover says that the script was not followed everywhere, and whether that was approved', async () => {
  const cover = read(seen.pages[0] ?? '');
  assert.ok(cover.includes('every step was run to the end, but for 1 that was skipped by an approved deviation'));
  assert.ok(cover.includes('Deviations 4 all approved by the quorum; see “Deviations and refusals”'));
  const open = await seenOf(deviated('film', { approvedBy: ['alice', 'bob'] }));
  assert.ok(read(open.pages[0] ?? '').includes('Deviations 1 1 NOT APPROVED; see'));
  const none = await seenOf((all) => all);
  assert.ok(!read(none.pages[0] ?? '').includes('Deviations 0'));
  assert.ok(read(none.pages[0] ?? '').includes('complete: every step was run to the end Held'));
});

test('each deviation: what, why, what it did, who agreed, who approved with which token', () => {
  const part = section('Deviation 1: step 4');
  assert.ok(
    part.startsWith(
      'Deviation 1: step 4 film What The second camera has no film Why It was not delivered ' +
        'Effect none: the step went on Agreed to dana Test, gus Test Recorded 2027-03-10 09:00:02 UTC, ' +
        `event ${seqOf('deviation')} Quorum approved by 4 people; 3 are needed`,
    ),
    part.slice(0, 400),
  );
  assert.match(part, /carol Test carol approved token-5 generated here 09:00:02 event \d+/);
  assert.ok(part.includes('Effect the step was left and run again'));
  assert.ok(part.includes('Effect the step was skipped: it ended without what its type demands'));
  assert.ok(part.includes('Effect the ceremony went on after an interruption'));
});

test('one that was not approved, or declined, or not in time, says so', async () => {
  const late: Edit = (all) =>
    deviated('film', { approvedBy: ['alice'], declinedBy: ['bob'] })(all).map((event) =>
      event.type === 'deviation' ? ({ ...event, effect: 'skip' } as const) : event,
    );
  const shown = read((await seenOf(late)).flow);
  assert.ok(shown.includes('to skip the step; not approved before it ended, so that it was done all the same'));
  assert.ok(shown.includes('Quorum NOT APPROVED: approved by 1 person; 3 are needed'));
  assert.ok(shown.includes('bob Test bob DECLINED Not with me stated at the terminal'));
  assert.ok(shown.includes('DECLINED bob Test declined deviation 1: Not with me'));
  assert.match(shown, /declined 4 film bob Test declined to approve deviation 1: Not with me/);
});

test('an exchange: who came for whom, from which event on, and both among the participants', async () => {
  const spare = { record: { spare: true } };
  const edit = chained(exchanged('key-read', 'gus', 'hana'), exchanged('lock', 'erin', 'frank'));
  const made = openPack((await forge({ ...spare, events: edit })).source).events();
  const [first, second] = made.filter((event) => event.type === 'deviation').map(({ seq }) => seq + 3);
  const shown = read((await seenOf(edit, spare)).text);
  assert.ok(shown.includes('Effect hana Test (hana) came in the place of gus Test (gus)'));
  assert.ok(shown.includes('Effect frank Test (frank) came in the place of erin Test (erin)'));
  assert.match(shown, new RegExp(`gus Test .*left [0-9:]{8}, event ${first}; hana came`));
  assert.match(shown, new RegExp(`hana Test .*came [0-9:]{8}, event ${first}, for gus`));
  assert.match(shown, new RegExp(`frank Test .*came [0-9:]{8}, event ${second}, for erin`));
});

test('an exchange that was not approved at once says so, and nobody came', async () => {
  const edit = deviated('film', { effect: 'exchange', names: ['gus', 'hana'], approvedBy: ['alice', 'bob'] });
  const shown = read((await seenOf(edit, { record: { spare: true } })).flow);
  assert.ok(
    shown.includes(
      'Effect that hana Test (hana) come in the place of gus Test (gus); not approved at once, so that nobody did',
    ),
  );
  assert.equal(/left [0-9:]{8}, event/.test(shown), false);
});

test('a pause: from when to when, who stayed, who typed the head back, and that head in words', () => {
  const part = section('Pauses: 1');
  const [begin, end] = [seqOf('pause'), seqOf('pause', 1)];
  assert.match(part, new RegExp(`2027-03-10, event ${begin} 2027-03-10, event ${end}`));
  assert.ok(part.includes('Lunch dana Test, gus Test gus Test, dana Test'), part.slice(0, 300));
  const head = openPack(source).events()[begin - 1];
  const words = digestWords(head?.type === 'pause' ? head.head : '');
  assert.ok(text.includes('Pause in step 1'));
  for (let row = 0; row < 8; row++) assert.ok(read(seen.text).includes(words.slice(row * 4, row * 4 + 4).join(' ')));
});

test('a correction shows both values, where it was made and where the value was typed first', () => {
  const correction = seqOf('correction');
  assert.ok(text.includes(`serial A7777 CORRECTED serial: “A7777” corrected to “B1234”, in event ${correction}`));
  assert.match(text, /CORRECTED answer of step camera, event \d+\. Why: Misread serial: “A7777” corrected to “B1234”/);
  assert.match(section('Corrected values: 1'), /5 camera serial A7777 Misread dana Test .*now B1234 gus Test/);
});

test('the second correction of a value begins where the first left it', async () => {
  const twice = chained(
    corrected('camera', 'lock', { values: { serial: 'C1234' } }),
    corrected('camera', 'hsm-seen', { values: { serial: 'B1234' } }),
  );
  const shown = read((await seenOf(twice)).flow);
  assert.match(shown, /“A7777” corrected to “B1234”, in event \d+ .*“B1234” corrected to “C1234”, in event \d+/);
});

test('decisions stand with what they were about, and all of it stands in one list, in order', () => {
  assert.match(
    text,
    /REFUSED PIN_INCORRECT, alice Test: the PIN was not accepted Decided try again, by dana Test \(event \d+\)/,
  );
  assert.match(
    text,
    /DECLINED bob Test declined operation 3: Not what was agreed Decided propose it again, by dana Test/,
  );
  assert.match(text, /FAILED operation 6: HSM_DEVICE_ERROR: CKR_DEVICE_ERROR Decided propose it again/);
  assert.match(text, /RESUMED the record had stopped here; the ceremony went on no operation was begun and left;/);
  const list = section('All that did not go as written, in order');
  const names = [
    ...list.matchAll(/ (\d+) (pause|refused|went on|deviation|skipped|declined|decided|failed|corrected|resumed) /g),
  ];
  assert.deepEqual(
    names.map(([, , name]) => name),
    [
      'pause',
      'refused',
      'went on',
      'deviation',
      'deviation',
      'skipped',
      'declined',
      'decided',
      'refused',
      'decided',
      'failed',
      'decided',
      'corrected',
      'resumed',
      'deviation',
      'deviation',
    ],
  );
  const numbers = names.map(([, seq]) => Number(seq));
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
});

test('a repeated step, and one that a crash cut short, stand there twice', () => {
  const steps = read(seen.flow);
  assert.equal(steps.match(/record camera/g)?.length, 2);
  assert.equal(steps.match(/write-media pack-out/g)?.length, 2);
  assert.equal(steps.match(/NOT ENDED no end of this step is recorded/g)?.length, 1);
});

test('the longest texts stay on the page', async () => {
  const shown = await seenOf(deviated('film', { what: 'W'.repeat(400), why: `${'why '.repeat(99)}end` }));
  assert.ok(read(shown.flow).replaceAll(' ', '').includes('W'.repeat(400)));
});

test('a correction whose answer is withheld, and the other way round, still make a report', async () => {
  const edit = corrected('camera', 'lock', { values: { serial: 'B1234' } });
  const hidden = (type: Event['type']) => (event: Event) => event.type === type;
  const answers = read((await seenOf(edit, { withhold: hidden('answer') })).flow);
  assert.ok(answers.includes('serial: a value that is not shown corrected to “B1234”'));
  const corrections = read((await seenOf(edit, { withhold: hidden('correction') })).flow);
  assert.ok(!corrections.includes('B1234'));
  assert.match(corrections, /NOT SHOWN event \d+: withheld, level restricted/);
});

test('events that are not as they should be are named, and no report fails over them', async () => {
  const broken: Edit = inserting(beginOf('film'), () => [
    { type: 'deviation', step: 'film', what: 1, why: 'x', effect: 'none', names: [], agreed: [] } as never,
    {
      type: 'deviation',
      step: 'nowhere',
      what: 'x',
      why: 'x',
      effect: 'explode',
      names: [],
      agreed: ['nobody'],
    } as never,
    { type: 'deviation', step: 'film', what: 'x', why: 'x', effect: 'exchange', names: [], agreed: [] },
    { type: 'pause', step: 'film', phase: 'begin', why: '', stays: [], head: 'no digest', typedBy: [] },
    { type: 'correction', step: 'film', answer: 1, seat: 'x', checkedBy: [], values: { a: { b: [1] } }, why: 'x' },
    { type: 'decision', step: 'film', seat: 'x', about: 9999, choice: 'explode' as never },
    { type: 'observation', step: 'film', subject: 'sheet', facts: { proposal: 'none', seat: 'x', words: 'y' } },
    { type: 'observation', step: 'film', subject: 'constructor', facts: { proposal: 1, seat: 'x', words: 'y' } },
    { type: 'reconciliation', step: 'film', proposal: 9999, outcome: 'unknown', facts: { seen: ['x'] } },
  ]);
  const shown = read((await seenOf(broken)).flow);
  assert.ok(shown.includes('"what" of an event of type "deviation" is not there or not as it should be'));
  assert.ok(
    shown.includes('effect: that nobody come in the place of nobody; not approved at once, so that nobody did'),
  );
  assert.ok(shown.includes('Decided explode, by x (event 9999)'));
  assert.ok(shown.includes('Recorded sheet proposal: none · seat: x · words: y'));
  assert.ok(shown.includes('Recorded constructor proposal: 1 · seat: x · words: y'));
  assert.ok(shown.includes('RECONCILED operation of event 9999: unknown seen: x'));
  assert.ok(shown.includes('NOT ENDED'));
});

test('what was held to second screen and sheets before it was approved is told in words', async () => {
  const shown = read((await seenOf((all) => all, { record: { vault: true } })).flow);
  for (const operation of [4, 5]) {
    assert.match(
      shown,
      new RegExp(`Operation ${operation} read on the second screen by ivo Test, from "evidence" last row typed: \\w+`),
    );
    assert.match(shown, new RegExp(`Operation ${operation} held to the sheets by dana Test last row typed: \\w+`));
  }
});
