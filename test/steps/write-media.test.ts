import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { writeMedia } from '../../src/steps/write-media.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { facts, judged, judges, recordedBy, stepOf, terminalOf, withoutEvent } from './recorded.ts';

const finding = (seen: number) => `STEP-MEDIA step 19 "pack-out": ${seen} of 1 copies were written and read back`;

const UNLIKE =
  'STEP-MEDIA step 19 "pack-out": what is recorded of medium "evidence 1" is not what was in the pack then';

judges('pack-out', [
  ['nothing was written', withoutEvent('pack-out', 'observation'), finding(0)],
  [
    'it was read back at once, and should have been pulled',
    facts('pack-out', (all) => {
      all.readBack = 'at-once';
    }),
    finding(0),
  ],
  [
    'it was not read back',
    facts('pack-out', (all) => {
      delete all.readBack;
    }),
    finding(0),
  ],
  [
    'fewer files were written',
    facts('pack-out', (all) => {
      all.files -= 1;
    }),
    UNLIKE,
  ],
  [
    'other files were written',
    facts('pack-out', (all) => {
      all.listing = sha256('x');
    }),
    UNLIKE,
  ],
  [
    'a file that was there is another now',
    { files: (files) => void files.set('people.json', Buffer.from('x')) },
    UNLIKE,
  ],
  ['a file that was there is gone', { files: (files) => void files.delete('approvals/75.json') }, UNLIKE],
  // It was written after the medium, or by nobody: PACK-UNRECORDED says so.
  ['a file is there that nobody recorded', { files: (files) => void files.set('publish/x.crt', Buffer.from('x')) }, []],
  [
    'the transcript was another then',
    {
      files: (files) => {
        const events = Buffer.from(files.get('events.jsonl') ?? '');
        events[10] = 0x20;
        files.set('events.jsonl', events);
      },
    },
    UNLIKE,
  ],
]);

test('what was written later was not there yet, and where lines are withheld only the number is known', () => {
  const later = (files: Map<string, Uint8Array>) => {
    for (const path of [
      'manifest.json',
      'signatures/gus.p7s',
      'views/report.pdf',
      'addenda/01-x/y',
      'approvals/999.json',
    ])
      files.set(path, Buffer.from('x'));
  };
  assert.deepEqual(judged('pack-out', { files: later }), []);
  const withheld = (files: Map<string, Uint8Array>) => {
    const lines = Buffer.from(files.get('events.jsonl') ?? '')
      .toString()
      .split('\n');
    files.set('events.jsonl', Buffer.from(['', ...lines.slice(1)].join('\n')));
  };
  const otherList = facts('pack-out', (all) => {
    all.listing = sha256('x');
  });
  assert.deepEqual(judged('pack-out', { files: withheld, ...otherList }), []);
  const fewer = facts('pack-out', (all) => {
    all.files = 1;
  });
  assert.deepEqual(judged('pack-out', { files: withheld, ...fewer }), [UNLIKE]);
});

judges('publish-out', [
  [
    'the list has another file',
    facts('publish-out', (all) => {
      all.listing = sha256('x');
    }),
    'STEP-MEDIA step 20 "publish-out": what is recorded of medium "publish 1" is not what was in the pack then',
  ],
]);

describe('writing onto media', () => {
  const step = { ...stepOf('pack-out'), params: { item: 'evidence', files: 'pack', 'read-back': 'reinserted' } };
  const PACK = new Map([
    ['events.jsonl', 'events'],
    ['publish/root.crt', 'der'],
    ['roster/roster.json', '{}'],
  ]);

  function stage(copies: number) {
    const media = Array.from({ length: copies }, (_, index) => ({
      name: `evidence ${index + 1}`,
      at: `/media/${index}`,
      files: new MemoryFiles(),
    }));
    const pack = {
      list: async () => [...PACK.keys()],
      open: async (path: string) => Buffer.from(PACK.get(path) ?? ''),
    };
    return { media, context: { media: () => media, pack, ...terminalOf('done', 'done') } };
  }
  const written = (media: readonly { files: MemoryFiles }[]) =>
    media.map(({ files }) => [...files.content].map(([path, bytes]) => `${path} ${bytes}`));

  test('every copy gets the whole pack, is pulled and read back, and one event', async () => {
    const { media, context } = stage(2);
    const { events, error } = await recordedBy(writeMedia, step, context);
    assert.equal(error, undefined);
    const all = [
      'provisional/events.jsonl events',
      'provisional/publish/root.crt der',
      'provisional/roster/roster.json {}',
    ];
    assert.deepEqual(written(media), [all, all]);
    assert.deepEqual(
      context.asked.map(({ text }) => text),
      ['Pull medium evidence 1 out, put it back in', 'Pull medium evidence 2 out, put it back in'],
    );
    const listing = [
      ['events.jsonl', 'events'],
      ['publish/root.crt', 'der'],
      ['roster/roster.json', '{}'],
    ]
      .map(([path, content]) => `${sha256(content ?? '')}  provisional/${path}\n`)
      .sort()
      .join('');
    assert.deepEqual(
      events,
      [1, 2].map((n) => ({
        type: 'observation',
        step: 'pack-out',
        subject: 'medium',
        facts: { medium: `evidence ${n}`, files: 3, listing: sha256(listing), readBack: 'reinserted' },
      })),
    );
  });

  test('what is published goes under its own names, and nothing else goes with it', async () => {
    const { media, context } = stage(1);
    await recordedBy(
      writeMedia,
      { ...step, params: { ...step.params, files: 'publish', 'read-back': 'at-once' } },
      context,
    );
    assert.deepEqual(written(media), [['publish/root.crt der']]);
    assert.deepEqual(context.asked, []);
  });

  test('a copy that reads back differently is refused, and not recorded as written', async () => {
    const { media, context } = stage(2);
    const [, second] = media;
    assert.ok(second);
    second.files.read = async () => Buffer.from('worn out');
    const { events, error } = await recordedBy(writeMedia, step, context);
    assert.equal(events.length, 1);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'MEDIUM_DIFFERS');
    assert.equal(error.message, '"provisional/events.jsonl" reads back differently from medium evidence 2');
  });
});
