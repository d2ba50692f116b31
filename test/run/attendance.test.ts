import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError, type ErrorCode } from '../../src/base/errors.ts';
import type { Interjection, Question } from '../../src/ports.ts';
import { Attendance } from '../../src/run/attendance.ts';
import { assertRejects } from '../der/refusal.ts';
import { deskOf, LUNCH, placeOf, SIGN } from './desk.ts';
import { fakeType, guardLog, QUIET, run, told } from './fakes.ts';

const wrongPin = () => new CeremonyError('PIN_INCORRECT', 'the PIN was not accepted', { hint: 'two tries are left' });

/** Fails so often with new errors, then is done. */
function failing(times: number, error: () => Error = wrongPin) {
  const tries: number[] = [];
  return {
    tries,
    attempt: async () => {
      tries.push(tries.length + 1);
      if (tries.length <= times) throw error();
      return { done: true };
    },
  };
}

describe('what was refused', () => {
  test('is in the record with its seat, then what people decided, then it is tried again', async () => {
    const { attendance, people, events, log } = deskOf();
    people.choices.push('again');
    const { attempt } = failing(1);
    const noted = async () => {
      log.push('try');
      return await attempt();
    };
    assert.deepEqual(await attendance.attended('alice', noted), { done: true });
    assert.deepEqual(log, ['try', 'refusal PIN_INCORRECT alice', 'decision again', 'try']);
    const [refusal, decision] = events;
    assert.ok(refusal?.type === 'refusal' && decision?.type === 'decision');
    assert.deepEqual(
      [refusal.step, refusal.code, refusal.message, refusal.seat, refusal.proposal],
      ['sign-it', 'PIN_INCORRECT', 'the PIN was not accepted', 'alice', null],
    );
    assert.deepEqual([decision.step, decision.seat, decision.about, decision.choice], ['sign-it', 'dana', 1, 'again']);
    assert.deepEqual(people.told, ['PIN_INCORRECT: the PIN was not accepted', 'two tries are left']);
    assert.deepEqual(people.offered, [['again', 'abort']]);
  });

  test('is tried as often as people say, and each decision is about its own refusal', async () => {
    const { attendance, people, events } = deskOf();
    people.choices.push('again', 'again', 'again');
    const { attempt, tries } = failing(3);
    await attendance.attended('alice', attempt);
    assert.equal(tries.length, 4);
    assert.deepEqual(
      events.map((event) => (event.type === 'decision' ? `about ${event.about}` : event.type)),
      ['refusal', 'about 1', 'refusal', 'about 3', 'refusal', 'about 5'],
    );
  });

  test('ends it when people say so: what was thrown is thrown', async () => {
    const { attendance, people, log } = deskOf();
    people.choices.push('abort');
    const error = wrongPin();
    const { attempt, tries } = failing(9, () => error);
    await assert.rejects(attendance.attended('alice', attempt), error);
    assert.deepEqual(log, ['refusal PIN_INCORRECT alice', 'decision abort']);
    assert.equal(tries.length, 1);
  });

  test('is recorded once, however often it is met on its way out', async () => {
    const error = wrongPin();
    const oath = fakeType(
      'oath',
      async function* (_step, { guard }) {
        await guard.rollCall('alice');
        yield* [];
      },
      ['guard'],
    );
    const { outcome } = await run([{ steps: ['oath'] }], [oath], {
      guard: guardLog([], { rollCall: () => Promise.reject(error) }),
    });
    assert.deepEqual(told(outcome.events).slice(2), [
      'oath begin',
      'oath refused PIN_INCORRECT',
      'oath decided abort',
      'oath aborted PIN_INCORRECT',
      'act 0 end',
    ]);
    assert.equal(outcome.error, error);
  });

  test('goes to another person where that is offered, and only there', async () => {
    const { attendance, people, log } = deskOf();
    people.choices.push('other', 'other');
    assert.equal(await attendance.attendedOr('alice', failing(1).attempt, ['other']), 'other');
    assert.deepEqual(people.offered, [['again', 'other', 'abort']]);
    assert.deepEqual(log, ['refusal PIN_INCORRECT alice', 'decision other']);
    await assertRejects(
      () => attendance.attended('alice', failing(1).attempt),
      'ANSWER_REFUSED',
      '"other" was not offered',
    );
    assert.deepEqual(log.slice(2), ['refusal PIN_INCORRECT alice']);
  });

  test('is not tried again when the decision could not be written down', async () => {
    const full = new CeremonyError('OUTPUT_FULL', 'no room');
    const { attendance, people, recorder } = deskOf();
    people.choices.push('again');
    const commit = recorder.commit.bind(recorder);
    recorder.commit = (data) => (data.type === 'decision' ? Promise.reject(full) : commit(data));
    const { attempt, tries } = failing(1);
    await assert.rejects(attendance.attended('alice', attempt), full);
    assert.equal(tries.length, 1);
  });

  const FINAL: readonly ErrorCode[] = [
    'INTERRUPTED',
    'GUARD_DIED',
    'CEREMONY_ABORTED',
    'CEREMONY_SIGNED_OFF',
    'OUTPUT_FULL',
    'OUTPUT_UNWRITABLE',
  ];
  for (const error of [...FINAL.map((code) => new CeremonyError(code, 'the end')), new TypeError('a bug')]) {
    test(`is asked of nobody when it is ${error instanceof CeremonyError ? error.code : error.name}`, async () => {
      const { attendance, people, log } = deskOf();
      await assert.rejects(attendance.attended('alice', failing(1, () => error).attempt), error);
      assert.deepEqual([people.choosing, people.told, log], [[], [], []]);
    });
  }

  test('before the first step nobody is asked', async () => {
    const { people, recorder, interjections } = deskOf();
    const attendance = new Attendance(people, recorder, () => ({ seats: {}, acts: [] }) as never, interjections);
    await assert.rejects(attendance.terminal.ask(QUESTION), /^Error: nobody is asked before the first step$/);
    await assert.rejects(attendance.attended('alice', failing(1).attempt), /nobody is asked before the first step/);
  });
});

const QUESTION: Question = {
  step: SIGN.key,
  seat: 'dana',
  text: 'How many?',
  kind: 'integer',
  problem: (typed) => (/^\d+$/.test(typed) ? undefined : 'expected a whole number'),
};

describe('a question', () => {
  test('that is answered well is asked once', async () => {
    const { attendance, people, log } = deskOf();
    people.answers.push('3');
    assert.equal(await attendance.terminal.ask(QUESTION), '3');
    assert.deepEqual([people.questions.length, people.choosing.length, log.length], [1, 0, 0]);
  });

  test('whose answer was mistyped is asked again, and the record says nothing of it', async () => {
    const { attendance, people, log } = deskOf();
    people.answers.push('three', 'tree', '3');
    people.choices.push('again', 'again');
    assert.equal(await attendance.terminal.ask(QUESTION), '3');
    assert.deepEqual(
      people.choosing.map(({ step, text }) => [step, text]),
      [
        ['sign-it', '"three": expected a whole number'],
        ['sign-it', '"tree": expected a whole number'],
      ],
    );
    assert.deepEqual(people.offered[0], ['again', 'abort']);
    assert.deepEqual(log, []);
  });

  test('goes to the step as it was typed when that is what was meant', async () => {
    const { attendance, people, log } = deskOf();
    people.answers.push('three');
    people.choices.push('abort');
    assert.equal(await attendance.terminal.ask(QUESTION), 'three');
    assert.deepEqual(log, []);
  });

  test('whose answer could be one is asked again, or stands, as people decide', async () => {
    const doubted: Question = { ...QUESTION, doubt: (typed) => (typed === '3' ? undefined : 'it is not three') };
    const { attendance, people, log } = deskOf();
    people.answers.push('4', '3', '5');
    people.choices.push('again', 'abort');
    assert.equal(await attendance.terminal.ask(doubted), '3');
    assert.equal(await attendance.terminal.ask(doubted), '5');
    assert.deepEqual(
      people.choosing.map(({ text }) => text),
      ['"4": it is not three', '"5": it is not three'],
    );
    assert.deepEqual(log, []);
  });

  test('stands when something else was wanted that cannot be done; the record says that it was refused', async () => {
    const { attendance, people, log, events } = deskOf();
    people.answers.push({ interject: 'correction', answer: 7, values: {}, why: 'Misread' }, '3');
    assert.equal(await attendance.terminal.ask(QUESTION), '3');
    assert.deepEqual(
      people.questions.map(({ text }) => text),
      ['How many?', 'How many?'],
    );
    assert.deepEqual(log, ['refusal CORRECTION_REFUSED null']);
    assert.equal(events[0]?.type === 'refusal' ? events[0].message : '', 'event 7 holds no recorded values');
    assert.deepEqual(people.told, ['CORRECTION_REFUSED: event 7 holds no recorded values']);
  });

  test('ends with the ceremony when that is what people want', async () => {
    const { attendance, people, log } = deskOf();
    people.answers.push({ interject: 'abort', why: 'Fire alarm' });
    await assertRejects(
      () => attendance.terminal.ask(QUESTION),
      'CEREMONY_ABORTED',
      'the people ended the ceremony: Fire alarm',
    );
    assert.deepEqual(log, []);
  });
});

describe('a choice', () => {
  const lost: Interjection = { interject: 'deviation', what: 'No film', why: 'Lost', effect: 'none', agreed: ['gus'] };

  test('stands while something else is wanted first, and what it is about is said again', async () => {
    const { attendance, people, log } = deskOf();
    people.choices.push(lost, 'later', 'again');
    await attendance.attended('alice', failing(1).attempt);
    assert.deepEqual(
      log.filter((line) => !line.startsWith('create')),
      ['refusal PIN_INCORRECT alice', 'deviation none', 'deviate', 'decision again'],
    );
    const said = ['PIN_INCORRECT: the PIN was not accepted', 'two tries are left'];
    assert.deepEqual(people.told, [...said, ...said]);
  });

  test('has a menu, and none while what was wanted is being done', async () => {
    const { attendance, people } = deskOf();
    people.choices.push(lost, 'now', 'alice', 'bob', 'carol', 'again');
    await attendance.attended('alice', failing(1).attempt);
    assert.deepEqual(
      people.choosing.map(({ text, menu }) => [text, menu]),
      [
        ['What is to be done?', true],
        ['The deviation needs approval.', false],
        ['Who presents next?', false],
        ['Who presents next?', false],
        ['Who presents next?', false],
        ['What is to be done?', true],
      ],
    );
  });

  test('ends with the ceremony when that is what people want', async () => {
    const { attendance, people, log } = deskOf();
    people.choices.push({ interject: 'abort', why: 'Fire alarm' });
    await assertRejects(
      () => attendance.attended('alice', failing(1).attempt),
      'CEREMONY_ABORTED',
      'the people ended the ceremony: Fire alarm',
    );
    assert.deepEqual(log, ['refusal PIN_INCORRECT alice']);
  });

  test('says what cannot be done as it was wanted, and stands', async () => {
    const { attendance, people, log } = deskOf();
    people.choices.push({ ...lost, effect: 'skip' }, 'again');
    await attendance.attended('alice', failing(1).attempt);
    assert.deepEqual(log, ['refusal PIN_INCORRECT alice', 'refusal DEVIATION_REFUSED null', 'decision again']);
    assert.equal(people.told.filter((line) => line.startsWith('DEVIATION_REFUSED')).length, 1);
  });
});

describe('a decision to abort', () => {
  test('ends the question in the midst of which it was taken, too', async () => {
    const error = wrongPin();
    const { attendance, people, log } = deskOf({ approveDeviation: () => Promise.reject(error) });
    await attendance.enter(placeOf(LUNCH, () => []));
    people.answers.push({ interject: 'deviation', what: 'No film', why: 'Lost', effect: 'none', agreed: ['gus'] }, '3');
    people.choices.push('now', 'alice', 'abort');
    await assert.rejects(attendance.terminal.ask(QUESTION), error);
    assert.deepEqual(log.slice(-2), ['refusal PIN_INCORRECT alice', 'decision abort']);
    assert.equal(people.questions.length, 1);
  });
});

describe('the doors of a step', () => {
  test('are asked at until nothing else is wanted', async () => {
    const wish = { interject: 'deviation', what: 'No film', why: 'Lost', effect: 'none', agreed: ['gus'] } as const;
    const { outcome, people } = await run([{ steps: ['quiet'] }], [QUIET], {}, (script) => {
      script.doors.push(wish, undefined, wish);
      script.choices.push('later', 'later');
    });
    assert.deepEqual(people.passed.slice(1, -1), ['enter quiet', 'enter quiet', 'leave quiet', 'leave quiet']);
    assert.deepEqual(told(outcome.events).slice(2, -1), [
      'quiet begin',
      'quiet deviated none',
      'quiet saw 1',
      'quiet deviated none',
      'quiet end',
    ]);
  });

  test('lead out of the ceremony', async () => {
    const { outcome } = await run([{ steps: ['quiet'] }], [QUIET], {}, (script) =>
      script.doors.push({ interject: 'abort', why: 'Fire alarm' }),
    );
    assert.deepEqual(told(outcome.events).slice(2), [
      'quiet begin',
      'quiet refused CEREMONY_ABORTED',
      'quiet aborted CEREMONY_ABORTED',
      'act 0 end',
    ]);
  });

  test('show at the end what the step left in the record, and nothing of before', async () => {
    const { people } = await run([{ steps: ['quiet', { id: 'again', type: 'quiet' }] }], [QUIET]);
    assert.deepEqual(people.recorded.map(told), [['quiet saw 1'], ['again saw 1']]);
  });
});
