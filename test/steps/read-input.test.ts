import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { PREVIOUS_LEDGER } from '../../src/ledger/carried.ts';
import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { inputPath, ownKeys, requestKey } from '../../src/plan/inputs.ts';
import { readInput } from '../../src/steps/read-input.ts';
import { FILE, INBOX, intake, PAIR, REQUEST, SPKI_SHA256 } from '../forge/intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { ecPair, requestOf, spkiOf } from '../pki/requests.ts';
import { type Falsification, facts, recordOf, terminalOf, withoutEvent } from './recording.ts';

const recording = await recordCeremony(intake());
const { judges, judged, stepOf, recordedBy, events, files, plan } = recordOf(recording);
const PATH = 'requests/request.csr';
const where = (message: string) => new RegExp(`^STEP-INPUT step \\d+ "read-request": ${message}`);

const pair = ecPair('P-384');
const other = requestOf({ key: pair, signedWith: 'ecdsa-with-SHA384' });
/** Of the pack before, with the key of the request. */
const LEDGER: Ledger = {
  ...{ type: 'quorate/ledger/1', ceremony: NO_DIGEST, number: 1, previous: NO_DIGEST, tokens: [], copies: [] },
  keys: [
    {
      ...{ name: 'old', label: 'root-g0', id: '0a', algorithm: 'ecdsa-p384', spki: 'AAAA', spkiSha256: SPKI_SHA256 },
      ...{ token: '1', step: 'key', generatedAt: '2026-01-01T00:00:00Z', state: 'active', states: [], quirks: [] },
    },
  ],
  ...{ certificates: [], crls: [], shareSets: [], custody: [] },
};
const put = (path: string, bytes: Uint8Array): Falsification => ({ files: (all) => void all.set(path, bytes) });

judges('read-request', [
  ['nothing was read', withoutEvent('read-request', 'observation'), where('0 requests were read, where one is')],
  ['the request is gone', { files: (all) => void all.delete(PATH) }, where('the request is not in the pack')],
  ['another request lies there', put(PATH, other), where('the record says "[0-9a-f]{64}" as "spkiSha256"')],
  [
    'it is not signed with its own key',
    put(PATH, requestOf({ key: PAIR, signer: pair, signedWith: 'ecdsa-with-SHA384' })),
    where('requests/request\\.csr: its signature \\(ecdsa-with-SHA384\\) is not that of its own key$'),
  ],
  [
    'its key is of another algorithm',
    put(PATH, requestOf({ key: ecPair() })),
    where('requests/request\\.csr: its key is EC P-256, expected ECDSA P-384$'),
  ],
  [
    'its key is one that the CA had before, which the script does not use',
    put(PREVIOUS_LEDGER, ledgerBytes(LEDGER)),
    where('requests/request\\.csr: its key is that of the key "old" of this CA, labelled "root-g0"$'),
  ],
  ['it is cut short', put(PATH, REQUEST.subarray(0, -1)), where('requests/request\\.csr, byte 0: expected ')],
  [
    'the PEM is of another',
    put('requests/request.pem', Buffer.from(pemOf('CERTIFICATE REQUEST', other))),
    where('"requests/request\\.pem" is not the same as the request$'),
  ],
  [
    'the text says something else',
    put('requests/request.txt', Buffer.from('Certificate request\n')),
    where('"requests/request\\.txt" is not the same as the request$'),
  ],
  [
    'the text is gone',
    { files: (all) => void all.delete('requests/request.txt') },
    where('"requests/request\\.txt" is not'),
  ],
  [
    'another input was read',
    facts('read-request', (all) => {
      all.input = 'second';
    }),
    where('the record says "second" as "input" of what was read, expected "request"$'),
  ],
  [
    'it came from elsewhere',
    facts('read-request', (all) => {
      all.medium = 'evidence';
    }),
    where('the record says "evidence" as "medium"'),
  ],
  [
    'it had another name',
    facts('read-request', (all) => {
      all.file = 'x.csr';
    }),
    where('the record says "x\\.csr" as "file"'),
  ],
  [
    'its algorithm is called another',
    facts('read-request', (all) => {
      delete all.algorithm;
    }),
    where('the record says null as "algorithm"'),
  ],
  [
    'the file was another',
    facts('read-request', (all) => {
      all.sha256 = 'ab'.repeat(32);
    }),
    where('what the record says of the file on the medium is not of a file that holds this$'),
  ],
  [
    'the file was shorter',
    facts('read-request', (all) => {
      all.size -= 1;
    }),
    where('what the record says of the file on the medium'),
  ],
]);

test('a key that this CA made in the ceremony is refused by the verifier, too', () => {
  const falsified: Falsification = {
    event: (event) => {
      if (event.type === 'result' && event.facts.spkiSha256) event.facts.spkiSha256 = SPKI_SHA256;
    },
  };
  assert.match(
    judged('read-request', falsified).join('\n'),
    where('requests/request\\.csr: its key is that of the key "root", made in this ceremony$'),
  );
});

describe('what others take of a request', () => {
  const file = (path: string) => files.get(path);
  test('is its key, from the bytes in the pack', () => {
    assert.equal(inputPath(events, 'request'), PATH);
    const key = requestKey(plan, events, file, 'request');
    assert.deepEqual([key?.spkiSha256, key?.algorithm], [SPKI_SHA256, 'ecdsa-p384']);
    assert.deepEqual(Buffer.from(key?.spki ?? []), Buffer.from(spkiOf(PAIR)));
  });
  test('is nothing where none was read, or another lies there', () => {
    assert.equal(requestKey(plan, events, file, 'second'), undefined);
    assert.equal(requestKey(plan, events.slice(0, 10), file, 'request'), undefined);
    assert.equal(
      requestKey(plan, events, () => undefined, 'request'),
      undefined,
    );
    assert.equal(
      requestKey(plan, events, () => other, 'request'),
      undefined,
    );
    assert.equal(
      requestKey(plan, events, () => Buffer.of(1), 'request'),
      undefined,
    );
    assert.equal(requestKey({}, events, file, 'request'), undefined);
  });
});

describe('reading', () => {
  const step = stepOf('read-request');
  const attempts = { attended: <T>(attempt: () => Promise<T>) => attempt() };
  const pack = {
    list: async () => [],
    add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
      for (const [path, bytes] of all) {
        yield { type: 'file', path, sha256: sha256(bytes), size: bytes.length };
      }
    },
  };
  const read = (bytes: Uint8Array | CeremonyError, answer = 'done') => {
    const limits: (number | undefined)[] = [];
    const medium = {
      name: 'inbox 1',
      files: {
        open: async (_path: string, most?: number) => {
          limits.push(most);
          if (bytes instanceof Error) throw bytes;
          return bytes;
        },
      },
    };
    const clock = { now: () => '2027-01-01T00:00:00Z' };
    const context = { attempts, clock, pack, media: () => [medium], ...terminalOf(answer) };
    return { limits, run: recordedBy(readInput, step, context) };
  };

  test('keeps the DER, whichever form it came in', async () => {
    for (const bytes of [REQUEST, Buffer.from(pemOf('CERTIFICATE REQUEST', REQUEST))]) {
      const { run, limits } = read(bytes);
      const { events: yielded, error } = await run;
      assert.equal(error, undefined);
      assert.deepEqual(limits, [96 * 1024]);
      assert.deepEqual(
        yielded.map((event) => ('path' in event ? [event.path, event.sha256] : [event.type])),
        [
          ['requests/request.csr', sha256(REQUEST)],
          ['requests/request.pem', sha256(pemOf('CERTIFICATE REQUEST', REQUEST))],
          ['requests/request.txt', sha256(files.get('requests/request.txt') ?? '')],
          ['observation'],
        ],
      );
      const seen = yielded.at(-1);
      assert.deepEqual(seen?.type === 'observation' ? seen.facts : undefined, {
        input: 'request',
        medium: 'inbox',
        file: FILE,
        request: PATH,
        algorithm: 'ecdsa-p384',
        spkiSha256: SPKI_SHA256,
        size: bytes.length,
        sha256: sha256(bytes),
      });
    }
  });

  test('refuses, and keeps nothing', async () => {
    const link = new CeremonyError('PATH_REFUSED', '"ca-1.csr" is a link where a file must be');
    const cases: readonly (readonly [Uint8Array | CeremonyError, string, RegExp])[] = [
      [
        requestOf({ key: ecPair() }),
        'REQUEST_ALGORITHM',
        /^"ca-1\.csr" on "inbox 1", SHA-256 [0-9a-f]{64}: its key is EC P-256, expected ECDSA P-384$/,
      ],
      [Buffer.from('hello'), 'DER_INVALID', /^PEM that is not/],
      [link, 'FILE_UNREADABLE', /^on "inbox 1" "ca-1\.csr" is a link where a file must be$/],
      [
        new CeremonyError('FILE_MISSING', `"${FILE}" is not in "${INBOX}"`),
        'FILE_MISSING',
        /^"ca-1\.csr" is not on the medium "inbox 1"$/,
      ],
      [
        other,
        'REQUEST_REFERENCE',
        // Its digest is yet to come from paper, and so is the one of the authorization.
        /^"ca-1\.csr" on "inbox 1", SHA-256 [0-9a-f]{64}: its key is not the one that the authorization names as "request-spki"$/,
      ],
      [new CeremonyError('FILE_TOO_LARGE', 'large'), 'FILE_TOO_LARGE', /^large$/],
    ];
    for (const [bytes, code, message] of cases) {
      const { events: yielded, error } = await read(bytes).run;
      assert.deepEqual(yielded, []);
      assert.equal((error as CeremonyError).code, code);
      assert.match((error as CeremonyError).message, message);
    }
    assert.equal(((await read(REQUEST, 'no').run).error as CeremonyError).code, 'ANSWER_REFUSED');
  });
});

describe('in a ceremony', () => {
  test('people bring another file for one that is refused, and both are on record', async () => {
    const brought = new Map([
      [FILE, Buffer.from(requestOf({ key: PAIR, signer: pair, signedWith: 'ecdsa-with-SHA384' }))],
    ]);
    const again = await recordCeremony({
      ...intake(brought as Map<string, Uint8Array>),
      choose: ({ options }) => {
        if (!options.some(({ name }) => name === 'again')) return undefined;
        brought.set(FILE, Buffer.from(REQUEST));
        return 'again';
      },
    });
    const mine = again.events.filter(
      (event) => 'step' in event && event.step === 'read-request' && event.type !== 'step',
    );
    assert.deepEqual(
      mine.map((event) => [event.type, 'code' in event ? event.code : 'choice' in event ? event.choice : '']),
      [
        ['refusal', 'REQUEST_SIGNATURE'],
        ['decision', 'again'],
        ['file', ''],
        ['file', ''],
        ['file', ''],
        ['observation', ''],
      ],
    );
    assert.ok(again.events.some((event) => event.type === 'close' && event.outcome === 'complete'));
    assert.deepEqual(recordOf(again).judged('read-request'), []);
  });

  test('a step that is done again keeps both requests, and the last one counts', async () => {
    // Of the same key, which is the one that is authorized.
    const first = requestOf({ key: pair, signedWith: 'ecdsa-with-SHA384' });
    const brought = new Map([[FILE, first]]);
    let left = false;
    const twice = await recordCeremony({
      ...intake(brought),
      references: { 'request-spki': sha256(spkiOf(pair)) },
      interject: (step, phase) => {
        if (step !== 'read-request' || phase !== 'leave' || left) return undefined;
        left = true;
        brought.set(FILE, other);
        return {
          interject: 'deviation',
          what: 'Another request.',
          why: 'The wrong stick.',
          effect: 'repeat',
          agreed: ['gus'],
        };
      },
    });
    const record = recordOf(twice);
    assert.equal(inputPath(twice.events, 'request'), 'requests/request.2.csr');
    assert.deepEqual(Buffer.from(twice.folder.get('requests/request.csr') ?? []), Buffer.from(first));
    assert.deepEqual(Buffer.from(twice.folder.get('requests/request.2.csr') ?? []), Buffer.from(other));
    for (const key of ['read-request', 'spki', 'differences']) assert.deepEqual(record.judged(key), []);
    assert.equal(
      requestKey(record.plan, twice.events, (path) => twice.folder.get(path), 'request')?.spkiSha256,
      sha256(spkiOf(pair)),
    );
  });

  test(`the medium is ${INBOX}`, () => assert.deepEqual(plan.media['inbox'], [INBOX]));
});

test('the key of another request that was read is known, and that of the one read again is not', () => {
  const [read] = Object.entries(plan.inputs ?? {});
  assert.ok(read);
  const two = { ...plan, inputs: { ...plan.inputs, second: read[1] } };
  assert.equal(ownKeys(two, events, 'second', undefined).get(SPKI_SHA256), `the request "${read[0]}"`);
  assert.equal(ownKeys(two, events, read[0], undefined).get(SPKI_SHA256), undefined);
});
