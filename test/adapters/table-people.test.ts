import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PeopleAtTable } from '../../src/adapters/table/people-at-table.ts';
import { TableDisplay } from '../../src/adapters/table/table-display.ts';
import { hexGroups, NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import type { PlannedAct, PlannedStep } from '../../src/plan/plan.ts';
import type { Place, Question } from '../../src/ports.ts';
import type { Event, EventData, OpeningEvent } from '../../src/transcript/event.ts';
import { assertRejects } from '../der/refusal.ts';
import { EmulatedTerminal } from './emulated-terminal.ts';

const UP = '\u001b[A';
const DOWN = '\u001b[B';
const ENTER = '\r';
const CTRL_C = '\u0003';
const MENU = `?${ENTER}`;
/** Positions in the menu. */
const DEVIATION = `${DOWN}${ENTER}`;
const PAUSE = `${DOWN}${DOWN}${ENTER}`;
const CORRECTION = `${DOWN}${DOWN}${DOWN}${ENTER}`;
const EXCHANGE = `${DOWN}${DOWN}${DOWN}${DOWN}${ENTER}`;
const ABORT = `${DOWN}${DOWN}${DOWN}${DOWN}${DOWN}${ENTER}`;

const COMMAND = { script: '/srv/root.yaml', site: '/srv/site.yaml', out: '/srv/pack', resume: false };

function tableOf(command = COMMAND) {
  const terminal = new EmulatedTerminal();
  const people = new PeopleAtTable({
    display: new TableDisplay(terminal.stream, { columns: terminal.columns, rows: terminal.rows }, true),
    command,
    title: 'Test Root CA',
    mode: 'rehearsal',
    acts: 3,
    names: new Map([
      ['dana', 'Dana Test'],
      ['gus', 'Gus Test'],
    ]),
    now: () => '2027-03-10T09:08:07Z',
  });
  const type = <T>(asked: Promise<T>, ...lines: readonly string[]) => terminal.answer(asked, lines);
  return { terminal, people, type };
}

const STEP: PlannedStep = {
  id: 'camera',
  key: 'camera',
  number: '2.3',
  type: 'record',
  act: 1,
  by: ['dana'],
  check: ['gus'],
  say: 'The camera runs.',
  params: {},
  fields: {},
  out: null,
  makes: {},
  when: null,
  operation: null,
};
const ACT: PlannedAct = { index: 1, title: 'Opening', always: false, activation: null, steps: [STEP] };

const placed = (change: Partial<Place> = {}, step: Partial<PlannedStep> = {}): Place => ({
  step: { ...STEP, ...step },
  act: ACT,
  position: { index: 4, of: 9 },
  describes: ['Type the serial.'],
  irreversible: false,
  asks: false,
  events: () => [],
  here: () => [
    { seat: 'dana', others: [] },
    { seat: 'alice', others: ['frank', 'heidi'] },
    { seat: 'gus', others: [] },
  ],
  ...change,
});

const at = (seq: number, data: EventData): Event => ({ ...data, seq, at: '2027-03-10T09:00:00Z', salt: '' });

const question = (change: Partial<Question> = {}): Question => ({
  step: 'camera',
  seat: 'dana',
  text: 'Which serial?',
  kind: 'text',
  ...change,
});

describe('the page of a step', () => {
  test('says where the ceremony is, what is done, by whom, and how to do anything else', async () => {
    const { terminal, people, type } = tableOf();
    assert.equal(await type(people.enter(placed())), undefined);
    assert.deepEqual(terminal.screen.slice(0, 12), [
      ` Test Root CA${' '.repeat(43)}REHEARSAL  09:08:07 UTC`,
      ` Act 2 of 3: Opening${' '.repeat(48)}step 4 of 9`,
      ` ${'─'.repeat(78)}`,
      `${' '.repeat(15)}? and Enter at any question: deviation, pause, correction, abort`,
      '',
      ' 2.3  camera (record)',
      ' does it     Dana Test (dana)',
      ' checks it   Gus Test (gus)',
      '',
      ' The camera runs.',
      '',
      ' Type the serial.',
    ]);
  });

  test('waits for nobody where the step asks something itself', async () => {
    const { people } = tableOf();
    assert.equal(await people.enter(placed({ asks: true })), undefined);
    assert.equal(await people.leave(placed({ asks: true }), []), undefined);
  });

  test('waits for Enter', async () => {
    const { terminal, people } = tableOf();
    let entered = false;
    const entering = people.enter(placed()).then(() => {
      entered = true;
    });
    await terminal.rest();
    assert.equal(entered, false);
    terminal.type(ENTER);
    await entering;
  });

  test('of what cannot be undone says so, and goes on when its name is typed, nothing else', async () => {
    const { terminal, people } = tableOf();
    let entered = false;
    const entering = people.enter(placed({ irreversible: true })).then(() => {
      entered = true;
    });
    await terminal.rest();
    assert.match(terminal.text, /THIS CANNOT BE UNDONE\./);
    for (const wrong of [ENTER, `yes${ENTER}`]) {
      terminal.type(wrong);
      await terminal.rest();
      assert.equal(entered, false, `after ${JSON.stringify(wrong)}`);
      assert.match(terminal.text, /this cannot be undone: type "camera", or \?/);
      terminal.type('\u0015');
    }
    terminal.type(`camera${ENTER}`);
    await entering;
  });

  test('shows nothing hidden of what the script or a person wrote', async () => {
    const { terminal, people, type } = tableOf();
    await type(people.enter(placed({}, { say: 'Abc\u202edef\u001b[2J', id: 'x' })));
    assert.match(terminal.text, /Abc\\u\{202E\}def\\u\{1B\}\[2J/);
    await people.say(['one\u0007\ttwo']);
    await terminal.rest();
    assert.match(terminal.text, /one\\u\{7\}\\u\{9\}two/);
  });

  test('names everyone at once where everyone is', async () => {
    const { terminal, type } = tableOf();
    const people = new PeopleAtTable({
      display: new TableDisplay(terminal.stream, { columns: 80, rows: 24 }, false),
      command: COMMAND,
      title: '',
      mode: 'production',
      acts: 1,
      names: new Map(),
      now: () => '2027-03-10T09:08:07Z',
    });
    const here = () => ['dana', 'alice', 'bob', 'carol', 'gus'].map((seat) => ({ seat, others: [] }));
    await type(people.enter(placed({ here }, { check: ['alice', 'bob', 'carol', 'gus'] })));
    assert.match(terminal.text, /checks it {3}everyone here/);
    assert.match(terminal.text, /does it {5}dana\n/);
    assert.equal(terminal.text.includes('REHEARSAL'), false);
  });

  test('at its end shows all that was recorded, on as many pages as it needs', async () => {
    const { terminal, people } = tableOf();
    const facts = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`fact-${index}`, index]));
    const recorded = [at(4, { type: 'observation', step: 'camera', subject: 'all', facts })];
    const pages: (readonly string[])[] = [];
    await terminal.answer(people.leave(placed(), recorded), [], (screen) => {
      pages.push(screen);
      assert.equal(terminal.lost, 0);
    });
    pages.pop();
    assert.match(pages[0]?.join('\n') ?? '', /Recorded in this step\n seen: all\n {3}fact-0: 0\n/);
    assert.equal(pages.flat().filter((row) => row.includes('fact-')).length, 30);
    for (const page of pages.slice(0, -1)) assert.equal(page.at(-1), '? More follows. Press Enter to read on');
    assert.equal(pages.at(-1)?.at(-1), '? Press Enter for the next step');
    assert.ok(pages.length > 2);
  });

  test('that is longer than a screen is read to its end before anybody is asked to go on', async () => {
    const { terminal, people } = tableOf();
    const say = Array.from({ length: 40 }, (_, line) => `Line ${line} of what is said.`).join('\n');
    const pages: (readonly string[])[] = [];
    const entering = people.enter(placed({ irreversible: true }, { say }));
    await terminal.answer(entering, [ENTER, ENTER, ENTER, `camera${ENTER}`], (screen) => {
      pages.push(screen);
      assert.equal(terminal.lost, 0);
    });
    pages.pop();
    assert.equal(pages.flat().filter((row) => /Line \d+ of/.test(row)).length, 40);
    const [last, ...before] = pages.toReversed();
    assert.match(last?.join('\n') ?? '', /THIS CANNOT BE UNDONE\.\n\? Type "camera" to go on:$/);
    for (const page of before) {
      assert.match(page[1] ?? '', /^ Act 2 of 3/);
      assert.equal(page.at(-1), '? More follows. Press Enter to read on');
    }
  });
});

describe('pages to read', () => {
  const opening: OpeningEvent = {
    type: 'opening',
    title: 'Test Root CA',
    objectives: ['root-key-generation'],
    number: 1,
    mode: 'rehearsal',
    authorization: sha256('authorization'),
    script: sha256('script'),
    site: sha256('site'),
    roster: sha256('roster'),
    people: sha256('people'),
    previous: NO_DIGEST,
    plan: sha256('plan'),
    program: { name: 'quorate', version: '0.1.0', digest: sha256('program'), runtime: 'node v26' },
    versions: { rules: { rfc5280: '1' }, profiles: {}, steps: {}, report: '1' },
  };

  test('hold every digest that people compare, whole, and each page is read on by somebody', async () => {
    const { terminal, people } = tableOf();
    const id = sha256('ceremony');
    const pages: (readonly string[])[] = [];
    await terminal.answer(people.open(opening, id), [], (screen) => {
      pages.push(screen);
      assert.equal(terminal.lost, 0);
    });
    pages.pop();
    const rows = pages.flat();
    for (const digest of [
      opening.authorization,
      opening.script,
      opening.site,
      opening.roster,
      opening.program.digest,
      id,
    ]) {
      for (const row of hexGroups(digest)) assert.ok(rows.includes(`   ${row}`), `${digest}: ${row}`);
      for (const { number, words } of wordRows(digest))
        assert.ok(rows.includes(`   ${number}  ${words.join('  ')}`), `${digest}: row ${number}`);
    }
    assert.ok(pages.length > 2);
    // Each is compared as a whole: its words stand on one page with its digits.
    for (const digest of [opening.authorization, opening.script, opening.site, opening.roster, id]) {
      const first = hexGroups(digest)[0] ?? '';
      const page = pages.find((one) => one.includes(`   ${first}`));
      for (const { number, words } of wordRows(digest)) assert.ok(page?.includes(`   ${number}  ${words.join('  ')}`));
    }
    for (const [index, page] of pages.entries())
      assert.match(page[1] ?? '', new RegExp(`^ What will be run +page ${index + 1} of ${pages.length}$`));
  });

  test('show the pack before, by the digest that its people took home', async () => {
    const { terminal, people } = tableOf();
    const pages: (readonly string[])[] = [];
    const previous = sha256('manifest');
    await terminal.answer(people.open({ ...opening, previous }, sha256('ceremony')), [], (screen) =>
      pages.push(screen),
    );
    const page = pages.find((one) => one.includes(' pack before this, by its manifest')) ?? [];
    for (const { number, words } of wordRows(previous)) assert.ok(page.includes(`   ${number}  ${words.join('  ')}`));
  });

  test('begin with the command as it was understood, and the versions of what will run', async () => {
    const { terminal, people } = tableOf();
    void people.open(opening, sha256('ceremony'));
    await terminal.rest();
    assert.deepEqual(terminal.screen.slice(3, 15), [
      ' command     run: a new ceremony',
      ' script      /srv/root.yaml',
      ' site        /srv/site.yaml',
      ' folder      /srv/pack',
      '',
      ' ceremony    Test Root CA, number 1 of this CA',
      ' objectives  root-key-generation',
      ' mode        rehearsal',
      ' program     quorate 0.1.0, node v26',
      ' rule packs  rfc5280',
      ' report      version 1',
      '',
    ]);
  });

  for (const [resume, says, command] of [
    [false, 'ceremony id: everyone writes it by hand', 'run: a new ceremony'],
    [true, 'ceremony id: compare it with your paper', 'run --resume: the ceremony in the folder goes on'],
  ] as const) {
    test(`say of the ceremony id what is done with it, ${resume ? 'after an interruption' : 'at the beginning'}`, async () => {
      const { terminal, people } = tableOf({ ...COMMAND, resume });
      const screens: string[] = [];
      await terminal.answer(people.open(opening, sha256('ceremony')), [], (screen) => screens.push(...screen));
      assert.deepEqual(
        [...new Set(screens)].filter((row) => row.startsWith(' ceremony id') || row.startsWith(' command')),
        [` command     ${command}`, ` ${says}`],
      );
    });
  }

  test('end an act with the head of the record', async () => {
    const { terminal, people } = tableOf();
    const head = sha256('head');
    const ending = people.endAct(ACT, head);
    await terminal.rest();
    assert.match(terminal.text, /End of act 2: Opening/);
    for (const { words } of wordRows(head)) assert.ok(terminal.text.includes(words.join('  ')));
    terminal.type(ENTER);
    await ending;
  });
});

describe('what is said', () => {
  const MORE = '? More follows. Press Enter to read on';
  /** A page with this many rows free above a question. */
  async function pageWith(free: number) {
    const table = tableOf();
    const rows = 24 - 4 - 5 - 4 - free;
    const describes = Array.from({ length: rows }, (_, row) => `Row ${row} of the step.`);
    await table.type(table.people.enter(placed({ describes }, { say: '', check: [] })));
    return table;
  }
  const choice = {
    step: 'camera',
    text: 'What is to be done?',
    menu: true,
    options: [
      { name: 'again', text: 'try again' },
      { name: 'abort', text: 'end it' },
    ],
  };

  test('on a page that is full goes to the next one, and is there when people choose', async () => {
    for (let free = 0; free < 8; free++) {
      const { terminal, people, type } = await pageWith(free);
      await people.say(['PIN_INCORRECT: the PIN was not accepted', 'two tries are left']);
      const choosing = people.choose(choice);
      await terminal.rest();
      assert.match(terminal.text, /PIN_INCORRECT: the PIN was not accepted\n two tries are left/, `${free} rows free`);
      assert.match(terminal.text, /What is to be done\?[\s\S]*try again\n {2}end it/, `${free} rows free`);
      assert.equal(terminal.lost, 0);
      assert.equal(await type(choosing, `${DOWN}${ENTER}`), 'abort');
    }
  });

  test('is there when a question is asked, or was read to its end', async () => {
    for (let free = 0; free < 8; free++) {
      const { terminal, people } = await pageWith(free);
      await people.say(['NOTE_WELL: remember this']);
      const screens: string[] = [];
      await terminal.answer(people.ask(question()), [`A1${ENTER}`], (screen) => screens.push(screen.join('\n')));
      assert.ok(
        screens.some((screen) => /NOTE_WELL[\s\S]*\?/.test(screen)),
        `${free} rows free`,
      );
      assert.match(screens[0] ?? '', /NOTE_WELL: remember this\n\n Which serial\?\n\? Dana Test: type it/);
    }
  });

  test('in more rows than a page has is read page by page', async () => {
    const { terminal, people } = await pageWith(3);
    const lines = Array.from({ length: 45 }, (_, line) => `Line ${line}.`);
    const pages: (readonly string[])[] = [];
    await terminal.answer(people.say(lines), [], (screen) => {
      pages.push(screen);
      assert.equal(terminal.lost, 0);
    });
    const rows = pages.flatMap((page) => page.filter((row) => row.startsWith(' Line ')));
    assert.deepEqual(
      rows,
      lines.map((line) => ` ${line}`),
    );
    for (const page of pages.slice(0, -1)) assert.equal(page.at(-1), MORE);
  });

  test('is read before a question hides the page, and goes with no other key', async () => {
    const { terminal, people } = await pageWith(9);
    await people.say(['THIS CEREMONY WAS INTERRUPTED.']);
    const head = question({ kind: 'words', against: 'paper', subject: 'head', shown: NO_DIGEST, text: 'Type the row' });
    const asking = people.ask(head);
    for (const keys of ['', `x${ENTER}`, CTRL_C]) {
      terminal.type(keys);
      await terminal.rest();
      assert.match(terminal.text, /THIS CEREMONY WAS INTERRUPTED\./);
      assert.ok(terminal.text.endsWith(MORE), terminal.text);
    }
    terminal.type(ENTER);
    await terminal.rest();
    assert.doesNotMatch(terminal.text, /INTERRUPTED/);
    terminal.type(`aardvark${ENTER}`);
    assert.equal(await asking, 'aardvark');
  });

  test('is read before a step, its end or the pages of an act take the screen', async () => {
    const next: readonly ((people: PeopleAtTable) => Promise<unknown>)[] = [
      (people) => people.enter(placed()),
      (people) => people.leave(placed(), []),
      (people) => people.endAct(ACT, NO_DIGEST),
      (people) => people.finish(['outcome complete']),
    ];
    for (const follows of next) {
      const { terminal, people, type } = await pageWith(9);
      await people.say(['NOTE_WELL: remember this']);
      const following = follows(people);
      await terminal.rest();
      assert.match(terminal.text, /NOTE_WELL/);
      assert.ok(terminal.text.endsWith(MORE), terminal.text);
      await type(following, ENTER, ENTER);
      assert.doesNotMatch(terminal.text, /NOTE_WELL/);
    }
  });

  test('is read before the guard takes the screen, and not where it takes none', async () => {
    const { terminal, people, type } = await pageWith(9);
    await people.say(['1 of 5 have signed. Next: bob.']);
    await people.watch.ready('inspect');
    let isReady = false;
    const waiting = people.watch.ready('sign-roster').then(() => {
      isReady = true;
    });
    await terminal.rest();
    assert.equal(isReady, false);
    assert.ok(terminal.text.endsWith(MORE), terminal.text);
    await type(waiting, ENTER);
    await people.watch.ready('approve');
  });

  test('stands once: what was answered to does not come along', async () => {
    const { terminal, people, type } = await pageWith(2);
    await people.say(['NOTE_WELL: remember this']);
    await type(people.ask(question()), `A1${ENTER}`);
    for (let count = 0; count < 9; count++) await type(people.ask(question({ text: `Question ${count}?` })), ENTER);
    assert.doesNotMatch(terminal.text, /NOTE_WELL/);
    assert.doesNotMatch(terminal.text, /More follows/);
  });
});

describe('a question', () => {
  test('names who answers, and takes what they type without blanks around it', async () => {
    const { terminal, people } = tableOf();
    const asking = people.ask(question());
    await terminal.rest();
    assert.match(terminal.text, /Which serial\?\n\? Dana Test: type it/);
    terminal.type(`  B1234 ${ENTER}`);
    assert.equal(await asking, 'B1234');
  });

  test('is not said twice where the step says it', async () => {
    const { terminal, people, type } = tableOf();
    await people.enter(placed({ asks: true }));
    await type(people.ask(question({ text: STEP.say, kind: 'confirm' })));
    assert.equal(terminal.text.split('The camera runs.').length - 1, 1);
  });

  const WRONG: readonly (readonly [
    name: string,
    change: Partial<Question>,
    wrong: string,
    said: RegExp,
    right: string,
    answer: string,
  ])[] = [
    ['yes or no', { kind: 'yes-no' }, 'y', /type yes or no/, 'no', 'no'],
    ['done', { kind: 'confirm' }, 'done', /press Enter alone, or \?/, '', 'done'],
    [
      'a value',
      { kind: 'integer', problem: (typed) => (/^\d+$/.test(typed) ? undefined : 'expected a whole number') },
      'x',
      /expected a whole number/,
      '7',
      '7',
    ],
  ];
  for (const [name, change, wrong, said, right, answer] of WRONG) {
    test(`of ${name} is asked again on the spot when it was mistyped`, async () => {
      const { terminal, people } = tableOf();
      let answered = false;
      const asking = people.ask(question(change)).finally(() => {
        answered = true;
      });
      await terminal.rest();
      terminal.type(`${wrong}${ENTER}`);
      await terminal.rest();
      assert.equal(answered, false);
      assert.match(terminal.text, said);
      terminal.type(`\u0015${right}${ENTER}`);
      assert.equal(await asking, answer);
    });
  }

  test('of words that do not match is for people to decide on, not only to be typed again', async () => {
    const { people, type } = tableOf();
    const problem = () => 'it is not the last row';
    const asked = question({ kind: 'words', against: 'print', shown: NO_DIGEST, problem });
    assert.equal(await type(people.ask(asked), `wrong words${ENTER}`), 'wrong words');
  });

  test('of words on paper is asked when they are off the screen', async () => {
    const { terminal, people } = tableOf();
    await people.enter(placed({ asks: true }));
    await people.say(['aardvark adroitness']);
    const asking = people.ask(question({ kind: 'words', against: 'paper', shown: NO_DIGEST, text: 'Type the row' }));
    await terminal.rest();
    assert.match(terminal.text, /aardvark adroitness/);
    assert.match(terminal.text, /Written down\? Press Enter/);
    terminal.type(ENTER);
    await terminal.rest();
    assert.equal(terminal.text.includes('aardvark'), false);
    assert.match(terminal.text, /Type the row/);
    terminal.type(`aardvark adroitness${ENTER}`);
    assert.equal(await asking, 'aardvark adroitness');
  });

  test('of the words of a head is asked when neither they nor the answer of the person before are on the screen', async () => {
    const { terminal, people, type } = tableOf();
    await people.enter(placed({ asks: true }));
    await people.say(['aardvark adroitness']);
    await type(people.choose({ step: 'camera', text: 'Back?', menu: false, options: [{ name: 'back', text: 'yes' }] }));
    const head = question({ kind: 'words', against: 'paper', subject: 'head', shown: NO_DIGEST, text: 'Type the row' });
    for (let person = 0; person < 2; person++) {
      const asking = people.ask(head);
      await terminal.rest();
      assert.equal(terminal.text.includes('aardvark'), false, terminal.text);
      assert.match(terminal.text, /Type the row\n\? Dana Test: four words/);
      terminal.type(`aardvark adroitness${ENTER}`);
      assert.equal(await asking, 'aardvark adroitness');
    }
  });

  test('is said again where the step that says it has gone', async () => {
    const { terminal, people, type } = tableOf();
    await people.enter(placed({ asks: true }));
    await type(people.say(Array.from({ length: 14 }, (_, line) => `Line ${line}.`)));
    await type(people.ask(question({ text: STEP.say, kind: 'confirm' })), ENTER, ENTER);
    assert.match(terminal.text, /The camera runs\.\n. Dana Test: Press Enter/);
  });

  test('has a page of its own where it would push another row off the screen', async () => {
    const { terminal, people, type } = tableOf();
    await people.enter(placed({ asks: true }));
    for (let count = 0; count < 12; count++) {
      const text = `Question ${count}?`;
      await type(people.ask(question({ text, kind: 'yes-no' })), `yes${ENTER}`);
      assert.equal(terminal.lost, 0, terminal.text);
      assert.ok(terminal.text.includes(text));
    }
  });

  test('ends when the terminal is closed', async () => {
    const { terminal, people } = tableOf();
    const asking = people.ask(question());
    await terminal.rest();
    terminal.hangUp();
    await assertRejects(() => asking, 'INTERRUPTED', 'the terminal was closed while an answer was awaited');
    await assertRejects(
      () => people.ask(question()),
      'INTERRUPTED',
      'the terminal was closed while an answer was awaited',
    );
  });
});

describe('a choice', () => {
  const choice = {
    step: 'camera',
    text: 'What is to be done?',
    menu: true,
    options: [
      { name: 'again', text: 'try again' },
      { name: 'other', text: 'another person' },
      { name: 'abort', text: 'end it' },
    ],
  };

  test('is the one that people go to', async () => {
    for (const [keys, name] of [
      ['', 'again'],
      [DOWN, 'other'],
      [DOWN + DOWN, 'abort'],
      [DOWN + UP, 'again'],
    ] as const) {
      const { people, type } = tableOf();
      assert.equal(await type(people.choose(choice), `${keys}${ENTER}`), name);
    }
  });

  const tallies = [{ of: 'To approve: sign in step x', approved: ['gus'], able: ['dana', 'alice'], missing: 1 }];

  test('of who presents a token names everybody, those who have approved too', async () => {
    const { terminal, people, type } = tableOf();
    const options = ['dana', 'alice'].map((seat) => ({ name: seat, text: seat }));
    const choosing = people.choose({ step: 'camera', text: 'Who presents next?', tallies, options, menu: true });
    await terminal.rest();
    assert.match(
      terminal.text,
      / To approve: sign in step x\.\n Approved: Gus Test \(gus\)\.\n One more of: Dana Test \(dana\), alice\.\n/,
    );
    assert.match(terminal.text, /Who presents next\?\n[\s\S]*Dana Test \(dana\)\n {2}alice/);
    assert.equal(await type(choosing, `${DOWN}${ENTER}`), 'alice');
  });

  test('of many options shows them all at once', async () => {
    const { terminal, people, type } = tableOf();
    await type(people.enter(placed()));
    const options = Array.from({ length: 11 }, (_, index) => ({ name: `o${index}`, text: `Option ${index}.` }));
    const choosing = people.choose({ step: 'camera', text: 'Which?', options, menu: true });
    await terminal.rest();
    for (const { text } of options) assert.ok(terminal.text.includes(text), terminal.text);
    assert.equal(terminal.lost, 0);
    assert.equal(await type(choosing, `${DOWN}${ENTER}`), 'o1');
  });

  test('is none where somebody is needed in any case: they are called, and may want something else first', async () => {
    const { terminal, people, type } = tableOf();
    await type(people.enter(placed()));
    const calling = people.call({ seat: 'dana', tallies, menu: true });
    await terminal.rest();
    assert.match(
      terminal.text,
      /Approved: Gus Test \(gus\)[\s\S]*\n Next: Dana Test \(dana\)\.\n\? Press Enter, and present/,
    );
    assert.equal(await type(calling, ENTER), undefined);
    const pause = [MENU, PAUSE, `Lunch${ENTER}`, ` ${DOWN} ${ENTER}`];
    const wish = { interject: 'pause', why: 'Lunch', stays: ['dana', 'alice'] };
    assert.deepEqual(await type(people.call({ seat: 'dana', tallies, menu: true }), ...pause), wish);
  });

  test('is never taken by Ctrl-C', async () => {
    for (const menu of [true, false]) {
      const { people, type } = tableOf();
      assert.equal(await type(people.choose({ ...choice, menu }), CTRL_C, CTRL_C, `${DOWN}${ENTER}`), 'other');
    }
  });

  const pause = [PAUSE, `Lunch${ENTER}`, ` ${DOWN} ${ENTER}`];
  const wish = { interject: 'pause', why: 'Lunch', stays: ['dana', 'alice'] };

  test('has the menu as its last option, by its key and by Ctrl-C; who goes back chooses', async () => {
    for (const open of [MENU, CTRL_C, DOWN + DOWN + DOWN + ENTER]) {
      const { terminal, people, type } = tableOf();
      await type(people.enter(placed()));
      const choosing = people.choose(choice);
      await terminal.rest();
      assert.match(terminal.text, /end it\n {2}\? something else: deviation, pause, correction, abort\n/);
      assert.deepEqual(await type(choosing, open, ...pause), wish);
      assert.equal(await type(people.choose(choice), open, ENTER, `${DOWN}${ENTER}`), 'other');
    }
  });

  test('has no menu while what was wanted instead is being done', async () => {
    const { terminal, people, type } = tableOf();
    await type(people.enter(placed()));
    const choosing = people.choose({ ...choice, menu: false });
    await terminal.rest();
    assert.doesNotMatch(terminal.text, /something else/);
    assert.equal(await type(choosing, CTRL_C, DOWN + DOWN + DOWN + ENTER), 'abort');
    const tally = { of: 'it', approved: [], able: ['dana'], missing: 1 };
    assert.equal(
      await type(people.call({ seat: 'dana', tallies: [tally], menu: false }), MENU, CTRL_C, ENTER),
      undefined,
    );
  });
});

describe('the menu at every prompt', () => {
  test('is opened by its key and by Ctrl-C, and left without a trace', async () => {
    for (const open of [MENU, CTRL_C]) {
      for (const back of [ENTER, CTRL_C]) {
        const { terminal, people, type } = tableOf();
        await people.enter(placed({ asks: true }));
        assert.equal(await type(people.ask(question()), open, back, `A1${ENTER}`), 'A1');
        assert.match(terminal.text, /go back to the question|Nothing has happened/);
      }
    }
  });

  test('is opened by its key behind what was refused, which is still on the line', async () => {
    const problem = (typed: string) => (/^\d+$/.test(typed) ? undefined : 'expected a whole number');
    const { terminal, people } = tableOf();
    const asking = people.ask(question({ kind: 'integer', problem }));
    for (const typed of [`x${ENTER}`, MENU, ENTER, `7?${ENTER}`, `\u00158${ENTER}`]) {
      await terminal.rest();
      terminal.type(typed);
    }
    assert.equal(await asking, '8');
    assert.match(terminal.text, /go back to the question/);
  });

  test('is there at both doors of a step', async () => {
    const { people, type } = tableOf();
    const pause = [MENU, PAUSE, `Lunch${ENTER}`, ` ${DOWN} ${ENTER}`];
    const wish = { interject: 'pause', why: 'Lunch', stays: ['dana', 'alice'] };
    assert.deepEqual(await type(people.enter(placed()), ...pause), wish);
    assert.deepEqual(await type(people.leave(placed(), []), ...pause), wish);
    assert.equal(await type(people.leave(placed(), []), MENU, ENTER, ENTER), undefined);
  });

  const asked = async (...lines: readonly string[]) => {
    const table = tableOf();
    await table.people.enter(placed({ asks: true, events: () => EVENTS }));
    const answer = await table.type(table.people.ask(question()), MENU, ...lines);
    return { answer, ...table };
  };
  const answered = { type: 'answer', seat: 'dana', checkedBy: [], question: '' } as const;
  const EVENTS: readonly Event[] = [
    at(1, { ...answered, step: 'film', values: { answer: 'yes' } }),
    at(2, { ...answered, step: 'first', values: { serial: 'A1', day: 'Monday' } }),
    at(3, { ...answered, step: 'words', values: { against: 'print', words: { script: 'x' } } }),
    at(4, { ...answered, step: 'second', values: { serial: 'C3' } }),
  ];

  for (const [effect, keys] of [
    ['none', ''],
    ['skip', DOWN],
    ['repeat', DOWN + DOWN],
  ] as const) {
    test(`asks for all of a deviation with effect ${effect}`, async () => {
      const { answer } = await asked(
        DEVIATION,
        `No film${ENTER}`,
        `Lost${ENTER}`,
        `${keys}${ENTER}`,
        ` ${DOWN}${DOWN} ${ENTER}`,
      );
      assert.deepEqual(answer, {
        interject: 'deviation',
        what: 'No film',
        why: 'Lost',
        effect,
        agreed: ['dana', 'gus'],
      });
    });
  }

  test('wants words for a deviation, and somebody who agrees', async () => {
    const { answer, terminal } = await asked(
      DEVIATION,
      ENTER,
      `No film${ENTER}`,
      `${'x'.repeat(401)}${ENTER}`,
      `\u0015Lost${ENTER}`,
      ENTER,
      ENTER,
      ` ${ENTER}`,
    );
    assert.deepEqual(answer, {
      interject: 'deviation',
      what: 'No film',
      why: 'Lost',
      effect: 'none',
      agreed: ['dana'],
    });
    assert.match(terminal.text, /Who agrees/);
  });

  test('asks for an exchange who leaves, of those for whom others are there, and who of them comes', async () => {
    const said = [`Alice has a fever${ENTER}`, `She cannot go on${ENTER}`, ` ${DOWN}${DOWN} ${ENTER}`];
    const { answer, terminal } = await asked(EXCHANGE, ENTER, `${DOWN}${ENTER}`, ...said);
    assert.deepEqual(answer, {
      interject: 'exchange',
      what: 'Alice has a fever',
      why: 'She cannot go on',
      leaves: 'alice',
      comes: 'heidi',
      agreed: ['dana', 'gus'],
    });
    // Nobody could come for dana, who stands before alice.
    assert.match(terminal.text, /Who leaves\? alice\n✔ Who comes in the place of alice\? heidi\n/);
  });

  test('goes back from an exchange without a trace', async () => {
    for (const lines of [[CTRL_C], [ENTER, CTRL_C], [ENTER, ENTER, MENU], [ENTER, ENTER, `Ill${ENTER}`, MENU]]) {
      const { answer } = await asked(EXCHANGE, ...lines, `A1${ENTER}`);
      assert.equal(answer, 'A1');
    }
  });

  test('says that nobody could come, where the roster has nobody else', async () => {
    const { terminal, people, type } = tableOf();
    await people.enter(placed({ asks: true, here: () => [{ seat: 'dana', others: [] }] }));
    assert.equal(await type(people.ask(question()), MENU, EXCHANGE, `A1${ENTER}`), 'A1');
    assert.match(terminal.text, /Nobody can come in the place of somebody who is here\./);
  });

  test('lets a pause begin when two stay with the equipment, not one', async () => {
    const { answer } = await asked(PAUSE, `Lunch${ENTER}`, ` ${ENTER}`, `${DOWN} ${ENTER}`);
    assert.deepEqual(answer, { interject: 'pause', why: 'Lunch', stays: ['dana', 'alice'] });
  });

  for (const [count, sees] of [
    [8, 'shows all of them'],
    [30, 'says how many they are, where they are more than the page has room for'],
  ] as const)
    test(`of who stays, of ${count}, ${sees}`, async () => {
      const { terminal, people } = tableOf();
      const here = Array.from({ length: count }, (_, index) => ({ seat: `seat-${index + 1}.`, others: [] }));
      await people.enter(placed({ asks: true, here: () => here }));
      const asking = people.ask(question());
      for (const typed of [MENU, PAUSE, `Lunch${ENTER}`, ` ${ENTER}`]) {
        await terminal.rest();
        terminal.type(typed);
      }
      await terminal.rest();
      assert.match(terminal.text, /choose at least 2/);
      assert.equal(terminal.text.includes('seat-8.'), true);
      assert.equal(terminal.text.includes('30 are listed'), count === 30);
      assert.equal(terminal.lost, 0);
      terminal.type(`${DOWN} ${ENTER}`);
      assert.deepEqual(await asking, { interject: 'pause', why: 'Lunch', stays: ['seat-1.', 'seat-2.'] });
    });

  test('offers for a correction the answers with typed values, and keeps what is not typed anew', async () => {
    const { answer } = await asked(CORRECTION, ENTER, `B2${ENTER}`, ENTER, `Misread${ENTER}`);
    assert.deepEqual(answer, {
      interject: 'correction',
      answer: 2,
      values: { serial: 'B2', day: 'Monday' },
      why: 'Misread',
    });
    const second = await asked(CORRECTION, `${DOWN}${DOWN}${ENTER}`, `D4${ENTER}`, `Misread${ENTER}`);
    assert.deepEqual(second.answer, { interject: 'correction', answer: 4, values: { serial: 'D4' }, why: 'Misread' });
  });

  test('says that there is nothing to correct, and goes back', async () => {
    const { people, type, terminal } = tableOf();
    await people.enter(placed({ asks: true }));
    const asking = people.ask(question());
    await terminal.rest();
    for (const keys of [MENU, CORRECTION]) {
      terminal.type(keys);
      await terminal.rest();
    }
    assert.match(terminal.text, /No values have been recorded yet\./);
    assert.equal(await type(asking, `A1${ENTER}`), 'A1');
  });

  test('aborts when the word is typed, and goes back for anything else', async () => {
    const { answer } = await asked(ABORT, `Fire${ENTER}`, `ABORT${ENTER}`);
    assert.deepEqual(answer, { interject: 'abort', why: 'Fire' });
    for (const word of ['', 'abort', 'yes', 'ABORT!']) {
      const back = await asked(ABORT, `Fire${ENTER}`, `${word}${ENTER}`, `A1${ENTER}`);
      assert.equal(back.answer, 'A1', JSON.stringify(word));
    }
  });

  test('leaves every one of its questions without a trace', async () => {
    for (const before of [
      [DEVIATION],
      [DEVIATION, `No film${ENTER}`],
      [DEVIATION, `No film${ENTER}`, `Lost${ENTER}`],
      [DEVIATION, `No film${ENTER}`, `Lost${ENTER}`, ENTER],
      [PAUSE],
      [PAUSE, `Lunch${ENTER}`],
      [CORRECTION],
      [CORRECTION, ENTER],
      [CORRECTION, ENTER, `B2${ENTER}`, ENTER],
      [ABORT],
      [ABORT, `Fire${ENTER}`],
    ]) {
      const { answer } = await asked(...before, CTRL_C, `A1${ENTER}`);
      assert.equal(answer, 'A1', JSON.stringify(before));
    }
  });
});

test('when the guard has had the screen, the next row begins a page', async () => {
  const { terminal, people, type } = tableOf();
  await type(people.enter(placed()), '');
  await people.say(['Below the page.']);
  await terminal.rest();
  assert.match(terminal.text, /The camera runs\.[\s\S]*Below the page\./);
  people.screenTaken();
  await people.say(['On a page of its own.']);
  await terminal.rest();
  assert.match(terminal.text, /^ Test Root CA .*\n Act 2 of 3: Opening/);
  assert.doesNotMatch(terminal.text, /The camera runs|Below the page/);
  assert.match(terminal.text, /On a page of its own\./);
});
