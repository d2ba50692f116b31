import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { renderReport } from '../../src/report/report.ts';
import { changing } from '../forge/edit.ts';
import { forge } from '../forge/forge.ts';
import { deciding } from '../forge/revoking.ts';
import { look } from './fixture/pdf.ts';

/** The part about the decision, as a record with these facts has it. */
async function shown(facts: JsonObject = {}): Promise<string> {
  const events = changing(
    'observation',
    (event) => event.step === 'decision',
    (event) => ({ ...event, facts: { ...event.facts, ...facts } }),
  );
  const { source } = await forge({ ...deciding(), events });
  const flow = look(await renderReport(source)).flow.replace(/\s+/g, ' ');
  const start = flow.indexOf('"tls-ca-1" is to be revoked');
  assert.ok(start >= 0);
  return flow.slice(start, flow.indexOf('CRL, SHA-256', start));
}

test('a decision stands with its dates and deadlines', async () => {
  const said = await shown();
  assert.match(said, /Certificate "tls-ca-1", of a CA/);
  assert.match(said, /Reason superseded Revoked 2027-03-10 09:00:00 UTC/);
  assert.match(said, /Reported by 1/);
  assert.match(said, /By 2027-03-17 09:00:\d\d UTC revoke the certificate of the CA \(TLS BR §4\.9\.1\.2\)/);
  assert.match(said, /By 2027-03-11 09:00:00 UTC publish the CRL that says so \(TLS BR §4\.9\.7\)/);
  assert.doesNotMatch(said, /it was revoked later|set none|trusted since/);
});

test('a deadline that was past is marked, and so is that there is none', async () => {
  const late = { clause: 'TLS BR §4.9.1.2', what: 'revoke the certificate of the CA', until: '2027-03-09T09:00:00Z' };
  const said = await shown({ deadlines: [late], invalidSince: '2027-03-01T00:00:00Z' });
  assert.match(
    said,
    /By 2027-03-09 09:00:00 UTC revoke the certificate of the CA \(TLS BR §4\.9\.1\.2\): it was revoked later/,
  );
  assert.match(said, /Not to be trusted since 2027-03-01 00:00:00 UTC/);
  assert.match(await shown({ deadlines: [] }), /Deadlines the rule packs of the script set none/);
});
