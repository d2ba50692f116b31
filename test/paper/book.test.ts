import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import { renderBook } from '../../src/paper/book.ts';
import type { BookInput } from '../../src/paper/book-input.ts';
import { planDigest, stepsOf } from '../../src/plan/plan.ts';
import { look, type Seen } from '../report/fixture/pdf.ts';
import { bookInput, read } from './printed.ts';

let input: BookInput;
let pdf: Uint8Array;
let seen: Seen;

before(async () => {
  input = bookInput();
  pdf = await renderBook(input);
  seen = look(pdf);
});

/** Rows of words as they stand beside their hexadecimal digits. */
function rowsOf(digest: string): string[] {
  const groups = hexGroups(digest, 2);
  return wordRows(digest).map(({ number, words }, index) => `${number} ${groups[index]} ${words.join(' ')}`);
}

/** Pages from the one with this heading to the one before the next of these; cell after cell where they are read as drawn. */
function section(from: string, until: string, asDrawn = false): string {
  const first = pageOf(from);
  const pages = asDrawn ? seen.flow.split('\f') : seen.pages;
  return pages.slice(first, pageOf(until)).join('\n');
}

/** Index of the page on which a section begins. */
function pageOf(title: string): number {
  const at = seen.pages.findIndex((page, index) => index > 0 && new RegExp(`^\\d+ +${title}`, 'm').test(page));
  assert.ok(at > 0, title);
  return at;
}

test('the cover: what, where, under which authorization, and the digests', () => {
  const cover = read(seen.pages[0] ?? '');
  const { plan, authorization } = input;
  for (const expected of [
    'Script of a key ceremony Example Root CA G1, generation REHEARSAL',
    'root-key-generation, first-crl',
    'Place Test room',
    'Example CPS 1.2, sections 6.1.1 and 6.2',
    `ceremony number ${authorization?.ceremony} of this CA, change record ${authorization?.change}`,
    'Takes about 4 hours',
    plan.script,
    plan.site,
    planDigest(plan),
    authorization?.digest,
    authorization?.program,
    input.roster?.digest,
    ...rowsOf(plan.script),
  ])
    assert.ok(cover.includes(expected ?? 'nothing'), expected ?? 'a digest is missing');
});

test('every page: the whole digest of the script, its number of how many, and what kind of ceremony', () => {
  const script = hexGroups(input.plan.script, 16).join('');
  assert.ok(seen.pages.length > 15);
  seen.pages.forEach((page, index) => {
    assert.match(page, new RegExp(`script ${script} +page ${index + 1} of ${seen.pages.length}$`, 'm'));
    assert.match(page, /REHEARSAL: NOTHING MADE HERE MAY BE TRUSTED/);
  });
});

test('the contents lead to the pages where things are', () => {
  const cover = read(seen.pages[0] ?? '');
  const acts = input.plan.acts.map(({ index, title }) => `Act ${index + 1} of 5: ${title}`);
  const titles = [
    'Participants',
    'How this book is used',
    'When the program starts',
    ...acts,
    'After the last step',
    'Share worksheets',
    'Deviation sheets',
    'Pauses and interruptions',
  ];
  titles.forEach((title, index) => {
    const listed = `${index + 1} ${title} ${pageOf(title) + 1}`;
    assert.ok(cover.includes(listed), listed);
  });
});

test('participants: number, name, organisation, seat, duties, and a place to sign', () => {
  const page = read(seen.flow.split('\f')[1] ?? '');
  for (const [role, seats] of Object.entries(input.plan.seats)) {
    for (const seat of seats) {
      const person = input.people.get(seat);
      assert.ok(person && page.includes(person.name), seat);
      assert.ok(page.includes(seat));
    }
    assert.ok(page.includes(input.script.seats[role]?.duties ?? 'nothing'), role);
  }
  const people = Object.values(input.plan.seats).flat().length;
  assert.equal(page.match(/signature:/g)?.length, people + 2, 'two for others in the room');
  assert.match(page, /independent of the CA/);
});

test('before the first step: the digests of the first screens in words, and rows for the ceremony id', () => {
  const text = section('When the program starts', 'Act 1 of 5');
  const lines = new Set(text.split('\n').map(read));
  const { plan, authorization, roster } = input;
  for (const digest of [plan.script, plan.site, authorization?.digest, authorization?.program, roster?.digest])
    for (const row of rowsOf(digest ?? '')) assert.ok(lines.has(row), row);
  assert.match(read(text), /Ceremony id everyone writes it by hand, from the screen 1 2 3 4 5 6 7 8/);
});

test('every step: its number, name, words, who does it and who checks it, as on the screen', () => {
  const text = read(section('Act 1 of 5', 'After the last step', true));
  for (const step of stepsOf(input.plan)) {
    const type = input.stepTypes.get(step.type);
    for (const line of [
      `${step.id} (${step.type})`,
      step.say,
      ...(type?.describe(step.params, step, input.plan) ?? []),
      ...step.by.map((seat) => `${input.people.get(seat)?.name} (${seat})`),
    ])
      assert.ok(text.includes(read(line)), `${step.number}: ${line}`);
  }
  assert.match(text, /6\.2 roll-call \(roll-call\)/);
  assert.match(text, /checks it everyone here/);
  assert.match(text, /In this act the HSM stays unlocked for at most 30 minutes and 4 operations\./);
  assert.match(text, /Done on abort too\./);
});

test('a box for the initials of each who checks', () => {
  const text = read(section('Act 1 of 5', 'Act 2 of 5'));
  const step = stepsOf(input.plan).find(({ id }) => id === 'documents');
  assert.ok(step && step.check.length > 5);
  const numbers = Object.values(input.plan.seats).flat();
  for (const seat of step.check) {
    const label = `${numbers.indexOf(seat) + 1} ${(input.people.get(seat)?.name ?? '').slice(0, 5)}`;
    assert.ok(text.includes(label), label);
  }
});

test('what cannot be undone says so in words, and what is typed', () => {
  const text = read(section('Act 1 of 5', 'After the last step'));
  const irreversible = stepsOf(input.plan).filter(
    ({ type, operation }) => input.stepTypes.get(type)?.irreversible && operation !== 'inventory',
  );
  assert.ok(irreversible.length >= 5);
  assert.equal(text.match(/THIS CANNOT BE UNDONE\./g)?.length, irreversible.length);
  for (const { id } of irreversible) assert.ok(text.includes(`THIS CANNOT BE UNDONE. Type "${id}"`), id);
});

test('what is known is printed in words, what is made in the ceremony has numbered rows', () => {
  const opening = section('Act 1 of 5', 'Act 2 of 5');
  for (const row of rowsOf(input.authorization?.digest ?? '')) assert.ok(read(opening).includes(row), row);
  const key = read(section('Act 3 of 5', 'Act 4 of 5'));
  assert.match(key, /root-key\.spki written by hand/);
  assert.match(key, /serial as in step 8, after it was prepared/);
  assert.match(key, /not-before plus 10 years minus 1 second/);
  assert.match(key, /approved with their token, at least 3 \(inventory, generate\): 2/);
});

test('at the end of each act there are rows for the head of the record', () => {
  for (const act of input.plan.acts) {
    const page = seen.pages.find((one) => one.includes(`End of act ${act.index + 1}: ${act.title}`));
    assert.match(
      read(page ?? ''),
      /Everyone writes the head of the record on their paper copy: 1 2 3 4 5 6 7 8/,
      act.title,
    );
  }
});

test('each custodian has a worksheet on one page: sets, threshold, envelope, bag, signatures', () => {
  const custodians = input.plan.seats['crypto-officer'] ?? [];
  assert.equal(custodians.length, 5);
  for (const seat of custodians) {
    const page = read(seen.pages.find((one) => new RegExp(`Custodian \\d+: .*\\(${seat}\\)`).test(one)) ?? '');
    for (const expected of [
      'Set of the user of "root-hsm" Made in step 8 activation. It opens with 3 of 5 shares.',
      'Set of the security officer of "root-hsm" Made in step 8 activation. It opens with 3 of 5 shares.',
      'Envelope SHA-256 of that file',
      'Number of the bag',
      `signature: ${input.people.get(seat)?.name} (${seat}), who has it`,
      'signature: a witness',
    ])
      assert.ok(page.includes(expected), `${seat}: ${expected}`);
  }
});

test('there are sheets for deviations and pauses', () => {
  for (let number = 1; number <= 4; number++)
    assert.equal(seen.pages.filter((page) => page.includes(`Deviation sheet ${number} of 4`)).length, 1);
  const pauses = seen.pages.filter((page) => /Pause or interruption \d of 2/.test(page));
  assert.equal(pauses.length, 2);
  for (const page of pauses) assert.match(page, /From +UTC +Until +UTC/);
});

describe('the file', () => {
  test('the same input gives the same bytes, whatever the time', async () => {
    assert.equal(sha256(await renderBook(bookInput())), sha256(pdf));
    const plain = Buffer.from(pdf).toString('latin1');
    const years = new Set([...plain.matchAll(/\b(?:D:)?(20\d\d)\d{4}\d{6}/g)].map(([, year]) => year));
    assert.deepEqual([...years], []);
    assert.equal(seen.info.get('CreationDate'), '1970-01-01T00:00:00Z');
  });

  test('another plan gives other bytes', async () => {
    const other = bookInput({ script: [['Phones are outside', 'Phones are inside']] });
    assert.notEqual(sha256(await renderBook(other)), sha256(pdf));
  });

  test('is sound, tagged, and greyscale', () => {
    assert.equal(seen.check.status, 0, seen.check.output);
    assert.equal(seen.info.get('Tagged'), 'yes');
    for (const font of seen.fonts) assert.deepEqual([font.embedded, font.unicode], [true, true], font.name);
    for (const type of ['Sect', 'H1', 'Table', 'TR', 'TH', 'TD'])
      assert.match(seen.structure, new RegExp(`^ *${type}\\b`, 'm'));
    // Every colour is written with three equal parts.
    const colours = [
      ...Buffer.from(pdf)
        .toString('latin1')
        .matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN)$/gm),
    ];
    assert.ok(colours.length > 100, String(colours.length));
    for (const [colour, red, green, blue] of colours) assert.ok(red === green && green === blue, colour);
  });
});

for (const [paper, size, width, height] of [
  ['a4', /A4/, 595.28, 841.89],
  ['letter', /letter/, 612, 792],
] as const) {
  test(`${paper}: the size of the page, and nothing outside its margins`, async () => {
    const other = look(await renderBook(bookInput({ paper })));
    assert.match(other.info.get('Page size') ?? '', size);
    holdToPage(other, width, height);
  });
}

/** Margins of 54 points; head and foot are written in the margin, the band goes over the edge. */
function holdToPage(book: Seen, width: number, height: number): void {
  for (const { text, page, box } of book.words) {
    const [left, top, right, bottom] = box;
    if (bottom < 24) continue;
    assert.ok(left >= 53.5 && right <= width - 53.5, `page ${page}: "${text}" from ${left} to ${right}`);
    const inBody = top >= 73 && bottom <= height - 65;
    const inHead = bottom <= 56;
    const inFoot = top >= height - 46;
    assert.ok(inBody || inHead || inFoot, `page ${page}: "${text}" at ${top}`);
  }
}

test('long texts and names wrap or are cut to their boxes, on both papers', async () => {
  const people = new Map(input.people);
  people.set('alice', { name: 'X'.repeat(90), organisation: 'Y'.repeat(90) });
  people.set('gus', { name: 'Zoë 山田 Ångström '.repeat(5).trim(), organisation: 'שלום' });
  for (const [paper, width, height] of [
    ['a4', 595.28, 841.89],
    ['letter', 612, 792],
  ] as const) {
    const wanted = {
      paper,
      people,
      script: [
        [
          'Exits, alarms, who may stop the ceremony: anyone. Phones are outside.',
          `${'W'.repeat(200)} ${'long '.repeat(39)}`,
        ],
        ['{ type: serial, shape: "##-9999" }', `{ type: serial, shape: "${'9'.repeat(60)}" }`],
      ] as const,
    };
    const book = look(await renderBook(bookInput(wanted)));
    holdToPage(book, width, height);
    assert.equal(book.flow.replaceAll(/\s/g, '').match(/W{200}/g)?.length, 1);
    assert.match(book.flow, /\\u\{5C71\}/);
  }
});

test('how long a step takes, and on which answer it depends, stand beside it', async () => {
  const book = look(
    await renderBook(
      bookInput({
        script: [
          ['id: briefing, step: confirm,', 'id: briefing, step: confirm, takes: PT5M, with: { answer: yes-or-no },'],
          ['id: cameras, step: record,', 'id: cameras, step: record, when: { answer: briefing, is: yes },'],
        ],
      }),
    ),
  );
  const text = read(book.flow);
  assert.match(text, /takes 5 minutes/);
  assert.match(text, /one of these: yes no/);
  assert.match(text, /only if "briefing" is answered yes in step 1\. Else strike it out: not done\./);
});

test('without a site: stand-ins, names to write in, and no digest that nobody knows', async () => {
  const alone = look(await renderBook(bookInput({ alone: true })));
  const cover = read(alone.pages[0] ?? '');
  assert.match(cover, /no site is bound: people, HSMs and media are stand-ins/);
  assert.match(cover, /Authorization not known yet/);
  assert.match(read(alone.flow), / name witness-1 /);
  assert.doesNotMatch(alone.text, /0{64}/);
  // The authorization is compared with print: its rows are there to be written in.
  assert.match(read(alone.text), /authorization written by hand/);
  assert.match(read(alone.text), /at least 3 \(inventory, generate\): number of each on the list of participants/);
});
