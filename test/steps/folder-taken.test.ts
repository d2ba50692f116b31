import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { PREVIOUS_LEDGER } from '../../src/ledger/carried.ts';
import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import type { FolderEntry } from '../../src/ports.ts';
import { readInput } from '../../src/steps/read-input.ts';
import { DIGEST, FILES, FOLDER, folderIntake, onMedium, PAIRS } from '../forge/folder-intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { ecPair, requestOf, spkiOf } from '../pki/requests.ts';
import { facts, recordOf, terminalOf, withoutEvent } from './recording.ts';

const recording = await recordCeremony(folderIntake());
const { judges, stepOf, recordedBy, events, files, plan } = recordOf(recording);
const where = (message: string) => new RegExp(`^STEP-INPUT step \\d+ "read-requests": ${message}`);
const put = (path: string, bytes: Uint8Array) => ({
  files: (all: Map<string, Uint8Array>) => void all.set(path, bytes),
});

test('a ceremony keeps the files as they came, and the digest that people have compared', () => {
  const kept = [...files].filter(([path]) => path.startsWith('inputs/'));
  assert.deepEqual(
    kept.map(([path, bytes]) => [path, sha256(bytes)]),
    [...FILES].map(([name, bytes]) => [`inputs/requests/${name}`, sha256(bytes)]),
  );
  const read = events.find((event) => event.type === 'observation' && event.subject === 'input');
  assert.deepEqual(read?.type === 'observation' ? read.facts : undefined, {
    ...{ input: 'requests', medium: 'inbox', file: FOLDER, folder: 'inputs/requests', count: 3, sha256: DIGEST },
    size: [...FILES.values()].reduce((sum, { length }) => sum + length, 0),
  });
  const compared = events.find((event) => event.type === 'answer' && event.step === 'folder');
  assert.ok(compared?.type === 'answer' && 'requests.sha256' in (compared.values['words'] as object));
});

test('the plan says where it comes from', () => {
  assert.deepEqual(plan.inputs, {
    requests: {
      ...{ type: 'csr-folder', on: 'inbox', file: FOLDER, optional: false, key: 'ecdsa-p256', sha256: 'independent' },
    },
  });
});

/** Of the pack before, with the key of the second request. */
const spkiSha256 = sha256(spkiOf(PAIRS[1]));
const LEDGER: Ledger = {
  ...{ type: 'quorate/ledger/1', ceremony: NO_DIGEST, number: 1, previous: NO_DIGEST, tokens: [], copies: [] },
  keys: [
    {
      ...{ name: 'old', label: 'root-g0', id: '0a', algorithm: 'ecdsa-p256', spki: 'AAAA', spkiSha256 },
      ...{ token: '1', step: 'key', generatedAt: '2026-01-01T00:00:00Z', state: 'active', states: [], quirks: [] },
    },
  ],
  ...{ certificates: [], crls: [], shareSets: [], custody: [] },
};
const ALPHA = 'inputs/requests/alpha.csr';
const another = requestOf({ key: ecPair() });

judges('read-requests', [
  ['nothing was read', withoutEvent('read-requests', 'observation'), where('0 folders were read, where one is$')],
  [
    'a file is gone',
    { files: (all) => void all.delete(ALPHA) },
    where('inputs/requests: its 2 requests are not those that the authorization names as "requests-sha256"$'),
  ],
  [
    'all files are gone',
    {
      files: (all) => {
        for (const name of FILES.keys()) all.delete(`inputs/requests/${name}`);
      },
    },
    where('inputs/requests is empty, expected at least one request$'),
  ],
  [
    'a file was added',
    put('inputs/requests/zulu.csr', another),
    where('inputs/requests: its 4 requests are not those that the authorization names'),
  ],
  ['a file is another', put(ALPHA, another), where('inputs/requests: its 3 requests are not those')],
  [
    'a file lies there under a name that none may have',
    put('inputs/requests/Zulu.csr', another),
    where('inputs/requests holds what is no request: "Zulu\\.csr" \\(a file of another name\\)$'),
  ],
  [
    'a request is not signed with its own key',
    put(ALPHA, requestOf({ key: PAIRS[0], signer: ecPair() })),
    where('inputs/requests: alpha\\.csr: its signature \\(ecdsa-with-SHA256\\) is not that of its own key$'),
  ],
  [
    'a key is that of another request',
    put(ALPHA, requestOf({ key: PAIRS[2] })),
    where('inputs/requests: beta\\.csr: its key is that of the request "alpha\\.csr"$'),
  ],
  [
    'a key is one that the CA had before',
    put(PREVIOUS_LEDGER, ledgerBytes(LEDGER)),
    where('inputs/requests: beta-2\\.csr: its key is that of the key "old" of this CA, labelled "root-g0"$'),
  ],
  ...(
    [
      ['input', 'second', '"second" as "input"'],
      ['medium', 'evidence', '"evidence" as "medium"'],
      ['file', 'x', '"x" as "file"'],
      ['folder', 'inputs/other', '"inputs/other" as "folder"'],
      ['count', 4, '4 as "count"'],
      ['size', 1, '1 as "size"'],
      ['sha256', 'ab'.repeat(32), '"(ab){32}" as "sha256"'],
    ] as const
  ).map(
    ([member, value, said]) =>
      [
        `the record says another ${member}`,
        facts('read-requests', (all) => {
          all[member] = value;
        }),
        where(`the record says ${said} of what was read, expected `),
      ] as const,
  ),
]);

describe('reading a folder', () => {
  const step = stepOf('read-requests');
  const attempts = { attended: <T>(attempt: () => Promise<T>) => attempt() };
  const pack = {
    list: async () => [],
    add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
      for (const [path, bytes] of all) {
        yield { type: 'file', path, sha256: sha256(bytes), size: bytes.length };
      }
    },
  };
  const read = (
    content: ReadonlyMap<string, Uint8Array>,
    entries: readonly FolderEntry[] | CeremonyError = [...content.keys()].map((name) => ({ name, kind: 'file' })),
  ) => {
    const limits: (number | undefined)[] = [];
    const medium = {
      name: 'inbox 1',
      files: {
        entries: async (_folder: string, most: number) => {
          limits.push(most);
          if (entries instanceof Error) throw entries;
          return entries;
        },
        read: async (path: string, most?: number) => {
          limits.push(most);
          return content.get(path.replace(/^batch\//, '')) as Uint8Array;
        },
      },
    };
    const context = { attempts, pack, media: () => [medium], ...terminalOf('done') };
    return { limits, run: recordedBy(readInput, step, context) };
  };

  test('bounds how many files there are, and how long each is', async () => {
    const { run, limits } = read(FILES);
    assert.equal((await run).error, undefined);
    assert.deepEqual(limits, [1000, 96 * 1024, 96 * 1024, 96 * 1024]);
  });

  const file = (name: string): FolderEntry => ({ name, kind: 'file' });
  const with_ = (name: string, bytes: Uint8Array) => new Map([...FILES, [name, bytes]]);
  const large = Buffer.alloc(96 * 1024);
  const cases: readonly (readonly [string, ReturnType<typeof read>, string, RegExp])[] = [
    ['an empty one', read(new Map()), 'INPUT_FOLDER', /^"batch" on "inbox 1" is empty, expected at least one request$/],
    [
      'one of too many',
      read(
        FILES,
        Array.from({ length: 1001 }, (_, at) => file(`r${at}.csr`)),
      ),
      'INPUT_FOLDER',
      /^"batch" on "inbox 1" has more than 1000 entries$/,
    ],
    [
      'what is no request, each by name',
      read(FILES, [
        ...[
          'alpha.csr',
          'readme.txt',
          'UPPER.csr',
          '.hidden.csr',
          'a..csr',
          `${'a'.repeat(64)}.csr`,
          'b\u202e.csr',
        ].map(file),
        { name: 'more', kind: 'folder' },
        { name: 'link.csr', kind: 'link' },
        { name: 'pipe.csr', kind: 'other' },
      ]),
      'INPUT_FOLDER',
      /^"batch" on "inbox 1" holds what is no request: "\.hidden\.csr" \(a file of another name\), "UPPER\.csr" \(a file of another name\), "a\.\.csr" \(a file of another name\), "a{64}\.csr" \(a file of another name\), "b[^\u202e]+\.csr" \(a file of another name\), "link\.csr" \(a link\), "more" \(a folder\), "pipe\.csr" \(no file\), "readme\.txt" \(a file of another name\)$/,
    ],
    [
      'more bytes than all may have',
      read(new Map(Array.from({ length: 171 }, (_, at) => [`r${at}.csr`, large]))),
      'INPUT_FOLDER',
      /^"batch" on "inbox 1" has more than 16777216 bytes$/,
    ],
    [
      'what is no DER',
      read(with_('c.csr', Buffer.from('hello'))),
      'DER_INVALID',
      /^"batch" on "inbox 1": PEM that is not/,
    ],
    [
      'a key of another algorithm',
      read(with_('c.csr', requestOf({ key: ecPair('P-384') }))),
      'REQUEST_ALGORITHM',
      /: c\.csr: its key is EC P-384, expected ECDSA P-256$/,
    ],
    [
      'all that is wrong, up to ten',
      read(new Map(Array.from({ length: 12 }, (_, at) => [`r${at}.csr`, requestOf({ key: ecPair('P-384') })]))),
      'REQUEST_ALGORITHM',
      /^"batch" on "inbox 1": r0\.csr: its key is .+; r1\.csr: .+; and 2 more$/,
    ],
    [
      'two requests of one key',
      read(with_('c.csr', requestOf({ key: PAIRS[0] }))),
      'REQUEST_KEY_KNOWN',
      /^"batch" on "inbox 1": c\.csr: its key is that of the request "alpha\.csr"$/,
    ],
    [
      'another folder than was authorized; neither digest is said',
      read(with_('c.csr', another)),
      'REQUEST_REFERENCE',
      /^"batch" on "inbox 1": its 4 requests are not those that the authorization names as "requests-sha256"$/,
    ],
    [
      'one that is not there',
      read(FILES, new CeremonyError('FILE_MISSING', '"batch" is not in "/media/i1"')),
      'FILE_MISSING',
      /^"batch" is not on the medium "inbox 1"$/,
    ],
    [
      'a link in its place',
      read(FILES, new CeremonyError('PATH_REFUSED', '"batch" is a link or a file where a folder must be')),
      'FILE_UNREADABLE',
      /^on "inbox 1" "batch" is a link or a file where a folder must be$/,
    ],
  ];
  for (const [name, { run }, code, message] of cases)
    test(`refuses ${name}, and keeps nothing`, async () => {
      const { events: yielded, error } = await run;
      assert.deepEqual(yielded, []);
      assert.equal((error as CeremonyError).code, code);
      assert.match((error as CeremonyError).message, message);
    });
});

test('people bring another folder for one that is refused, and both are on record', async () => {
  const brought = onMedium(new Map([...FILES, ['readme.txt', Buffer.from('hello')]]));
  const again = await recordCeremony({
    ...folderIntake(brought),
    choose: ({ options }) => {
      if (!options.some(({ name }) => name === 'again')) return undefined;
      brought.delete(`${FOLDER}/readme.txt`);
      return 'again';
    },
  });
  const mine = again.events.filter((event) => 'step' in event && event.step === 'read-requests');
  assert.deepEqual(
    mine.flatMap((event) => (event.type === 'refusal' ? [event.code] : event.type === 'file' ? [event.path] : [])),
    ['INPUT_FOLDER', ...[...FILES.keys()].map((name) => `inputs/requests/${name}`)],
  );
});
