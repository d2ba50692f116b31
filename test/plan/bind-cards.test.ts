import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bindCards } from '../../src/plan/bind-cards.ts';
import { PlanReporter } from '../../src/plan/reporter.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { foundingSiteText, MODEL, makeFounders } from '../forge/stage.ts';
import { type Edit, edited } from './planned.ts';

const SCRIPT = readScript(
  readFileSync(join(PROGRAM_ROOT, 'ceremonies', 'quorum-enrolment.yaml')),
  'script.yaml',
  STEP_TYPES,
).script;
const SITE = foundingSiteText(makeFounders());
const ALICE = `{ serial: token-3, model: ${MODEL} }`;
const BOB = `{ serial: token-4, model: ${MODEL} }`;
const KEY = 'ab'.repeat(32);

function bound(edits: readonly Edit[]) {
  const { site, positions, problems } = readSite(Buffer.from(edited(SITE, edits)), 'site.yaml');
  assert.deepEqual(problems, []);
  assert.ok(SCRIPT && site);
  const reporter = new PlanReporter();
  const cards = bindCards(SCRIPT, { site, positions }, reporter);
  return { cards, problems: reporter.problems.map(({ code, text }) => `${code} ${text}`) };
}

describe('the tokens that a site has enrolled', () => {
  test('have serials, and the keys that the script says', () => {
    const { cards, problems } = bound([]);
    assert.deepEqual(problems, []);
    assert.deepEqual(cards['alice'], [{ serial: 'token-3', model: MODEL, sign: null, open: null }]);
  });

  test('keep their own keys where the site says so, and where it names one', () => {
    const { cards, problems } = bound([
      [ALICE, `{ serial: token-3, model: ${MODEL}, keys: adopted, sign: SIGN key }`],
      [BOB, `{ serial: "", model: ${MODEL}, key: ${KEY} }`],
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(cards['alice'], [
      { serial: 'token-3', model: MODEL, sign: 'SIGN key', open: null, keys: 'adopted' },
    ]);
    assert.deepEqual(cards['bob'], [{ serial: '', model: MODEL, sign: null, open: null, keys: 'adopted', key: KEY }]);
  });

  test('of one serial, or of none, are told apart by their keys alone', () => {
    const twice = bound([[BOB, ALICE]]);
    assert.deepEqual(twice.problems, [
      'PLAN_TOKEN the token "token-3" is to be enrolled for "alice" and for "bob"; one token belongs to one person, once',
    ]);
    const alike = `{ serial: token-3, model: ${MODEL}, key: ${KEY} }`;
    assert.deepEqual(bound([[BOB, alike]]).problems, []);
    assert.deepEqual(
      bound([
        [ALICE, alike],
        [BOB, alike],
      ]).problems,
      [
        `PLAN_TOKEN the token "${KEY}" is to be enrolled for "alice" and for "bob"; one token belongs to one person, once`,
      ],
    );
    assert.deepEqual(bound([[BOB, `{ serial: "", model: ${MODEL}, keys: adopted }`]]).problems, [
      'PLAN_TOKEN nothing tells the token without a serial of "bob" from others',
    ]);
  });
});
