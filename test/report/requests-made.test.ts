import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from '../../src/report/report.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { requesting } from '../forge/requesting.ts';
import { otherName, requestedOtherwise } from '../forge/rerequest.ts';
import { look } from './fixture/pdf.ts';

async function shown(faults: Faults): Promise<string> {
  const { source } = await forge(faults);
  return look(await renderReport(source)).flow.replace(/\s+/g, ' ');
}

/** What the report says of the request. */
function section(text: string): string {
  const start = text.indexOf('Request for a certificate of "REHEARSAL Example Issuing CA 1" by another CA');
  assert.ok(start >= 0);
  return text.slice(start, text.indexOf('Who approved what', start));
}

const flow = await shown({ record: requesting() });

test('a request to another CA stands with its fields, asked and made', () => {
  const said = section(flow);
  assert.match(said, /File requests-made\/issuing\.csr, \d+ bytes/);
  assert.match(said, /CN = REHEARSAL Example Issuing CA 1/);
  assert.match(said, /Signature algorithm ecdsa-with-SHA384/);
  assert.match(said, /basicConstraints.*keyUsage.*extKeyUsage.*subjectKeyIdentifier/);
  assert.match(said, /Asked, and made Field Asked, by plan and record Made, by the DER/);
  assert.doesNotMatch(flow, /DIFFERS|cannot be rebuilt/);
});

test('it is called a request wherever it is approved and signed, and a CRL is still one', () => {
  assert.match(flow, /sign the request to another CA issuing\.csr/);
  assert.match(flow, /request to another CA issuing\.csr signed/);
  assert.doesNotMatch(flow, /certificate issuing\.csr|CRL issuing\.csr|unknown kind/);
  assert.match(flow, /CRL root\.crl signed/);
});

test('what was made otherwise than asked is marked', async () => {
  const said = section(await shown(requestedOtherwise({ request: otherName })));
  assert.equal(said.match(/DIFFERS/g)?.length, 1);
  assert.match(said, /Subject: DIFFERS C = US O = Example Org .* C = US O = Other Org/);
});

test('one that cannot be read is said to be so, and one that is not there as well', async () => {
  const path = 'requests-made/issuing.csr';
  const cut = await shown({
    record: requesting(),
    recorded: (files) => void files.set(path, files.get(path)?.subarray(0, 100) ?? Buffer.alloc(0)),
  });
  assert.match(cut, /Request requests-made\/issuing\.csr .*It cannot be read: /);
  const gone = await shown({ record: requesting(), sealed: (files) => void files.delete(path) });
  assert.match(gone, /requests-made\/issuing\.csr is listed in the manifest, and missing from the pack/);
});
