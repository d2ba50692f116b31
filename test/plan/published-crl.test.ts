import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { WINDOW } from '../forge/stage.ts';
import { type Edit, edited, TEMPLATES } from './planned.ts';

const SCRIPT = readFileSync(new URL('../script/examples/crl-refresh.yaml', import.meta.url), 'utf8');

/** Without a site: what is used of a CA stands for one key there. */
function problems(...edits: readonly Edit[]): string[] {
  const script = readScript(Buffer.from(edited(SCRIPT, edits)), 'script.yaml', STEP_TYPES);
  const made = makePlan({
    script,
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  return made.problems.flatMap(({ severity, code, text }) => (severity === 'problem' ? [`${code} ${text}`] : []));
}

const MUST_EQUAL = 'must-equal: last-crl, ';
const OTHER: Edit = ['inputs:\n', 'inputs:\n  other-root: { type: certificate, on: inbox }\n'];
const BY_OTHER: Edit = [`issuer: root, ${MUST_EQUAL}on: inbox }`, 'issuer: other-root, on: inbox }'];
const READ_OTHER =
  '      - { id: read-other, step: read-input, by: administrator, check: witness, with: { input: other-root } }\n';
const READ_CRL = '      - { id: read-crl,';

describe('a CRL that comes in', () => {
  test('is held to what the CA has published last', () => assert.deepEqual(problems(), []));

  test('equals no certificate', () =>
    assert.deepEqual(problems(['must-equal: last-crl', 'must-equal: root']), [
      'PLAN_NAME "root" is no CRL, and "published-crl" is one',
    ]));

  test('is read after the certificate of its CA, where that comes in too', () => {
    assert.deepEqual(problems(OTHER, BY_OTHER, [READ_CRL, `${READ_OTHER}${READ_CRL}`]), []);
    const after: Edit = ['with: { input: published-crl } }\n', `with: { input: published-crl } }\n${READ_OTHER}`];
    assert.deepEqual(problems(OTHER, BY_OTHER, after), [
      'PLAN_NAME the certificate "other-root", which must have signed "published-crl", is not there before this step',
    ]);
  });

  test('equals a CRL of its own CA', () =>
    assert.deepEqual(
      problems(
        OTHER,
        [`issuer: root, ${MUST_EQUAL}on: inbox }`, `issuer: other-root, ${MUST_EQUAL}on: inbox }`],
        [READ_CRL, `${READ_OTHER}${READ_CRL}`],
      ),
      ['PLAN_NAME "published-crl" must equal the CRL "last-crl", which is not of "other-root"'],
    ));
});
