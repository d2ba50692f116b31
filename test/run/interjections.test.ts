import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { wordRows } from '../../src/base/words.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { Approved, Interjection, Question } from '../../src/ports.ts';
import { deviationStatementBytes } from '../../src/quorum/deviation.ts';
import { StepLeft } from '../../src/run/interjections.ts';
import { assertRejects } from '../der/refusal.ts';
import { CEREMONY, deskOf, LUNCH, OATH, PREPARE, placeOf, SIGN, TAKE } from './desk.ts';
import { CLOSE, fakeType, guardLog, QUIET, run, saw, told } from './fakes.ts';

type Wish<T extends Interjection['interject']> = Extract<Interjection, { interject: T }>;

const QUESTION: Question = { step: LUNCH.key, seat: 'dana', text: 'Done?', kind: 'confirm' };

/** The desk in a step of people alone. */
async function deskIn(step: PlannedStep, ...given: Parameters<typeof deskOf>) {
  const all = deskOf(...given);
  await all.attendance.enter(placeOf(step, () => all.events));
  /** People want something else at a question, and answer it then. */
  const interject = (wish: Interjection, ...choices: readonly string[]) => {
    all.people.answers.push(wish, 'done');
    all.people.choices.push(...choices);
    return all.attendance.terminal.ask({ ...QUESTION, step: step.key });
  };
  return { ...all, interject };
}

const signed = (seat: string) => ({
  signature: Buffer.from(`by ${seat}`),
  token: `token of ${seat}`,
  origin: 'attested',
});

const approved = (seat: string, decision: Approved['decisions'][number]): Approved => ({
  seat,
  decisions: [decision],
  opened: [],
});

/** A guard whose people decline when they are named, and sign otherwise. */
const declining = (...seats: readonly string[]) => ({
  approveDeviation: async (seat: string) =>
    approved(seat, seats.includes(seat) ? { declined: 'not with me' } : signed(seat)),
});

const deviation = (change: Partial<Wish<'deviation'>> = {}): Wish<'deviation'> => ({
  interject: 'deviation',
  what: 'The second camera has no film',
  why: 'It was not delivered',
  effect: 'none',
  agreed: ['gus', 'dana'],
  ...change,
});

describe('a deviation', () => {
  test('is recorded, its statement is in the pack, the guard knows of it, and the quorum signs it', async () => {
    const { interject, log } = await deskIn(LUNCH);
    assert.equal(await interject(deviation(), 'now'), 'done');
    assert.deepEqual(log, [
      'deviation none',
      'create approvals/1.json',
      'deviate',
      'guard approveDeviation alice',
      'create approvals/1-alice.p7s',
      'approval alice',
      'guard approveDeviation bob',
      'create approvals/1-bob.p7s',
      'approval bob',
      'guard approveDeviation carol',
      'create approvals/1-carol.p7s',
      'approval carol',
    ]);
  });

  test('is one event with those who agreed in order, and approvals that name it', async () => {
    const { interject, events, files } = await deskIn(LUNCH);
    await interject(deviation(), 'now');
    const [said, first] = events;
    assert.ok(said?.type === 'deviation' && first?.type === 'approval');
    assert.deepEqual(
      [said.step, said.what, said.why, said.effect, said.agreed],
      ['lunch', 'The second camera has no film', 'It was not delivered', 'none', ['dana', 'gus']],
    );
    assert.deepEqual(
      [first.proposal, first.seat, first.signature, first.token, first.origin],
      [1, 'alice', sha256('by alice'), 'token of alice', 'attested'],
    );
    assert.equal(String(files.content.get('approvals/1-alice.p7s')), 'by alice');
  });

  test('has one statement for guard, people and pack: the record up to it, by the head after it', async () => {
    const given: string[] = [];
    const told: string[] = [];
    const { interject, files, recorder } = await deskIn(LUNCH, {
      deviate: async (statement) => void told.push(Buffer.from(statement).toString()),
      approveDeviation: async (seat, statement) => {
        given.push(Buffer.from(statement).toString());
        return approved(seat, signed(seat));
      },
    });
    await interject(deviation(), 'now');
    const statement = deviationStatementBytes({
      ceremony: CEREMONY,
      deviation: recorder.headAt(1),
      effect: 'none',
      event: 1,
      names: [],
      step: 'lunch',
      what: 'The second camera has no film',
      why: 'It was not delivered',
    });
    const text = Buffer.from(statement).toString();
    assert.equal(String(files.content.get('approvals/1.json')), text);
    assert.deepEqual(told, [text]);
    assert.deepEqual(given, [text, text, text]);
  });

  test('that somebody declines is approved by another, and the reason is in the record', async () => {
    const { interject, log, events } = await deskIn(LUNCH, declining('bob'));
    await interject(deviation(), 'now');
    assert.deepEqual(
      log.filter((line) => line.startsWith('approval') || line.startsWith('declined')),
      ['approval alice', 'declined bob', 'approval carol', 'approval dave'],
    );
    const declined = events.find((event) => event.type === 'declined');
    assert.deepEqual([declined?.proposal, declined?.reason], [1, 'not with me']);
  });

  test('lets somebody who mistyped the PIN try again, or another come instead', async () => {
    let refusals = 0;
    const { interject, log, people } = await deskIn(LUNCH, {
      approveDeviation: async (seat) => {
        if (seat !== 'carol' && refusals++ < 2) throw new CeremonyError('PIN_INCORRECT', 'the PIN was not accepted');
        return approved(seat, signed(seat));
      },
    });
    await interject(deviation(), 'now', 'alice', 'again', 'other');
    assert.deepEqual(people.offered[2], ['again', 'other', 'abort']);
    assert.deepEqual(
      log.filter((line) => !line.startsWith('create')),
      [
        'deviation none',
        'deviate',
        'refusal PIN_INCORRECT alice',
        'decision again',
        'refusal PIN_INCORRECT alice',
        'decision other',
        'approval bob',
        'approval carol',
        'approval dave',
      ],
    );
  });

  test('is approved by those whom people say, who see each time who has and who is still needed', async () => {
    const { interject, log, people } = await deskIn(LUNCH, declining('carol'));
    await interject(deviation(), 'now', 'erin', 'carol', 'dave');
    assert.deepEqual(
      log.filter((line) => line.startsWith('approval') || line.startsWith('declined')),
      ['approval erin', 'declined carol', 'approval dave', 'approval alice'],
    );
    const of = 'To approve: the deviation "The second camera has no film"';
    assert.deepEqual(
      people.choosing.slice(1).map(({ text, tallies }) => [text, tallies]),
      [
        ['Who presents next?', [{ of, approved: [], able: ['alice', 'bob', 'carol', 'dave', 'erin'], missing: 3 }]],
        ['Who presents next?', [{ of, approved: ['erin'], able: ['alice', 'bob', 'carol', 'dave'], missing: 2 }]],
        ['Who presents next?', [{ of, approved: ['erin'], able: ['alice', 'bob', 'dave'], missing: 2 }]],
        ['Who presents next?', [{ of, approved: ['erin', 'dave'], able: ['alice', 'bob'], missing: 1 }]],
      ],
    );
  });

  test('calls those who are needed in any case, and asks nobody when too few are left', async () => {
    const { interject, log, people } = await deskIn(LUNCH, declining('alice', 'bob', 'dave'));
    await interject(deviation(), 'now', 'alice', 'bob');
    assert.deepEqual(
      people.called.map(({ seat, tallies }) => [seat, tallies.map(({ approved: by, able }) => [by, able])]),
      [
        ['carol', [[[], ['carol', 'dave', 'erin']]]],
        ['dave', [[['carol'], ['dave', 'erin']]]],
      ],
    );
    assert.deepEqual(
      log.filter((line) => line.startsWith('approval') || line.startsWith('declined')),
      ['declined alice', 'declined bob', 'approval carol', 'declined dave'],
    );
  });

  test('may wait: it is approved before the next operation is proposed', async () => {
    const { interject, log, desk, drain, people } = await deskIn(LUNCH);
    await interject(deviation(), 'later');
    assert.deepEqual(people.offered, [['now', 'later']]);
    assert.deepEqual(log.slice(-1), ['deviate']);
    log.length = 0;
    await drain(desk.propose([TAKE]));
    assert.deepEqual(
      log.filter((line) => !line.startsWith('create')),
      [
        ...['alice', 'bob', 'carol'].flatMap((seat) => [`guard approveDeviation ${seat}`, `approval ${seat}`]),
        'proposed',
        'guard propose',
      ],
    );
    log.length = 0;
    await drain(desk.propose([SIGN]));
    assert.equal(
      log.some((line) => line.startsWith('approval')),
      false,
      'what was approved is approved once',
    );
  });

  test('may wait until the next operation that was proposed before it is done', async () => {
    const { interject, log, desk, drain } = await deskIn(LUNCH);
    await drain(desk.propose([TAKE]));
    await interject(deviation(), 'later');
    log.length = 0;
    await drain(desk.execute(TAKE));
    assert.deepEqual(
      log.filter((line) => !line.startsWith('create')),
      [
        ...['alice', 'bob', 'carol'].flatMap((seat) => [`guard approveDeviation ${seat}`, `approval ${seat}`]),
        'intent',
        'guard execute',
        'result done',
      ],
    );
  });

  test('that too few approve lets nothing be proposed', async () => {
    const { interject, log, desk, drain } = await deskIn(LUNCH, declining('alice', 'carol', 'erin'));
    await interject(deviation(), 'later');
    await assertRejects(
      () => drain(desk.propose([TAKE])),
      'DEVIATION_UNAPPROVED',
      'the deviation of event 1 has not been approved; no HSM is used before',
    );
    assert.equal(log.includes('proposed'), false);
    assert.equal(log.includes('guard propose'), false);
  });

  test('that too few approve lets nothing be done that was proposed before', async () => {
    const { interject, log, desk, drain } = await deskIn(LUNCH, declining('alice', 'carol', 'erin'));
    await drain(desk.propose([TAKE]));
    await interject(deviation(), 'later');
    await assertRejects(
      () => drain(desk.execute(TAKE)),
      'DEVIATION_UNAPPROVED',
      'the deviation of event 2 has not been approved; no HSM is used before',
    );
    assert.equal(log.includes('intent'), false);
    assert.equal(log.includes('guard execute'), false);
  });

  test('is asked about again, of those who have not approved it, at the next operation', async () => {
    let unwilling = ['bob', 'carol', 'erin'];
    const { interject, log, desk, drain } = await deskIn(LUNCH, {
      approveDeviation: async (seat) => {
        log.push(`guard approveDeviation ${seat}`);
        return declining(...unwilling).approveDeviation(seat);
      },
    });
    await interject(deviation(), 'now');
    unwilling = [];
    log.length = 0;
    await drain(desk.propose([TAKE]));
    assert.deepEqual(
      log.filter((line) => line.startsWith('guard approve')),
      ['guard approveDeviation bob'],
    );
  });

  for (const effect of ['skip', 'repeat'] as const) {
    test(`to ${effect} leaves a step of people, once it is approved; there is no later for it`, async () => {
      const { interject, people, log } = await deskIn(LUNCH);
      await assert.rejects(
        interject(deviation({ effect })),
        (error) => error instanceof StepLeft && error.effect === effect,
      );
      assert.ok(people.choosing.every(({ text }) => text === 'Who presents next?'));
      assert.equal(log.filter((line) => line.startsWith('approval')).length, 3);
    });

    test(`to ${effect} leaves the step as it is while it is not approved`, async () => {
      const { interject, log, events } = await deskIn(LUNCH, declining('alice', 'carol', 'erin'));
      assert.equal(await interject(deviation({ effect })), 'done');
      assert.equal(log.at(-1), 'refusal DEVIATION_UNAPPROVED null');
      const refusal = events.at(-1);
      assert.equal(
        refusal?.type === 'refusal' ? refusal.message : '',
        'the deviation was not approved: the step stays as it is',
      );
    });

    for (const step of [
      SIGN,
      TAKE,
      PREPARE,
      ...['check-clock', 'roll-call', 'inspect-token', 'approve', 'close'].map(typed),
      ...(effect === 'skip' ? ['compare'] : ['attest']).map(typed),
    ]) {
      test(`to ${effect} is refused in a step of type ${step.type}${step.operation ? ` (${step.operation})` : ''}`, async () => {
        const { interject, log, events } = await deskIn(step);
        assert.equal(await interject(deviation({ effect })), 'done');
        assert.deepEqual(log, ['refusal DEVIATION_REFUSED null']);
        const [refusal] = events;
        assert.equal(
          refusal?.type === 'refusal' ? refusal.message : '',
          `step "${step.key}" is of type "${step.type}", which is never ${effect === 'skip' ? 'skipped' : 'repeated'}`,
        );
      });
    }
  }

  test('that was not approved before an interruption is to be approved after it, by those who had not', async () => {
    const told: unknown[] = [];
    const { interjections, attendance, recorder, files, log, people } = await deskIn(LUNCH, {
      deviate: async (statement, approvals) => {
        told.push([JSON.parse(Buffer.from(statement).toString()).event, approvals?.map(({ seat }) => seat)]);
      },
    });
    const data = { ...deviation(), type: 'deviation', step: LUNCH.key, names: [], agreed: ['dana'] } as const;
    const { interject: _none, ...event } = data;
    const byThree = ['alice', 'bob', 'carol'].map((seat) => [1, seat] as const);
    await recorder.commit(event);
    await recorder.commit(event);
    for (const [proposal, seat] of [...byThree, [2, 'alice'] as const]) {
      await files.create(`approvals/${proposal}-${seat}.p7s`, Buffer.from(`by ${seat}`));
      await recorder.commit({ type: 'approval', proposal, seat, signature: '', token: '', origin: '' });
    }
    log.length = 0;
    await interjections.recall((path) => files.read(path));
    assert.deepEqual(told, [[2, ['alice']]]);
    await interjections.approveAll(attendance);
    assert.deepEqual(log, [
      'create approvals/2.json',
      ...['bob', 'carol'].flatMap((seat) => [
        `guard approveDeviation ${seat}`,
        `create approvals/2-${seat}.p7s`,
        `approval ${seat}`,
      ]),
    ]);
    assert.deepEqual(people.offered, [
      ['bob', 'carol', 'dave', 'erin'],
      ['carol', 'dave', 'erin'],
    ]);
  });

  test('has no attestation made twice, whose statement lies in a file of its own name', async () => {
    const { interject, log } = await deskIn(OATH);
    await interject(deviation({ effect: 'repeat' }));
    assert.deepEqual(log, ['refusal DEVIATION_REFUSED null']);
  });

  test('with no effect is taken in every step', async () => {
    const { interject, log } = await deskIn(SIGN);
    await interject(deviation(), 'later');
    assert.deepEqual(log, ['deviation none', 'create approvals/1.json', 'deviate']);
  });

  for (const [name, change, message] of [
    ['a character that hides', { what: 'No\u200b film' }, '"what" holds a character that U+200B is invisible'],
    [
      'text that is reordered',
      { why: 'Lost\u202e' },
      '"why" holds a character that U+202E changes the direction in which text is shown',
    ],
    ['nothing', { why: '  ' }, '"why" has 2 characters, expected 1 to 400'],
    ['more than fits on a screen', { what: 'x'.repeat(401) }, '"what" has 401 characters, expected 1 to 400'],
  ] as const) {
    test(`of ${name} is refused before any of it is recorded`, async () => {
      const { interject, log, events } = await deskIn(LUNCH);
      await interject(deviation(change));
      assert.deepEqual(log, ['refusal ANSWER_REFUSED null']);
      assert.equal(events[0]?.type === 'refusal' ? events[0].message : '', message);
    });
  }
});

/** A step of a type that is none of the tests' own. */
function typed(type: string): PlannedStep {
  return { ...LUNCH, id: type, key: type, type };
}

describe('a ceremony with a deviation', () => {
  const asks = fakeType(
    'confirm',
    async function* (step, { terminal }) {
      yield saw(step.key, 1);
      await terminal.ask({ ...QUESTION, step: step.key });
      yield saw(step.key, 2);
    },
    ['terminal'],
  );
  const guard = guardLog([], declining());
  const approvals = ['approval of alice', 'approval of bob', 'approval of carol'];

  test('skips the step where it stands: its end follows, and nothing more of it', async () => {
    const { outcome } = await run([{ steps: ['confirm', 'quiet'] }], [asks, QUIET], { guard }, (people) =>
      people.answers.push(deviation({ effect: 'skip' })),
    );
    assert.deepEqual(told(outcome.events).slice(2, -3), [
      'confirm begin',
      'confirm saw 1',
      'confirm deviated skip',
      ...approvals,
      'confirm end',
      'quiet begin',
    ]);
    assert.equal(outcome.outcome, 'complete');
  });

  test('repeats the step from its beginning, as often as is agreed', async () => {
    const { outcome, people } = await run([{ steps: ['confirm', 'quiet'] }], [asks, QUIET], { guard }, (script) =>
      script.answers.push(deviation({ effect: 'repeat' }), deviation({ effect: 'repeat' })),
    );
    const again = ['confirm begin', 'confirm saw 1', 'confirm deviated repeat', ...approvals, 'confirm end'];
    assert.deepEqual(told(outcome.events).slice(2, -4), [
      ...again,
      ...again,
      'confirm begin',
      'confirm saw 1',
      'confirm saw 2',
      'confirm end',
    ]);
    assert.deepEqual(
      people.passed.filter((door) => door.endsWith('confirm')),
      ['enter confirm', 'enter confirm', 'enter confirm', 'leave confirm'],
    );
  });

  test('lets the step clean up after itself', async () => {
    const went: string[] = [];
    const careful = fakeType(
      'confirm',
      async function* (step, { terminal }) {
        try {
          await terminal.ask({ ...QUESTION, step: step.key });
        } finally {
          went.push('cleaned up');
        }
        yield* [];
      },
      ['terminal'],
    );
    await run([{ steps: ['confirm'] }], [careful], { guard }, (people) =>
      people.answers.push(deviation({ effect: 'skip' })),
    );
    assert.deepEqual(went, ['cleaned up']);
  });

  const signsOff = fakeType('sign-off', async function* (step) {
    const statement = { statement: null, signature: null, facts: {} } as const;
    yield { type: 'statement', step: step.key, seat: 'ivo', kind: 'sign-off', evidence: 'paper', ...statement };
  });

  test('has it approved before anybody signs off', async () => {
    const { outcome } = await run([{ steps: ['quiet', 'sign-off'] }], [QUIET, signsOff], { guard }, (people) => {
      people.doors.push(undefined, deviation(), undefined, undefined, deviation());
      people.choices.push('later', 'alice', 'bob', 'carol', 'later');
    });
    assert.deepEqual(told(outcome.events).slice(5, -1), [
      'quiet end',
      'sign-off begin',
      ...approvals,
      'statement',
      'sign-off deviated none',
      'sign-off end',
    ]);
  });

  test('is aborted where it stays unapproved, and signed off all the same', async () => {
    const { outcome } = await run(
      [{ steps: ['quiet', 'sign-off'] }, { always: true, steps: ['sign-off', 'close'] }],
      [QUIET, signsOff, CLOSE],
      { guard: guardLog([], declining('alice', 'carol', 'erin')) },
      (people) => {
        people.doors.push(undefined, deviation());
        people.choices.push('later');
      },
    );
    assert.equal(outcome.error?.code, 'DEVIATION_UNAPPROVED');
    assert.deepEqual(told(outcome.events).slice(-9), [
      'sign-off refused DEVIATION_UNAPPROVED',
      'sign-off aborted DEVIATION_UNAPPROVED',
      'act 0 end',
      'act 1 begin',
      'sign-off begin',
      'statement',
      'sign-off end',
      'close begin',
      'closed aborted',
    ]);
  });
});

describe('a pause', () => {
  const pause: Wish<'pause'> = { interject: 'pause', why: 'Lunch', stays: ['gus', 'dana'] };
  /** The last row of a digest's words, as people have it on paper. */
  const row = (digest: string) => wordRows(digest).at(-1)?.words.join(' ') ?? '';

  /** In a step with something in the record, and the words that are written down when it pauses now. */
  async function deskBefore(guard: Parameters<typeof deskOf>[0] = {}) {
    const all = await deskIn(LUNCH, guard);
    const { head } = await all.recorder.commit(saw(LUNCH.key, 1));
    all.log.length = 0;
    const wish = (change: Partial<Wish<'pause'>>, ...typed: readonly (string | Interjection)[]) => {
      all.people.answers.push({ ...pause, ...change }, ...typed, 'done');
      return all.attendance.terminal.ask(QUESTION);
    };
    return { ...all, head, wish };
  }

  test('locks the HSM, is recorded over the head that people write down, and ends when two type it back', async () => {
    const { wish, log, events, head } = await deskBefore();
    assert.equal(await wish({}, row(head), row(head)), 'done');
    assert.deepEqual(log, ['lock', 'pause begin', 'pause end']);
    const [, begin, end] = events;
    assert.ok(begin?.type === 'pause' && end?.type === 'pause');
    const frame = ['lunch', 'Lunch', ['dana', 'gus'], head];
    assert.deepEqual([begin.step, begin.why, begin.stays, begin.head, begin.typedBy], [...frame, []]);
    assert.deepEqual([end.step, end.why, end.stays, end.head, end.typedBy], [...frame, ['dana', 'alice']]);
  });

  test('shows every row of the words, asks whether everybody is back, and who types; two different people do', async () => {
    const { wish, people, head } = await deskBefore();
    people.choices.push('back', 'gus', 'alice');
    await wish({}, row(head), row(head));
    assert.deepEqual(people.told.slice(1, -1), [
      ...wordRows(head).map(({ number, words }) => `${number}  ${words.join('  ')}`),
    ]);
    assert.equal(people.told.at(-1), 'dana and gus stay with the equipment.');
    const present = ['dana', 'alice', 'bob', 'carol', 'dave', 'erin', 'gus'];
    assert.deepEqual(people.offered, [['back'], present, present.filter((seat) => seat !== 'gus')]);
    assert.deepEqual(
      people.questions.slice(1, -1).map(({ seat, kind, against, shown }) => [seat, kind, against, shown]),
      [
        ['gus', 'words', 'paper', head],
        ['alice', 'words', 'paper', head],
      ],
    );
  });

  test('goes on until the words are right; what was typed wrong is recorded with its seat, and between the two', async () => {
    const { wish, log, events, head } = await deskBefore();
    const wrong = row(sha256('another head'));
    await wish({}, wrong, row(head), wrong, '', row(head).toUpperCase().replaceAll(' ', '   '));
    assert.deepEqual(log, [
      'lock',
      'pause begin',
      'refusal COMPARISON_FAILED dana',
      'refusal COMPARISON_FAILED alice',
      'refusal COMPARISON_FAILED alice',
      'pause end',
    ]);
    const refusal = events.find((event) => event.type === 'refusal');
    assert.equal(refusal?.message, 'what "dana" typed is not the last row of the head');
  });

  test('lets people do nothing else before it has ended, and records nothing of it', async () => {
    const { wish, log, people, head } = await deskBefore();
    await wish({}, deviation(), row(head), { ...pause }, row(head));
    assert.deepEqual(log, ['lock', 'pause begin', 'pause end']);
    assert.equal(people.told.filter((line) => line.startsWith('The ceremony pauses')).length, 2);
  });

  test('ends with the ceremony when people abort in it', async () => {
    const { wish, log } = await deskBefore();
    await assertRejects(
      () => wish({}, { interject: 'abort', why: 'Flood' }),
      'CEREMONY_ABORTED',
      'the people ended the ceremony: Flood',
    );
    assert.deepEqual(log, ['lock', 'pause begin']);
  });

  test('is not ended by an abort that was refused', async () => {
    const { wish, log, head } = await deskBefore();
    await wish({}, { interject: 'abort', why: '\u202e' }, row(head), row(head));
    assert.deepEqual(log, ['lock', 'pause begin', 'refusal ANSWER_REFUSED null', 'pause end']);
  });

  test('is refused while something is proposed: nobody leaves that lying', async () => {
    const { wish, log, events, desk, drain } = await deskBefore();
    await drain(desk.propose([TAKE]));
    log.length = 0;
    await wish({});
    assert.deepEqual(log, ['refusal PAUSE_REFUSED null']);
    const refusal = events.at(-1);
    assert.equal(
      refusal?.type === 'refusal' ? refusal.message : '',
      'operations are proposed and not done; nobody leaves them lying',
    );
  });

  test('is possible again when what was proposed is done', async () => {
    const { wish, log, desk, drain, recorder } = await deskBefore();
    await drain(desk.propose([TAKE]));
    await drain(desk.execute(TAKE));
    log.length = 0;
    await wish({}, row(recorder.head), row(recorder.head));
    assert.deepEqual(log, ['lock', 'pause begin', 'pause end']);
  });

  for (const stays of [[], ['gus'], ['gus', 'gus']]) {
    test(`is refused when ${stays.length} people named ${new Set(stays).size} stay with the equipment`, async () => {
      const { wish, log, events } = await deskBefore();
      await wish({ stays });
      assert.deepEqual(log, ['refusal PAUSE_REFUSED null']);
      const refusal = events.at(-1);
      assert.equal(
        refusal?.type === 'refusal' ? refusal.message : '',
        '2 people stay with the equipment while the others leave',
      );
    });
  }

  test('does not begin when the HSM could not be locked', async () => {
    const { wish, log } = await deskBefore({
      lock: () => Promise.reject(new CeremonyError('HSM_DEVICE_ERROR', 'the module does not answer')),
    });
    await wish({});
    assert.deepEqual(log, ['refusal HSM_DEVICE_ERROR null']);
  });
});

describe('a correction', () => {
  const correction = (change: Partial<Wish<'correction'>> = {}): Wish<'correction'> => ({
    interject: 'correction',
    answer: 1,
    values: { serial: 'B1234', day: '2027-03-10' },
    why: 'Misread',
    ...change,
  });

  /** In a later step, with the serial of the camera in event 1, and an answer without values in event 2. */
  async function deskAfter() {
    const all = await deskIn(LUNCH);
    const answer = { type: 'answer', seat: 'dana', checkedBy: ['gus'], question: '' } as const;
    await all.recorder.commit({ ...answer, step: 'camera', values: { serial: 'A1234', day: '2027-03-10' } });
    await all.recorder.commit({ ...answer, step: 'lunch', values: { answer: 'done' } });
    all.log.length = 0;
    return all;
  }

  test('stands in the open step, names the answer, and has its people', async () => {
    const { interject, events, log } = await deskAfter();
    assert.equal(await interject(correction()), 'done');
    assert.deepEqual(log, ['correction']);
    const [answer, , event] = events;
    assert.ok(event?.type === 'correction');
    assert.deepEqual(
      [event.step, event.answer, event.seat, event.checkedBy, event.values, event.why],
      ['lunch', 1, 'dana', ['gus'], { serial: 'B1234', day: '2027-03-10' }, 'Misread'],
    );
    assert.deepEqual(answer?.type === 'answer' ? answer.values : {}, { serial: 'A1234', day: '2027-03-10' });
  });

  test('may be made again, of the same answer', async () => {
    const { interject, log } = await deskAfter();
    await interject(correction());
    await interject(correction({ values: { serial: 'C1234', day: '2027-03-10' } }));
    assert.deepEqual(log, ['correction', 'correction']);
  });

  for (const [name, change, code, message] of [
    [
      'of another shape',
      { values: { serial: '1234', day: '2027-03-10' } },
      'ANSWER_REFUSED',
      '"serial" was typed as "1234": expected the shape #9999',
    ],
    [
      'that is no date',
      { values: { serial: 'B1234', day: 'today' } },
      'ANSWER_REFUSED',
      '"day" was typed as "today": expected a date such as 2027-03-01',
    ],
    ['too few', { values: { serial: 'B1234' } }, 'CORRECTION_REFUSED', 'a correction holds all of day, serial'],
    [
      'too many',
      { values: { serial: 'B1234', day: '2027-03-10', film: 'no' } },
      'CORRECTION_REFUSED',
      'a correction holds all of day, serial',
    ],
    ['of an answer without values', { answer: 2 }, 'CORRECTION_REFUSED', 'event 2 holds no recorded values'],
    ['of what is not there', { answer: 3 }, 'CORRECTION_REFUSED', 'event 3 holds no recorded values'],
    ['of event 0', { answer: 0 }, 'CORRECTION_REFUSED', 'event 0 holds no recorded values'],
    [
      'for a reason that hides something',
      { why: 'Mis\u200bread' },
      'ANSWER_REFUSED',
      '"why" holds a character that U+200B is invisible',
    ],
  ] as const) {
    test(`with values ${name} is refused, and nothing is corrected`, async () => {
      const { interject, events, log } = await deskAfter();
      await interject(correction(change));
      assert.deepEqual(log, [`refusal ${code} null`]);
      const refusal = events.at(-1);
      assert.equal(refusal?.type === 'refusal' ? refusal.message : '', message);
    });
  }

  test('is not one of another correction', async () => {
    const { interject, log } = await deskAfter();
    await interject(correction());
    await interject(correction({ answer: 3 }));
    assert.deepEqual(log, ['correction', 'refusal CORRECTION_REFUSED null']);
  });
});

describe('an abort', () => {
  test('ends the ceremony in order, with the reason in the record', async () => {
    const asked: string[] = [];
    const { outcome } = await run(
      [{ steps: ['quiet', 'quiet'] }, { always: true, steps: ['close'] }],
      [QUIET, CLOSE],
      { guard: guardLog(asked) },
      (people) => people.doors.push(undefined, { interject: 'abort', why: 'Fire alarm' }),
    );
    assert.deepEqual(told(outcome.events).slice(4), [
      'quiet refused CEREMONY_ABORTED',
      'quiet aborted CEREMONY_ABORTED',
      'act 0 end',
      'act 1 begin',
      'close begin',
      'closed aborted',
    ]);
    const abort = outcome.events.find((event) => event.type === 'abort');
    assert.equal(abort?.message, 'the people ended the ceremony: Fire alarm');
    assert.deepEqual(asked.slice(1), ['signOff']);
  });
});
