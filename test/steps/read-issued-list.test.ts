import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { inputPath } from '../../src/plan/inputs.ts';
import { ISSUED, LIST_FILE, listing, listOf, partnerIssued } from '../forge/listing.ts';
import { recordCeremony } from '../forge/record.ts';
import { ecPair } from '../pki/requests.ts';
import { type Falsification, facts, recordOf } from './recording.ts';

const recording = await recordCeremony(listing());
const { judges, judged, events, files } = recordOf(recording);
const PATH = 'inputs/partner-issued.pem';
const where = (message: string) => new RegExp(`^STEP-INPUT step \\d+ "read-issued": ${message}`);
const put = (path: string, bytes: Uint8Array): Falsification => ({ files: (all) => void all.set(path, bytes) });
const FORGED = partnerIssued(8, ecPair('P-384'));

test('a list is kept as it came, with each certificate by itself', () => {
  assert.deepEqual(judged('read-issued'), []);
  assert.equal(inputPath(events, 'partner-issued'), PATH);
  const list = listOf(ISSUED);
  assert.deepEqual(Buffer.from(files.get(PATH) ?? []), list);
  for (const [index, certificate] of ISSUED.entries())
    assert.deepEqual(
      Buffer.from(files.get(`inputs/partner-issued.000${index + 1}.crt`) ?? []),
      Buffer.from(certificate),
    );
  assert.match(Buffer.from(files.get('inputs/partner-issued.txt') ?? []).toString(), /^Certificate 2$/m);
  const read = events.findLast((event) => event.type === 'observation' && event.subject === 'input');
  assert.deepEqual((read as unknown as { facts: JsonObject }).facts, {
    ...{ input: 'partner-issued', medium: 'inbox', file: LIST_FILE, list: PATH, certificates: 2 },
    ...{ size: list.length, sha256: sha256(list) },
  });
});

judges('read-issued', [
  [
    'a certificate of it is of another key',
    put(PATH, listOf([ISSUED[0], FORGED])),
    where('certificate 2 of "inputs/partner-issued\\.pem", SHA-256 [0-9a-f]{64}: its signature does not verify with'),
  ],
  ['the list is gone', { files: (all) => void all.delete(PATH) }, where('the list is not in the pack$')],
  ['it is another list of the CA', put(PATH, listOf([ISSUED[0]])), where('the record says 2 as "certificates"')],
  [
    'its order is another',
    put(PATH, listOf([ISSUED[1], ISSUED[0]])),
    where('what the record says of the file on the medium is not of a file that holds this\n'),
  ],
  [
    'one of the certificates is another',
    put('inputs/partner-issued.0002.crt', ISSUED[0]),
    where('"inputs/partner-issued\\.0002\\.crt" is not the same as the list$'),
  ],
  [
    'the number is another',
    facts('read-issued', (all) => {
      all.certificates = 3;
    }),
    where('the record says 3 as "certificates" of what was read, expected 2$'),
  ],
]);

test('people bring another list for one that another key has signed, and both are on record', async () => {
  let brought = listOf([FORGED]);
  const options = listing();
  const medium = new Map([...(options.brought?.values().next().value ?? [])]);
  medium.set(LIST_FILE, brought);
  const again = await recordCeremony({
    ...options,
    brought: new Map([['/media/i1', medium]]),
    choose: ({ options: offered }) => {
      if (!offered.some(({ name }) => name === 'again')) return undefined;
      brought = listOf(ISSUED);
      medium.set(LIST_FILE, brought);
      return 'again';
    },
  });
  const refusal = again.events.find((event) => event.type === 'refusal');
  assert.ok(refusal?.type === 'refusal' && refusal.code === 'CERTIFICATE_UNFIT');
  assert.ok(again.events.some((event) => event.type === 'close' && event.outcome === 'complete'));
  assert.deepEqual(recordOf(again).judged('read-issued'), []);
});
