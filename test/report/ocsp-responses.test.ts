import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from '../../src/report/report.ts';
import { answering } from '../forge/answering.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { answeredOtherwise } from '../forge/reanswer.ts';
import { look } from './fixture/pdf.ts';

async function shown(faults: Faults): Promise<string> {
  const { source } = await forge(faults);
  return look(await renderReport(source)).flow.replace(/\s+/g, ' ');
}

const flow = await shown({ record: answering() });

test('an OCSP response stands with its responder and its answers, asked and made', () => {
  const [first = '', second = ''] = flow.split(/OCSP response ocsp\/(?=answers|own-answers)/).slice(-2);
  assert.match(first, /File ocsp\/answers\.ors, \d+ bytes Responder .*CN = REHEARSAL Example Root CA G1 OCSP 1/);
  assert.match(
    first,
    /Asked, and made .* Serial number [0-9a-f ]+ good this update 2027-03-10 .* next update 2028-03-08 /,
  );
  assert.match(second, /Responder the CA itself/);
  assert.doesNotMatch(flow, /DIFFERS|cannot be rebuilt/);
  assert.match(flow, /sign the OCSP response answers\.ors/);
});

test('a status that is not the one of the CRL is marked', async () => {
  const said = await shown(
    answeredOtherwise({
      answers: (asked) => ({
        ...asked,
        answers: asked.answers.map((one) => ({ ...one, revoked: { at: asked.thisUpdate, reason: 'superseded' } })),
      }),
    }),
  );
  assert.equal(said.match(/DIFFERS/g)?.length, 1);
  assert.match(said, /DIFFERS good this update .* revoked at 2027-03-10 .* superseded/);
});

test('one that cannot be read is said to be so, and one that is not there as well', async () => {
  const path = 'ocsp/answers.ors';
  const cut = await shown({
    record: answering(),
    recorded: (files) => void files.set(path, files.get(path)?.subarray(0, 100) ?? Buffer.alloc(0)),
  });
  assert.match(cut, /OCSP response ocsp\/answers\.ors .*It cannot be read: /);
  const gone = await shown({ record: answering(), sealed: (files) => void files.delete(path) });
  assert.match(gone, /ocsp\/answers\.ors is listed in the manifest, and missing from the pack/);
});
