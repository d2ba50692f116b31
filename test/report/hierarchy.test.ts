import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { renderReport } from '../../src/report/report.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { otherKey } from '../forge/reissue.ts';
import { reissuedBelow } from '../forge/reissue-below.ts';
import { look } from './fixture/pdf.ts';

let flow = '';

async function shown(faults: Faults): Promise<string> {
  const { source } = await forge(faults);
  const pdf = await renderReport(source);
  if (process.env['QUORATE_REPORT']) writeFileSync(process.env['QUORATE_REPORT'], pdf);
  return look(pdf).flow.replace(/\s+/g, ' ');
}

/** What the report says of one certificate. */
function of(text: string, name: string): string {
  const start = text.indexOf(`Certificate "${name}"`);
  assert.ok(start >= 0, name);
  return text.slice(start).split(/(?<=.)Certificate "|CRL /)[0] ?? '';
}

before(async () => {
  flow = await shown({ record: { hierarchy: true } });
});

const TLS = 'REHEARSAL Example TLS CA 2';
const ROOT = 'REHEARSAL Example Root CA G1';

test('each certificate below another stands with its chain up to the root', () => {
  assert.match(of(flow, TLS), new RegExp(`Chain signed by "${ROOT}", certificates/root\\.crt`));
  assert.doesNotMatch(of(flow, ROOT), /Chain/);
});

test('what was asked stands beside what was made, and nothing differs', () => {
  for (const name of [ROOT, TLS]) {
    const said = of(flow, name);
    assert.match(said, /Asked, and made Field Asked, by plan and record Made, by the DER/);
    assert.match(said, /Serial number 01, and 128 random bits of the HSM 01[0-9a-f]{32}/);
    assert.match(said, new RegExp(`CN = ${name} .*CN = ${name}`));
  }
  assert.match(of(flow, TLS), /cRLDistributionPoints (.*http:\/\/pki\.example\.com\/root\.crl.*){2}/);
  assert.doesNotMatch(flow, /DIFFERS|cannot be rebuilt/);
});

test('what was made otherwise than asked is marked, field by field', async () => {
  const text = await shown(
    reissuedBelow('tls-ca-2', {
      request: (request) => ({ ...request, notAfter: request.notAfter.replace('2032', '2033') }),
    }),
  );
  assert.equal(text.match(/DIFFERS/g)?.length, 1);
  assert.match(of(text, TLS), /Not after: DIFFERS 2032-03-10 08:59:59 UTC 2033-03-10 08:59:59 UTC/);
});

test('a chain that no certificate of the pack verifies is said to end', async () => {
  const text = await shown(reissuedBelow('tls-ca-2', { key: otherKey().privateKey }));
  assert.match(of(text, TLS), /Chain no certificate in the pack verifies what comes next/);
});

test('without the plan nothing is rebuilt, and that is said', async () => {
  const text = await shown({
    record: { hierarchy: true },
    plan: (plan) => ({ ...plan, profiles: {} }),
  });
  assert.match(of(text, TLS), /What was asked for it cannot be rebuilt from plan and record\./);
});

test('a step that left nothing but its beginning and its end says so', async () => {
  const silent = /nothing else is recorded: it had nothing to do, or leaves no trace/;
  assert.doesNotMatch(flow, silent);
  const without = await shown({
    events: (events) => events.filter((event) => !(event.type === 'answer' && event.step === 'film')),
  });
  assert.match(without, silent);
});
