import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { ProposalMaterial, PutUp, Running, TurnedDown } from '../../src/plan/step-type.ts';
import type { Guard, Interjection } from '../../src/ports.ts';
import { keyTemplate } from '../../src/quorum/key-template.ts';
import { assertRejects } from '../der/refusal.ts';
import { common, deskOf, GENERATE, MATERIAL, NOON, SIGN, TAKE } from './desk.ts';
import { clockOf } from './fakes.ts';

/** What the guard answers at each presentation, by seat: a reason to decline, an error, or else a signature. */
function guardWhere(answers: Readonly<Record<string, readonly (string | Error | undefined)[]>>, log: string[] = []) {
  const met = new Map<string, number>();
  const approve: Guard['approve'] = async (seat, proposals) => {
    const time = met.get(seat) ?? 0;
    met.set(seat, time + 1);
    log.push(`${seat} for ${proposals.length}`);
    const answer = answers[seat]?.[time];
    if (answer instanceof Error) throw answer;
    const decide = (index: number) =>
      answer !== undefined && index === 0
        ? { declined: answer }
        : { signature: Buffer.from(`by ${seat}`), token: `token of ${seat}`, origin: 'attested' };
    return {
      seat,
      decisions: proposals.map((_, index) => decide(index)),
      opened: [],
    };
  };
  return { approve };
}

const wrongPin = () => new CeremonyError('PIN_INCORRECT', 'the PIN was not accepted');

/** Approvals by proposal, in their order. */
const approvals = ({ events }: Pick<ReturnType<typeof deskOf>, 'events'>, proposal: number) =>
  events.flatMap((event) => (event.type === 'approval' && event.proposal === proposal ? [event.seat] : []));

describe('who presents', () => {
  test('is asked where more could than must, and nobody is asked for who is needed in any case', async () => {
    const { desk, drain, people, events } = deskOf();
    people.choices.push('erin', 'carol', 'alice');
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    assert.deepEqual(approvals({ events }, 1), ['erin', 'carol', 'alice']);
    assert.deepEqual(people.offered, [
      ['alice', 'bob', 'carol', 'dave', 'erin'],
      ['alice', 'bob', 'carol', 'dave'],
      ['alice', 'bob', 'dave'],
    ]);
    assert.deepEqual(
      people.choosing.map(({ text, tallies }) => [text, tallies]),
      [
        [[], ['alice', 'bob', 'carol', 'dave', 'erin'], 3] as const,
        [['erin'], ['alice', 'bob', 'carol', 'dave'], 2] as const,
        [['erin', 'carol'], ['alice', 'bob', 'dave'], 1] as const,
      ].map(([approved, able, missing]) => [
        'Who presents next?',
        [{ of: 'To approve: sign in step sign-it', approved, able, missing }],
      ]),
    );
  });

  test('is not asked where all who can must', async () => {
    const { desk, drain, people, events } = deskOf({}, { present: () => ['gus', 'erin', 'alice', 'dave'] });
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    assert.deepEqual(approvals({ events }, 1), ['erin', 'alice', 'dave']);
    assert.deepEqual(people.choosing, []);
    const of = 'To approve: sign in step sign-it';
    assert.deepEqual(people.called, [
      { seat: 'erin', tallies: [{ of, approved: [], able: ['erin', 'alice', 'dave'], missing: 3 }], menu: true },
      { seat: 'alice', tallies: [{ of, approved: ['erin'], able: ['alice', 'dave'], missing: 2 }], menu: true },
      { seat: 'dave', tallies: [{ of, approved: ['erin', 'alice'], able: ['dave'], missing: 1 }], menu: true },
    ]);
  });

  test('is not asked of those who were called by name', async () => {
    const { desk, drain, people, events } = deskOf();
    await drain(desk.propose([SIGN]));
    await drain(desk.collect([SIGN], ['dave', 'alice', 'bob', 'carol']));
    assert.deepEqual(approvals({ events }, 1), ['dave', 'alice', 'bob', 'carol']);
    assert.deepEqual(people.choosing, []);
  });
});

describe('who is asked whose token comes next', () => {
  const wish: Interjection = { interject: 'deviation', what: 'No film', why: 'Lost', effect: 'none', agreed: ['gus'] };

  test('may want something else first, where there is a choice and where somebody is called', async () => {
    for (const present of [undefined, ['alice', 'bob', 'carol']]) {
      const { desk, drain, people, log, events } = deskOf({}, present ? { present: () => present } : {});
      people.calls.push(wish);
      people.choices.push(...(present ? [] : [wish]), 'later', 'alice');
      await drain(desk.propose([SIGN]));
      await drain(desk.collectQuorum([SIGN]));
      assert.deepEqual(approvals({ events }, 1), ['alice', 'bob', 'carol']);
      assert.equal(log.filter((line) => line.startsWith('deviation')).join(), 'deviation none');
    }
  });

  test('may want it ended', async () => {
    const { desk, drain, people } = deskOf({}, { present: () => ['alice', 'bob', 'carol'] });
    people.calls.push({ interject: 'abort', why: 'Fire alarm' });
    await drain(desk.propose([SIGN]));
    await assertRejects(
      () => drain(desk.collectQuorum([SIGN])),
      'CEREMONY_ABORTED',
      'the people ended the ceremony: Fire alarm',
    );
  });

  test('has a deviation that is said while another is approved approved as well, before anything is proposed', async () => {
    const { desk, drain, people, log, interjections, attendance } = deskOf();
    await interjections.heed(wish, SIGN, Object.assign(Object.create(attendance), { choose: async () => 'later' }));
    people.choices.push('alice', wish, 'later');
    await drain(desk.propose([SIGN]));
    assert.deepEqual(
      log.filter((line) => /^(deviation|approval|proposed)/.test(line)).map((line) => line.split(' ')[0]),
      ['deviation', 'approval', 'deviation', ...Array(5).fill('approval'), 'proposed'],
    );
  });
});

describe('a wrong PIN', () => {
  test('is recorded with its seat; the same person tries again', async () => {
    const { desk, drain, people, log } = deskOf(guardWhere({ alice: [wrongPin(), wrongPin()] }));
    people.choices.push('alice', 'again', 'again');
    await drain(desk.propose([SIGN]));
    log.length = 0;
    await drain(desk.collectQuorum([SIGN]));
    assert.deepEqual(log.filter((line) => !line.startsWith('create')).slice(0, 5), [
      'refusal PIN_INCORRECT alice',
      'decision again',
      'refusal PIN_INCORRECT alice',
      'decision again',
      'approval alice',
    ]);
  });

  test('lets another person come instead, who is asked for among the others', async () => {
    const { desk, drain, people, events, log } = deskOf(guardWhere({ alice: [wrongPin()] }));
    people.choices.push('alice', 'other', 'dave');
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    assert.deepEqual(approvals({ events }, 1), ['dave', 'alice', 'bob']);
    assert.deepEqual(
      people.offered.slice(1, 4),
      [
        ['again', 'other', 'abort'],
        ['bob', 'carol', 'dave', 'erin'],
        ['alice', 'bob', 'carol', 'erin'],
      ],
      'whoever was passed over may present later',
    );
    assert.equal(log.filter((line) => line.startsWith('decision')).join(), 'decision other');
  });

  test('leaves nobody else to come where all who can must', async () => {
    const error = wrongPin();
    const { desk, drain, people, log } = deskOf(guardWhere({ bob: [error] }), {
      present: () => ['alice', 'bob', 'carol'],
    });
    await drain(desk.propose([SIGN]));
    await assert.rejects(drain(desk.collectQuorum([SIGN])), error);
    assert.deepEqual(people.offered, [['again', 'abort']]);
    assert.deepEqual(log.slice(-2), ['refusal PIN_INCORRECT bob', 'decision abort']);
  });

  test('is no approval', async () => {
    const { desk, drain, people, events, log } = deskOf(guardWhere({ alice: [wrongPin()] }));
    people.choices.push('alice', 'other', 'bob', 'carol', 'dave');
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    await drain(desk.execute(SIGN));
    const intent = events.find((event) => event.type === 'intent');
    assert.deepEqual(intent?.approvers, ['bob', 'carol', 'dave']);
    assert.equal(
      log.some((line) => line.includes('1-alice.p7s')),
      false,
    );
  });
});

describe('what somebody declined', () => {
  test('is void, and proposed again when people say so: everybody approves the new one', async () => {
    const presented: string[] = [];
    const { desk, drain, people, events, log } = deskOf(guardWhere({ bob: ['wrong name'] }, presented), {
      present: () => ['alice', 'bob', 'carol'],
    });
    people.choices.push('propose-again');
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    await drain(desk.execute(SIGN));
    assert.deepEqual(
      log.filter((line) => !line.startsWith('create') && !line.startsWith('guard')),
      [
        'proposed',
        'approval alice',
        'declined bob',
        'decision propose-again',
        'proposed',
        'approval alice',
        'approval bob',
        'approval carol',
        'intent',
        'result done',
      ],
    );
    const decision = events.find((event) => event.type === 'decision');
    assert.deepEqual([decision?.about, decision?.seat, decision?.step], [3, 'dana', 'sign-it']);
    assert.equal(events.find((event) => event.type === 'intent')?.proposal, 5);
    assert.deepEqual(people.offered, [['propose-again', 'abort']]);
    assert.deepEqual(people.told, ['OFFICER_DECLINED: "bob" declined 1 of 1 operations; each needs 3 people']);
  });

  test('costs the others of the batch nothing: who approved those is asked for the new one alone', async () => {
    const presented: string[] = [];
    const { desk, drain, people, events } = deskOf(guardWhere({ bob: ['wrong name'] }, presented), {
      present: () => ['alice', 'bob', 'carol'],
    });
    people.choices.push('propose-again');
    await drain(desk.propose([SIGN, TAKE]));
    await drain(desk.collectQuorum([SIGN, TAKE]));
    // Of two operations that are not approved alike, each is told apart.
    assert.deepEqual(
      people.called.slice(2).map(({ seat, tallies }) => [seat, tallies.map(({ of, approved }) => [of, approved])]),
      [
        [
          'alice',
          [
            ['To approve: sign in step sign-it', []],
            ['To approve: inventory in step look', ['alice', 'bob']],
          ],
        ],
        [
          'bob',
          [
            ['To approve: sign in step sign-it', ['alice']],
            ['To approve: inventory in step look', ['alice', 'bob']],
          ],
        ],
        ['carol', [['To approve: sign in step sign-it, inventory in step look', ['alice', 'bob']]]],
      ],
    );
    assert.deepEqual(presented, ['alice for 2', 'bob for 2', 'alice for 1', 'bob for 1', 'carol for 2']);
    const again = events.findLast((event) => event.type === 'proposed');
    assert.equal(again?.step, 'sign-it');
    assert.deepEqual(
      [approvals({ events }, 2), approvals({ events }, again?.seq ?? 0)],
      [
        ['alice', 'bob', 'carol'],
        ['alice', 'bob', 'carol'],
      ],
    );
  });

  test('has the dates of its new proposal', async () => {
    const bound: string[] = [];
    const { desk, drain, people } = deskOf(guardWhere({ bob: ['wrong name'] }), {
      present: () => ['alice', 'bob', 'carol'],
      clock: clockOf(NOON, '2027-03-10T12:20:00Z'),
      material: async (step, at) => {
        bound.push(at);
        return MATERIAL[step.key] as ProposalMaterial;
      },
    });
    people.choices.push('propose-again');
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    assert.deepEqual(bound, [NOON, '2027-03-10T12:20:00Z']);
  });

  describe('before their token failed for the rest', () => {
    /** Bob declines the first of two, and his token fails so often; then it signs what he is asked for. */
    function failingAfter(failures: readonly CeremonyError[], presented: string[] = []) {
      const left = [...failures];
      const { approve } = guardWhere({}, presented);
      return deskOf(
        {
          approve: async (seat, proposals, envelopes) => {
            const answer = await approve(seat, proposals, envelopes);
            const [failure] = left;
            if (seat !== 'bob' || !failure) return answer;
            left.shift();
            if (proposals.length === 1) throw failure;
            return { seat, decisions: [{ declined: 'wrong name' }, null], opened: [], failure };
          },
        },
        { present: () => ['alice', 'bob', 'carol'] },
      );
    }
    const brief = (log: readonly string[]) =>
      log.filter((line) => !line.startsWith('create') && !line.startsWith('guard'));

    test('is recorded first, and the rest alone is tried again when people say so', async () => {
      const presented: string[] = [];
      const { desk, drain, people, events, log } = failingAfter([wrongPin(), wrongPin()], presented);
      people.choices.push('again', 'again', 'propose-again');
      await drain(desk.propose([SIGN, TAKE]));
      await drain(desk.collectQuorum([SIGN, TAKE]));
      assert.deepEqual(presented.slice(0, 4), ['alice for 2', 'bob for 2', 'bob for 1', 'bob for 1']);
      const begun = log.indexOf('declined bob');
      assert.deepEqual(brief(log.slice(begun, begun + 12)), [
        'declined bob',
        'refusal PIN_INCORRECT bob',
        'decision again',
        'refusal PIN_INCORRECT bob',
        'decision again',
        'approval bob',
        'decision propose-again',
        'proposed',
      ]);
      const declined = events.find((event) => event.type === 'declined');
      const decisions = events.filter((event) => event.type === 'decision');
      assert.equal(decisions.at(-1)?.about, declined?.seq);
      assert.deepEqual(people.offered, [
        ['again', 'abort'],
        ['again', 'abort'],
        ['propose-again', 'abort'],
      ]);
    });

    test('is recorded also where people end it over the token', async () => {
      const { desk, drain, people, log } = failingAfter([wrongPin()]);
      people.choices.push('abort');
      await drain(desk.propose([SIGN, TAKE]));
      await assertRejects(() => drain(desk.collectQuorum([SIGN, TAKE])), 'PIN_INCORRECT', 'the PIN was not accepted');
      assert.deepEqual(brief(log).slice(-3), ['declined bob', 'refusal PIN_INCORRECT bob', 'decision abort']);
    });

    test('is recorded also where the terminal was closed, and nobody is asked then', async () => {
      const gone = new CeremonyError('INTERRUPTED', 'the terminal was closed');
      const { desk, drain, people, log } = failingAfter([gone]);
      await drain(desk.propose([SIGN, TAKE]));
      await assertRejects(() => drain(desk.collectQuorum([SIGN, TAKE])), 'INTERRUPTED', 'the terminal was closed');
      assert.deepEqual(brief(log).slice(-1), ['declined bob']);
      assert.deepEqual(people.offered, []);
    });
  });
});

describe('what failed at the HSM', () => {
  const KEY_ID = '0a'.repeat(16);
  const SPKI = sha256('the key that is there');
  const KEY: ProposalMaterial = {
    operation: {
      ...common,
      op: 'generate-key',
      step: GENERATE.key,
      label: 'root',
      id: KEY_ID,
      algorithm: 'ecdsa-p384',
      publicTemplate: keyTemplate('public', 'root', KEY_ID),
      privateTemplate: keyTemplate('private', 'root', KEY_ID),
      possession: false,
      adopts: null,
    },
    payload: null,
    lint: [],
  };

  /** Put up and approved, to fail so often. */
  async function failing(step: PlannedStep, errors: readonly CeremonyError[], ...choices: readonly string[]) {
    const left = [...errors];
    const all = deskOf(
      {
        execute: async () => {
          const error = left.shift();
          if (error) throw error;
          return { facts: {}, bytes: Buffer.from('signature') };
        },
        inspect: async () => ({
          token: { initialized: true },
          objects: [{ attributes: { ID: KEY_ID }, spkiSha256: SPKI }],
        }),
      },
      {
        present: () => ['alice', 'bob', 'carol'],
        material: async (one) => MATERIAL[one.key] ?? KEY,
      },
    );
    await all.drain(all.desk.propose([step]));
    await all.drain(all.desk.collectQuorum([step]));
    all.log.length = 0;
    all.people.choices.push(...choices);
    return all;
  }
  const trouble = (reached?: string) =>
    new CeremonyError('HSM_DEVICE_ERROR', 'the device failed', reached === undefined ? {} : { details: { reached } });
  const AGAIN = ['proposed', 'approval alice', 'approval bob', 'approval carol', 'intent'];
  const brief = (log: readonly string[]) =>
    log.filter((line) => !line.startsWith('create') && !line.startsWith('guard'));

  for (const step of [SIGN, TAKE]) {
    test(`is proposed, approved and done anew for ${step.operation}, as often as people decide`, async () => {
      const { desk, drain, log, events } = await failing(
        step,
        [trouble('maybe'), trouble()],
        'propose-again',
        'propose-again',
      );
      const done = await drain(desk.execute(step));
      assert.equal(Buffer.from(done.bytes).toString(), 'signature');
      const failed = ['result failed', 'decision propose-again'];
      assert.deepEqual(brief(log), ['intent', ...failed, ...AGAIN, ...failed, ...AGAIN, 'result done']);
      const [first] = events.filter((event) => event.type === 'result');
      const [decision] = events.filter((event) => event.type === 'decision');
      assert.equal(decision?.about, first?.seq);
      const proposals = events.flatMap((event) => (event.type === 'proposed' ? [event.seq] : []));
      assert.deepEqual(
        events.flatMap((event) => (event.type === 'intent' ? [event.proposal] : [])),
        proposals,
      );
    });
  }

  test('ends the ceremony when people say so', async () => {
    const error = trouble('no');
    const { desk, drain, log, people } = await failing(SIGN, [error], 'abort');
    await assert.rejects(drain(desk.execute(SIGN)), error);
    assert.deepEqual(people.offered, [['propose-again', 'abort']]);
    assert.deepEqual(brief(log), ['intent', 'result failed', 'decision abort']);
    await assertRejects(() => drain(desk.execute(SIGN)), 'PROPOSAL_UNKNOWN', 'step "sign-it" has no open proposal');
  });

  test('is done again for a key only when the HSM was not reached', async () => {
    const { desk, drain, log } = await failing(GENERATE, [trouble('no')], 'propose-again');
    await drain(desk.execute(GENERATE));
    assert.deepEqual(brief(log), ['intent', 'result failed', 'decision propose-again', ...AGAIN, 'result done']);
  });

  for (const reached of ['maybe', 'yes', undefined]) {
    test(`is looked at first, where a key may be there (reached: ${reached ?? 'not said'})`, async () => {
      const error = trouble(reached);
      const { desk, drain, log, events, people } = await failing(GENERATE, [error], 'reconcile');
      await drain(desk.execute(GENERATE));
      assert.deepEqual(people.offered, [['reconcile', 'abort']]);
      assert.deepEqual(brief(log), [
        'intent',
        'result failed',
        'decision reconcile',
        'reconciliation',
        ...AGAIN,
        'result done',
      ]);
      const found = events.find((event) => event.type === 'reconciliation');
      const [first] = events.filter((event) => event.type === 'proposed');
      assert.deepEqual(
        [found?.step, found?.proposal, found?.outcome, found?.facts],
        [
          GENERATE.key,
          first?.seq,
          'orphan',
          { operation: 'generate-key', initialized: true, id: KEY_ID, spkiSha256: SPKI },
        ],
      );
    });

    test(`is never simply done again for a key that may be there (reached: ${reached ?? 'not said'})`, async () => {
      const error = trouble(reached);
      const { desk, drain, log } = await failing(GENERATE, [error], 'abort');
      await assert.rejects(drain(desk.execute(GENERATE)), error);
      assert.deepEqual(brief(log), ['intent', 'result failed', 'decision abort']);
    });
  }

  test('goes on with a key of which the HSM does not report all, if the quorum accepts that first', async () => {
    const details = { reached: 'maybe', hsm: 'root-hsm', quirks: ['private-local'] };
    const { desk, drain, log, events, people } = await failing(
      GENERATE,
      [new CeremonyError('HSM_QUIRK', 'LOCAL is not reported', { details })],
      'accept-quirk',
    );
    people.answers.push('This model never reports it');
    await drain(desk.execute(GENERATE));
    assert.deepEqual(people.offered[0], ['accept-quirk', 'abort']);
    const approvals = ['approval alice', 'approval bob', 'approval carol'];
    assert.deepEqual(brief(log), [
      ...['intent', 'result failed', 'decision accept-quirk', 'deviation quirk', 'deviate', 'reconciliation'],
      ...[...approvals, ...AGAIN, 'result done'],
    ]);
    const deviation = events.find((event) => event.type === 'deviation');
    assert.deepEqual(
      [deviation?.names, deviation?.why, deviation?.agreed],
      [['root-hsm', 'private-local'], 'This model never reports it', ['dana']],
    );
  });

  for (const code of ['HSM_ATTRIBUTE', 'HSM_KEY_INVALID', 'HSM_SIGNATURE'] as const) {
    test(`ends it where the key that was made is none to use (${code})`, async () => {
      const error = new CeremonyError(code, 'no', { details: { reached: 'maybe' } });
      const { desk, drain, log, people } = await failing(GENERATE, [error], 'reconcile');
      await assert.rejects(drain(desk.execute(GENERATE)), error);
      assert.deepEqual(people.offered, []);
      assert.deepEqual(brief(log), ['intent', 'result failed']);
    });
  }

  test('is not asked about when the guard is gone', async () => {
    const died = new CeremonyError('GUARD_DIED', 'the guard ended before it answered');
    const { desk, drain, people } = await failing(SIGN, [died]);
    await assert.rejects(drain(desk.execute(SIGN)), died);
    assert.deepEqual(people.choosing, []);
  });
});

describe('what is put up is examined', () => {
  /** Turns down the first of these, once for each number that is given. */
  function examining(turnsDown: readonly number[]) {
    const looked: string[] = [];
    async function* examine(proposals: readonly PutUp[]): Running<readonly TurnedDown[]> {
      const time = looked.push(proposals.map(({ seq, step }) => `${seq} ${step.key}`).join()) - 1;
      yield { type: 'observation', step: 'sign-it', subject: 'sheet', facts: {} };
      const [first] = proposals;
      return turnsDown.includes(time) && first
        ? [{ seq: first.seq, seat: 'ivo', reason: 'the second screen shows "other words"' }]
        : [];
    }
    return { looked, examine };
  }

  test('all of it, before anybody is called', async () => {
    const { looked, examine } = examining([]);
    const { desk, drain, people, log } = deskOf({}, { examine });
    people.choices.push('alice', 'bob', 'carol');
    await drain(desk.propose([TAKE, SIGN]));
    await drain(desk.collectQuorum([TAKE, SIGN]));
    assert.deepEqual(looked, ['1 look,2 sign-it']);
    assert.ok(log.indexOf('observation') < log.indexOf('guard approve alice'), log.join());
  });

  test('and void where it is turned down: it is put up anew and examined again, and no token was asked for', async () => {
    const { looked, examine } = examining([0]);
    const { desk, drain, people, events, log } = deskOf({}, { examine });
    people.choices.push('propose-again', 'alice', 'bob', 'carol');
    await drain(desk.propose([TAKE, SIGN]));
    await drain(desk.collectQuorum([TAKE, SIGN]));
    assert.deepEqual(looked, ['1 look,2 sign-it', '6 look']);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'declined' ? [[event.proposal, event.seat, event.reason]] : [])),
      [[1, 'ivo', 'the second screen shows "other words"']],
    );
    const after = log.slice(log.indexOf('declined ivo')).map((line) => line.replace(/^(withdraw) .*/, '$1'));
    assert.deepEqual(after.slice(0, 4), ['declined ivo', 'withdraw', 'decision propose-again', 'proposed']);
    assert.deepEqual(approvals({ events }, 1), []);
    assert.deepEqual(approvals({ events }, 2), ['alice', 'bob', 'carol']);
    assert.deepEqual(approvals({ events }, 6), ['alice', 'bob', 'carol']);
  });

  test('and ends the ceremony where people say so', async () => {
    const { desk, drain, people, events } = deskOf({}, { examine: examining([0]).examine });
    people.choices.push('abort');
    await drain(desk.propose([SIGN]));
    await assertRejects(
      () => drain(desk.collectQuorum([SIGN])),
      'COMPARISON_FAILED',
      'the second screen shows "other words"',
    );
    assert.equal(events.at(-1)?.type, 'decision');
    assert.ok(!events.some(({ type }) => type === 'approval'));
  });

  test('again where it is put up anew in its own step, after it expired', async () => {
    const { looked, examine } = examining([]);
    let now = NOON;
    const { desk, drain, people } = deskOf({}, { examine, clock: { now: () => now, milliseconds: () => 0 } });
    people.choices.push('alice', 'bob', 'carol');
    await drain(desk.propose([SIGN]));
    await drain(desk.collectQuorum([SIGN]));
    now = '2027-03-10T13:00:01Z';
    people.choices.push('propose-again', 'alice', 'bob', 'carol');
    await drain(desk.execute(SIGN));
    assert.equal(looked.length, 2);
    assert.match(looked[1] ?? '', /^\d+ sign-it$/);
  });
});
