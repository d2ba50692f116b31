import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Edit, problemsAlone } from './planned.ts';

const SCRIPT = readFileSync(new URL('../script/examples/crl-refresh.yaml', import.meta.url), 'utf8');

/** Without a site: what is used of a CA stands for one key there. */
const problems = (...edits: readonly Edit[]) => problemsAlone(SCRIPT, edits);

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

  test('comes with no list of what its CA has issued, which the ledger has', () => {
    const list = (issuer: string): Edit => [
      'inputs:\n',
      `inputs:\n  issued: { type: issued-list, issuer: ${issuer}, on: inbox }\n`,
    ];
    const read =
      '      - { id: read-issued, step: read-input, by: administrator, check: witness, with: { input: issued } }\n';
    assert.deepEqual(problems(list('root'), [READ_CRL, `${read}${READ_CRL}`]), [
      'PLAN_NAME "issued" lists what "root" has issued, and the script uses that from the ledger, which has it all',
    ]);
    assert.deepEqual(problems(OTHER, list('other-root'), [READ_CRL, `${READ_OTHER}${read}${READ_CRL}`]), []);
    assert.deepEqual(problems(OTHER, list('other-root'), [READ_CRL, `${read}${READ_OTHER}${READ_CRL}`]), [
      'PLAN_NAME the certificate "other-root", which must have signed "issued", is not there before this step',
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
