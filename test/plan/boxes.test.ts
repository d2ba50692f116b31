import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import type { Event } from '../../src/transcript/event.ts';
import { documentBytes, makeVaultMembers, rosterDocument, vaultSiteText, WINDOW } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url));
const ROSTER = readRoster(documentBytes(rosterDocument(makeVaultMembers())));
const ALL = 'alice: bank-1, bob: bank-2, carol: bank-3, dave: bank-4, erin: bank-5';

/** @param boxes as the site has them; @param known as the ledger of before has them */
function planned(boxes?: string, known?: Ledger['boxes']) {
  const text = vaultSiteText('rehearsal').replace(/^boxes: .*\n/m, boxes === undefined ? '' : `boxes: { ${boxes} }\n`);
  const { plan, problems } = makePlan({
    script: readScript(SCRIPT, 'script.yaml', STEP_TYPES),
    site: readSite(Buffer.from(text), 'site.yaml'),
    roster: ROSTER,
    ...(known ? { ledger: { ...EMPTY, boxes: known } } : {}),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  return {
    plan,
    said: problems.flatMap(({ text: says, severity, file }) =>
      /\bbox/.test(says) ? [`${severity}, ${file}: ${says}`] : [],
    ),
  };
}
const EMPTY = {
  ...{
    type: 'quorate/ledger/1',
    ceremony: 'aa'.repeat(32),
    number: 1,
    previous: 'bb'.repeat(32),
    tokens: [],
    keys: [],
  },
  ...{ copies: [], certificates: [], crls: [], shareSets: [], custody: [] },
} as unknown as Ledger;
const UNKNOWN = (who: string) =>
  `warning, site.yaml: ${who} keep what opens an HSM in a box of their own, and the site does not say where it is: whether such boxes lie in one place cannot be told`;

describe('where the boxes of the people are', () => {
  test('is in the plan, and nothing is said where each is in a place of its own', () => {
    const { plan, said } = planned(ALL);
    assert.deepEqual(said, []);
    assert.deepEqual(plan?.boxes, {
      ...{ alice: 'bank-1', bob: 'bank-2', carol: 'bank-3', dave: 'bank-4', erin: 'bank-5' },
    });
  });

  test('is asked for where the site does not say it, and refuses nothing', () => {
    const { plan, said } = planned();
    assert.deepEqual(said, [UNKNOWN('"alice", "bob", "carol", "dave", "erin"')]);
    assert.ok(plan && plan.boxes === undefined);
    assert.deepEqual(planned('alice: bank-1, bob: bank-2, carol: bank-3').said, [UNKNOWN('"dave", "erin"')]);
    assert.deepEqual(planned('alice: bank-1, bob: bank-2', { carol: 'c', dave: 'd', erin: 'e' }).said, []);
  });

  test('is warned of where as many lie in one place as nearly open an HSM', () => {
    const together = `warning, site.yaml: the boxes of "alice", "erin" lie in one place, "bank-1": 2 of the 3 that open an HSM`;
    assert.deepEqual(planned(ALL.replace('bank-5', 'bank-1')).said, [together]);
    assert.deepEqual(planned(ALL, { erin: 'bank-1' }).said, [], 'what this site says, and not what one before did');
    const { plan } = planned(ALL.replace('bank-5', 'bank-1'));
    assert.ok(plan, 'it refuses nothing');
  });

  test('is said of somebody who is there', () => {
    assert.deepEqual(planned(`${ALL}, mallory: bank-6`).said, [
      'warning, site.yaml: "mallory", whose box that is, has no seat in this ceremony',
    ]);
  });

  test('goes into the ledger, and stays until a later site says otherwise', () => {
    const { plan } = planned('alice: bank-1, bob: bank-2');
    assert.ok(plan);
    const opening = { type: 'opening', seq: 1, number: 2, previous: 'bb'.repeat(32) } as unknown as Event;
    const ledgerAfter = (before: Ledger['boxes']) =>
      readLedger(
        ledgerBytes(deriveLedger(plan, [opening], () => undefined, { ...EMPTY, ...(before ? { boxes: before } : {}) })),
      );
    assert.deepEqual(ledgerAfter(undefined).boxes, { alice: 'bank-1', bob: 'bank-2' });
    assert.deepEqual(ledgerAfter({ alice: 'home', carol: 'bank-3' }).boxes, {
      ...{ alice: 'bank-1', bob: 'bank-2', carol: 'bank-3' },
    });
  });
});
