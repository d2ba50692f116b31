import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import type { Interjection } from '../../src/ports.ts';
import type { Event } from '../../src/transcript/event.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import {
  approvalOf,
  beginOf,
  corrected,
  cutShort,
  declinedOnce,
  deviated,
  type Edit,
  everything,
  exchanged,
  failedOnce,
  inserting,
  mistyped,
  paused,
  resumed,
} from '../forge/at-table.ts';
import { cutAfter } from '../forge/cut.ts';
import { chained } from '../forge/edit.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';
import { recordCeremony } from '../forge/record.ts';

const DEVIATIONS = 'every deviation from the script was approved by the quorum';
const FOLLOWED = 'script and plan were followed, step by step';

async function verified(edit: Edit, faults: Faults = {}) {
  const { source, options, derive } = await forge({ ...faults, events: edit });
  const verification = verifyPack(source, options, derive);
  const claims = new Map(verification.claims.map(({ claim, status, detail }) => [claim, `${status}: ${detail}`]));
  return { ...verification, said: (claim: string) => claims.get(claim) ?? 'no such claim' };
}

async function sound(edit: Edit, faults: Faults = {}) {
  const verification = await verified(edit, faults);
  const { findings, notRun } = verification;
  assert.deepEqual({ findings, notRun }, { findings: [], notRun: [] });
  return verification;
}

const idsOf = (findings: readonly { readonly check: string }[]) => [...new Set(findings.map(({ check }) => check))];

describe('a ceremony with people', () => {
  const repeated = deviated('camera', { effect: 'repeat' });
  const cases: readonly (readonly [string, Edit])[] = [
    ['a deviation that changed nothing', deviated('film')],
    ['a step that was skipped', deviated('camera', { effect: 'skip' })],
    ['a comparison that was done twice', deviated('key-read', { effect: 'repeat' })],
    ['a step that was run twice', repeated],
    ['a step that was run three times', chained(repeated, repeated)],
    ['a step that was to be run twice, and power fails before that', chained(repeated, resumed('camera', 'before', 2))],
    ['an attestation that was skipped', deviated('witnessed@gus', { effect: 'skip' })],
    ['a deviation that one officer declined and enough others approved', deviated('film', { declinedBy: ['erin'] })],
    ['a deviation that somebody approved after all', deviated('film', { declinedBy: ['bob'] })],
    ['a skip that the quorum did not approve, after which the step went on', notSkipped],
    ['a pause', paused('key-read')],
    ['a pause after a proposal was declined', pausedOverVoid],
    ['a correction', corrected('camera', 'lock', { values: { serial: 'B1234' } })],
    ['two corrections of one answer, the first of them wrong', correctedTwice],
    ['a wrong PIN', mistyped('root-key')],
    ['a declined operation that was proposed again', declinedOnce('root-key')],
    ['a declined preparation that was proposed again', declinedOnce('activation')],
    ['a failed operation that was proposed again', failedOnce('root-certificate')],
    ['a resume in a step', resumed('film')],
    ['two resumes in a step', chained(resumed('film'), resumed('film'))],
    ['a resume between steps', resumed('film', 'before')],
    ['a signature that was cut short', cutShort('first-crl')],
    ['all of it', everything],
  ];
  for (const [what, edit] of cases) it(`verifies with ${what}`, async () => void (await sound(edit)));
});

/** People wanted to skip a step, two of three approved, and they did it after all; the third approved it afterwards. */
function notSkipped(events: readonly Event[]): readonly Event[] {
  const step = 'camera';
  const said = deviated(step, { effect: 'none', approvedBy: ['alice', 'bob'] })(events).map(
    (event): Event => (event.type === 'deviation' ? { ...event, effect: 'skip' } : event),
  );
  const third = said.find((event) => event.type === 'approval' && event.seat === 'carol');
  return inserting(beginOf('roll-call@alice'), () => {
    const deviation = said.find((event) => event.type === 'deviation')?.seq ?? 0;
    return third?.type === 'approval' ? [{ ...third, proposal: deviation }] : [];
  })(said);
}

/** Two of three approved, and everybody stayed; the third approved it afterwards, which changed nothing. */
function notExchanged(leaves: string, comes: string): Edit {
  const step = 'key-read';
  const refusal = { type: 'refusal', step, code: 'DEVIATION_UNAPPROVED', message: 'not approved' } as const;
  const isThat = (event: Event) => event.type === 'deviation' && event.step === step;
  return chained(
    deviated(step, { effect: 'exchange', names: [leaves, comes], approvedBy: ['alice', 'bob'] }),
    inserting(isThat, (_first, list) => {
      const deviation = list.find(isThat)?.seq ?? 0;
      return [
        { type: 'declined', proposal: deviation, seat: 'carol', reason: `${leaves} is well` },
        { ...refusal, seat: null, proposal: null },
        approvalOf(list, 'carol', deviation),
      ];
    }),
  );
}

function pausedOverVoid(events: readonly Event[]): readonly Event[] {
  const step = 'key-agreed';
  const declined = declinedOnce('hsm-empty')(events);
  return inserting(
    (event) => event.type === 'decision',
    () => {
      const frame = { type: 'pause', step, why: 'Lunch', stays: ['dana', 'ivo'], head: '0'.repeat(64) } as const;
      return [
        { ...frame, phase: 'begin', typedBy: [] },
        { ...frame, phase: 'end', typedBy: ['dana', 'ivo'] },
      ];
    },
  )(declined);
}

function correctedTwice(events: readonly Event[]): readonly Event[] {
  return chained(
    corrected('camera', 'lock', { values: { serial: 'B1234' } }),
    corrected('camera', 'hsm-seen', { values: { serial: 'typed again' } }),
  )(events);
}

describe('a ceremony in which one person comes for another', () => {
  const spare = { record: { spare: true } };
  const film = exchanged('film', 'gus', 'hana');
  const cases: readonly (readonly [string, Edit])[] = [
    ['a witness', film],
    ['a witness, who comes back', chained(film, exchanged('key-read', 'hana', 'gus'))],
    ['an officer who holds no share of the HSM', exchanged('key-read', 'erin', 'frank')],
    ['two officers', chained(exchanged('key-read', 'erin', 'frank'), exchanged('lock', 'dave', 'heidi'))],
    [
      'an officer, and another for whoever came',
      chained(exchanged('lock', 'erin', 'frank'), exchanged('judged', 'frank', 'heidi')),
    ],
    ['a witness, at a step that writes before it asks', exchanged('pack-out', 'gus', 'hana', { again: false })],
    ['a witness, in whose step nothing was signed yet', exchanged('witnessed@gus', 'gus', 'hana')],
    ['a witness, before the first sign-off', exchanged('sign-off@dana', 'gus', 'hana')],
    ['a witness, and power fails then', chained(film, resumed('key-read'))],
    ['a witness, and power fails before the step begins again', chained(film, resumed('film', 'before', 2))],
    ['a witness, while the clock is compared once more after an interruption', exchangedAtTheClock],
    ['a witness, whom the quorum did not let go', notExchanged('gus', 'hana')],
    ['a witness, between whose exchange and its approval something was answered', approvedTooLate],
  ];
  for (const [what, edit] of cases) it(`verifies: ${what}`, async () => void (await sound(edit, spare)));

  it('says who came for whom, and who was to and did not', async () => {
    const { said, notes } = await sound(chained(film, notExchanged('hana', 'gus')), spare);
    assert.match(
      said(FOLLOWED),
      / for 2 deviations \(film: hana for gus, key-read: gus for hana, not approved in time and not done\)$/,
    );
    assert.match(said(DEVIATIONS), /^proven: 2 deviations: /);
    assert.match(said('the record is whole and in order'), /signed by 6 of 6 people who must \(.*hana.*\)$/);
    assert.deepEqual(notes, []);
  });

  it('asserts of whoever signs paper that they were there, of both', async () => {
    const edit = exchanged('film', 'ivo', 'ivy');
    const { said } = await sound(edit, spare);
    assert.match(said('what dana, ivo, ivy did and saw'), /^asserted: /);
  });
});

function exchangedAtTheClock(events: readonly Event[]): readonly Event[] {
  const all = resumed('key-read')(events);
  const clock = all.findLastIndex(beginOf('clock'));
  const comes = exchanged('clock', 'gus', 'hana', { approvedBy: ['alice', 'bob', 'carol'] });
  return [...all.slice(0, clock), ...comes(all.slice(clock))];
}

/** The third approval came when the step had gone on: it changed nothing. */
function approvedTooLate(events: readonly Event[]): readonly Event[] {
  return chained(
    deviated('key-read', { effect: 'exchange', names: ['gus', 'hana'], approvedBy: ['alice', 'bob'] }),
    inserting(
      (event) => event.type === 'answer' && event.step === 'key-read',
      (_first, list) => [approvalOf(list, 'carol', list.find((event) => event.type === 'deviation')?.seq ?? 0)],
    ),
  )(events);
}

describe('what a pack with deviations shows', () => {
  it('names none where there is none', async () => {
    const { said } = await sound((events) => events);
    assert.equal(said(DEVIATIONS), 'proven: none is recorded');
    assert.equal(said(FOLLOWED), 'proven: the plan was derived again and compared with every event of 35 steps');
  });

  it('is proven when all were approved, and says where the script was not followed', async () => {
    const { said, notes } = await sound(everything);
    assert.equal(
      said(DEVIATIONS),
      "proven: 4 deviations: signatures of distinct people counted again from the roster's numbers",
    );
    assert.match(
      said(FOLLOWED),
      /^proven: .* of 35 steps, but for 4 deviations \(film, camera: repeat, clock: went on after an interruption, judged: skip\)$/,
    );
    assert.equal(
      said('that the equipment was not left alone during 1 pause'),
      'asserted: by those who stayed; the head that two people typed back shows only that the record is the same',
    );
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /^step "judged" was left by the deviation in event \d+, and is not judged$/);
  });

  it('is not shown when one was not approved, after which nothing was done any more', async () => {
    const edit = chained(
      deviated('film'),
      inserting(beginOf('close'), () => [
        {
          type: 'deviation',
          step: 'close',
          what: 'A bag is missing',
          why: 'Nobody knows',
          effect: 'none',
          names: [],
          agreed: ['dana'],
        },
      ]),
    );
    const { said } = await sound(edit);
    assert.match(said(DEVIATIONS), /^not shown: 1 of 2 deviations not approved: event \d+ in step close$/);
  });

  it('is not shown in an aborted ceremony either, and such a ceremony verifies', async () => {
    const { said } = await sound(deviatedAlone, {
      record: { refuse: ({ step }) => step === 'camera' },
      options: { outcome: 'aborted' },
    });
    assert.match(said(DEVIATIONS), /^not shown: 1 of 1 deviation not approved: event \d+ in step film$/);
  });

  it('is not anchored without a digest from outside', async () => {
    const { said } = await verified(deviated('film'), { anchor: 'none' });
    assert.match(said(DEVIATIONS), /^not anchored: 1 deviation: /);
  });

  it('is faulty when an approval of one does not hold', async () => {
    const { findings, said } = await verified(deviated('film', { approvedBy: ['alice', 'bob', 'carol'] }), {
      sign: (path, content, { tokenOf, signWith }) =>
        path.endsWith('-carol.p7s') && Buffer.from(content).includes('deviation-approval')
          ? signWith(tokenOf('erin'), content)
          : undefined,
    });
    assert.deepEqual(idsOf(findings), ['APPROVAL-SIGNATURE', 'DEVIATION-APPROVED']);
    assert.match(
      findings.find(({ check }) => check === 'DEVIATION-APPROVED')?.message ?? '',
      /^proposed before the deviation in event 13 was approved: 3 people are needed; approved had alice, bob$/,
    );
    assert.equal(said(DEVIATIONS), 'faulty: see the findings');
  });
});

function deviatedAlone(events: readonly Event[]): readonly Event[] {
  return inserting(beginOf('film'), () => [
    { type: 'deviation', step: 'film', what: 'No film', why: 'No camera', effect: 'none', names: [], agreed: ['dana'] },
  ])(events);
}

/** Each once, at its step: what people want, or nothing. */
function wishes(...list: readonly (readonly [step: string, phase: 'enter' | 'leave', wish: Wish])[]) {
  const left = [...list];
  return (step: string, phase: 'enter' | 'leave', events: readonly Event[]): Interjection | undefined => {
    const index = left.findIndex((one) => one[0] === step && one[1] === phase);
    const [, , wish] = left.splice(index, index < 0 ? 0 : 1)[0] ?? [];
    return typeof wish === 'function' ? wish(events) : wish;
  };
}

type Wish = Interjection | ((events: readonly Event[]) => Interjection);

const deviation = (effect: 'none' | 'skip' | 'repeat'): Interjection => ({
  interject: 'deviation',
  what: 'The second camera has no film',
  why: 'It was not delivered',
  effect,
  agreed: ['gus', 'dana'],
});
const exchange = (leaves: string, comes: string): Interjection => ({
  interject: 'exchange',
  what: `${leaves} has a fever`,
  why: 'Nobody else of that role is here',
  leaves,
  comes,
  agreed: ['ivo', 'dana'],
});
const pause: Interjection = { interject: 'pause', why: 'Lunch', stays: ['ivo', 'dana'] };
const correction = (events: readonly Event[]): Interjection => ({
  interject: 'correction',
  answer: events.findLast((event) => event.type === 'answer' && event.step === 'camera')?.seq ?? 0,
  values: { serial: 'B1234' },
  why: 'Misread',
});

describe('what the runner records of a ceremony with people', () => {
  const unchanged: Edit = (events) => events;

  it('verifies: a deviation, a skip, a repetition, pauses, a correction', async () => {
    const { said } = await sound(unchanged, {
      record: {
        interject: wishes(
          ['film', 'enter', deviation('none')],
          ['film', 'leave', pause],
          ['camera', 'leave', deviation('repeat')],
          ['hsm-seen', 'enter', correction],
          ['lock', 'enter', pause],
          ['judged', 'enter', deviation('skip')],
        ),
        choose: ({ options }) => options.find(({ name }) => name === 'now' || name === 'back')?.name,
      },
    });
    assert.match(said(DEVIATIONS), /^proven: 3 deviations: /);
    assert.match(said(FOLLOWED), /, but for 3 deviations \(film, camera: repeat, judged: skip\)$/);
  });

  it('verifies: a deviation that is approved only when the HSM is next used', async () => {
    const { said } = await sound(unchanged, {
      record: {
        interject: wishes(['film', 'enter', deviation('none')]),
        choose: ({ options }) => options.find(({ name }) => name === 'later')?.name,
      },
    });
    assert.match(said(DEVIATIONS), /^proven: 1 deviation: /);
  });

  it('verifies: a skip that officers declined, a step that was done after all, and their approval later', async () => {
    const asked = new Set<string>();
    const { said, notes } = await sound(unchanged, {
      record: {
        interject: wishes(['camera', 'enter', deviation('skip')]),
        guard: (guard) => ({
          ...guard,
          approveDeviation: async (seat, statement) => {
            const approved = await guard.approveDeviation(seat, statement);
            const first = !asked.has(seat);
            asked.add(seat);
            return first && seat > 'bob' ? { ...approved, decisions: [{ declined: 'Record it' }] } : approved;
          },
        }),
      },
    });
    assert.match(said(DEVIATIONS), /^proven: 1 deviation: /);
    assert.match(said(FOLLOWED), /, but for 1 deviation \(camera: skip, not approved in time and not done\)$/);
    assert.deepEqual(notes, []);
  });

  it('verifies: what people want instead of choosing who presents, and of deciding', async () => {
    const left = [deviation('none'), deviation('none')];
    let pins = 0;
    const { said } = await sound(unchanged, {
      record: {
        choose: ({ options }) => options.find(({ name }) => name === 'again' || name === 'later')?.name,
        people: (people) => ({
          ...people,
          choose: async (choice) => (choice.menu && left.shift()) || people.choose(choice),
        }),
        guard: (guard) => ({
          ...guard,
          rollCall: async (seat) => {
            if (pins++ === 0) throw new CeremonyError('PIN_INCORRECT', 'the PIN was not accepted');
            return await guard.rollCall(seat);
          },
        }),
      },
    });
    assert.match(said(DEVIATIONS), /^proven: 2 deviations: /);
  });

  it('verifies: a witness at the roll-call, an officer before and one after the HSM is prepared', async () => {
    const record = () => ({
      spare: true,
      interject: wishes(
        ['roll-call-witness@gus', 'enter', exchange('gus', 'hana')],
        ['hsm-seen', 'leave', exchange('erin', 'frank')],
        ['key-agreed', 'enter', exchange('alice', 'heidi')],
        ['hsm-empty', 'enter', correction],
      ),
    });
    const { events } = await recordCeremony(record());
    const { said } = await sound(unchanged, { record: record() });
    assert.match(
      said(FOLLOWED),
      / for 3 deviations \(roll-call-witness@gus: hana for gus, hsm-seen: frank for erin, key-agreed: heidi for alice\)$/,
    );
    assert.match(
      said('the record is whole and in order'),
      /signed by 6 of 6 people .*\(bob, carol, dave, frank, hana, heidi\)$/,
    );
    const begins = events.flatMap((event) => (event.type === 'step' && event.phase === 'begin' ? [event] : []));
    const peopleOf = (step: string) =>
      begins.filter((begin) => begin.step === step).map(({ by, check }) => [...by, ...check]);
    assert.deepEqual(
      peopleOf('roll-call-witness@gus'),
      [
        ['gus', 'ivo'],
        ['hana', 'ivo'],
      ],
      'begun again by who came',
    );
    assert.deepEqual(
      peopleOf('hsm-seen'),
      [['dana', 'ivo']],
      'of a step that has done something nothing is done twice',
    );
    assert.deepEqual(peopleOf('sign-off@alice'), [['heidi']]);
    const approvers = events.flatMap((event) => (event.type === 'intent' ? [event.approvers.join(' ')] : []));
    assert.deepEqual(
      approvers,
      ['alice bob carol dave frank', ...Array.from({ length: 4 }, () => 'bob carol dave')],
      'who came has a share of what was prepared since, and is not asked for what was prepared before',
    );
    const corrections = events.flatMap((event) =>
      event.type === 'correction' ? [[event.seat, ...event.checkedBy]] : [],
    );
    assert.deepEqual(corrections, [['dana', 'hana']]);
  });

  it('verifies: an exchange that officers declined, after which nothing changed', async () => {
    const asked = new Set<string>();
    const { said } = await sound(unchanged, {
      record: {
        spare: true,
        interject: wishes(['key-read', 'enter', exchange('gus', 'hana')]),
        guard: (guard) => ({
          ...guard,
          approveDeviation: async (seat, statement) => {
            const approved = await guard.approveDeviation(seat, statement);
            const first = !asked.has(seat);
            asked.add(seat);
            return first && seat > 'bob' ? { ...approved, decisions: [{ declined: 'Gus is well' }] } : approved;
          },
        }),
      },
    });
    assert.match(said(FOLLOWED), / \(key-read: hana for gus, not approved in time and not done\)$/);
    assert.match(said('the record is whole and in order'), /\(.*gus\)$/);
  });

  it('verifies as aborted: people end it while they pause, or decide to when a PIN is wrong', async () => {
    const options = { outcome: 'aborted' } as const;
    await sound(unchanged, {
      options,
      record: {
        interject: wishes(['film', 'enter', pause]),
        choose: ({ options: offered }) => offered.find(({ name }) => name === 'back')?.name,
        people: (people) => ({
          ...people,
          ask: async (question) =>
            question.subject === 'head' ? { interject: 'abort', why: 'the seal is broken' } : people.ask(question),
        }),
      },
    });
    await sound(unchanged, {
      options,
      record: {
        guard: (guard) => ({
          ...guard,
          approve: async () => {
            throw new CeremonyError('PIN_LOCKED', 'the PIN is locked');
          },
        }),
      },
    });
  });

  it('verifies: a wrong PIN, a declined operation, a failed one, each decided on', async () => {
    let [pins, declined, failed] = [0, 0, 0];
    const { said } = await sound(unchanged, {
      record: {
        choose: ({ options }) => options.find(({ name }) => name === 'again' || name === 'propose-again')?.name,
        guard: (guard) => ({
          ...guard,
          approve: async (seat, proposals, envelopes) => {
            if (seat === 'bob' && pins++ === 0) throw new CeremonyError('PIN_INCORRECT', 'the PIN was not accepted');
            const approved = await guard.approve(seat, proposals, envelopes);
            if (seat !== 'carol' || proposals.length !== 2 || declined++ > 0) return approved;
            return { ...approved, decisions: [...approved.decisions.slice(0, 1), { declined: 'Not what was agreed' }] };
          },
          execute: async (id, approvals) => {
            const done = await guard.execute(id, approvals);
            if (done.facts['signature'] !== undefined && failed++ === 0)
              throw new CeremonyError('HSM_DEVICE_ERROR', 'the HSM failed: CKR_DEVICE_ERROR');
            return done;
          },
        }),
      },
    });
    assert.deepEqual([pins > 1, declined > 1, failed > 1], [true, true, true]);
    assert.match(said(FOLLOWED), /^proven: /);
  });
});

describe('a withheld correction', () => {
  const edit = corrected('camera', 'lock', { values: { serial: 'B1234' } });
  const withhold = (event: Event) => event.type === 'correction';

  it('leaves every step that was answered before it not judged, since it may be one of its answer', async () => {
    const { findings, notes, said } = await verified(edit, { withhold, options: { withheld: 'allowed' } });
    assert.deepEqual(findings, []);
    assert.match(
      said(FOLLOWED),
      /^not shown: for \d+ of \d+ steps \(camera, no-camera, documents, film, key-read, lock\): /,
    );
    assert.ok(
      notes.includes('step "camera" is not judged again: a correction is withheld, which may be one of its answer'),
    );
  });

  it('is told from a withheld answer, which leaves the others judged', async () => {
    const { said } = await verified((events) => events, {
      withhold: (event) => event.type === 'answer' && event.step === 'key-read',
      options: { withheld: 'allowed' },
    });
    assert.match(said(FOLLOWED), /^not shown: for 1 of 35 steps \(key-read\): events of it are withheld$/);
  });
});

describe('a ceremony with people that was killed', () => {
  it('verifies up to its last event, wherever that was', async () => {
    const forged = await forge({ events: everything });
    const events = openPack(forged.source).events();
    for (let count = 4; count < events.length; count += 7) {
      const files = cutAfter(forged.files, events, count);
      const options = { ...forged.options, outcome: 'interrupted' } as const;
      const { findings } = verifyPack(new MemorySource(files), options, forged.derive);
      assert.deepEqual(findings, [], `after event ${count}`);
    }
  });
});
