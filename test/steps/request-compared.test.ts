import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CeremonyError } from '../../src/base/errors.ts';
import { lastRowOf, wordRows } from '../../src/base/words.ts';
import { compare } from '../../src/steps/compare.ts';
import { confirm } from '../../src/steps/confirm.ts';
import { intake, REQUEST, SPKI_SHA256 } from '../forge/intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { ecPair, requestOf } from '../pki/requests.ts';
import { facts, recordOf, terminalOf } from './recording.ts';

const {
  judges,
  stepOf,
  recordedBy,
  events,
  authorization,
  files,
  plan: PLAN,
} = recordOf(await recordCeremony(intake()));
const other = requestOf({ key: ecPair('P-384'), signedWith: 'ecdsa-with-SHA384' });

judges('spki', [
  [
    'other words were typed',
    facts('spki', (values) => {
      values.words['request.spki'] = lastRowOf('ab'.repeat(32));
    }),
    /^STEP-COMPARE step \d+ "spki": the words typed for "request\.spki" are not those of the recorded value$/,
  ],
  [
    'another key was read than the authorization names',
    facts('read-request', (all) => {
      all.spkiSha256 = 'ab'.repeat(32);
    }),
    /the words typed for "request\.spki" are not .*\nSTEP-COMPARE step \d+ "spki": the authorization has no reference "request-spki" of that value$/,
  ],
  [
    'it was compared with what the screen shows',
    facts('spki', (values) => {
      values.against = 'paper';
    }),
    /^STEP-COMPARE step \d+ "spki": it was compared with "paper", not authorization$/,
  ],
]);

judges('differences', [
  [
    'something else was shown',
    facts('differences', (values) => {
      values.shown = 'ab'.repeat(32);
    }),
    /^STEP-ANSWER step \d+ "differences": what was shown of "request" is not what the request asks for$/,
  ],
  [
    'nothing was shown',
    facts('differences', (values) => {
      delete values.shown;
    }),
    /^STEP-ANSWER step \d+ "differences": what was shown of "request" is not what the request asks for$/,
  ],
  [
    'another request lies in the pack',
    { files: (all) => void all.set('requests/request.csr', Buffer.concat([REQUEST, Buffer.of(0)])) },
    /^STEP-ANSWER step \d+ "differences": requests\/request\.csr, byte \d+: expected the end/,
  ],
  [
    'the request is gone',
    { files: (all) => void all.delete('requests/request.csr') },
    /^STEP-ANSWER step \d+ "differences": the request "request" is not in the pack$/,
  ],
]);

/** A table that remembers what was on the screen before each question. */
function table(...answers: readonly string[]) {
  const seen: string[] = [];
  const { terminal, asked } = terminalOf(...answers);
  return {
    seen,
    asked,
    terminal: {
      say: async (lines: readonly string[]) => void seen.push(...lines),
      ask: async (question: { text: string; kind: string; seat: string; shown?: string }) => {
        seen.push(`${question.kind} ${question.shown ?? ''}`);
        return await terminal.ask(question);
      },
    },
  };
}

describe('comparing the key of a request with what came another way', () => {
  const step = stepOf('spki');
  const ceremony = (references: ReadonlyMap<string, string> = authorization.references) => ({
    plan: PLAN,
    authorization: { ...authorization, references },
    events: () => events,
  });

  test('nothing of the digest is on the screen before it has come from paper; then all of it is', async () => {
    const room = table(lastRowOf(SPKI_SHA256), 'yes');
    const { events: yielded, error } = await recordedBy(compare, step, { ...room, ceremony: ceremony() });
    assert.equal(error, undefined);
    assert.equal(room.seen[0], 'words ');
    const rows = wordRows(SPKI_SHA256).map((row) => `${row.number}  ${row.words.join('  ')}`);
    assert.deepEqual(room.seen.slice(-rows.length - 1), [...rows, 'yes-no ']);
    const [answer] = yielded;
    assert.deepEqual(answer?.type === 'answer' ? answer.values : undefined, {
      against: 'authorization',
      words: { 'request.spki': lastRowOf(SPKI_SHA256) },
    });
  });

  const refused: readonly (readonly [
    string,
    readonly string[],
    ReadonlyMap<string, string> | undefined,
    string,
    RegExp,
  ])[] = [
    [
      'the authorization names another',
      [],
      new Map([['request-spki', 'ab'.repeat(32)]]),
      'REQUEST_REFERENCE',
      /^"request\.spki" is [0-9a-f]{64}, and the authorization names (ab){32} as "request-spki"$/,
    ],
    [
      'the authorization names none',
      [],
      new Map(),
      'REQUEST_REFERENCE',
      /and the authorization names nothing as "request-spki"$/,
    ],
    [
      'the paper says another',
      ['aardvark absurd'],
      undefined,
      'COMPARISON_FAILED',
      /^"request\.spki": typed "aardvark absurd" from paper, what came in and the authorization have "/,
    ],
    [
      'a row on the paper is another',
      [lastRowOf(SPKI_SHA256), 'no'],
      undefined,
      'COMPARISON_FAILED',
      /^"request\.spki": not all rows are the same on paper$/,
    ],
  ];
  for (const [name, answers, references, code, message] of refused) {
    test(`is refused where ${name}`, async () => {
      const room = table(...answers);
      const { events: yielded, error } = await recordedBy(compare, step, { ...room, ceremony: ceremony(references) });
      assert.deepEqual(yielded, []);
      assert.equal((error as CeremonyError).code, code);
      assert.match((error as CeremonyError).message, message);
      assert.equal(room.asked.length, answers.length);
    });
  }
});

describe('what a request will not get', () => {
  const step = stepOf('differences');
  const read = (der: Uint8Array) => ({ list: async () => ['requests/request.csr'], read: async () => der });
  const ceremony = { plan: PLAN, events: () => events };

  test('is shown line by line, escaped, with what the certificate will have instead', async () => {
    const room = table('done');
    const issues = {
      ...step,
      key: 'issue',
      type: 'issue-intermediate',
      params: { request: 'request', subject: { C: 'US', CN: 'CA 1' } },
    };
    const plan = { ...PLAN, acts: [...PLAN.acts, { ...PLAN.acts[0], steps: [issues] }] };
    const { events: yielded, error } = await recordedBy(confirm, step, {
      ...room,
      pack: read(REQUEST),
      ceremony: { ...ceremony, plan },
    });
    assert.equal(error, undefined);
    const text = room.seen.join('\n');
    assert.match(
      text,
      /^Only the key of "request" is taken\. This is what it asks for and will not get:\nSubject asked for\n {2}countryName +"DE" \(PrintableString\)\n {2}commonName +"Test Root"\nExtensions\n {2}basicConstraints/,
    );
    assert.match(text, /unstructuredName.*\n? *"a note\\u\{202E\}"/);
    assert.match(text, /\nSubject of the certificate of step \d+: C=US, CN=CA 1\nconfirm $/);
    const [answer] = yielded;
    assert.deepEqual(answer?.type === 'answer' ? Object.keys(answer.values) : [], ['answer', 'shown']);
  });

  test('is refused where nothing was read', async () => {
    const { error } = await recordedBy(confirm, step, {
      ...table('done'),
      pack: read(other),
      ceremony: { ...ceremony, events: () => [] },
    });
    assert.equal((error as CeremonyError).code, 'FILE_MISSING');
    assert.ok(files.has('requests/request.csr'));
  });
});
