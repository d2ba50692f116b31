import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Ledger, LedgerLoss, LedgerThing } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { forge } from '../forge/forge.ts';
import { losing } from '../forge/losing.ts';
import { recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const before = await forge({});
const RECORDING = await recordCeremony({ ...losing, follows: before.files });
const SCRIPT = Buffer.from(RECORDING.script).toString();
const LEDGER = readLedger(before.files.get('ledger.json') as Uint8Array);
const ROSTER = readRoster(RECORDING.roster);

type Edit = readonly [from: string, to: string];

/** What a plan says of the script that declares losses, after a ceremony with this ledger. */
function problems(edits: readonly Edit[], over: Partial<Ledger> = {}): string[] {
  const text = edits.reduce((was, [from, to]) => {
    assert.ok(was.includes(from), from);
    return was.replaceAll(from, to);
  }, SCRIPT);
  return makePlan({
    script: readScript(Buffer.from(text), 'script.yaml', STEP_TYPES),
    site: readSite(Buffer.from(RECORDING.site), 'site.yaml'),
    roster: ROSTER,
    ledger: { ...LEDGER, ...over },
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
  }).problems.flatMap(({ code, text: said, severity }) => (severity === 'problem' ? [`${code} ${said}`] : []));
}

const LINE = (id: string) => new RegExp(`^ +- \\{ id: ${id},.*$`, 'm').exec(SCRIPT)?.[0] ?? '';
const MEDIUM = 'kind: medium, thing: envelopes.1';
const loss = (more: Partial<LedgerLoss>): LedgerLoss => ({
  ...{ kind: 'hsm', thing: HSM_SERIAL, state: 'lost', since: '2027-01-01', exposed: true, how: 'Gone.' },
  ...{ circumstances: '-', witness: 'ivo', step: 'gone', at: '2027-01-02T00:00:00Z', approvedBy: ['alice'] },
  ...more,
});
const thing = (unit: string, state: LedgerThing['state']): LedgerThing => ({
  ...{ unit, kind: 'medium', make: null, serial: null, state, bag: null, place: null },
});
const SPKI = 'ab'.repeat(32);
const SPARE = { ...(LEDGER.tokens[0] as Ledger['tokens'][number]), name: 'spare-hsm', serial: 'hsm-0009' };

describe('a plan with declarations that things are lost', () => {
  test('as it is recorded has no problem', () => assert.deepEqual(problems([]), []));

  for (const [name, edits, over, said] of [
    [
      'a medium that no ledger has',
      [[MEDIUM, 'kind: medium, thing: stick']],
      {},
      /^PLAN_NAME the custody register has no medium "stick", but none$/,
    ],
    [
      'a medium that is destroyed',
      [],
      { custody: [thing('envelopes.1', 'destroyed')] },
      /^PLAN_NAME the custody register has "envelopes\.1" as destroyed$/,
    ],
    [
      'a medium under the kind of another thing',
      [[MEDIUM, 'kind: paper-share, thing: envelopes.1']],
      { custody: [thing('envelopes.1', 'sealed')] },
      /^PLAN_NAME the custody register has no paper-share "envelopes\.1", but none$/,
    ],
    [
      'an HSM that no ledger has',
      [[MEDIUM, 'kind: hsm, thing: other-hsm']],
      {},
      /^PLAN_NAME the ledger has no HSM "other-hsm", but "root-hsm" \(.*\)$/,
    ],
    [
      'an HSM that is in the ceremony',
      [[MEDIUM, 'kind: hsm, thing: root-hsm']],
      {},
      /^PLAN_NAME the HSM "root-hsm" is in this ceremony, as "root-hsm": it is not lost$/,
    ],
    [
      'one of two HSMs of that name',
      [[MEDIUM, 'kind: hsm, thing: spare-hsm']],
      { tokens: [...LEDGER.tokens, SPARE, { ...SPARE, serial: 'hsm-0010' }] },
      /^PLAN_NAME the ledger has 2 HSMs "spare-hsm", with the serials hsm-0009, hsm-0010: say which by its serial$/,
    ],
    [
      'a token of somebody who is not on the roster',
      [['thing: dave, state: lost', 'thing: nobody, state: lost']],
      {},
      /^PLAN_NAME "nobody" is no seat of the roster/,
    ],
    [
      'the token of somebody who has two, and does not say which',
      [['thing: dave', 'thing: erin']],
      {},
      /^PLAN_NAME "erin" has 2 quorum tokens on the roster: .*; say which: serial$/,
    ],
    [
      'what is lost already',
      [],
      { losses: [loss({ kind: 'medium', thing: 'envelopes.1', exposed: false })] },
      /^PLAN_NAME the medium "envelopes\.1" is lost here already, since 2027-01-01$/,
    ],
    [
      'what is found, and nobody missed',
      [['state: lost, since: 2027-02-01', 'state: found, since: 2027-02-01']],
      {},
      /^PLAN_NAME the medium "envelopes\.1" is not lost here: nothing is found that nobody missed$/,
    ],
    [
      'an HSM that is found at another',
      [
        [MEDIUM, 'kind: hsm, thing: spare-hsm'],
        ['state: lost, since: 2027-02-01', 'state: found, since: 2027-02-01'],
      ],
      { tokens: [...LEDGER.tokens, SPARE], losses: [loss({ thing: 'hsm-0009' })] },
      /^PLAN_NAME the HSM "spare-hsm" is said to be found, and "root-hsm" is not that one: it has the serial .*, that one hsm-0009$/,
    ],
    [
      'an HSM that is lost, and used without a word of it',
      [],
      { losses: [loss({})] },
      /^PLAN_TOKEN the HSM "root-hsm" with serial .* is lost since 2027-01-01, by the ledger of the previous pack$/,
    ],
    [
      'a day after the ceremony',
      [['since: 2027-02-01', 'since: 2027-04-01']],
      {},
      /^PLAN_PARAMETER "2027-04-01" is after this ceremony$/,
    ],
    [
      'a day that there is not',
      [['since: 2027-02-01', 'since: 2027-02-30']],
      {},
      /^PLAN_PARAMETER "2027-02-30" is no day$/,
    ],
    [
      'nothing that the witness states',
      [[', say: "I saw the other site burn."', '']],
      {},
      /^PLAN_PARAMETER nothing is said: what does the witness of the loss state\?$/,
    ],
    [
      'nobody who hears it',
      [[LINE('medium-lost'), LINE('medium-lost').replace(', check: witness', '')]],
      {},
      /^PLAN_PEOPLE nobody hears what is stated$/,
    ],
  ] as const satisfies readonly (readonly [string, readonly Edit[], Partial<Ledger>, RegExp])[]) {
    test(`refuses ${name}`, () => {
      const [first, ...more] = problems(edits, over);
      assert.match(first ?? 'nothing', said, more.join('; '));
    });
  }

  test('takes a second declaration where it has become known that somebody has it', () => {
    assert.deepEqual(problems([], { losses: [loss({ kind: 'medium', thing: 'envelopes.1' })] }), []);
  });

  test('seals no share to a token that is lost by then', () => {
    const rotate =
      '      - { id: rotated, step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: user, holders: crypto-officer, envelopes: envelopes } }';
    const said = (...lines: readonly string[]) =>
      problems([[LINE('card-found'), lines.join('\n')]]).filter((one) => /no share is sealed/.test(one));
    assert.deepEqual(said(rotate, LINE('card-found')), [
      'PLAN_PEOPLE no share is sealed to a token that is lost, and one of dave is by then',
    ]);
    assert.deepEqual(said(LINE('card-found'), rotate), []);
    const dave = memberOf(ROSTER, 'dave')?.tokens[0];
    const lost = loss({ kind: 'quorum-token', thing: dave?.signingSpki ?? '', holder: { seat: 'dave', key: SPKI } });
    const over = problems([[`${LINE('card-lost')}\n`, `${rotate}\n`]], { losses: [lost] });
    assert.ok(
      over.some((one) => /no share is sealed/.test(one)),
      over.join('\n'),
    );
  });

  test('uses an HSM that was lost once it is declared found, and not before', () => {
    const found = LINE('medium-lost')
      .replace(MEDIUM, 'kind: hsm, thing: root-hsm')
      .replace('lost, since', 'found, since');
    const over = { losses: [loss({})] };
    assert.deepEqual(problems([[LINE('medium-lost'), found]], over), [
      `PLAN_ORDER the HSM "root-hsm" with serial ${HSM_SERIAL} is lost since 2027-01-01, by the ledger of the previous pack, and "card-lost" uses it before that is declared otherwise`,
    ]);
    assert.deepEqual(
      problems(
        [
          [`${LINE('card-lost')}\n`, ''],
          [LINE('medium-lost'), `${found}\n${LINE('card-lost')}`],
        ],
        over,
      ),
      [],
    );
  });
});
