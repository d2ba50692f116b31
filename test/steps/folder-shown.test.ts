import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirm } from '../../src/steps/confirm.ts';
import { batch } from '../forge/batch.ts';
import { recordCeremony } from '../forge/record.ts';
import { OTHER_DIGEST } from '../forge/vector.ts';
import { recordOf, terminalOf } from './recording.ts';

const SHOWN =
  '      - { id: shown, step: confirm, by: administrator, check: auditor, say: "Read it aloud.", show: requests.differences }\n';
const recording = await recordCeremony(
  batch((script) => script.replace('  - title: Issue\n', `${SHOWN}  - title: Issue\n`)),
);
const { id, judges, stepOf, recordedBy, files, plan, events } = recordOf(recording);

test('people see what the requests of a folder ask for, those that ask for the same together', async () => {
  const said: string[] = [];
  const terminal = terminalOf('done');
  const pack = {
    list: async () => [...files.keys()],
    read: async (path: string) => files.get(path) as Uint8Array,
  };
  const context = {
    ...terminal,
    pack,
    terminal: {
      ...(terminal as { terminal: object }).terminal,
      say: async (lines: readonly string[]) => void said.push(...lines),
    },
  };
  const ceremony = { id, plan, events: () => events };
  const { error } = await recordedBy(confirm, stepOf('shown'), { ...context, ceremony });
  assert.equal(error, undefined);
  assert.deepEqual(said.slice(0, 3), [
    'Only the keys of the 3 requests of "requests" are taken. This is what they ask for and will not get:',
    '0 of 3 ask for nothing else, but for common names.',
    '3 requests ask for:',
  ]);
  assert.ok(said.includes('  Asked for by each of alpha, beta-2, beta'), said.join('\n'));
  assert.ok(said.includes('    beta                    "Beta 0"'), said.join('\n'));
});

judges('shown', [
  [
    'people were shown something else',
    {
      event: (event) => {
        if (event.type === 'answer' && event.step === 'shown') event.values.shown = OTHER_DIGEST;
      },
    },
    /^STEP-ANSWER step \d+ "shown": what was shown of "requests" is not what its requests ask for$/,
  ],
  [
    'a request is gone',
    { files: (all) => void all.delete('inputs/requests/alpha.csr') },
    /^STEP-ANSWER step \d+ "shown": the folder "requests" was not read, or is not what was read$/,
  ],
]);
