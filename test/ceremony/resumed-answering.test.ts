import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseOcspResponse } from '../../src/x509/ocsp-response.ts';
import { hold } from './conducted.ts';
import { afterChange, holdUntil, layTable, type Table } from './kill-points.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, filesIn } from './went-on.ts';

const SUBJECT = { C: 'US', O: 'Example Org', CN: 'Example Root CA G1' };
const STEPS = `      - { id: ocsp-key, step: generate-key, with: { token: root-hsm, label: ocsp, algorithm: ecdsa-p384 }, makes: { key: ocsp } }
      - { id: certified, step: approve, by: administrator, check: auditor, with: { operations: [responder, crl] } }
      - id: responder
        step: issue-ocsp-responder
        with:
          issuer: root
          subject-key: ocsp
          profile: responder
          subject: { C: US, O: Example Org, CN: Example OCSP 1 }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P60D, at-most: root.not-after }
        out: ocsp.crt
        makes: { certificate: responder }
`;
const ANSWERS = `      - { id: answered, step: approve, by: administrator, check: auditor, with: { operations: [answers] } }
      - { id: answers, step: presign-ocsp, with: { issuer: root, responder: responder, certificates: [responder], crl: root, this-update: { at: proposal, floor: PT1M }, next-update: { from: this-update, plus: P7D } }, out: root.ors }
`;

/** The ceremony that follows another, with an answer after its CRL. */
const ANSWERING = readFileSync(new URL('../forge/following.yaml', import.meta.url), 'utf8')
  .replace('{ of: 5, present: 5 }', '{ of: 3, present: 3 }')
  .replace('{ sign: 3 }', '{ sign: 2 }')
  .replace('seats:\n', 'profiles:\n  responder: { extends: ocsp-responder }\nseats:\n')
  .replace('operations: 2 }', 'operations: 6 }')
  .replace('[hsm-full, crl]', '[hsm-full, ocsp-key]')
  .replace(/^ {6}- \{ id: crl, /m, `${STEPS}$&`)
  .replace(/^ {6}- \{ id: lock, /m, `${ANSWERS}$&`);

const STANDS = {
  tokens: ['root-hsm'],
  uses: [
    { kind: 'key', called: 'root', of: 'example-root-g1', subject: SUBJECT },
    { kind: 'certificate', called: 'root', of: 'example-root-g1' },
    { kind: 'crl', called: 'latest', of: 'example-root-g1' },
  ],
};

describe('answers after an interruption', { concurrency: false }, () => {
  let table: Table;
  before(async () => {
    table = await layTable(() => ANSWERING, STANDS);
  });
  after(() => table?.remove());

  test('are held to the CRL that was signed before it, by a guard that did not sign it', async () => {
    table.clear();
    const killed = await holdUntil(table, afterChange('link pack/publish/root.crl'), 'power');
    assert.equal(killed.code, 137, killed.stderr);
    const left = filesIn(table.set.out);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, wentOn.stderr);
    assertNothingLost(left, filesIn(table.set.out), 'resumed');
    assertNothingIncoming(table, 'resumed');
    await assertVerifies(table, 'complete', 'resumed');
    const { responses } = parseOcspResponse(readFileSync(join(table.set.out, 'ocsp', 'root.ors')));
    assert.deepEqual(
      responses.map(({ status }) => status.kind),
      ['good'],
    );
  });
});
