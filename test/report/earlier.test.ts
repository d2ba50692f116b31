import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { renderReport } from '../../src/report/report.ts';
import { forge } from '../forge/forge.ts';
import { look } from './fixture/pdf.ts';

let flow = '';

before(async () => {
  const { source } = await forge({ follows: true });
  const pdf = await renderReport(source);
  if (process.env['QUORATE_REPORT']) writeFileSync(process.env['QUORATE_REPORT'], pdf);
  flow = look(pdf).flow.replace(/\s+/g, ' ');
});

test('what a ceremony takes over stands with its digests and its HSM', async () => {
  assert.match(flow, /This is ceremony 2 of the CA/);
  assert.match(
    flow,
    /root-key key "root", labelled "rehearsal-example-root-g1" ecdsa-p384; on the HSM "root-hsm" [0-9a-f ]{64}/,
  );
  assert.match(flow, /last-crl CRL "root", number 1 of 2027-03-10 09:00:00 UTC, next 2028-03-08 09:00:00 UTC/);
  assert.match(flow, /Serial number hsm-0001 Keys on it "root", labelled "rehearsal-example-root-g1"/);
  assert.match(flow, /Opened by user: 3 of 5, set [0-9a-f]{32} security officer: 3 of 5, set [0-9a-f]{32}/);
});

test('a first ceremony has no such section', async () => {
  const first = look(await renderReport((await forge()).source)).flow;
  assert.doesNotMatch(first, /What it follows/);
});
