import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { isLeft } from '../../src/ledger/destroyed.ts';
import { copyWords, destructionRecord } from '../../src/ledger/destruction-record.ts';
import { displaced } from '../../src/ledger/displaced.ts';
import { keysInFiles } from '../../src/ledger/key-files.ts';
import { keysLeft } from '../../src/ledger/keys-left.ts';
import { type Ledger, type LedgerKey, ledgerBytes } from '../../src/ledger/ledger.ts';
import { heldOn } from '../../src/ledger/media.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { generateKey } from '../../src/steps/generate-key.ts';
import { writeMedia } from '../../src/steps/write-media.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import { type RecordOptions, recordCeremony } from '../forge/record.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { type Falsified, recordOf, terminalOf, withoutEvent } from './recording.ts';

const FOLDER = '/opt/nfast/kmdata/local';
const STEP =
  '      - { id: keys-out, step: write-media, by: administrator, check: witness, with: { item: evidence, files: key-files, read-back: reinserted } }\n';
const WORLD = Buffer.from('the Security World');
const KEY = Buffer.from('a key blob');

/** A computer on which the HSM leaves a file for each key that it makes. */
function onAMachine(): RecordOptions {
  const lying = new Map<string, Uint8Array>([['world', WORLD]]);
  return {
    site: (text) =>
      text
        .replace('/opt/hsm.so, ', `/opt/hsm.so, key-files: { folder: ${FOLDER}, kept-on: evidence }, `)
        .replace('[{ at: /media/e1 }]', '[{ at: /media/e1 }, { at: /media/e2 }]'),
    keyFiles: lying,
    guard: (guard) => ({
      ...guard,
      execute: async (id, approvals) => {
        const done = await guard.execute(id, approvals);
        if (done.facts['spki'] !== undefined) lying.set('key_pkcs11_uc01', KEY);
        return done;
      },
    }),
  };
}
const recording = await recordCeremony({
  ...onAMachine(),
  script: (text) => text.replace('      - { id: witnessed,', `${STEP}      - { id: witnessed,`),
});
/** By a script that says nothing of such files. */
const unaware = recordOf(await recordCeremony(onAMachine()));
const { plan, events, judges, stepOf, recordedBy } = recordOf(recording);

const file = (path: string, bytes: Uint8Array) => ({ path, sha256: sha256(bytes) });
const BOTH = [file('key_pkcs11_uc01', KEY), file('world', WORLD)];
const seenAt = (all: readonly (Event | EventData)[], step: string) =>
  all.flatMap((event) =>
    event.type === 'observation' && event.step === step && event.subject === 'key-files' ? [event.facts] : [],
  );
const facts = (step: string, when: string, change: (facts: Falsified) => void) => ({
  event: (event: Falsified) => {
    if (event.step === step && event.subject === 'key-files' && event.facts.when === when) change(event.facts);
  },
});
const without = (step: string, when: string) => ({
  keep: (event: Event) => !(event.type === 'observation' && event.step === step && event.facts['when'] === when),
});

describe('with a script that says nothing of key files', () => {
  test('they go onto the medium with the pack', () => {
    assert.deepEqual(seenAt(unaware.events, 'pack-out'), [
      { module: 'hsm', folder: FOLDER, when: 'written', files: BOTH },
    ]);
  });

  unaware.judges('pack-out', [
    [
      'what was written of them is not recorded',
      without('pack-out', 'written'),
      /the key files of "hsm" were not recorded\n.*medium "evidence 1" is not what was in the pack then/,
    ],
    [
      'another file was written',
      facts('pack-out', 'written', (all) => {
        all.files[0].sha256 = 'ab'.repeat(32);
      }),
      /the key file "key_pkcs11_uc01" is not as it was recorded before\n.*"evidence 1" is not what was in the pack then/,
    ],
  ]);
});

describe('keys that are files of the computer', { concurrency: false }, () => {
  test('are in the record by their digests, before and after, and nowhere in the pack', () => {
    const where = { module: 'hsm', folder: FOLDER };
    assert.deepEqual(seenAt(events, 'root-key'), [
      { ...where, when: 'before', files: [file('world', WORLD)] },
      { ...where, when: 'after', files: BOTH },
    ]);
    assert.deepEqual(seenAt(events, 'keys-out'), [{ ...where, when: 'written', files: BOTH }]);
    for (const bytes of recording.folder.values()) assert.ok(!Buffer.from(bytes).includes(KEY));
  });

  test('stand in the ledger with the media that have them; later ceremonies carry them on', () => {
    const read = (path: string) => recording.folder.get(path);
    const ledger = deriveLedger(plan, events, read);
    const keys = ledger.keys.map(({ spkiSha256 }) => spkiSha256);
    assert.equal(keys.length, 1);
    const wanted = { module: 'hsm', folder: FOLDER, files: BOTH, keys, media: ['evidence 1', 'evidence 2'] };
    assert.deepEqual(ledger.keyFiles, [wanted]);
    assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
    const other = { ...wanted, module: 'other' };
    const fewer = { ...wanted, files: [file('world', WORLD)], media: ['first'] };
    const before = { ...ledger, keys: [], shareSets: [], keyFiles: [fewer, { ...wanted, media: ['old'] }, other] };
    assert.deepEqual(
      deriveLedger(plan, events, read, before).keyFiles,
      [fewer, { ...wanted, media: ['evidence 1', 'evidence 2', 'old'] }, other],
      'media of before have what they had',
    );
    const one = events.filter((event) => !(event.type === 'observation' && event.facts['medium'] === 'evidence 2'));
    assert.deepEqual(deriveLedger(plan, one, read).keyFiles?.[0]?.media, ['evidence 1']);
    const elsewhere = { ...plan, tokens: plan.tokens.map((token) => ({ ...token, module: 'another' })) };
    assert.deepEqual(deriveLedger(elsewhere, events, read).keyFiles?.[0]?.keys, [], 'an HSM of another module has it');
    const broken = structuredClone(events) as Falsified[];
    for (const event of broken)
      facts('keys-out', 'written', (all) => {
        all.files = 'many';
      }).event(event);
    assert.throws(() => deriveLedger(plan, broken, read), /event \d+ does not say which key files/);
  });
});

describe('a key that is destroyed on its HSM, of which files are on media', () => {
  const whole = deriveLedger(plan, events, (path) => recording.folder.get(path));
  const gone = { at: '2027-03-30T00:00:00Z', step: 'gone' };
  const spki = whole.keys[0]?.spkiSha256 ?? '';
  /** @param lost the media that were destroyed before people */
  const afterLosing = (...lost: readonly string[]): Ledger => ({
    ...whole,
    keys: whole.keys.map((key) => ({ ...key, destroyed: gone })),
    custody: lost.map((unit) => ({
      ...{ unit, kind: 'medium', make: null, serial: null, state: 'destroyed', bag: null, place: null },
    })),
  });
  const state = (ledger: Ledger) => {
    const [key] = ledger.keys as [LedgerKey];
    return keysInFiles(ledger).has(key.spkiSha256) || isLeft(key, [], []) ? 'active' : 'destroyed';
  };
  const open = (ledger: Ledger) =>
    (destructionRecord(ledger, spki)?.copies ?? [])
      .filter(({ what, how }) => what === 'key-files' && how === null)
      .map(copyWords);

  test('is left, and its record names each medium, until every one of them is destroyed', () => {
    const on = (n: number) => `in files on the medium evidence ${n}: NOBODY ACCOUNTS FOR IT`;
    assert.deepEqual([state(afterLosing()), open(afterLosing())], ['active', [on(1), on(2)]]);
    assert.deepEqual([state(afterLosing('evidence.1')), open(afterLosing('evidence.1'))], ['active', [on(2)]]);
    assert.equal(destructionRecord(afterLosing('evidence.1'), spki)?.complete, false);
    const all = afterLosing('evidence.1', 'evidence.2');
    assert.deepEqual([state(all), open(all)], ['destroyed', []]);
    assert.equal(destructionRecord(all, spki)?.complete, true);
    assert.equal(destructionRecord(all, spki)?.copies.filter(({ what }) => what === 'key-files').length, 2);
  });

  test('is left where the ledger is derived, too', () => {
    const before: Ledger = { ...afterLosing(), shareSets: [], custody: [] };
    const nothing = { ...plan, acts: [], materials: [] };
    assert.deepEqual(keysLeft(nothing, events.slice(0, 1), before), [{ spkiSha256: spki, isLeft: true }]);
    const custody = afterLosing('evidence.1', 'evidence.2').custody;
    const then = keysLeft(nothing, events.slice(0, 1), { ...before, custody });
    assert.deepEqual(then, [{ spkiSha256: spki, isLeft: false }]);
  });

  test('is left where nobody has read back what was written', () => {
    const unread = { ...afterLosing(), keyFiles: (whole.keyFiles ?? []).map((files) => ({ ...files, media: [] })) };
    assert.deepEqual(open(unread), [
      'in files on the medium that nobody has read back, of the module hsm: NOBODY ACCOUNTS FOR IT',
    ]);
    assert.equal(state(unread), 'active');
  });

  test('a medium with them is known to hold them, also when a blank one has its name', () => {
    assert.deepEqual(heldOn('evidence.1', afterLosing()), ['files that hold keys of the module hsm']);
    assert.deepEqual(heldOn('evidence.1', afterLosing('evidence.1')), []);
    const units = [{ unit: 'evidence.1', make: null, serial: null, bag: null, place: null }];
    const materials = [{ name: 'evidence', kind: 'medium', arrives: 'blank', units }];
    assert.deepEqual(displaced(whole, { materials }, 5).keyFiles[0]?.media, [
      'evidence 1 (before ceremony 5)',
      'evidence 2',
    ]);
  });
});

const KEYS = 'STEP-KEY step 13 "root-key":';
judges('root-key', [
  [
    'what was there before was not recorded',
    without('root-key', 'before'),
    `${KEYS} the key files of "hsm" were not recorded before and after`,
  ],
  [
    'what was there after was not recorded',
    without('root-key', 'after'),
    `${KEYS} the key files of "hsm" were not recorded before and after`,
  ],
  [
    'no file is new',
    facts('root-key', 'after', (all) => {
      all.files = [file('world', KEY)];
    }),
    `${KEYS} no key file of "hsm" is new`,
  ],
  [
    'they lay elsewhere',
    facts('root-key', 'after', (all) => {
      all.folder = '/tmp';
    }),
    `${KEYS} the key files of "hsm" were not recorded before and after`,
  ],
]);

const OUT = 'STEP-MEDIA step 21 "keys-out":';
const UNLIKE = [1, 2].map((n) => `${OUT} what is recorded of medium "evidence ${n}" is not the key files`);
judges('keys-out', [
  [
    'nothing was written',
    withoutEvent('keys-out', 'observation'),
    [`${OUT} 0 of 2 copies were written and read back`, `${OUT} the key files of "hsm" were not recorded`],
  ],
  [
    'one copy is missing',
    {
      keep: (event) =>
        !(event.type === 'observation' && event.step === 'keys-out' && event.facts['medium'] === 'evidence 2'),
    },
    `${OUT} 1 of 2 copies were written and read back`,
  ],
  [
    'a file of the key is gone',
    facts('keys-out', 'written', (all) => {
      all.files = [file('world', WORLD)];
    }),
    [`${OUT} the key file "key_pkcs11_uc01" is not as it was recorded before`, ...UNLIKE],
  ],
  [
    'a file is another than when the key was made',
    facts('keys-out', 'written', (all) => {
      all.files[0].sha256 = sha256('x');
    }),
    [`${OUT} the key file "key_pkcs11_uc01" is not as it was recorded before`, ...UNLIKE],
  ],
]);

describe('a step with keys in files', { concurrency: false }, () => {
  const out = stepOf('keys-out');
  const made = stepOf('root-key');

  function stage(content: Map<string, Uint8Array>, past: readonly Event[], changed: Plan = plan) {
    const media = [1, 2].map((n) => ({ name: `evidence ${n}`, at: `/media/e${n}`, files: new MemoryFiles() }));
    const ceremony = { plan: changed, events: () => past };
    const keyFiles = (folder: string) => {
      assert.equal(folder, FOLDER);
      return { list: async () => [...content.keys()].sort(), read: async (path: string) => content.get(path) };
    };
    return { media, context: { ceremony, keyFiles, media: () => media, pack: {}, ...terminalOf('done', 'done') } };
  }
  const refusal = (error: unknown) => {
    assert.ok(error instanceof CeremonyError, String(error));
    return `${error.code} ${error.message}`;
  };
  const before = events.slice(
    0,
    events.findIndex((event) => event.type === 'step' && event.step === 'keys-out'),
  );

  test('writes them onto every medium, by module, and another time beside that', async () => {
    const { media, context } = stage(
      new Map([
        ['world', WORLD],
        ['key_pkcs11_uc01', KEY],
        ['later', KEY],
      ]),
      before,
    );
    assert.equal((await recordedBy(writeMedia, out, context)).error, undefined);
    for (const { files } of media)
      assert.deepEqual([...files.content.keys()].sort(), [
        'key-files/hsm/key_pkcs11_uc01',
        'key-files/hsm/later',
        'key-files/hsm/world',
      ]);
    const begin = { type: 'step', step: 'keys-out', phase: 'begin' } as unknown as Event;
    const again = stage(
      new Map([
        ['world', WORLD],
        ['key_pkcs11_uc01', KEY],
      ]),
      [...before, begin, begin],
    );
    assert.equal((await recordedBy(writeMedia, out, again.context)).error, undefined);
    assert.deepEqual([...(again.media[0]?.files.content.keys() ?? [])][0], 'key-files-2/hsm/key_pkcs11_uc01');
  });

  test('writes nothing of what is not as it was recorded, or cannot be written', async () => {
    for (const [content, message] of [
      [
        [['world', WORLD]],
        'of the key files of "hsm" in "/opt/nfast/kmdata/local" "key_pkcs11_uc01" is not as recorded when the key was made',
      ],
      [
        [
          ['world', KEY],
          ['key_pkcs11_uc01', WORLD],
        ],
        'of the key files of "hsm" in "/opt/nfast/kmdata/local" "key_pkcs11_uc01", "world" are not as recorded when the key was made',
      ],
      [
        [
          ['world', WORLD],
          ['.lock', KEY],
        ],
        '".lock" among the key files of "hsm" in "/opt/nfast/kmdata/local" has a name that cannot be written onto a medium',
      ],
    ] as const) {
      const { media, context } = stage(new Map(content as unknown as [string, Uint8Array][]), before);
      const { error } = await recordedBy(writeMedia, out, context);
      assert.equal(refusal(error), `KEY_FILES_DIFFER ${message}`);
      for (const { files } of media) assert.equal(files.content.size, 0);
    }
  });

  test('has nothing to do where a site keeps no key in files', async () => {
    const { keyFiles: _none, ...without } = plan;
    const { media, context } = stage(new Map(), before, without);
    assert.deepEqual(await recordedBy(writeMedia, out, context), { events: [], error: undefined });
    for (const { files } of media) assert.equal(files.content.size, 0);
    const evidence = { plan: without } as never;
    assert.deepEqual(writeMedia.verify(out.params as never, out, [], evidence), []);
  });

  test('that made a key of which no file is new is refused, also when it is begun again', async () => {
    const operations = {
      // biome-ignore lint/correctness/useYield: nothing is recorded of it here
      execute: async function* () {
        return undefined;
      },
    };
    const content = new Map<string, Uint8Array>([['world', WORLD]]);
    const past: Event[] = [];
    const { context } = stage(content, past);
    const attempt = async () => {
      const { events: mine, error } = await recordedBy(generateKey, made, { ...context, operations });
      past.push(...(mine as unknown as Event[]));
      return [mine.map((event) => (event.type === 'observation' ? event.facts['when'] : event.type)), error] as const;
    };
    const [first, refused] = await attempt();
    assert.deepEqual(first, ['before', 'after']);
    assert.equal(
      refusal(refused),
      'KEY_FILES_DIFFER "root-hsm" has made a key, and no file in "/opt/nfast/kmdata/local" is new',
    );
    const [second, still] = await attempt();
    assert.deepEqual(second, ['after']);
    assert.match(refusal(still), /^KEY_FILES_DIFFER/);
    content.set('key_pkcs11_uc01', KEY);
    assert.deepEqual(await attempt(), [['after'], undefined]);
  });
});
