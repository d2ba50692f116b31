import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { planAfter } from '../../src/plan/plan-in-force.ts';
import type { Interjection } from '../../src/ports.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { StepLeft } from '../../src/run/interjections.ts';
import { peopleIn, type Room } from '../../src/run/wishes.ts';
import { committedPart } from '../../src/transcript/committed.ts';
import type { Event, StepEvent } from '../../src/transcript/event.ts';
import { authorizationDocument, documentBytes, makeMoreMembers, rosterDocument } from '../forge/stage.ts';
import { deskOf, LUNCH, placeOf, SIGN } from './desk.ts';
import { AUTHORIZATION, CLOSE, fakeType, guardLog, MemoryFiles, planOf, ROSTER, run, saw } from './fakes.ts';

const MEMBERS = makeMoreMembers();
const MORE = readRoster(documentBytes(rosterDocument(MEMBERS)));
const DIGESTS = { script: sha256('script'), site: sha256('site'), roster: MORE.digest };
const PERMIT = readAuthorization(documentBytes(authorizationDocument(DIGESTS, MEMBERS, 'rehearsal')));
const NAMED = new Set(MEMBERS.map(({ seat }) => seat));
const ROOM = { roster: MORE, authorization: PERMIT, named: NAMED };

const exchange = (leaves: string, comes: string, change: object = {}): Interjection => ({
  interject: 'exchange',
  what: `${leaves} has a fever`,
  why: 'Nobody else is here',
  leaves,
  comes,
  agreed: ['ivo', 'dana'],
  ...change,
});
const BEGIN: StepEvent = {
  type: 'step',
  step: LUNCH.key,
  number: '6',
  kind: 'confirm',
  phase: 'begin',
  by: [],
  check: [],
  why: '',
};

const signedBy = (seat: string) => ({ signature: Buffer.from(seat), token: '', origin: '' });

/** People want an exchange at a question of a step that has begun, and answer it then. */
async function deskWith(wish: Interjection, room: Partial<Room> = {}, ...declining: readonly string[]) {
  const log: string[] = [];
  const desk = deskOf(
    {
      deviate: async (statement) => void log.push(JSON.parse(Buffer.from(statement).toString()).names.join()),
      approveDeviation: async (seat) => ({
        seat,
        decisions: [declining.includes(seat) ? { declined: 'stay' } : signedBy(seat)],
        opened: [],
      }),
    },
    { roster: MORE },
    { ...ROOM, ...room },
  );
  await desk.attendance.enter(placeOf(LUNCH, () => desk.events));
  await desk.recorder.commit(BEGIN);
  desk.people.answers.push(wish, 'done');
  const ask = () => desk.attendance.terminal.ask({ step: LUNCH.key, seat: 'dana', text: 'Done?', kind: 'confirm' });
  return { ...desk, ask, named: log };
}

describe('an exchange', () => {
  test('is a deviation with both seats, which the guard and its statement name; the step begins again', async () => {
    const { ask, events, files, named } = await deskWith(exchange('gus', 'hana'));
    await assert.rejects(ask(), (error) => error instanceof StepLeft && error.effect === 'repeat');
    const [, said, ...approvals] = events;
    assert.ok(said?.type === 'deviation');
    assert.deepEqual([said.effect, said.names, said.agreed], ['exchange', ['gus', 'hana'], ['dana', 'ivo']]);
    assert.deepEqual(
      approvals.map((event) => event.type === 'approval' && event.seat),
      ['alice', 'bob', 'carol'],
    );
    assert.deepEqual(named, ['gus,hana']);
    assert.deepEqual(JSON.parse(String(files.content.get('approvals/2.json'))).names, ['gus', 'hana']);
  });

  test('is not asked whether it is approved now or later', async () => {
    const { ask, people } = await deskWith(exchange('gus', 'hana'));
    await assert.rejects(ask(), StepLeft);
    assert.deepEqual(new Set(people.choosing.map(({ text }) => text)), new Set(['Who presents next?']));
  });

  test('lets a step go on that has done something', async () => {
    const { ask, recorder, events } = await deskWith(exchange('gus', 'hana'));
    await recorder.commit(saw(LUNCH.key, 1));
    assert.equal(await ask(), 'done');
    assert.equal(events.filter((event) => event.type === 'approval').length, 3);
  });

  test('that is not approved leaves everybody where they are, and says so', async () => {
    const { ask, events } = await deskWith(exchange('gus', 'hana'), {}, 'alice', 'bob', 'dave');
    assert.equal(await ask(), 'done');
    const last = events.at(-1);
    assert.ok(last?.type === 'refusal');
    assert.deepEqual(
      [last.code, last.message],
      ['DEVIATION_UNAPPROVED', 'the deviation was not approved: everybody stays where they are'],
    );
  });

  const signedOff = [{ type: 'statement', kind: 'sign-off', seat: 'dana' }] as unknown as readonly Event[];
  const refusals: readonly (readonly [leaves: string, comes: string, room: Partial<Room>, message: string])[] = [
    ['frank', 'heidi', {}, '"frank" fills no seat that they could leave'],
    ['gus', 'mallory', {}, '"mallory" is not on the roster'],
    [
      'gus',
      'frank',
      {},
      '"frank" is crypto-officer on the roster, and "gus" is witness; nobody takes a place of another role',
    ],
    ['alice', 'bob', {}, '"bob" fills a seat already, as crypto-officer; one person fills one'],
    ['gus', 'hana', { named: new Set(['gus']) }, 'people.json names nobody for "hana"'],
    ['gus', 'hana', { authorization: AUTHORIZATION }, 'the authorization names no token of "hana"'],
    [
      'gus',
      'hana',
      { roster: { ...MORE, classes: new Map() } },
      'there is no roster yet, so nobody can approve that somebody is exchanged',
    ],
    ['gus', 'hana', { events: signedOff }, '"dana" has signed off already, and nobody is exchanged after that'],
  ];
  for (const [leaves, comes, room, message] of refusals) {
    test(`is refused before anything is recorded: ${message}`, async () => {
      const { ask, events, files } = await deskWith(exchange(leaves, comes), room);
      assert.equal(await ask(), 'done');
      const [, refusal, ...more] = events;
      assert.ok(refusal?.type === 'refusal');
      assert.deepEqual([refusal.code, refusal.message, more], ['DEVIATION_REFUSED', message, []]);
      assert.deepEqual([...files.content.keys()], []);
    });
  }

  test('is made while tokens are called for: who is called then is here, and who has left has approved', async () => {
    const present = (): readonly string[] => Object.values(planAfter(planOf([]), events, 3).seats).flat();
    const approveDeviation = async (seat: string) => ({ seat, decisions: [signedBy(seat)], opened: [] });
    const { desk, drain, people, events } = deskOf({ approveDeviation }, { roster: MORE, present }, ROOM);
    await drain(desk.propose([SIGN]));
    people.choices.push('alice', exchange('alice', 'frank'), 'alice', 'bob', 'carol', 'frank', 'bob');
    await drain(desk.collectQuorum([SIGN]));
    const approved = events.flatMap((event) => (event.type === 'approval' && event.proposal === 1 ? [event.seat] : []));
    assert.deepEqual(approved, ['alice', 'frank', 'bob']);
    assert.deepEqual(
      people.choosing.flatMap(({ menu, options }) => (menu ? [options.map(({ name }) => name).join(' ')] : [])),
      ['alice bob carol dave erin', 'bob carol dave erin', 'frank bob carol dave erin', 'bob carol dave erin'],
    );
  });

  test('is made where all who can must: whoever left is not called again', async () => {
    const present = (): readonly string[] =>
      Object.values(planAfter(planOf([]), events, 3).seats)
        .flat()
        .slice(3);
    const approveDeviation = async (seat: string) => ({ seat, decisions: [signedBy(seat)], opened: [] });
    const { desk, drain, people, events } = deskOf({ approveDeviation }, { roster: MORE, present }, ROOM);
    await drain(desk.propose([SIGN]));
    people.calls.push(exchange('carol', 'frank'));
    people.choices.push('alice', 'bob', 'carol');
    await drain(desk.collectQuorum([SIGN]));
    assert.deepEqual(
      people.called.map(({ seat }) => seat),
      ['carol', 'frank', 'dave', 'erin'],
    );
  });

  test('is made while another deviation is approved: who comes may approve that one, and who has left may not', async () => {
    const { ask, attendance, interjections, people, events } = await deskWith({
      interject: 'deviation',
      what: 'No film',
      why: 'Lost',
      effect: 'none',
      agreed: ['gus'],
    });
    people.choices.push('later');
    await ask();
    await attendance.enter(placeOf(LUNCH, () => events));
    people.choices.push('bob', exchange('alice', 'frank'), 'alice', 'bob', 'carol', 'frank', 'dave');
    await assert.rejects(interjections.approveAll(attendance), StepLeft);
    await interjections.approveAll(attendance);
    const approved = events.flatMap((event) => (event.type === 'approval' ? [`${event.proposal} ${event.seat}`] : []));
    assert.deepEqual(approved, ['2 bob', '4 alice', '4 bob', '4 carol', '2 frank', '2 dave']);
    const offered = people.choosing.at(-2)?.options.map(({ name }) => name);
    assert.deepEqual(offered, ['carol', 'dave', 'erin', 'frank']);
  });

  test('wants words, as any deviation', async () => {
    const { ask, events } = await deskWith(exchange('gus', 'hana', { why: ' ' }));
    assert.equal(await ask(), 'done');
    assert.ok(events[1]?.type === 'refusal' && events[1].code === 'ANSWER_REFUSED');
  });

  test('is offered for those alone who could come', () => {
    const here = peopleIn({ ...ROOM, plan: planOf([]), events: [] });
    const officers = ['alice', 'bob', 'carol', 'dave', 'erin'].map((seat) => `${seat}: frank heidi`);
    assert.deepEqual(
      here.map(({ seat, others }) => `${seat}: ${others.join(' ')}`),
      ['dana: ', ...officers, 'gus: hana'],
    );
    for (const room of [{ events: signedOff }, { named: new Set<string>() }, { roster: ROSTER }]) {
      const nobody = peopleIn({ ...ROOM, plan: planOf([]), events: [], ...room });
      assert.deepEqual(
        nobody.flatMap(({ others }) => others),
        [],
      );
    }
  });
});

describe('a ceremony with an exchange', () => {
  const approving = (seat: string) => ({
    seat,
    token: '',
    origin: '',
    tries: '',
    decisions: [signedBy(seat)],
    opened: [],
  });
  const input = { ...ROOM, guard: guardLog([], { approveDeviation: async (seat) => approving(seat) }) };
  const film = fakeType('film', async function* (step, { ceremony }) {
    yield saw(step.key, step.by.length);
    said.push(`${step.key}: ${step.by.join()} and ${step.check.join()}; ${ceremony.plan.seats['witness']?.join()}`);
  });
  const said: string[] = [];
  const steps = ['first', 'second', 'third'].map((id) => ({ id, type: 'film', by: ['gus'], check: ['dana', 'ivo'] }));

  test('goes on with whoever came, from the step that begins then; its keys and numbers stay', async () => {
    said.length = 0;
    const { outcome, people } = await run([{ steps: [...steps, 'close'] }], [film, CLOSE], input, ({ doors }) =>
      // Entering and leaving the first, entering the second: left and entered anew.
      doors.push(undefined, undefined, exchange('gus', 'hana'), undefined, exchange('hana', 'gus')),
    );
    assert.equal(outcome.outcome, 'complete');
    assert.deepEqual(said, [
      'first: gus and dana,ivo; gus',
      'second: hana and dana,ivo; hana',
      'third: gus and dana,ivo; gus',
    ]);
    const frames = outcome.events.flatMap((event) =>
      event.type === 'step' && event.step === 'second' ? [`${event.number} ${event.phase} ${event.by.join()}`] : [],
    );
    assert.deepEqual(frames, ['2 begin gus', '2 end gus', '2 begin hana', '2 end hana']);
    assert.deepEqual(outcome.plan.seats['witness'], ['gus']);
    assert.ok(people.passed.includes('enter second'));
  });

  test('goes on after an interruption with those who were there, and with them alone', async () => {
    said.length = 0;
    const dying = guardLog([], {
      approveDeviation: async (seat) => approving(seat),
      inspect: async () => {
        throw new CeremonyError('GUARD_DIED', 'the guard has gone');
      },
    });
    const asking = fakeType(
      'film',
      async function* (step, { guard }) {
        yield saw(step.key, 1);
        said.push(`${step.key}: ${step.by.join()}`);
        if (step.key === 'third') await guard.inspect('root-hsm');
      },
      ['guard'],
    );
    const acts = [{ steps: [...steps, 'close'] }];
    const files = new MemoryFiles();
    const instruct = ({ doors }: { doors: (Interjection | undefined)[] }) =>
      doors.push(undefined, undefined, exchange('gus', 'hana'));
    await assert.rejects(run(acts, [asking, CLOSE], { ...input, files, guard: dying }, instruct), {
      code: 'GUARD_DIED',
    });
    const [events, chain] = [await files.read('events.jsonl'), await files.read('chain.jsonl')];
    const interrupted = { ...committedPart(events, chain), recovered: [] };
    const { outcome } = await run(acts, [asking, CLOSE], {
      ...input,
      guard: guardLog([], { approveDeviation: async (seat) => approving(seat) }),
      files,
      interrupted,
    });
    assert.deepEqual(said, ['first: gus', 'second: hana', 'third: hana', 'third: hana']);
    assert.equal(outcome.outcome, 'complete');
    assert.deepEqual(outcome.plan.seats['witness'], ['hana']);
  });

  test('has those decide who are there by then, in a step that began with others', async () => {
    let pins = 0;
    const signs = fakeType(
      'signs',
      async function* (step, { terminal, guard }) {
        yield saw(step.key, 1);
        await terminal.ask({ step: step.key, seat: 'gus', text: 'Ready?', kind: 'confirm' });
        await guard.attest('alice', new Uint8Array());
      },
      ['terminal', 'guard'],
    );
    const guard = guardLog([], {
      approveDeviation: async (seat) => approving(seat),
      attest: async (seat) => {
        if (pins++ === 0) throw new CeremonyError('PIN_INCORRECT', 'the PIN was not accepted');
        return { ...approving(seat), signature: new Uint8Array() };
      },
    });
    const steps = [{ id: 'signs', by: ['gus'] }, 'close'];
    const { outcome } = await run([{ steps }], [signs, CLOSE], { ...input, guard }, ({ answers, choices }) => {
      answers.push(exchange('gus', 'hana'), 'done');
      choices.push('alice', 'bob', 'carol', 'again');
    });
    const decisions = outcome.events.flatMap((event) => (event.type === 'decision' ? [event.seat] : []));
    assert.deepEqual(decisions, ['hana']);
    const frame = outcome.events.filter((event) => event.type === 'step' && event.step === 'signs');
    assert.deepEqual(
      frame.map((event) => event.type === 'step' && `${event.phase} ${event.by.join()}`),
      ['begin gus', 'end gus'],
    );
    assert.deepEqual(outcome.plan.seats['witness'], ['hana']);
  });
});
