import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { profileTemplates } from '../../src/cli/program-files.ts';
import type { Ledger, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { exchangeFault } from '../../src/plan/plan-in-force.ts';
import { changeOf, roleToBe, seatsWhen } from '../../src/plan/roster-change.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { recordCeremony } from '../forge/record.ts';

const RECORDING = await recordCeremony({ changing: true });
const SCRIPT = Buffer.from(RECORDING.script).toString();
const SITE = Buffer.from(RECORDING.site).toString();
const ROSTER = readRoster(RECORDING.roster);
const CHANGE = 'with: { leaves: [erin], joins: newcomer, role: crypto-officer }';

interface Edits {
  readonly script?: (text: string) => string;
  readonly site?: (text: string) => string;
  readonly ledger?: Partial<Ledger>;
  readonly endedUnder?: string;
}

function planned({ script = String, site = String, ledger, endedUnder }: Edits = {}) {
  return makePlan({
    script: readScript(Buffer.from(script(SCRIPT)), 'script.yaml', STEP_TYPES),
    site: readSite(Buffer.from(site(SITE)), 'site.yaml'),
    roster: ROSTER,
    stepTypes: STEP_TYPES,
    templates: profileTemplates(),
    window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
    ...(ledger ? { ledger: { ...EMPTY, ...ledger } } : {}),
    ...(endedUnder === undefined ? {} : { endedUnder }),
  });
}

const EMPTY: Ledger = {
  ...{ type: 'quorate/ledger/1', ceremony: 'aa'.repeat(32), number: 1, previous: '00'.repeat(32) },
  ...{ tokens: [], keys: [], copies: [], certificates: [], crls: [], shareSets: [], custody: [] },
};

const problems = (edits: Edits): string[] =>
  planned(edits).problems.map(
    ({ code, text, severity }) => `${severity === 'warning' ? 'warning ' : ''}${code} ${text}`,
  );

const setOf = (kind: 'user' | 'so', state: LedgerShareSet['state'], ...seats: readonly string[]): LedgerShareSet => ({
  ...{
    id: (kind === 'so' ? 'ab' : 'cd').repeat(16),
    kind,
    threshold: 3,
    check: 'ee'.repeat(32),
    hsm: 'hsm-0001',
    state,
  },
  ...{ unproven: [], envelopes: {} },
  shares: seats.map((seat, index) => ({
    ...{ seat, x: index + 1, commitment: `${index}0`.repeat(32), envelope: `${index}1`.repeat(32) },
    recipients: ['ff'.repeat(32)],
  })),
});
/** Erin stays, with another token: she is seated for that in the newcomer's place. */
const renewing = (what = 'renews: newcomer, role: crypto-officer', more: Edits = {}): Edits => ({
  ...more,
  script: (text) => text.replace(CHANGE, `with: { ${what} }`),
  site: more.site ?? ((text) => text.replaceAll('frank', 'erin')),
});
const with_ = (what: string) => ({ script: (text: string) => text.replace(CHANGE, `with: { ${what} }`) });

describe('the plan of a change of the roster', () => {
  test('has no problem where all are there who decide and sign', () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ ledger: {} }), []);
  });

  test('has none where somebody stays with another token, and counts them in their role from then on', () => {
    assert.deepEqual(problems(renewing()), []);
    const { plan } = planned(renewing()) as { plan: Plan };
    const change = changeOf(plan);
    assert.deepEqual([change?.leaves, change?.joins, change?.renews], [[], [], ['erin']]);
    assert.equal(roleToBe(plan, 'erin'), 'crypto-officer');
    const stepNamed = (id: string) =>
      plan.acts.flatMap(({ steps }) => steps).find((step) => step.id === id) ?? assert.fail();
    assert.deepEqual(seatsWhen(plan, stepNamed('roll-call'), 'crypto-officer'), ['alice', 'bob', 'carol', 'dave']);
    assert.deepEqual(seatsWhen(plan, stepNamed('roster-read'), 'crypto-officer'), [
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
    ]);
  });

  const cases: readonly [name: string, edits: Edits, said: readonly string[]][] = [
    [
      'somebody leaves who is not on the roster',
      with_('leaves: [mallory], joins: newcomer, role: crypto-officer'),
      [
        'PLAN_ROSTER "mallory" is not on the roster, and cannot leave it',
        'PLAN_ROSTER "erin" stay on the roster and are not here to sign it: everybody with a token does',
      ],
    ],
    [
      'somebody leaves who is seated',
      with_('leaves: [erin, dave], joins: newcomer, role: crypto-officer'),
      ['PLAN_ROSTER "dave", who leaves, is seated as "crypto-officer": after this step nothing that they sign counts'],
    ],
    [
      'somebody joins in a role that nobody has',
      with_('leaves: [erin], joins: newcomer, role: keeper'),
      ['PLAN_ROSTER nobody on the roster is "keeper"; a change makes no new role'],
    ],
    [
      'somebody joins who is on the roster',
      {
        script: (text) => text.replace('leaves: [erin], ', ''),
        site: (text) => text.replaceAll('frank', 'erin'),
      },
      ['PLAN_ROSTER "erin" is on the roster already'],
    ],
    [
      'somebody joins under a name that somebody had',
      {
        ledger: {
          former: [{ seat: 'frank', step: 'next-roster', leftAt: '2026-03-10T09:00:00Z', roster: 'aa'.repeat(32) }],
        },
      },
      [
        'PLAN_ROSTER "frank" left the roster in an earlier ceremony; a name that somebody had is nobody else\'s, nor theirs again',
      ],
    ],
    [
      'a member with a token does not come',
      {
        script: (text) => text.replace('policy-authority: { of: 2 }', 'policy-authority: { of: 2, present: 1 }'),
        site: (text) => text.replace('[authority-1, authority-2]', '[authority-1]'),
      },
      ['PLAN_ROSTER "authority-2" stay on the roster and are not here to sign it: everybody with a token does'],
    ],
    [
      'too few are left for a class',
      with_('leaves: [erin, authority-1], joins: newcomer, role: crypto-officer'),
      [
        'PLAN_ROSTER "authority-1", who leaves, is seated as "policy-authority": after this step nothing that they sign counts',
        'PLAN_ROSTER class "authorize" needs 2 of role "policy-authority", and 1 would be left',
      ],
    ],
    [
      'too few of those who decide are here',
      {
        script: (text) => text.replace('present: 4 }', 'present: 2 }'),
        site: (text) => text.replace('[alice, bob, carol, dave]', '[alice, bob]'),
      },
      [
        'PLAN_ROSTER "carol", "dave" stay on the roster and are not here to sign it: everybody with a token does',
        'PLAN_ROSTER 3 of role "crypto-officer" approve a change of the roster, as it is in force; 2 of them are here',
      ],
    ],
    [
      'somebody would get another token who is not on the roster',
      renewing(undefined, { site: String }),
      [
        'PLAN_ROSTER "frank" is not on the roster, and has no token there that another one could replace',
        'PLAN_ROSTER "erin" stay on the roster and are not here to sign it: everybody with a token does',
      ],
    ],
    [
      'somebody would stay in another role',
      renewing('renews: newcomer, role: policy-authority'),
      ['PLAN_ROSTER "erin" is "crypto-officer" on the roster, and would be enrolled anew as "policy-authority"'],
    ],
    [
      'somebody would stay and leave',
      renewing('leaves: [erin], renews: newcomer, role: crypto-officer'),
      [
        'PLAN_ROSTER "erin", who leaves, is seated as "newcomer": after this step nothing that they sign counts',
        'PLAN_ROSTER "erin" leaves, and would be enrolled anew',
      ],
    ],
    [
      'too few of the others are here to decide on another token',
      {
        script: (text) =>
          text
            .replace(CHANGE, 'with: { renews: newcomer, role: crypto-officer }')
            .replace('present: 4 }', 'present: 2 }'),
        site: (text) => text.replace('[alice, bob, carol, dave]', '[alice, bob]').replaceAll('frank', 'erin'),
      },
      [
        'PLAN_ROSTER "carol", "dave" stay on the roster and are not here to sign it: everybody with a token does',
        'PLAN_ROSTER 3 of role "crypto-officer" approve a change of the roster, as it is in force; 2 of them are here',
      ],
    ],
    [
      'the share that an old token opens is not replaced',
      renewing(undefined, { ledger: { shareSets: [setOf('user', 'current', 'alice', 'erin')] } }),
      [
        `PLAN_ROSTER erin hold a share of the user set ${'cd'.repeat(16)} of the HSM hsm-0001, and no step after this replaces it`,
      ],
    ],
    [
      'nobody enrols whoever joins',
      { script: (text) => text.replace(/ +- \{ id: new-token,.*\n/, '') },
      ['PLAN_ORDER "frank" is not enrolled before this'],
    ],
    [
      'the site enrols somebody who does not join',
      { site: (text) => text.replace('    frank: [', '    mallory: [') },
      [
        'PLAN_TOKEN the site names no token to enrol for "frank"',
        'PLAN_ROSTER "mallory" is to be enrolled, and is none of the people of "newcomer", who join the roster',
      ],
    ],
    [
      'the script enrols somebody who does not join',
      {
        script: (text) =>
          text.replace('each: newcomer, check: witness, with: { keys', 'each: auditor, check: witness, with: { keys'),
      },
      [
        'PLAN_PEOPLE "ivo" is enrolled, and is none of those who join the roster or stay with another token',
        'PLAN_TOKEN the site names no token to enrol for "ivo"',
        'PLAN_ORDER "frank" is not enrolled before this',
      ],
    ],
    [
      'the ceremony before ended under another roster',
      { endedUnder: 'ab'.repeat(32) },
      [`PLAN_ROSTER the roster has SHA-256 ${ROSTER.digest}; the ceremony before ended under ${'ab'.repeat(32)}`],
    ],
    [
      'somebody who leaves keeps a share of what opens an HSM',
      {
        ledger: {
          shareSets: [setOf('user', 'current', 'alice', 'bob', 'carol', 'erin'), setOf('so', 'begun', 'erin')],
        },
      },
      [
        `PLAN_ROSTER erin hold a share of the user set ${'cd'.repeat(16)} of the HSM hsm-0001, and no step after this replaces it`,
        `PLAN_ROSTER erin hold a share of the security-officer set ${'ab'.repeat(16)} of the HSM hsm-0001, and no step after this replaces it`,
      ],
    ],
  ];
  for (const [name, edits, said] of cases)
    test(`is refused where ${name}`, () => {
      const found = problems(edits);
      for (const one of said) assert.ok(found.includes(one), `${one}\nnot in:\n${found.join('\n')}`);
      assert.equal(planned(edits).plan, undefined);
    });

  test('of those whose shares open nothing of theirs any more has no problem', () => {
    const shareSets = [
      setOf('user', 'current', 'alice', 'bob', 'carol'),
      setOf('so', 'superseded', 'erin', 'bob', 'carol'),
    ];
    assert.deepEqual(problems({ ledger: { shareSets } }), []);
  });

  const KEK = { ...setOf('user', 'current', 'alice', 'bob', 'carol', 'erin'), kind: 'kek' as const };
  const wrapped = (state: 'kept' | 'orphan' | 'destroyed') => ({
    ...{ key: 'root', spkiSha256: '11'.repeat(32), set: KEK.id, algorithm: 'aes-256-kwp', file: 'x-root.kwp' },
    ...{ sha256: '22'.repeat(32), size: 88, media: ['backups 1', 'backups 2'], step: 'backup', madeAt: null, state },
  });

  test('is refused where somebody who leaves could help to open a wrapped copy, and says that no rotation ends that', () => {
    for (const state of ['kept', 'orphan'] as const) {
      const found = planned({ ledger: { shareSets: [KEK], backups: [wrapped(state)] } });
      assert.equal(found.plan, undefined);
      assert.deepEqual(problems({ ledger: { shareSets: [KEK], backups: [wrapped(state)] } }), [
        `PLAN_ROSTER erin hold a share of the kek set ${KEK.id}, which opens x-root.kwp on backups 1 and backups 2, and no step destroys that copy`,
      ]);
    }
  });

  test('names the page that somebody who leaves has of it, and nobody else’s', () => {
    const paper = ['bob', 'erin'].map((seat) => ({ seat, unit: `pages@${seat}`, printedAt: null, pages: 0 }));
    assert.deepEqual(problems({ ledger: { shareSets: [{ ...KEK, paper }], backups: [wrapped('kept')] } }), [
      `PLAN_ROSTER erin hold a share of the kek set ${KEK.id}, on paper too as "pages@erin", which opens x-root.kwp on backups 1 and backups 2, and no step destroys that copy`,
    ]);
  });

  test('has no problem with a wrapped copy whose media are destroyed in the same ceremony', () => {
    const shreds = (item: string) => ({
      script: (text: string) =>
        text.replace(
          /^( +)- \{ id: close,/m,
          `$1- { id: shred, step: destroy-material, by: administrator, check: witness, with: { item: ${item} } }\n$&`,
        ),
      ledger: { shareSets: [KEK], backups: [wrapped('kept')] },
    });
    const said = (item: string) => problems(shreds(item)).filter((one) => one.includes(KEK.id));
    assert.deepEqual(said('backups'), []);
    assert.equal(said('evidence').length, 1);
  });

  test('warns of what stays due, where the script says why', () => {
    const edits = {
      ...with_(
        'leaves: [erin], joins: newcomer, role: crypto-officer, unrotated: The HSM is at the other site until May',
      ),
      ledger: { shareSets: [setOf('user', 'current', 'alice', 'bob', 'carol', 'erin')] },
    };
    assert.deepEqual(problems(edits), [
      `warning PLAN_ROSTER erin hold a share of the user set ${'cd'.repeat(16)} of the HSM hsm-0001, and no step after this replaces it; it stays due: The HSM is at the other site until May`,
    ]);
    assert.ok(planned(edits).plan);
  });
});

describe('a set of which too few can open a share after the change', () => {
  const ALL = ['alice', 'bob', 'carol', 'dave', 'erin'];
  const SET = setOf('user', 'current', ...ALL);
  /** By earlier ceremonies: their share is sealed to the token of before. */
  const renewed = (...seats: readonly string[]): Partial<Ledger> => ({
    renewed: seats.map((seat) => ({
      ...{ seat, step: 'next-roster', renewedAt: '2027-01-01T00:00:00Z', roster: 'ab'.repeat(32) },
      superseded: [sha256(`old token of ${seat}`)],
    })),
  });
  const sealedToOld = (set: LedgerShareSet): LedgerShareSet => ({
    ...set,
    shares: set.shares.map((share) => ({ ...share, recipients: [sha256(`old token of ${share.seat}`)] })),
  });
  const why = ', unrotated: The HSM is at the other site until May';
  const renews = `renews: newcomer, role: crypto-officer${why}`;
  const leaves = `leaves: [erin], joins: newcomer, role: crypto-officer${why}`;
  const keeps = {
    user: `PLAN_ROSTER erin hold a share of the user set ${SET.id} of the HSM hsm-0001, and no step after this replaces it`,
    kek: `PLAN_ROSTER erin hold a share of the kek set ${SET.id}, which opens what was being wrapped under it, and no step destroys that copy`,
  };
  const lost = (kind: 'user' | 'kek', what: string) =>
    `${keeps[kind]}; and after this 2 custodians can open the ${kind} set ${SET.id} (alice, bob), where 3 must: nobody could open ${what} again`;
  const waived = /^warning PLAN_ROSTER erin hold a share of the (user|kek) set .*; it stays due: The HSM is at/;

  for (const [name, what] of [
    ['somebody gets another token', renews],
    ['somebody leaves', leaves],
  ] as const)
    test(`is not waived where ${name}`, () => {
      const edits = (...before: readonly string[]) =>
        renewing(what, {
          ...(what === leaves ? { site: String } : {}),
          ledger: { shareSets: [sealedToOld(SET)], ...renewed(...before) },
        });
      const [one, ...others] = problems(edits('carol'));
      assert.match(String(one), waived);
      assert.deepEqual(others, []);
      assert.deepEqual(problems(edits('carol', 'dave')), [lost('user', 'the HSM hsm-0001')]);
      assert.equal(planned(edits('carol', 'dave')).plan, undefined);
      // It was lost before: this change takes nothing away.
      assert.match(String(problems(edits('bob', 'carol', 'dave'))[0]), waived);
    });

  test('says what to do, once and without the way that is not taken', () => {
    const ledger = { shareSets: [sealedToOld(SET)], ...renewed('carol', 'dave') };
    const [problem] = planned(renewing(renews, { ledger })).problems;
    assert.match(
      String(problem?.hint),
      /^have fewer leave or get another token at once, and the set replaced .*; "unrotated" does not waive that$/,
    );
  });

  test('of a wrapped copy counts who has a page, and has not left', () => {
    const page = (seat: string) => ({ seat, unit: `pages@${seat}`, printedAt: null });
    const kek = { ...sealedToOld(SET), kind: 'kek' as const };
    const copy = { ...kek, paper: [page('erin')] };
    const before = renewed('carol', 'dave');
    const found = (what: string, set: LedgerShareSet, more: Partial<Ledger> = {}) =>
      problems(
        renewing(what, {
          ...(what === leaves ? { site: String } : {}),
          ledger: { ...before, shareSets: [set], ...more },
        }),
      );
    const gone = lost('kek', 'that copy');
    assert.deepEqual(found(renews, kek), [gone]);
    assert.match(String(found(renews, copy)[0]), waived);
    assert.deepEqual(found(leaves, copy), [gone.replace(', which', ', on paper too as "pages@erin", which')]);
    const shredded = {
      ...{ unit: 'pages@erin', kind: 'paper-share', make: null, model: null, serial: null, bag: null },
      ...{ state: 'destroyed', place: null },
    };
    assert.match(
      String(found(renews, copy, { custody: [shredded] as never })),
      /^PLAN_ROSTER .* after this 2 custodians/,
    );
  });
});

describe('a set that is replaced', () => {
  const ALL = ['alice', 'bob', 'carol', 'dave', 'erin'];
  const tokenOf = (seat: string) =>
    ROSTER.members.find((one) => one.seat === seat)?.tokens.map(({ encryptionSpki }) => encryptionSpki) ?? [];
  /** @param old whose share is sealed to a token that is on the roster no more */
  const ofRoster = (...old: readonly string[]): LedgerShareSet => {
    const set = setOf('user', 'current', ...ALL);
    return {
      ...set,
      shares: set.shares.map((share) => ({
        ...share,
        recipients: old.includes(share.seat) ? [sha256('old')] : tokenOf(share.seat),
      })),
    };
  };
  const ROTATION =
    'step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: user, holders: crypto-officer, envelopes: new-envelopes } }';
  const rotating = (set: LedgerShareSet, what: string, site: (text: string) => string = String): Edits => ({
    script: (text) =>
      text
        .replace(CHANGE, `with: { ${what} }`)
        .replace('quorums:', 'tokens:\n  root-hsm: { expect: ledger }\nquorums:')
        .replace(
          /^( +)- \{ id: roll-call-newcomer,.*\n/m,
          `$&$1- { id: rotation, ${ROTATION}\n$1- { id: again, ${ROTATION}\n`,
        ),
    site: (text) =>
      site(text).replace(
        'tokens: {}',
        'tokens:\n  root-hsm: { module: cards, model: Soft HSM, serial: hsm-0001, label: rehearsal-root, activation: { means: shares } }',
      ),
    ledger: {
      shareSets: [set],
      tokens: [
        { serial: 'hsm-0001', label: 'rehearsal-root', model: 'Soft HSM', means: 'shares', sets: [set.id] } as never,
      ],
    },
  });
  const said = (edits: Edits) => problems(edits).filter((one) => one.includes('that is replaced'));
  const JOINS = 'leaves: [erin], joins: newcomer, role: crypto-officer';
  const RENEWS = 'renews: newcomer, role: crypto-officer';
  const erin = (text: string) => text.replaceAll('frank', 'erin');

  test('is opened by those who are here with the token that it is sealed to', () => {
    assert.deepEqual(said(rotating(ofRoster(), JOINS)), []);
    assert.deepEqual(said(rotating(ofRoster('dave'), JOINS)), []);
    assert.deepEqual(said(rotating(ofRoster('carol', 'dave'), JOINS)), [
      'PLAN_PEOPLE 3 custodians of the set that is replaced open it once more; 2 of those who are here can (alice, bob); sealed to an old token is the share of carol, dave',
    ]);
  });

  test('is not opened by whoever gets another token in this ceremony', () => {
    assert.deepEqual(said(rotating(ofRoster('dave'), RENEWS, erin)), []);
    assert.deepEqual(said(rotating(ofRoster('carol', 'dave'), RENEWS, erin)), [
      'PLAN_PEOPLE 3 custodians of the set that is replaced open it once more; 2 of those who are here can (alice, bob); sealed to an old token is the share of carol, dave, erin',
    ]);
  });
});

describe('who fills a role', () => {
  const plan = planned().plan as Plan;
  const of = (key: string) => ({ key });

  test('is, after the change, whoever joined in it too', () => {
    assert.deepEqual(changeOf(plan)?.joins, ['frank']);
    assert.deepEqual(seatsWhen(plan, of('roll-call@alice'), 'crypto-officer'), ['alice', 'bob', 'carol', 'dave']);
    assert.deepEqual(seatsWhen(plan, of('next-roster'), 'crypto-officer'), ['alice', 'bob', 'carol', 'dave']);
    assert.deepEqual(seatsWhen(plan, of('close'), 'crypto-officer'), ['alice', 'bob', 'carol', 'dave', 'frank']);
    assert.deepEqual(
      [seatsWhen(plan, of('roll-call@alice'), 'newcomer'), seatsWhen(plan, of('close'), 'newcomer')],
      [['frank'], []],
    );
    assert.equal(roleToBe(plan, 'frank'), 'crypto-officer');
    assert.equal(roleToBe(plan, 'alice'), 'crypto-officer');
  });

  test('is never whoever leaves in that ceremony, in the place of somebody', () => {
    assert.equal(
      exchangeFault(plan, ROSTER, { leaves: 'dave', comes: 'erin' }),
      '"erin" leaves the roster in this ceremony',
    );
  });
});
