import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { vendor } from '../../src/steps/vendor.ts';
import { BACKUP_NAME, SHEET } from '../forge/stage.ts';
import { EVENTS, type Falsification, facts, judges, recordedBy, stepOf, terminalOf } from './backup.ts';
import type { Falsified } from './recording.ts';

const LOOK = `clone@${BACKUP_NAME}`;
const tools = (text: string) => `STEP-VENDOR step 19.1 "clone": ${text}`;
const look = (text: string) => `STEP-VENDOR step 19.3 "${LOOK}": ${text}`;
const proposal = EVENTS.find((event) => event.type === 'proposed' && event.step === LOOK)?.seq ?? 0;

/** Other objects on the second HSM, as it would have listed them. */
function objects(change: (objects: Falsified[]) => Falsified[]): Falsification {
  return {
    event: (event) => {
      if (event.type !== 'result' || event.proposal !== proposal) return;
      event.facts.objects = change(event.facts.objects);
      event.facts.digest = sha256(canonicalBytes(event.facts.objects));
    },
  };
}

judges('clone', [
  [
    'the sheet is another',
    {
      event: (event) => {
        if (event.type === 'file' && event.path === 'sheets/clone.txt') event.sha256 = 'ab'.repeat(32);
      },
    },
    tools(`the sheet has SHA-256 ${'ab'.repeat(32)}; the site names ${sha256(SHEET)}`),
  ],
  [
    'the sheet was never shown',
    { keep: (event) => !(event.type === 'file' && event.path === 'sheets/clone.txt') },
    tools(`the sheet has SHA-256 none: it is not there; the site names ${sha256(SHEET)}`),
  ],
  [
    'nobody says that it is done',
    facts('clone', (values) => {
      values.answer = 'perhaps';
    }),
    /STEP-ANSWER step 19\.1 "clone" has no answer of done by dana/,
  ],
]);

judges('clone@root-hsm', []);

judges(LOOK, [
  [
    'nothing was copied',
    objects(() => []),
    look('0 private keys are labelled "rehearsal-example-root-g1", expected one'),
  ],
  [
    'something else came with it',
    objects((all) => [...all, { class: 'secret-key', label: 'domain' }]),
    look('objects that this ceremony did not make: secret-key "domain"'),
  ],
  [
    'another key came under its label',
    objects((all) => all.map((one) => (one.class === 'public-key' ? { ...one, spkiSha256: 'ab'.repeat(32) } : one))),
    look('the public key labelled "rehearsal-example-root-g1" is not that of "root"'),
  ],
  [
    'it came twice',
    objects((all) => [...all, all[0]]),
    look('2 private keys are labelled "rehearsal-example-root-g1", expected one'),
  ],
  [
    'the list is not the one that was approved',
    {
      event: (event) => {
        if (event.type === 'result' && event.proposal === proposal) event.facts.objects = [];
      },
    },
    look('the digest is not that of the listed objects'),
  ],
  [
    'nobody said before that anything was copied',
    { keep: (event) => !(event.type === 'answer' && event.step === 'clone') },
    look(
      'objects that this ceremony did not make: private-key "rehearsal-example-root-g1", public-key "rehearsal-example-root-g1"',
    ),
  ],
  [
    'it came without its public half, which is none',
    objects((all) => all.filter((one) => one.class === 'private-key')),
    [],
  ],
  [
    'no inventory was taken',
    { keep: (event) => !('proposal' in event && event.proposal === proposal) },
    look('no inventory was taken'),
  ],
]);

test('every HSM is logged out before the sheet is shown', async () => {
  const order: string[] = [];
  const { terminal } = terminalOf('done');
  const { events, error } = await recordedBy(vendor, stepOf('clone'), {
    guard: { lock: async () => void order.push('locked') },
    sheets: () => Buffer.from(SHEET),
    pack: {
      list: async () => [],
      add: async function* (step: { key: string }, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          order.push('kept');
          yield { type: 'file', step: step.key, path, sha256: sha256(bytes), size: bytes.length, medium: null };
        }
      },
    },
    operations: {},
    terminal: { ...terminal, say: async (lines: readonly string[]) => void order.push(...lines) },
  });
  assert.equal(error, undefined);
  assert.deepEqual(order, ['locked', 'kept', '1. Join the cloning domain.', '2. Clone the key.']);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['file', 'answer'],
  );
});
