import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesAsMade } from '../../src/report/record.ts';

test('certificates stand in the order in which they were made, and what nobody recorded at the end', () => {
  const content = new Map(['a-responder', 'm-unrecorded', 'z-root'].map((name) => [`certificates/${name}.crt`, name]));
  const written = (path: string, medium: string | null = null) => ({ type: 'file', path, medium });
  const record = {
    files: [...content.keys()].map((path) => ({ path })),
    pack: { file: (path: string) => Buffer.from(content.get(path) ?? '') },
    events: [
      // What lies on a medium was not made there.
      written('certificates/m-unrecorded.crt', 'evidence'),
      written('certificates/z-root.crt'),
      written('certificates/z-root.txt'),
      written('certificates/a-responder.crt'),
    ],
  } as unknown as Parameters<typeof filesAsMade>[0];
  assert.deepEqual(
    filesAsMade(record, /\.crt$/).map(({ path, bytes }) => [path, String(bytes)]),
    [
      ['certificates/z-root.crt', 'z-root'],
      ['certificates/a-responder.crt', 'a-responder'],
      ['certificates/m-unrecorded.crt', 'm-unrecorded'],
    ],
  );
});
